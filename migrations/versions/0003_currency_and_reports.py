"""Legal currency, marking, hall mode, roll-ups, reports and requests about personal data."""

import sqlalchemy as sa
from alembic import op

from training_app.db import Identity, JsonValue, UtcDateTime, code_point_string

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


# What people decided is never rewritten: the database itself refuses.
APPEND_ONLY = (
    "counting_policy",
    "dispute_count",
    "exemption_revocation",
    "hall_hands",
    "key_correction",
    "law_change",
    "law_change_withdrawal",
    "law_task_settlement",
    "lowering_decision",
    "remark",
    "report_change",
    "superseded",
    "requirement_decision",
    "target",
    "team_support",
    "written_mark",
)


def _refuse_rewriting(table: str) -> None:
    """Let the database itself refuse UPDATE and DELETE on an append-only table."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_rewrite BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def _keep_locked_reports() -> None:
    """Let the database refuse to change or remove a report that was locked.

    The one column that restoring a copy writes afterwards is which report a correction replaces.
    """
    frozen = "OLD.state = 'locked' AND (OLD.number = 1 OR OLD.replaces_id IS NOT NULL)"
    whens = {"UPDATE": frozen, "DELETE": "OLD.state = 'locked'"}
    message = "a locked report is never changed"
    if op.get_bind().dialect.name == "sqlite":
        for verb, when in whens.items():
            op.execute(
                f"CREATE TRIGGER report_locked_no_{verb.lower()} BEFORE {verb} ON report "
                f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION report_locked() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    for verb, when in whens.items():
        op.execute(
            f"CREATE TRIGGER report_locked_no_{verb.lower()} BEFORE {verb} ON report "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION report_locked()"
        )


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("id", Identity, nullable=False),
        sa.Column("digest", code_point_string(64), nullable=False),
        sa.Column("width", Identity, nullable=False),
        sa.Column("height", Identity, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Identity, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("digest", name=op.f("uq_picture_digest")),
    )
    op.create_table(
        "stale",
        sa.Column("id", Identity, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("object_id", Identity, nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stale")),
    )
    op.create_table(
        "superseded",
        sa.Column("id", Identity, nullable=False),
        sa.Column("kind", code_point_string(20), nullable=False),
        sa.Column("row_id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=True),
        sa.Column("team_id", Identity, nullable=True),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("parent_id", Identity, nullable=True),
        sa.Column("name", code_point_string(120), nullable=True),
        sa.Column("sort_key", code_point_string(360), nullable=True),
        sa.Column("type", code_point_string(20), nullable=True),
        sa.Column("path", code_point_string(40), nullable=True),
        sa.Column("village", code_point_string(120), nullable=True),
        sa.Column("minority_required", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=True),
        sa.Column("known_to", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_superseded")),
    )
    with op.batch_alter_table("superseded", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_superseded_kind_row_id"), ["kind", "row_id"], unique=False
        )

    op.create_table(
        "target_standing",
        sa.Column("id", Identity, nullable=False),
        sa.Column("path", code_point_string(40), nullable=False),
        sa.Column("goal", code_point_string(60), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("whole", Identity, nullable=False),
        sa.Column("done", Identity, nullable=False),
        sa.Column("required", Identity, nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_standing")),
        sa.UniqueConstraint("on", "goal", "path", name=op.f("uq_target_standing_on_goal_path")),
    )
    op.create_table(
        "counting_policy",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("policy", sa.String(length=8), nullable=False),
        sa.Column("lowering", sa.Boolean(), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("changes", JsonValue, nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", Identity, nullable=True),
        sa.Column("decided_for", code_point_string(120), nullable=False),
        sa.CheckConstraint(
            "policy IN ('best', 'last', 'first')", name=op.f("ck_counting_policy_policy")
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_counting_policy_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_policy")),
        sa.UniqueConstraint(
            "module_id", "number", name=op.f("uq_counting_policy_module_id_number")
        ),
    )
    op.create_table(
        "data_request",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("kind", code_point_string(12), nullable=False),
        sa.Column("wish", code_point_string(2000), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("by_office", sa.Boolean(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_by", Identity, nullable=True),
        sa.Column("extended_at", UtcDateTime(), nullable=True),
        sa.Column("extension_reason", code_point_string(500), nullable=False),
        sa.Column("decision", code_point_string(8), nullable=True),
        sa.Column("decision_reason", code_point_string(500), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", Identity, nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('granted', 'refused')", name=op.f("ck_data_request_decision")
        ),
        sa.CheckConstraint(
            "kind IN ('correct', 'restrict', 'erase', 'object')", name=op.f("ck_data_request_kind")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_data_request_decided")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_data_request_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_data_request_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_request_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_data_request_open",
            ["person_id", "kind"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL AND withdrawn_at IS NULL"),
        )

    op.create_table(
        "dispute_count",
        sa.Column("id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("received", Identity, nullable=True),
        sa.Column("in_progress", Identity, nullable=True),
        sa.Column("successful", Identity, nullable=True),
        sa.Column("source", code_point_string(300), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint("period_to > period_from", name=op.f("ck_dispute_count_forward")),
        sa.CheckConstraint(
            "received IS NULL OR (in_progress >= 0 AND successful >= 0 AND in_progress + successful <= received)",
            name=op.f("ck_dispute_count_sum"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_dispute_count_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_count")),
    )
    with op.batch_alter_table("dispute_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_count_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("layout", code_point_string(40), nullable=False),
        sa.Column("layout_version", Identity, nullable=False),
        sa.Column("kind", code_point_string(20), nullable=False),
        sa.Column("year", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("replaces_id", Identity, nullable=True),
        sa.Column("correction_reason", code_point_string(500), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", code_point_string(10), nullable=False),
        sa.Column("turn", Identity, nullable=False),
        sa.Column("rows", JsonValue, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", Identity, nullable=True),
        sa.Column("filled_at", UtcDateTime(), nullable=False),
        sa.Column("filled_by", Identity, nullable=True),
        sa.Column("returned_note", code_point_string(500), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("checked_by", Identity, nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("approved_by", Identity, nullable=True),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("locked_by", Identity, nullable=True),
        sa.Column("document_number", code_point_string(60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signer", code_point_string(120), nullable=False),
        sa.Column("frozen", JsonValue, nullable=False),
        sa.Column("digest", code_point_string(64), nullable=False),
        sa.CheckConstraint(
            "(state = 'locked') = (locked_at IS NOT NULL)", name=op.f("ck_report_locked")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'checked', 'approved', 'locked')", name=op.f("ck_report_state")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> filled_by AND approved_by <> started_by)",
            name=op.f("ck_report_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["report.id"], name=op.f("fk_report_replaces_id_report")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_report_replaces_id")),
        sa.UniqueConstraint(
            "unit_id",
            "layout",
            "kind",
            "year",
            "number",
            name=op.f("uq_report_unit_id_layout_kind_year_number"),
        ),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_layout_kind_year_state"),
            ["layout", "kind", "year", "state"],
            unique=False,
        )

    op.create_table(
        "team_review",
        sa.Column("id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("year", Identity, nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("lacks", code_point_string(100), nullable=False),
        sa.Column("note", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_review_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_review")),
    )
    with op.batch_alter_table("team_review", schema=None) as batch_op:
        batch_op.create_index(
            "uq_team_review_year",
            ["team_id", "year"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "team_support",
        sa.Column("id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("profession", code_point_string(30), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("source", code_point_string(300), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint("source <> ''", name=op.f("ck_team_support_source")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_support_team_id_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_support")),
    )
    with op.batch_alter_table("team_support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_support_team_id"), ["team_id"], unique=False)

    op.create_table(
        "coverage_state",
        sa.Column("requirement_id", Identity, autoincrement=False, nullable=False),
        sa.Column("turn", Identity, nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_coverage_state_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("requirement_id", name=op.f("pk_coverage_state")),
    )
    op.create_table(
        "coverage_year",
        sa.Column("id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("path", code_point_string(40), nullable=False),
        sa.Column("leaf", code_point_string(40), nullable=False),
        sa.Column("year", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_coverage_year_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_year")),
    )
    with op.batch_alter_table("coverage_year", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coverage_year_unit_id_requirement_id"),
            ["unit_id", "requirement_id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_coverage_year_place", ["requirement_id", "path", "leaf", "year"], unique=True
        )

    op.create_table(
        "exemption",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("exempt_from", sa.Date(), nullable=False),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint(
            "exempt_until IS NULL OR exempt_until > exempt_from", name=op.f("ck_exemption_forward")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_exemption_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_exemption_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exemption_person_id"), ["person_id"], unique=False)

    op.create_table(
        "hall",
        sa.Column("id", Identity, nullable=False),
        sa.Column("workshop_id", Identity, nullable=False),
        sa.Column("code", Identity, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_hall_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
    )
    with op.batch_alter_table("hall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hall_workshop_id"), ["workshop_id"], unique=False)
        batch_op.create_index(
            "uq_hall_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_hall_workshop",
            ["workshop_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "law_change",
        sa.Column("id", Identity, nullable=False),
        sa.Column("article_id", Identity, nullable=False),
        sa.Column("clause", code_point_string(10), nullable=False),
        sa.Column("point", code_point_string(10), nullable=False),
        sa.Column("kind", code_point_string(10), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.String(), nullable=False),
        sa.Column("source", code_point_string(500), nullable=False),
        sa.Column("base", JsonValue, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint(
            "kind IN ('amended', 'replaced', 'repealed')", name=op.f("ck_law_change_kind")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_law_change_article_id_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_change")),
    )
    with op.batch_alter_table("law_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_law_change_article_id"), ["article_id"], unique=False)

    op.create_table(
        "module_version_picture",
        sa.Column("module_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("name", code_point_string(80), nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("picture_id", Identity, nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_module_version_picture_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"],
            ["picture.id"],
            name=op.f("fk_module_version_picture_picture_id_picture"),
        ),
        sa.PrimaryKeyConstraint(
            "module_version_id", "name", name=op.f("pk_module_version_picture")
        ),
    )
    with op.batch_alter_table("module_version_picture", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_module_version_picture_picture_id"), ["picture_id"], unique=False
        )

    op.create_table(
        "passkey",
        sa.Column("id", Identity, nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=2000), nullable=False),
        sa.Column("sign_count", Identity, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "people_file",
        sa.Column("id", Identity, nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("standing", code_point_string(30), nullable=False),
        sa.Column("words", JsonValue, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("job_id", Identity, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("people", Identity, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_people_file_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_people_file_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_people_file_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_file")),
        sa.UniqueConstraint(
            "account_id",
            "unit_id",
            "requirement_id",
            "on",
            "standing",
            name=op.f("uq_people_file_account_id_unit_id_requirement_id_on_standing"),
        ),
    )
    with op.batch_alter_table("people_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_file_asked_at"), ["asked_at"], unique=False)

    op.create_table(
        "prepared_reading",
        sa.Column("id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("counts", JsonValue, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", Identity, nullable=True),
        sa.Column("job_id", Identity, nullable=True),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_prepared_reading_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_reading")),
        sa.UniqueConstraint(
            "unit_id",
            "requirement_id",
            "on",
            name=op.f("uq_prepared_reading_unit_id_requirement_id_on"),
        ),
    )
    op.create_table(
        "proposal",
        sa.Column("id", Identity, nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_by", Identity, nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("decided_by", Identity, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("act IN ('grant_role', 'set_up_anew')", name=op.f("ck_proposal_act")),
        sa.CheckConstraint(
            "outcome <> 'confirmed' OR decided_by <> proposed_by",
            name=op.f("ck_proposal_two_people"),
        ),
        sa.CheckConstraint(
            "outcome IN ('confirmed', 'refused', 'withdrawn')", name=op.f("ck_proposal_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_proposal_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_proposal_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_proposal_proposed_by_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_proposal_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_account_id"), ["account_id"], unique=False)

    op.create_table(
        "report_change",
        sa.Column("id", Identity, nullable=False),
        sa.Column("report_id", Identity, nullable=False),
        sa.Column("line", code_point_string(40), nullable=False),
        sa.Column("column_key", code_point_string(40), nullable=False),
        sa.Column("value", Identity, nullable=True),
        sa.Column("counted", Identity, nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint("value IS NULL OR reason <> ''", name=op.f("ck_report_change_reason")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_report_change_value")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_change_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_change")),
    )
    with op.batch_alter_table("report_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_change_report_id"), ["report_id"], unique=False)

    op.create_table(
        "requirement_decision",
        sa.Column("requirement_id", Identity, autoincrement=False, nullable=False),
        sa.Column("unit_id", Identity, autoincrement=False, nullable=False),
        sa.Column("carried_on", sa.Boolean(), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_requirement_decision_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_requirement_decision_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("requirement_id", "unit_id", name=op.f("pk_requirement_decision")),
    )
    op.create_table(
        "short_update",
        sa.Column("person_id", Identity, autoincrement=False, nullable=False),
        sa.Column("module_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_short_update_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_short_update_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "module_version_id", name=op.f("pk_short_update")),
    )
    with op.batch_alter_table("short_update", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_short_update_recorded_at"), ["recorded_at"], unique=False
        )

    op.create_table(
        "study_together",
        sa.Column("id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("opened_by", Identity, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["account.id"], name=op.f("fk_study_together_opened_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_study_together_team_id_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_together")),
    )
    with op.batch_alter_table("study_together", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_study_together_team_id"), ["team_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("measure", code_point_string(30), nullable=False),
        sa.Column("requirement_id", Identity, nullable=True),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("value", Identity, nullable=True),
        sa.Column("source", code_point_string(300), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint("period_to > period_from", name=op.f("ck_target_forward")),
        sa.CheckConstraint("value IS NULL OR value > 0", name=op.f("ck_target_positive")),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_target_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "draft_unsaved",
        sa.Column("draft_id", Identity, autoincrement=False, nullable=False),
        sa.Column("account_id", Identity, autoincrement=False, nullable=False),
        sa.Column("name", code_point_string(200), nullable=False),
        sa.Column("base_number", Identity, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_unsaved_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_unsaved_draft_id_draft")
        ),
        sa.PrimaryKeyConstraint("draft_id", "account_id", "name", name=op.f("pk_draft_unsaved")),
    )
    op.create_table(
        "exemption_revocation",
        sa.Column("exemption_id", Identity, autoincrement=False, nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["exemption_id"],
            ["exemption.id"],
            name=op.f("fk_exemption_revocation_exemption_id_exemption"),
        ),
        sa.PrimaryKeyConstraint("exemption_id", name=op.f("pk_exemption_revocation")),
    )
    op.create_table(
        "hall_round",
        sa.Column("id", Identity, nullable=False),
        sa.Column("hall_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=True),
        sa.Column("scenario_version_id", Identity, nullable=True),
        sa.Column("node", code_point_string(80), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("tally", JsonValue, nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (tally IS NULL)", name=op.f("ck_hall_round_tally")
        ),
        sa.CheckConstraint(
            "(question_version_id IS NULL) <> (scenario_version_id IS NULL)",
            name=op.f("ck_hall_round_asked"),
        ),
        sa.CheckConstraint(
            "(scenario_version_id IS NULL) = (node IS NULL)", name=op.f("ck_hall_round_node")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_hall_round_hall_id_hall")),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_hall_round_question_version_id_question_version"),
        ),
        sa.ForeignKeyConstraint(
            ["scenario_version_id"],
            ["scenario_version.id"],
            name=op.f("fk_hall_round_scenario_version_id_scenario_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_round")),
        sa.UniqueConstraint("hall_id", "number", name=op.f("uq_hall_round_hall_id_number")),
    )
    with op.batch_alter_table("hall_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hall_round_question_version_id"), ["question_version_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_hall_round_scenario_version_id"), ["scenario_version_id"], unique=False
        )
        batch_op.create_index(
            "uq_hall_round_open",
            ["hall_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "key_correction",
        sa.Column("id", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("body", JsonValue, nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("corrected_at", UtcDateTime(), nullable=False),
        sa.Column("corrected_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_key_correction_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_correction")),
        sa.UniqueConstraint(
            "question_version_id",
            "number",
            name=op.f("uq_key_correction_question_version_id_number"),
        ),
    )
    op.create_table(
        "late_answer",
        sa.Column("id", Identity, nullable=False),
        sa.Column("attempt_id", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=False),
        sa.Column("response", JsonValue, nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("client_key", code_point_string(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_late_answer_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_late_answer_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_answer")),
        sa.UniqueConstraint("client_key", name=op.f("uq_late_answer_client_key")),
    )
    with op.batch_alter_table("late_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_late_answer_arrived_at"), ["arrived_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_late_answer_attempt_id"), ["attempt_id"], unique=False)

    op.create_table(
        "law_change_withdrawal",
        sa.Column("law_change_id", Identity, autoincrement=False, nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["law_change_id"],
            ["law_change.id"],
            name=op.f("fk_law_change_withdrawal_law_change_id_law_change"),
        ),
        sa.PrimaryKeyConstraint("law_change_id", name=op.f("pk_law_change_withdrawal")),
    )
    op.create_table(
        "law_task",
        sa.Column("id", Identity, nullable=False),
        sa.Column("law_change_id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["law_change_id"], ["law_change.id"], name=op.f("fk_law_task_law_change_id_law_change")
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_law_task_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_law_task_module_version_id_module_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_task")),
        sa.UniqueConstraint(
            "law_change_id", "module_id", name=op.f("uq_law_task_law_change_id_module_id")
        ),
    )
    with op.batch_alter_table("law_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_law_task_module_id"), ["module_id"], unique=False)

    op.create_table(
        "remark",
        sa.Column("id", Identity, nullable=False),
        sa.Column("attempt_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=False),
        sa.Column("cause", code_point_string(12), nullable=False),
        sa.Column("cause_id", Identity, nullable=False),
        sa.Column("before", JsonValue, nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("harmful", sa.Boolean(), nullable=False),
        sa.Column("attempt_points", sa.Float(), nullable=False),
        sa.Column("attempt_right_count", Identity, nullable=False),
        sa.Column("attempt_passed", sa.Boolean(), nullable=False),
        sa.Column("attempt_safety_failed", sa.Boolean(), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint("cause IN ('written', 'correction')", name=op.f("ck_remark_cause")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_remark_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_remark_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_remark_attempt_id_number")),
        sa.UniqueConstraint(
            "attempt_id",
            "question_version_id",
            "cause",
            "cause_id",
            name=op.f("uq_remark_attempt_id_question_version_id_cause_cause_id"),
        ),
    )
    with op.batch_alter_table("remark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_remark_question_version_id_attempt_id_number"),
            ["question_version_id", "attempt_id", "number"],
            unique=False,
        )

    op.create_table(
        "requirement_equivalence",
        sa.Column("requirement_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("module_id", Identity, autoincrement=False, nullable=False),
        sa.Column("counts_for_id", Identity, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["counts_for_id"],
            ["module.id"],
            name=op.f("fk_requirement_equivalence_counts_for_id_module"),
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_requirement_equivalence_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_version_id"],
            ["requirement_version.id"],
            name=op.f("fk_requirement_equivalence_requirement_version_id_requirement_version"),
        ),
        sa.PrimaryKeyConstraint(
            "requirement_version_id",
            "module_id",
            "counts_for_id",
            name=op.f("pk_requirement_equivalence"),
        ),
    )
    op.create_table(
        "update_need",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("law_change_id", Identity, nullable=True),
        sa.Column("cause", code_point_string(40), nullable=False),
        sa.Column("effect", code_point_string(20), nullable=False),
        sa.Column("fact_id", Identity, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("derived_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on > opened_on", name=op.f("ck_update_need_forward")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_update_need_fact_id_fact")),
        sa.ForeignKeyConstraint(
            ["law_change_id"],
            ["law_change.id"],
            name=op.f("fk_update_need_law_change_id_law_change"),
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_update_need_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_update_need_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_update_need_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_update_need_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_need")),
        sa.UniqueConstraint(
            "person_id",
            "requirement_id",
            "cause",
            "opened_on",
            name=op.f("uq_update_need_person_id_requirement_id_cause_opened_on"),
        ),
    )
    with op.batch_alter_table("update_need", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_update_need_requirement_id_person_id"),
            ["requirement_id", "person_id"],
            unique=False,
        )

    op.create_table(
        "written_answer",
        sa.Column("id", Identity, nullable=False),
        sa.Column("attempt_id", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=False),
        sa.Column("handed_in_at", UtcDateTime(), nullable=False),
        sa.Column("step", code_point_string(6), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "step IN ('first', 'second', 'third', 'done')", name=op.f("ck_written_answer_step")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_written_answer_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_written_answer_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_answer")),
        sa.UniqueConstraint(
            "attempt_id",
            "question_version_id",
            name=op.f("uq_written_answer_attempt_id_question_version_id"),
        ),
    )
    with op.batch_alter_table("written_answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_written_answer_open",
            ["handed_in_at"],
            unique=False,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "hall_hands",
        sa.Column("id", Identity, nullable=False),
        sa.Column("round_id", Identity, nullable=False),
        sa.Column("counts", JsonValue, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["hall_round.id"], name=op.f("fk_hall_hands_round_id_hall_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_hands")),
    )
    with op.batch_alter_table("hall_hands", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hall_hands_round_id_id"), ["round_id", "id"], unique=False
        )

    op.create_table(
        "hall_vote",
        sa.Column("round_id", Identity, autoincrement=False, nullable=False),
        sa.Column("voter", code_point_string(64), nullable=False),
        sa.Column("choices", code_point_string(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["hall_round.id"], name=op.f("fk_hall_vote_round_id_hall_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "voter", name=op.f("pk_hall_vote")),
    )
    op.create_table(
        "law_task_settlement",
        sa.Column("law_task_id", Identity, autoincrement=False, nullable=False),
        sa.Column("module_version_id", Identity, nullable=True),
        sa.Column("note", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["law_task_id"],
            ["law_task.id"],
            name=op.f("fk_law_task_settlement_law_task_id_law_task"),
        ),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_law_task_settlement_module_version_id_module_version"),
        ),
        sa.PrimaryKeyConstraint("law_task_id", name=op.f("pk_law_task_settlement")),
    )
    with op.batch_alter_table("law_task_settlement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_law_task_settlement_module_version_id"),
            ["module_version_id"],
            unique=False,
        )

    op.create_table(
        "lowering_decision",
        sa.Column("correction_id", Identity, autoincrement=False, nullable=False),
        sa.Column("passes_too", sa.Boolean(), nullable=False),
        sa.Column("decided_name", code_point_string(120), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["key_correction.id"],
            name=op.f("fk_lowering_decision_correction_id_key_correction"),
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_lowering_decision")),
    )
    op.create_table(
        "written_mark",
        sa.Column("id", Identity, nullable=False),
        sa.Column("written_answer_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("points", JsonValue, nullable=False),
        sa.Column("note", code_point_string(1000), nullable=False),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.Column("marked_by", Identity, nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_written_mark_number")),
        sa.ForeignKeyConstraint(
            ["written_answer_id"],
            ["written_answer.id"],
            name=op.f("fk_written_mark_written_answer_id_written_answer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_mark")),
        sa.UniqueConstraint(
            "written_answer_id",
            "marked_by",
            name=op.f("uq_written_mark_written_answer_id_marked_by"),
        ),
        sa.UniqueConstraint(
            "written_answer_id", "number", name=op.f("uq_written_mark_written_answer_id_number")
        ),
    )
    with op.batch_alter_table("answer_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_mark_question_version_id"))
        batch_op.create_index(
            batch_op.f("ix_answer_mark_question_version_id_attempt_id"),
            ["question_version_id", "attempt_id"],
            unique=False,
        )

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waiting", sa.Boolean(), server_default="0", nullable=False))

    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks_pin", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("together_id", Identity, nullable=True))
        batch_op.add_column(sa.Column("ends_at", UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_device_together_id"), ["together_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_device_together_id_study_together"),
            "study_together",
            ["together_id"],
            ["id"],
        )

    with op.batch_alter_table("entry_pass", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown_again_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("leadership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("end_recorded_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("module_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blueprint", JsonValue, server_default="[]", nullable=False))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restricted_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("person_phone", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_phone_person_id_valid_from", ["person_id", "valid_from"], unique=False
        )

    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carries_on_id", Identity, nullable=True))
        batch_op.create_index(
            batch_op.f("ix_requirement_carries_on_id"), ["carries_on_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_requirement_carries_on_id_requirement"),
            "requirement",
            ["carries_on_id"],
            ["id"],
        )

    with op.batch_alter_table("requirement_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("class_only", sa.Boolean(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("end_recorded_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("upload", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("job_id", Identity, nullable=True))

    with op.batch_alter_table("team_span", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recorded_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("end_recorded_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("unit_operation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", Identity, nullable=True))
        batch_op.add_column(
            sa.Column(
                "decision", code_point_string(160), server_default=sa.text("('')"), nullable=False
            )
        )
        batch_op.add_column(
            sa.Column(
                "signed_name",
                code_point_string(160),
                server_default=sa.text("('')"),
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "undone_name",
                code_point_string(160),
                server_default=sa.text("('')"),
                nullable=False,
            )
        )
        batch_op.create_index(batch_op.f("ix_unit_operation_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("unit_span", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recorded_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("end_recorded_at", UtcDateTime(), nullable=True))

    for table in APPEND_ONLY:
        _refuse_rewriting(table)
    _keep_locked_reports()


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the copy made before the upgrade")
