"""Legal currency, marking, hall mode, roll-ups, reports and requests about personal data."""

import sqlalchemy as sa
from alembic import op

from training_app.db import Identity, JsonValue, UtcDateTime, code_point_string

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
        "hall_session",
        sa.Column("id", Identity, nullable=False),
        sa.Column("workshop_id", Identity, nullable=False),
        sa.Column("code", Identity, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("opened_by", Identity, nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_hall_session_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_session")),
    )
    with op.batch_alter_table("hall_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hall_session_workshop_id"), ["workshop_id"], unique=False
        )
        batch_op.create_index(
            "uq_hall_session_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_hall_session_workshop",
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
        sa.Column("session_id", Identity, nullable=False),
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
        sa.ForeignKeyConstraint(
            ["session_id"], ["hall_session.id"], name=op.f("fk_hall_round_session_id_hall_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_round")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_hall_round_session_id_number")),
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
            ["session_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

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

    with op.batch_alter_table("requirement_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("class_only", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the copy made before the upgrade")
