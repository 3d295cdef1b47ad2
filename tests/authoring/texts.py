"""A published module that keeps every promise, and people who write and review."""

from sqlalchemy.orm import Session

from tests import learners
from tests.catalogue.examples import HEAD, NOW, register
from tests.factories import visitors
from tests.factories.records import person
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account
from training_app.catalogue.models import ModuleVersion
from training_app.catalogue.parsing import module_texts, parse_module
from training_app.catalogue.services import publish
from training_app.laws.services import load as load_laws

SLUG = learners.SLUG
SENTENCE = "Ông/bà nghe từng bên nói cho hết rồi mới hỏi lại."
PARAGRAPH = " ".join([SENTENCE] * 11)
MARKDOWN = f"{PARAGRAPH}\n\n## Nghe\n\n{PARAGRAPH}\n\n## Hỏi\n\n{PARAGRAPH}"
LESSON = f"""\
+++
title = "{{title}}"
minutes = 4
cites = ["luat-a#16"]
+++
{MARKDOWN}
"""
FILES = {
    "module.toml": HEAD,
    "10-mot.md": LESSON.format(title="Bài một"),
    "20-hai.md": LESSON.format(title="Bài hai"),
    "bank.toml": learners.BANK,
}


def teach(session: Session) -> ModuleVersion:
    """Publish the module."""
    load_laws(session, register(), now=NOW, actor=learners.SYSTEM)
    return publish_files(session, FILES)


def publish_files(session: Session, files: dict[str, str]) -> ModuleVersion:
    """Publish what the files say, past all drafts: what loading a folder does."""
    module = parse_module(module_texts(SLUG, files)).module()
    assert module
    return publish(session, module, now=NOW, actor=learners.SYSTEM)


def staff(session: Session, name: str, role: Role) -> tuple[Account, Viewer]:
    """An account with a role, and the viewer that services see."""
    who = person(session, name)
    account = visitors.account(session, who, role=role)
    viewer = Viewer(account_id=account.id, person_id=who.id, name=name, grants=(Grant(role),))
    return account, viewer
