"""Every setting, permission and audit action has its line in the documents."""

import re

from tests.architecture.sources import ROOT, tracked
from training_app.access import Permission, Role
from training_app.audit.actions import Action


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_environment_variable_is_documented() -> None:
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"((?:TRAINING_[A-Z_]+|DATABASE_URL|HOST|PORT))"', source))
    missing = sorted(name for name in names if f"`{name}`" not in document("operations.md"))
    assert not missing, f"{missing}: explain them in docs/operations.md"


def test_every_permission_and_role_is_documented() -> None:
    text = document("permissions.md")
    missing = sorted(x.value for x in (*Permission, *Role) if f"`{x.value}`" not in text)
    assert not missing, f"{missing}: explain them in docs/permissions.md"


def test_every_audit_action_is_documented() -> None:
    text = document("operations.md")
    missing = sorted(action.value for action in Action if f"`{action.value}`" not in text)
    assert not missing, f"{missing}: explain them in docs/operations.md"


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for path in tracked(".md"):
        folder = (ROOT / path).parent
        text = (ROOT / path).read_text(encoding="utf-8")
        targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
        dead += [f"{path}: {target}" for target in targets if not (folder / target).exists()]
    assert not dead, "\n".join(dead)
