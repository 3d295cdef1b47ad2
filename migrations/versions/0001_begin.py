"""Begin: every table of the first release, and an audit trail that refuses to be rewritten."""

import sqlalchemy as sa
from alembic import op

from training_app.db import Identity, JsonValue, UtcDateTime, code_point_string

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = ("audit_event", "audit_seal")


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


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", Identity, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_account_id", Identity, nullable=True),
        sa.Column("actor_role", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", Identity, nullable=True),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("detail", JsonValue, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_action"), ["action"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_event_actor_account_id"), ["actor_account_id"], unique=False
        )
        batch_op.create_index("ix_audit_event_object", ["object_kind", "object_id"], unique=False)
        batch_op.create_index("ix_audit_event_unit_id_at", ["unit_id", "at"], unique=False)

    op.create_table(
        "content_load",
        sa.Column("id", Identity, nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("folder_hash", code_point_string(64), nullable=False),
        sa.Column("modules", JsonValue, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_load")),
    )
    op.create_table(
        "instrument",
        sa.Column("id", Identity, nullable=False),
        sa.Column("key", code_point_string(80), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("key", name=op.f("uq_instrument_key")),
    )
    op.create_table(
        "job",
        sa.Column("id", Identity, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("request_key", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("payload", JsonValue, nullable=False),
        sa.Column("result", JsonValue, nullable=False),
        sa.Column("progress", Identity, nullable=False),
        sa.Column("total", Identity, nullable=False),
        sa.Column("tries", Identity, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Identity, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("error_code", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_created_by"), ["created_by"], unique=False)
        batch_op.create_index(
            "ix_job_undone",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.create_index(
            "uq_job_request_key",
            ["request_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.create_table(
        "module",
        sa.Column("id", Identity, nullable=False),
        sa.Column("slug", code_point_string(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("slug", name=op.f("uq_module_slug")),
    )
    op.create_table(
        "person",
        sa.Column("id", Identity, nullable=False),
        sa.Column("canonical_id", Identity, nullable=True),
        sa.Column("full_name", code_point_string(120), nullable=False),
        sa.Column("name_fold", code_point_string(360), nullable=False),
        sa.Column("sort_key", code_point_string(360), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_year", Identity, nullable=True),
        sa.Column("sex", code_point_string(6), nullable=True),
        sa.Column("ethnic_minority", sa.Boolean(), nullable=True),
        sa.Column("law_qualified", sa.Boolean(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("anonymised_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("sex IN ('female', 'male')", name=op.f("ck_person_sex")),
        sa.CheckConstraint(
            "canonical_id IS NULL OR canonical_id <> id", name=op.f("ck_person_canonical")
        ),
        sa.ForeignKeyConstraint(
            ["canonical_id"], ["person.id"], name=op.f("fk_person_canonical_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_canonical_id"), ["canonical_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name_fold"), ["name_fold"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )
    op.create_table(
        "team",
        sa.Column("id", Identity, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window_start", UtcDateTime(), nullable=False),
        sa.Column("count", Identity, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "unit",
        sa.Column("id", Identity, nullable=False),
        sa.Column("level", code_point_string(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "account",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("login_name", code_point_string(60), nullable=True),
        sa.Column("secret_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.String(length=120), nullable=True),
        sa.Column("totp_step", Identity, nullable=False),
        sa.Column("totp_since", UtcDateTime(), nullable=True),
        sa.Column("notice_seen_at", UtcDateTime(), nullable=True),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("lock_reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('mediator', 'staff')", name=op.f("ck_account_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login_name", name=op.f("uq_account_login_name")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "article",
        sa.Column("id", Identity, nullable=False),
        sa.Column("instrument_id", Identity, nullable=False),
        sa.Column("number", code_point_string(10), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("gist", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name=op.f("fk_article_instrument_id_instrument")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint(
            "instrument_id", "number", name=op.f("uq_article_instrument_id_number")
        ),
    )
    op.create_table(
        "audit_seal",
        sa.Column("event_id", Identity, autoincrement=False, nullable=False),
        sa.Column("sequence", Identity, nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_audit_seal_event_id_audit_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("sequence", name=op.f("uq_audit_seal_sequence")),
    )
    op.create_table(
        "composition_exception",
        sa.Column("id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("rule", code_point_string(20), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_composition_exception_forward"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_composition_exception_team_id_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composition_exception")),
    )
    with op.batch_alter_table("composition_exception", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_composition_exception_team_id_valid_from"),
            ["team_id", "valid_from"],
            unique=False,
        )

    op.create_table(
        "enrolment",
        sa.Column("person_id", Identity, autoincrement=False, nullable=False),
        sa.Column("module_id", Identity, autoincrement=False, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_enrolment_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "module_id", name=op.f("pk_enrolment")),
    )
    op.create_table(
        "leadership",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_leadership_forward")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_leadership_person_id_person")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_leadership_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leadership")),
    )
    with op.batch_alter_table("leadership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leadership_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_leadership_team_id_valid_from"), ["team_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_leadership_open",
            ["team_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "membership",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("end_reason", code_point_string(20), nullable=True),
        sa.Column("end_note", code_point_string(500), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("source", code_point_string(40), nullable=False),
        sa.Column("end_recorded_at", UtcDateTime(), nullable=True),
        sa.Column("end_recorded_by", Identity, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_membership_forward")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_person_id_valid_from"),
            ["person_id", "valid_from"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_membership_team_id_person_id"), ["team_id", "person_id"], unique=False
        )
        batch_op.create_index(
            "uq_membership_open",
            ["person_id", "team_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "module_version",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("audience", JsonValue, nullable=False),
        sa.Column("minutes", Identity, nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("requires", JsonValue, nullable=False),
        sa.Column("objectives", JsonValue, nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("draw", Identity, nullable=True),
        sa.Column("pass_mark", Identity, nullable=True),
        sa.Column("safety_always", sa.Boolean(), nullable=False),
        sa.Column("retake_after_minutes", Identity, nullable=False),
        sa.Column("attempts", Identity, nullable=True),
        sa.Column("test_minutes", Identity, nullable=True),
        sa.Column("source_hash", code_point_string(64), nullable=False),
        sa.Column("change", code_point_string(20), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", Identity, nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "change IN ('none', 'short_update', 'full_retake')",
            name=op.f("ck_module_version_change"),
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_module_version_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_version")),
        sa.UniqueConstraint("module_id", "number", name=op.f("uq_module_version_module_id_number")),
    )
    with op.batch_alter_table("module_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_module_version_current",
            ["module_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "not_same_person",
        sa.Column("first_id", Identity, nullable=False),
        sa.Column("second_id", Identity, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_not_same_person_ordered")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["person.id"], name=op.f("fk_not_same_person_first_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["person.id"], name=op.f("fk_not_same_person_second_id_person")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_not_same_person")),
    )
    with op.batch_alter_table("not_same_person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_not_same_person_second_id"), ["second_id"], unique=False
        )

    op.create_table(
        "person_phone",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("number", code_point_string(16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_person_phone_forward")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_phone_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_phone")),
    )
    with op.batch_alter_table("person_phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_phone_number"), ["number"], unique=False)
        batch_op.create_index(
            "uq_person_phone_open",
            ["person_id", "number"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "question",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=False),
        sa.Column("key", code_point_string(80), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_question_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("module_id", "key", name=op.f("uq_question_module_id_key")),
    )
    op.create_table(
        "recognition",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("role", code_point_string(10), nullable=False),
        sa.Column("decision_number", code_point_string(60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("note", code_point_string(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recognition_person_id_person")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_recognition_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
        sa.UniqueConstraint(
            "person_id",
            "team_id",
            "role",
            "decision_number",
            "decided_on",
            name=op.f("uq_recognition_person_id_team_id_role_decision_number_decided_on"),
        ),
    )
    with op.batch_alter_table("recognition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recognition_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recognition_team_id"), ["team_id"], unique=False)

    op.create_table(
        "requirement",
        sa.Column("id", Identity, nullable=False),
        sa.Column("key", code_point_string(60), nullable=False),
        sa.Column("title", code_point_string(160), nullable=False),
        sa.Column("title_en", code_point_string(160), nullable=False),
        sa.Column("audience", code_point_string(12), nullable=False),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Identity, nullable=True),
        sa.CheckConstraint(
            "audience IN ('mediators', 'leaders', 'trainers', 'officials')",
            name=op.f("ck_requirement_audience"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_requirement_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint("key", name=op.f("uq_requirement_key")),
    )
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requirement_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "review_card",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=False),
        sa.Column("question_key", code_point_string(80), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("last_review_at", UtcDateTime(), nullable=True),
        sa.Column("reviews", Identity, nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_review_card_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_review_card_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_card")),
        sa.UniqueConstraint(
            "person_id",
            "module_id",
            "question_key",
            name=op.f("uq_review_card_person_id_module_id_question_key"),
        ),
    )
    with op.batch_alter_table("review_card", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_card_person_id_due_at"), ["person_id", "due_at"], unique=False
        )

    op.create_table(
        "roster_import",
        sa.Column("id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("file_name", code_point_string(200), nullable=False),
        sa.Column("file_hash", code_point_string(64), nullable=False),
        sa.Column("state", code_point_string(10), nullable=False),
        sa.Column("parsed", JsonValue, nullable=False),
        sa.Column("workbook", sa.LargeBinary(), nullable=True),
        sa.Column("decisions", JsonValue, nullable=False),
        sa.Column("summary", JsonValue, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Identity, nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undo", JsonValue, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_roster_import_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
    )
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roster_import_unit_id_created_at"),
            ["unit_id", "created_at"],
            unique=False,
        )

    op.create_table(
        "team_span",
        sa.Column("id", Identity, nullable=False),
        sa.Column("team_id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("name", code_point_string(120), nullable=False),
        sa.Column("name_fold", code_point_string(360), nullable=False),
        sa.Column("sort_key", code_point_string(360), nullable=False),
        sa.Column("village", code_point_string(120), nullable=False),
        sa.Column("minority_required", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_team_span_forward")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_span_team_id_team")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_team_span_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_span")),
    )
    with op.batch_alter_table("team_span", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_team_span_team_id_valid_from"), ["team_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_team_span_unit_id_valid_from"), ["unit_id", "valid_from"], unique=False
        )
        batch_op.create_index(
            "uq_team_span_open",
            ["team_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )
        batch_op.create_index(
            "uq_team_span_unit_name_open",
            ["unit_id", "sort_key", "village"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "unit_alias",
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("name", code_point_string(120), nullable=False),
        sa.Column("name_fold", code_point_string(360), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_alias_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "name", name=op.f("pk_unit_alias")),
    )
    with op.batch_alter_table("unit_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_alias_name_fold"), ["name_fold"], unique=False)

    op.create_table(
        "unit_span",
        sa.Column("id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("parent_id", Identity, nullable=True),
        sa.Column("code", code_point_string(5), nullable=False),
        sa.Column("name", code_point_string(120), nullable=False),
        sa.Column("name_fold", code_point_string(360), nullable=False),
        sa.Column("sort_key", code_point_string(360), nullable=False),
        sa.Column("type", code_point_string(20), nullable=False),
        sa.Column("path", code_point_string(40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_unit_span_forward")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["unit.id"], name=op.f("fk_unit_span_parent_id_unit")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_span_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_span")),
        sa.UniqueConstraint("unit_id", "valid_from", name=op.f("uq_unit_span_unit_id_valid_from")),
    )
    with op.batch_alter_table("unit_span", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_span_code"), ["code"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_span_name_fold"), ["name_fold"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_unit_span_parent_id_sort_key"), ["parent_id", "sort_key"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_unit_span_path"), ["path"], unique=False)

    op.create_table(
        "unit_succession",
        sa.Column("id", Identity, nullable=False),
        sa.Column("old_unit_id", Identity, nullable=False),
        sa.Column("new_unit_id", Identity, nullable=False),
        sa.Column("share", code_point_string(5), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("basis", code_point_string(200), nullable=False),
        sa.CheckConstraint("share IN ('whole', 'part')", name=op.f("ck_unit_succession_share")),
        sa.ForeignKeyConstraint(
            ["new_unit_id"], ["unit.id"], name=op.f("fk_unit_succession_new_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["old_unit_id"], ["unit.id"], name=op.f("fk_unit_succession_old_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_succession")),
        sa.UniqueConstraint(
            "old_unit_id",
            "new_unit_id",
            "on",
            name=op.f("uq_unit_succession_old_unit_id_new_unit_id_on"),
        ),
    )
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_succession_new_unit_id"), ["new_unit_id"], unique=False
        )

    op.create_table(
        "workshop",
        sa.Column("id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=False),
        sa.Column("title", code_point_string(200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", Identity, nullable=False),
        sa.Column("place", code_point_string(200), nullable=False),
        sa.Column("trainer_person_id", Identity, nullable=True),
        sa.Column("guest_trainer", code_point_string(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("cancel_reason", code_point_string(500), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_workshop_minutes")),
        sa.ForeignKeyConstraint(
            ["trainer_person_id"], ["person.id"], name=op.f("fk_workshop_trainer_person_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_workshop_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
    )
    with op.batch_alter_table("workshop", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_trainer_person_id"), ["trainer_person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_workshop_unit_id_held_on"), ["unit_id", "held_on"], unique=False
        )

    op.create_table(
        "attempt",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("seed", code_point_string(32), nullable=False),
        sa.Column("questions", JsonValue, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("out_of", Identity, nullable=False),
        sa.Column("right_count", Identity, nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("safety_failed", sa.Boolean(), nullable=True),
        sa.Column("policy", sa.String(length=8), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("mistakes_seen_at", UtcDateTime(), nullable=True),
        sa.Column("shared_phone", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (passed IS NULL)", name=op.f("ck_attempt_result")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_attempt_number")),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_attempt_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "person_id",
            "module_version_id",
            "number",
            name=op.f("uq_attempt_person_id_module_version_id_number"),
        ),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attempt_module_version_id"), ["module_version_id"], unique=False
        )
        batch_op.create_index(
            "uq_attempt_counts",
            ["person_id", "module_version_id"],
            unique=True,
            sqlite_where=sa.text("counts"),
            postgresql_where=sa.text("counts"),
        )
        batch_op.create_index(
            "uq_attempt_open",
            ["person_id", "module_version_id"],
            unique=True,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )

    op.create_table(
        "attendance",
        sa.Column("id", Identity, nullable=False),
        sa.Column("workshop_id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("replaced_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_attendance_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_attendance_current",
            ["workshop_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "certificate",
        sa.Column("id", Identity, nullable=False),
        sa.Column("code", code_point_string(12), nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("printed_name", code_point_string(120), nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("fact_id", Identity, nullable=False),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by", Identity, nullable=True),
        sa.Column("revoke_reason", code_point_string(500), nullable=False),
        sa.CheckConstraint("length(code) = 12", name=op.f("ck_certificate_code")),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_certificate_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_certificate_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_certificate_fact_id")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_unit_id_issued_on"), ["unit_id", "issued_on"], unique=False
        )

    op.create_table(
        "citation",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("item_kind", code_point_string(10), nullable=False),
        sa.Column("item_key", code_point_string(80), nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("article_id", Identity, nullable=False),
        sa.Column("clause", code_point_string(10), nullable=False),
        sa.Column("point", code_point_string(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_citation_article_id_article")
        ),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_citation_module_version_id_module_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
        sa.UniqueConstraint(
            "module_version_id",
            "item_kind",
            "item_key",
            "article_id",
            "clause",
            "point",
            name=op.f("uq_citation_module_version_id_item_kind_item_key_article_id_clause_point"),
        ),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_article_id"), ["article_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", Identity, nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_account_id"), ["account_id"], unique=False)

    op.create_table(
        "device",
        sa.Column("id", Identity, nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=True),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("failures", Identity, nullable=False),
        sa.Column("wait_until", UtcDateTime(), nullable=True),
        sa.Column("dead_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_device_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_account_id"), ["account_id"], unique=False)

    op.create_table(
        "entry_pass",
        sa.Column("id", Identity, nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("code_hmac", sa.String(length=64), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", Identity, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("failures", Identity, nullable=False),
        sa.Column("wait_until", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('card', 'code', 'demo')", name=op.f("ck_entry_pass_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_entry_pass_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["account.id"], name=op.f("fk_entry_pass_issued_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_pass")),
        sa.UniqueConstraint("code_hmac", name=op.f("uq_entry_pass_code_hmac")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_entry_pass_secret_hash")),
    )
    with op.batch_alter_table("entry_pass", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entry_pass_account_id_issued_at"),
            ["account_id", "issued_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entry_pass_issued_by_issued_at"),
            ["issued_by", "issued_at"],
            unique=False,
        )

    op.create_table(
        "fact",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("kind", code_point_string(20), nullable=False),
        sa.Column("module_id", Identity, nullable=True),
        sa.Column("module_version_id", Identity, nullable=True),
        sa.Column("minutes", Identity, nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("source_kind", code_point_string(20), nullable=False),
        sa.Column("source_id", Identity, nullable=False),
        sa.CheckConstraint(
            "kind IN ('test_passed', 'class_attended', 'exemption', 'equivalence')",
            name=op.f("ck_fact_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_fact_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_fact_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_fact_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint(
            "source_kind",
            "source_id",
            "person_id",
            "module_id",
            name=op.f("uq_fact_source_kind_source_id_person_id_module_id"),
        ),
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fact_module_id_happened_on"), ["module_id", "happened_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_fact_person_id_happened_on"), ["person_id", "happened_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_fact_recorded_at"), ["recorded_at"], unique=False)
        batch_op.create_index(
            "uq_fact_source_without_module",
            ["source_kind", "source_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("module_id IS NULL"),
            postgresql_where=sa.text("module_id IS NULL"),
        )

    op.create_table(
        "lesson",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("slug", code_point_string(80), nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("minutes", Identity, nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("words", Identity, nullable=False),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_lesson_module_version_id_module_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint(
            "module_version_id", "position", name=op.f("uq_lesson_module_version_id_position")
        ),
        sa.UniqueConstraint(
            "module_version_id", "slug", name=op.f("uq_lesson_module_version_id_slug")
        ),
    )
    op.create_table(
        "question_version",
        sa.Column("id", Identity, nullable=False),
        sa.Column("question_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("kind", code_point_string(20), nullable=False),
        sa.Column("body", JsonValue, nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("topic", code_point_string(80), nullable=False),
        sa.Column("difficulty", Identity, nullable=False),
        sa.Column("source_hash", code_point_string(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_question_version_question_id_number")
        ),
    )
    op.create_table(
        "requirement_version",
        sa.Column("id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("valid_months", Identity, nullable=True),
        sa.Column("renewal", code_point_string(10), nullable=False),
        sa.Column("window_months", Identity, nullable=False),
        sa.Column("minimum_months", Identity, nullable=False),
        sa.Column("grace_days", Identity, nullable=False),
        sa.Column("hours", Identity, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.CheckConstraint(
            "renewal IN ('completion', 'expiry', 'fixed')",
            name=op.f("ck_requirement_version_renewal"),
        ),
        sa.CheckConstraint(
            "in_force_to IS NULL OR in_force_to >= in_force_from",
            name=op.f("ck_requirement_version_forward"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_requirement_version_requirement_id_requirement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_version")),
        sa.UniqueConstraint(
            "requirement_id",
            "in_force_from",
            name=op.f("uq_requirement_version_requirement_id_in_force_from"),
        ),
    )
    with op.batch_alter_table("requirement_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_requirement_version_open",
            ["requirement_id"],
            unique=True,
            sqlite_where=sa.text("in_force_to IS NULL"),
            postgresql_where=sa.text("in_force_to IS NULL"),
        )

    op.create_table(
        "role_grant",
        sa.Column("id", Identity, nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", Identity, nullable=True),
        sa.Column("granted_by", Identity, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_role_grant_forward")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["account.id"], name=op.f("fk_role_grant_granted_by_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "scenario_version",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_version_id", Identity, nullable=False),
        sa.Column("slug", code_point_string(80), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("minutes", Identity, nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("body", JsonValue, nullable=False),
        sa.Column("source_hash", code_point_string(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_scenario_version_module_version_id_module_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_version")),
        sa.UniqueConstraint(
            "module_version_id", "slug", name=op.f("uq_scenario_version_module_version_id_slug")
        ),
    )
    op.create_table(
        "workshop_module",
        sa.Column("workshop_id", Identity, autoincrement=False, nullable=False),
        sa.Column("module_version_id", Identity, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_workshop_module_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_workshop_module_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint(
            "workshop_id", "module_version_id", name=op.f("pk_workshop_module")
        ),
    )
    with op.batch_alter_table("workshop_module", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_workshop_module_module_version_id"), ["module_version_id"], unique=False
        )

    op.create_table(
        "workshop_team",
        sa.Column("workshop_id", Identity, autoincrement=False, nullable=False),
        sa.Column("team_id", Identity, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_workshop_team_team_id_team")
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_workshop_team_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "team_id", name=op.f("pk_workshop_team")),
    )
    with op.batch_alter_table("workshop_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workshop_team_team_id"), ["team_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", Identity, nullable=False),
        sa.Column("attempt_id", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=False),
        sa.Column("sequence", Identity, nullable=False),
        sa.Column("response", JsonValue, nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("client_key", code_point_string(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_answer_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_answer_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "attempt_id",
            "question_version_id",
            "sequence",
            name=op.f("uq_answer_attempt_id_question_version_id_sequence"),
        ),
        sa.UniqueConstraint("client_key", name=op.f("uq_answer_client_key")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_question_version_id"), ["question_version_id"], unique=False
        )

    op.create_table(
        "answer_mark",
        sa.Column("attempt_id", Identity, autoincrement=False, nullable=False),
        sa.Column("question_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("harmful", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_answer_mark_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_answer_mark_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "question_version_id", name=op.f("pk_answer_mark")),
    )
    with op.batch_alter_table("answer_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_mark_question_version_id"), ["question_version_id"], unique=False
        )

    op.create_table(
        "fact_withdrawal",
        sa.Column("fact_id", Identity, autoincrement=False, nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", Identity, nullable=True),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["fact.id"], name=op.f("fk_fact_withdrawal_fact_id_fact")
        ),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_fact_withdrawal")),
    )
    with op.batch_alter_table("fact_withdrawal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fact_withdrawal_recorded_at"), ["recorded_at"], unique=False
        )

    op.create_table(
        "holding",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("requirement_id", Identity, nullable=False),
        sa.Column("requirement_version_id", Identity, nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("basis", JsonValue, nullable=False),
        sa.Column("derived_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "held_until IS NULL OR held_until > held_from", name=op.f("ck_holding_forward")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_holding_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirement.id"],
            name=op.f("fk_holding_requirement_id_requirement"),
        ),
        sa.ForeignKeyConstraint(
            ["requirement_version_id"],
            ["requirement_version.id"],
            name=op.f("fk_holding_requirement_version_id_requirement_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
        sa.UniqueConstraint(
            "person_id",
            "requirement_id",
            "held_from",
            name=op.f("uq_holding_person_id_requirement_id_held_from"),
        ),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_holding_requirement_id_held_from_held_until"),
            ["requirement_id", "held_from", "held_until"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_holding_requirement_id_person_id"),
            ["requirement_id", "person_id"],
            unique=False,
        )

    op.create_table(
        "lesson_progress",
        sa.Column("person_id", Identity, autoincrement=False, nullable=False),
        sa.Column("lesson_id", Identity, autoincrement=False, nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_progress_lesson_id_lesson")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lesson_progress_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "lesson_id", name=op.f("pk_lesson_progress")),
    )
    op.create_table(
        "module_version_question",
        sa.Column("module_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("question_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("position", Identity, nullable=False),
        sa.Column("use", code_point_string(10), nullable=False),
        sa.CheckConstraint(
            "\"use\" IN ('practice', 'test', 'both')", name=op.f("ck_module_version_question_use")
        ),
        sa.ForeignKeyConstraint(
            ["module_version_id"],
            ["module_version.id"],
            name=op.f("fk_module_version_question_module_version_id_module_version"),
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_module_version_question_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint(
            "module_version_id", "question_version_id", name=op.f("pk_module_version_question")
        ),
    )
    with op.batch_alter_table("module_version_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_module_version_question_question_version_id"),
            ["question_version_id"],
            unique=False,
        )

    op.create_table(
        "practice_answer",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("question_version_id", Identity, nullable=False),
        sa.Column("response", JsonValue, nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("client_key", code_point_string(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_answer_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_version.id"],
            name=op.f("fk_practice_answer_question_version_id_question_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answer")),
        sa.UniqueConstraint("client_key", name=op.f("uq_practice_answer_client_key")),
    )
    with op.batch_alter_table("practice_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_practice_answer_person_id_question_version_id"),
            ["person_id", "question_version_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_practice_answer_question_version_id"),
            ["question_version_id"],
            unique=False,
        )

    op.create_table(
        "requirement_module",
        sa.Column("requirement_version_id", Identity, autoincrement=False, nullable=False),
        sa.Column("module_id", Identity, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_requirement_module_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_version_id"],
            ["requirement_version.id"],
            name=op.f("fk_requirement_module_requirement_version_id_requirement_version"),
        ),
        sa.PrimaryKeyConstraint(
            "requirement_version_id", "module_id", name=op.f("pk_requirement_module")
        ),
    )
    with op.batch_alter_table("requirement_module", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_requirement_module_module_id"), ["module_id"], unique=False
        )

    op.create_table(
        "scenario_run",
        sa.Column("id", Identity, nullable=False),
        sa.Column("person_id", Identity, nullable=False),
        sa.Column("scenario_version_id", Identity, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ending", code_point_string(80), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_scenario_run_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["scenario_version_id"],
            ["scenario_version.id"],
            name=op.f("fk_scenario_run_scenario_version_id_scenario_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_run")),
    )
    with op.batch_alter_table("scenario_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scenario_run_person_id_scenario_version_id"),
            ["person_id", "scenario_version_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_scenario_run_scenario_version_id"), ["scenario_version_id"], unique=False
        )

    op.create_table(
        "sign_in",
        sa.Column("id", Identity, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", Identity, nullable=False),
        sa.Column("device_id", Identity, nullable=True),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("proved_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_sign_in_device_id_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_device_id"), ["device_id"], unique=False)

    op.create_table(
        "scenario_step",
        sa.Column("run_id", Identity, autoincrement=False, nullable=False),
        sa.Column("sequence", Identity, autoincrement=False, nullable=False),
        sa.Column("node", code_point_string(80), nullable=False),
        sa.Column("choice", code_point_string(80), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["scenario_run.id"], name=op.f("fk_scenario_step_run_id_scenario_run")
        ),
        sa.PrimaryKeyConstraint("run_id", "sequence", name=op.f("pk_scenario_step")),
    )
    for table in APPEND_ONLY:
        _refuse_rewriting(table)


def downgrade() -> None:
    raise NotImplementedError("the first release has nothing to go back to; restore a backup")
