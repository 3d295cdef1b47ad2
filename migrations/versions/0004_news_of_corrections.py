"""Whose result was corrected is told until it was read."""

import sqlalchemy as sa
from alembic import op

from training_app.db import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("news_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("go back by restoring the copy made before the upgrade")
