"""Issuing cards, codes and demonstration links, and letting somebody in with one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from training_app.access import Viewer
from training_app.accounts.models import Account, EntryPass, Kind, PassKind
from training_app.accounts.queries import passes as held
from training_app.accounts.rules import lifetimes, tokens
from training_app.accounts.services.accounts import revoke_passes
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.db import Unscoped, touched
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import Person
from training_app.work import services as work

CODES_A_DAY = 10
_LIVES = {
    PassKind.CARD: timedelta(days=lifetimes.CARD_DAYS),
    PassKind.CODE: timedelta(minutes=lifetimes.CODE_MINUTES),
    PassKind.DEMO: timedelta(days=365),
}
_SAME_CODE_TRIES = 5
_SHOWN_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Issued:
    """The secrets of a pass: ``secret`` for a QR code or link, ``code`` to type or read aloud."""

    pass_id: int
    secret: str
    code: str


def secrets_of(entry_pass: EntryPass, *, pepper: str) -> Issued:
    """The secrets again, for the page that shows them to their issuer."""
    return Issued(
        entry_pass.id,
        tokens.card_secret(pepper, entry_pass.seed),
        tokens.entry_code(pepper, entry_pass.seed),
    )


def issue_card(
    session: Session,
    account: Account,
    *,
    pepper: str,
    now: datetime,
    actor: Viewer,
    reason: str = "",
) -> Issued:
    """Issue a card to print; older cards of the account die.

    Raises RuleBroken for staff accounts, for the own account and for locked ones.
    """
    _refuse_wrong_account(account, actor)
    if account.kind != Kind.MEDIATOR:
        raise RuleBroken(N_("Staff accounts have no card; the office above issues a code."))
    revoke_passes(session, account.id, now=now, kind=PassKind.CARD)
    return _issue(
        session, account, PassKind.CARD, pepper=pepper, reason=reason, now=now, actor=actor
    )


def issue_code(
    session: Session,
    account: Account,
    *,
    pepper: str,
    now: datetime,
    actor: Viewer,
    reason: str = "",
) -> Issued:
    """Issue a code of 30 minutes to be read aloud; older codes of the account die.

    A staff account must have been emptied first (``reset_staff``), so that a code alone never
    stands for passphrase and second factor. Raises RuleBroken for that, for the own account, for
    locked ones and beyond ten codes a day by one issuer.
    """
    _refuse_wrong_account(account, actor)
    if account.kind == Kind.STAFF and account.secret_hash is not None:
        raise RuleBroken(N_("A staff account gets a code only when its sign-in is set up anew."))
    if actor.account_id is not None:
        day = held.local_day(now)
        key = f"codes-issued:{actor.account_id}:{day}"
        over = work.throttle(session, key, limit=CODES_A_DAY, window=timedelta(hours=24), now=now)
        if over is not None:
            raise RuleBroken(
                N_("Ten codes were issued today; more follow tomorrow. Cards can still be printed.")
            )
    revoke_passes(session, account.id, now=now, kind=PassKind.CODE)
    return _issue(
        session, account, PassKind.CODE, pepper=pepper, reason=reason, now=now, actor=actor
    )


def issue_demo_link(
    session: Session, account: Account, *, pepper: str, now: datetime, actor: Viewer
) -> str:
    """Issue a one-time demonstration link and return its secret; older links die."""
    revoke_passes(session, account.id, now=now, kind=PassKind.DEMO)
    link = _issue(session, account, PassKind.DEMO, pepper=pepper, reason="", now=now, actor=actor)
    return link.secret


def _refuse_wrong_account(account: Account, actor: Viewer) -> None:
    if account.id == actor.account_id:
        raise RuleBroken(N_("Nobody issues a card or code for the own account."))
    if account.locked_at is not None:
        raise RuleBroken(N_("The account is locked. Unlock it first."))


def _issue(
    session: Session,
    account: Account,
    kind: PassKind,
    *,
    pepper: str,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> Issued:
    """Store a pass; a code that by chance exists already is drawn again."""
    for _ in range(_SAME_CODE_TRIES):
        seed = tokens.new_seed()
        entry_pass = EntryPass(
            account_id=account.id,
            kind=kind.value,
            seed=seed,
            secret_hash=tokens.fingerprint(tokens.card_secret(pepper, seed)),
            code_hmac=tokens.code_fingerprint(pepper, tokens.entry_code(pepper, seed)),
            issued_at=now,
            issued_by=actor.account_id,
            reason=reason,
            expires_at=now + _LIVES[kind],
        )
        try:
            with session.begin_nested():
                session.add(entry_pass)
        except IntegrityError:
            continue
        note(
            session,
            Action.CARD_ISSUED if kind == PassKind.CARD else Action.CODE_ISSUED,
            account.id,
            actor=actor,
            now=now,
            unit_id=held.unit_of_person(session, account.person_id, now=now),
            reason=reason,
            detail={"kind": kind.value, "pass": entry_pass.id},
        )
        return secrets_of(entry_pass, pepper=pepper)
    raise AssertionError("five codes in a row existed already: the random source is broken")


def note_shown_again(session: Session, pass_id: int, *, now: datetime) -> None:
    """Write down that a used card was shown once more: by its owner on a new phone, or a copy.

    The officer sees it in the history; the person is told unless the right PIN follows. Showing
    it over and over is written down once in ten minutes.
    """
    account_id = session.scalar(
        update(EntryPass)
        .where(
            EntryPass.id == pass_id,
            or_(
                EntryPass.shown_again_at.is_(None),
                EntryPass.shown_again_at <= now - _SHOWN_AGAIN,
            ),
        )
        .values(shown_again_at=now)
        .returning(EntryPass.account_id)
        .execution_options(synchronize_session=False)
    )
    if account_id is None:
        return
    account = session.get_one(Account, account_id)
    note(
        session,
        Action.CARD_SHOWN_AGAIN,
        account_id,
        actor=Viewer.anonymous(),
        now=now,
        unit_id=held.unit_of_person(session, account.person_id, now=now),
        detail={"pass": pass_id},
    )


def tell_shown_again(session: Session, account_id: int) -> datetime | None:
    """When a card of the account was shown without its PIN, to be told once at this entry."""
    shown = (EntryPass.account_id == account_id, EntryPass.shown_again_at.is_not(None))
    latest = session.scalar(select(func.max(EntryPass.shown_again_at)).where(*shown))
    if latest is not None:
        session.execute(
            update(EntryPass)
            .where(*shown)
            .values(shown_again_at=None)
            .execution_options(synchronize_session=False)
        )
    return latest


# -- letting in ------------------------------------------------------------------------------


@dataclass(frozen=True)
class LetIn:
    """The pass was good and is now used up."""

    account: Account
    kind: PassKind


@dataclass(frozen=True)
class PinWanted:
    """A card that was used before: it lets in together with the PIN."""

    pass_id: int


@dataclass(frozen=True)
class Refused:
    """Nobody is let in; ``known`` says that a long secret was real but has had its time."""

    known: bool = False


def use_pass(
    session: Session,
    given: str,
    *,
    pepper: str,
    now: datetime,
    kinds: frozenset[PassKind] = frozenset({PassKind.CARD, PassKind.CODE}),
) -> LetIn | PinWanted | Refused:
    """Let somebody in with a card's secret or a typed code.

    The conditional UPDATE decides: of any number of simultaneous uses one is let in.
    """
    entry_pass = held.find_pass(session, given, pepper=pepper)
    if entry_pass is None or entry_pass.kind not in kinds:
        return Refused()
    account = session.get_one(Account, entry_pass.account_id)
    long_secret = len(tokens.tidy(given)) == tokens.SECRET_LENGTH
    if account.locked_at is not None or entry_pass.revoked_at is not None:
        return Refused(known=long_secret)
    if _would_skip_factors(account, entry_pass):
        return Refused()
    if entry_pass.used_at is not None:
        again = entry_pass.kind == PassKind.CARD and account.secret_hash is not None
        return PinWanted(entry_pass.id) if again else Refused(known=long_secret)
    if not _take(session, entry_pass.id, now):
        return Refused(known=long_secret)
    session.refresh(entry_pass)
    kind = PassKind(entry_pass.kind)
    note(
        session,
        Action.CARD_USED if kind == PassKind.CARD else Action.CODE_USED,
        account.id,
        actor=Viewer(account_id=account.id),
        now=now,
        detail={"kind": kind.value, "pass": entry_pass.id},
    )
    return LetIn(account, kind)


def _would_skip_factors(account: Account, entry_pass: EntryPass) -> bool:
    """Whether a code would stand for the passphrase and second factor of staff."""
    factors = account.kind == Kind.STAFF and account.secret_hash is not None
    return factors and entry_pass.kind != PassKind.DEMO


def _take(session: Session, pass_id: int, now: datetime) -> bool:
    """Use the pass up, if nobody has and it has not run out."""
    result = session.execute(
        update(EntryPass)
        .where(
            EntryPass.id == pass_id,
            EntryPass.used_at.is_(None),
            EntryPass.revoked_at.is_(None),
            EntryPass.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return touched(result) == 1


@dataclass(frozen=True)
class News:
    """Passes issued since the person last came in: how many, and the latest."""

    count: int
    issued_at: datetime
    issuer: str


def tell_issued(session: Session, account_id: int, *, now: datetime) -> News | None:
    """What must be told to the person at this entry, once."""
    issuer, person = aliased(Account), aliased(Person)
    untold = (EntryPass.account_id == account_id, EntryPass.told_at.is_(None))
    rows = session.execute(
        select(EntryPass.issued_at, func.coalesce(person.full_name, ""))
        .outerjoin(issuer, issuer.id == EntryPass.issued_by)
        .outerjoin(person, person.id == issuer.person_id)
        .where(*untold, EntryPass.kind != PassKind.DEMO.value)
        .order_by(EntryPass.issued_at.desc())
        .execution_options(scope=Unscoped("who issued a way into the own account"))
    ).all()
    if not rows:
        return None
    session.execute(
        update(EntryPass)
        .where(*untold)
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    return News(len(rows), rows[0][0], rows[0][1])
