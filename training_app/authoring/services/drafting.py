"""Writing, reviewing and publishing modules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.authoring import queries
from training_app.authoring.checks import Checked
from training_app.authoring.models import (
    EDITABLE,
    OPEN,
    Decision,
    Draft,
    DraftAuthor,
    DraftState,
    DraftVersion,
    Review,
)
from training_app.authoring.rules import new_module, slug_of
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import Change, Module, ModuleVersion
from training_app.catalogue.queries import module_by_slug, module_files
from training_app.db import touched
from training_app.errors import N_, InvalidInput, NotAllowed, NotFound, RuleBroken
from training_app.laws.source import Problem
from training_app.vietnamese import fold

STEPPED_AHEAD = N_("Somebody else was faster: this draft is in another state now. Look again.")


class Conflict(RuleBroken):
    """A colleague changed the same file meanwhile; carries both texts, and the newest number."""

    def __init__(self, name: str, mine: str, theirs: str, number: int, author: str) -> None:
        super().__init__(N_("A colleague saved this meanwhile. Both texts are kept."))
        self.name = name
        self.mine = mine
        self.theirs = theirs
        self.number = number
        self.author = author


class NotReady(RuleBroken):
    """The draft has errors; carries them with their places."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        message = N_("%(count)d things have to be mended first. Everything saved stays saved.")
        super().__init__(message, count=len(problems))
        self.problems = problems


# -- writing -----------------------------------------------------------------------------------


def begin(session: Session, slug: str, *, now: datetime, actor: Viewer) -> Draft:
    """A draft of a published module; joins the one that is open. Raises :class:`NotFound`."""
    card = module_by_slug(session, slug)
    if card is None:
        raise NotFound
    draft = _open_draft(session, card.module_id)
    if draft is None:
        draft = Draft(module_id=card.module_id, based_on=card.version_id, slug=slug)
        files = module_files(session, card.version_id)
        try:
            with session.begin_nested():
                _begin(session, draft, files, now=now, actor=actor)
        except IntegrityError:
            draft = _open_draft(session, card.module_id)
            if draft is None:
                raise RuleBroken(STEPPED_AHEAD) from None
    _join(session, draft, now=now, actor=actor)
    return draft


def begin_new(session: Session, title: str, *, now: datetime, on: date, actor: Viewer) -> Draft:
    """A draft of a module that does not exist yet; its address comes from the title."""
    slug = slug_of(fold(title))
    taken = session.scalar(select(Module.id).where(Module.slug == slug)) or session.scalar(
        select(Draft.id).where(Draft.slug == slug, Draft.state.in_(OPEN))
    )
    if taken:
        message = N_("There is a module with this title already. Choose another title.")
        raise InvalidInput(message, field="title")
    last = session.scalar(
        select(func.max(ModuleVersion.position)).where(ModuleVersion.superseded_at.is_(None))
    )
    draft = Draft(module_id=None, based_on=None, slug=slug)
    _begin(session, draft, new_module(title, (last or 0) + 1, on), now=now, actor=actor)
    _join(session, draft, now=now, actor=actor)
    return draft


def _open_draft(session: Session, module_id: int) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.module_id == module_id, Draft.state.in_(OPEN)))


def _begin(
    session: Session, draft: Draft, files: Mapping[str, str], *, now: datetime, actor: Viewer
) -> None:
    draft.state, draft.created_by = DraftState.DRAFT, _account(actor)
    draft.created_at = draft.changed_at = now
    session.add(draft)
    session.flush()
    session.add(_version(draft, 1, files, 0, now=now, actor=actor))
    _audit(session, Action.DRAFT_BEGUN, draft, now=now, actor=actor, version=1)
    session.flush()


def _version(
    draft: Draft,
    number: int,
    files: Mapping[str, str],
    base: int,
    *,
    now: datetime,
    actor: Viewer,
) -> DraftVersion:
    return DraftVersion(
        draft_id=draft.id,
        number=number,
        files=dict(files),
        saved_at=now,
        saved_by=_account(actor),
        base_number=base,
    )


def _join(session: Session, draft: Draft, *, now: datetime, actor: Viewer) -> None:
    """Let the actor write in the draft; twice is once."""
    account_id = _account(actor)
    if session.get(DraftAuthor, (draft.id, account_id)):
        return
    session.add(DraftAuthor(draft_id=draft.id, account_id=account_id, joined_at=now))
    if account_id != draft.created_by:
        _audit(session, Action.DRAFT_JOINED, draft, now=now, actor=actor)
    session.flush()


def save(
    session: Session,
    draft: Draft,
    changes: Mapping[str, str | None],
    base_number: int,
    *,
    now: datetime,
    actor: Viewer,
) -> DraftVersion:
    """Save files (None removes one) as a new version; without a change nothing is written.

    ``base_number`` is the version that the author saw. Raises :class:`Conflict` when a colleague
    changed one of these files since; other files are left as the colleague saved them.
    """
    _move(session, draft, EDITABLE, None, now=now)
    last = queries.newest(session, draft)
    if base_number != last.number:
        _refuse_overwriting(session, draft, changes, base_number, last)
    files = {**last.files, **changes}
    kept = {name: text for name, text in files.items() if text is not None}
    if kept == last.files:
        return last
    saved = _version(draft, last.number + 1, kept, base_number, now=now, actor=actor)
    try:
        with session.begin_nested():
            session.add(saved)
    except IntegrityError:
        last = queries.newest(session, draft)
        _refuse_overwriting(session, draft, changes, base_number, last)
        raise RuleBroken(STEPPED_AHEAD) from None
    return saved


def _refuse_overwriting(
    session: Session,
    draft: Draft,
    changes: Mapping[str, str | None],
    base_number: int,
    last: DraftVersion,
) -> None:
    base = queries.version(session, draft, base_number).files
    for name, text in changes.items():
        theirs = last.files.get(name)
        if theirs not in (base.get(name), text):
            author = queries.versions(session, draft)[0].author
            raise Conflict(name, text or "", theirs or "", last.number, author)


def withdraw(session: Session, draft: Draft, *, now: datetime, actor: Viewer) -> None:
    """Give the draft up; what was saved stays readable in the database."""
    _move(session, draft, EDITABLE, DraftState.WITHDRAWN, now=now)
    _audit(session, Action.DRAFT_WITHDRAWN, draft, now=now, actor=actor)
    session.flush()


# -- review ------------------------------------------------------------------------------------


def send_for_review(session: Session, draft: Draft, *, now: datetime, actor: Viewer) -> None:
    """Hand the newest version to a reviewer. Raises :class:`NotReady` with what is missing."""
    _move(session, draft, EDITABLE, DraftState.IN_REVIEW, now=now)
    last = queries.newest(session, draft)
    _demand_ready(session, draft, last)
    _audit(session, Action.DRAFT_SENT, draft, now=now, actor=actor, version=last.number)
    session.flush()


def take_back(session: Session, draft: Draft, *, now: datetime, actor: Viewer) -> None:
    """Go on writing before the reviewer has decided."""
    _move(session, draft, (DraftState.IN_REVIEW,), DraftState.DRAFT, now=now)
    _audit(session, Action.DRAFT_TAKEN_BACK, draft, now=now, actor=actor)
    session.flush()


def refuse(
    session: Session, draft: Draft, number: int, note: str, *, now: datetime, actor: Viewer
) -> None:
    """Send the version back to its author with a note that says what to mend."""
    if not note.strip():
        raise InvalidInput(N_("Write what has to be mended."), field="note")
    last = _reviewed(session, draft, number, actor=actor)
    _move(session, draft, (DraftState.IN_REVIEW,), DraftState.REFUSED, now=now)
    _decide(session, last, Decision.REFUSED, note, now=now, actor=actor)
    _audit(session, Action.DRAFT_REFUSED, draft, now=now, actor=actor, version=number)
    session.flush()


def publish(
    session: Session,
    draft: Draft,
    number: int,
    change: Change,
    note: str = "",
    *,
    now: datetime,
    actor: Viewer,
) -> ModuleVersion:
    """Publish the version that the reviewer read; never by one of its authors.

    Raises :class:`NotAllowed` for an author, :class:`NotReady` when a check fails today, and
    :class:`RuleBroken` when the draft or the published module changed meanwhile.
    """
    last = _reviewed(session, draft, number, actor=actor)
    _move(session, draft, (DraftState.IN_REVIEW,), DraftState.PUBLISHED, now=now)
    _demand_current(session, draft)
    checked = _demand_ready(session, draft, last)
    if checked.module is None:
        raise NotReady(checked.errors)
    version = catalogue.publish(session, checked.module, now=now, actor=actor, change=change)
    if version.id == draft.based_on:
        raise RuleBroken(N_("Nothing in this draft differs from what is published."))
    draft.module_id = version.module_id
    _decide(session, last, Decision.APPROVED, note, now=now, actor=actor)
    _audit(session, Action.DRAFT_APPROVED, draft, now=now, actor=actor, version=number)
    session.flush()
    return version


def catch_up(session: Session, draft: Draft, *, now: datetime, actor: Viewer) -> None:
    """The author has brought in what was published since the draft was begun."""
    _move(session, draft, EDITABLE, None, now=now)
    current = queries.current_version(session, draft.module_id)
    draft.based_on = current.id if current else None
    _audit(session, Action.DRAFT_RENEWED, draft, now=now, actor=actor)
    session.flush()


def _reviewed(session: Session, draft: Draft, number: int, *, actor: Viewer) -> DraftVersion:
    """The newest version, if it is the one that was read and nobody reviews the own work."""
    if _account(actor) in queries.writers(session, draft):
        raise NotAllowed
    last = queries.newest(session, draft)
    if last.number != number:
        raise RuleBroken(STEPPED_AHEAD)
    return last


def _demand_current(session: Session, draft: Draft) -> None:
    """Nothing that was published since the draft was begun may be undone unseen."""
    current = queries.current_version(session, draft.module_id)
    known = session.scalar(select(Module.id).where(Module.slug == draft.slug))
    published = current.id if current else None
    if published != draft.based_on or (draft.module_id is None and known is not None):
        message = N_(
            "The module was published again after this draft was begun. "
            "Send it back, so that its author brings in what changed."
        )
        raise RuleBroken(message)


def _demand_ready(session: Session, draft: Draft, version: DraftVersion) -> Checked:
    checked = queries.checked(session, draft, version.files)
    if checked.errors:
        raise NotReady(checked.errors)
    return checked


def _decide(
    session: Session,
    version: DraftVersion,
    decision: Decision,
    note: str,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    session.add(
        Review(
            draft_version_id=version.id,
            reviewer=_account(actor),
            decision=decision,
            note=note,
            at=now,
        )
    )


# -- steps -------------------------------------------------------------------------------------


def _move(
    session: Session,
    draft: Draft,
    before: Collection[str],
    after: DraftState | None,
    *,
    now: datetime,
) -> None:
    """Take a step that only these states allow; the database tells two at once apart."""
    session.flush()
    state = after.value if after else Draft.state
    moved = session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.state.in_(before))
        .values(state=state, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(draft)
    if touched(moved) != 1:
        raise RuleBroken(STEPPED_AHEAD)


def _account(actor: Viewer) -> int:
    if actor.account_id is None:
        raise NotAllowed
    return actor.account_id


def _audit(
    session: Session,
    action: Action,
    draft: Draft,
    *,
    now: datetime,
    actor: Viewer,
    version: int | None = None,
) -> None:
    record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="draft",
        object_id=draft.id,
        detail={"slug": draft.slug} | ({"version": version} if version else {}),
    )
