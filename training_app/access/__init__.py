"""Who may do what, and over which rows: pure tables and values, no database, no request."""

from training_app.access.permissions import GRANTS, Permission, Reach, Role
from training_app.access.viewer import Grant, Scope, Viewer

__all__ = ["GRANTS", "Grant", "Permission", "Reach", "Role", "Scope", "Viewer"]
