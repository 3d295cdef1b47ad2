"""Drafts of modules with their reviews; operations on units, kept with what undoes them."""

import sqlalchemy as sa
from alembic import op

from training_app.db import Identity, JsonValue, UtcDateTime, code_point_string

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_operation",
        sa.Column("id", Identity, nullable=False),
        sa.Column("operation", JsonValue, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", code_point_string(500), nullable=False),
        sa.Column("counts", JsonValue, nullable=False),
        sa.Column("questions", JsonValue, nullable=False),
        sa.Column("undo", JsonValue, nullable=False),
        sa.Column("signed_by", Identity, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", Identity, nullable=True),
        sa.Column("undo_reason", code_point_string(500), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_unit_operation_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_operation")),
    )
    op.create_table(
        "draft",
        sa.Column("id", Identity, nullable=False),
        sa.Column("module_id", Identity, nullable=True),
        sa.Column("based_on", Identity, nullable=True),
        sa.Column("slug", code_point_string(80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by", Identity, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'refused', 'published', 'withdrawn')",
            name=op.f("ck_draft_state"),
        ),
        sa.ForeignKeyConstraint(
            ["based_on"], ["module_version.id"], name=op.f("fk_draft_based_on_module_version")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_draft_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_draft_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(
            "uq_draft_open",
            ["module_id"],
            unique=True,
            sqlite_where=sa.text(
                "module_id IS NOT NULL AND state IN ('draft', 'in_review', 'refused')"
            ),
            postgresql_where=sa.text(
                "module_id IS NOT NULL AND state IN ('draft', 'in_review', 'refused')"
            ),
        )

    op.create_table(
        "draft_author",
        sa.Column("draft_id", Identity, autoincrement=False, nullable=False),
        sa.Column("account_id", Identity, autoincrement=False, nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_author_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_author_draft_id_draft")
        ),
        sa.PrimaryKeyConstraint("draft_id", "account_id", name=op.f("pk_draft_author")),
    )
    with op.batch_alter_table("draft_author", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_draft_author_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "draft_version",
        sa.Column("id", Identity, nullable=False),
        sa.Column("draft_id", Identity, nullable=False),
        sa.Column("number", Identity, nullable=False),
        sa.Column("files", JsonValue, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_by", Identity, nullable=False),
        sa.Column("base_number", Identity, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_version_draft_id_draft")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["account.id"], name=op.f("fk_draft_version_saved_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_version")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_draft_version_draft_id_number")),
    )
    op.create_table(
        "review",
        sa.Column("id", Identity, nullable=False),
        sa.Column("draft_version_id", Identity, nullable=False),
        sa.Column("reviewer", Identity, nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_version_id"],
            ["draft_version.id"],
            name=op.f("fk_review_draft_version_id_draft_version"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer"], ["account.id"], name=op.f("fk_review_reviewer_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_draft_version_id"), ["draft_version_id"], unique=False
        )


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the copy made before the upgrade")
