"""Accounts, the ways into them, and the roles they hold.

No column holds a secret that works by itself: tokens are SHA-256, PINs and passphrases Argon2id
over HMAC(pepper, …), typed codes HMAC(pepper, …), second-factor secrets sealed with the pepper.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, PrimaryKey, code_point_string
from training_app.organisation.models import Dated, Person, Team, Unit

PERSON = Person.__table__.c.id
TEAM = Team.__table__.c.id
UNIT = Unit.__table__.c.id


class Kind(StrEnum):
    """How an account signs in: with card and PIN, or with name, passphrase and second factor."""

    MEDIATOR = "mediator"
    STAFF = "staff"


class PassKind(StrEnum):
    """What lets somebody in once."""

    CARD = "card"
    CODE = "code"
    DEMO = "demo"


class Account(Base):
    """The one account of a person."""

    __tablename__ = "account"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey(PERSON), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    login_name: Mapped[str | None] = mapped_column(code_point_string(60), unique=True)
    secret_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(120))
    # The last accepted time step: a second-factor code is accepted once.
    totp_step: Mapped[int] = mapped_column(default=0)
    totp_since: Mapped[datetime | None]
    notice_seen_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    lock_reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("kind IN ('mediator', 'staff')", name="kind"),)


class RoleGrant(Dated, Base):
    """A role held over a unit, or nowhere in particular, from one day to another."""

    __tablename__ = "role_grant"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(UNIT), index=True)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="forward"),
    )


class Proposal(Base):
    """An act that takes two people: one proposes it, another confirms it before it runs out."""

    __tablename__ = "proposal"

    id: Mapped[PrimaryKey]
    act: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(UNIT))
    reason: Mapped[str] = mapped_column(String(500))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("act IN ('grant_role', 'set_up_anew')", name="act"),
        CheckConstraint("outcome IN ('confirmed', 'refused', 'withdrawn')", name="outcome"),
        CheckConstraint("outcome <> 'confirmed' OR decided_by <> proposed_by", name="two_people"),
    )


class StudyTogether(Base):
    """A phone lent to a team for some hours: its members enter on it with their own PINs.

    The phones of this evening are the :class:`Device` rows that name it; closing it removes
    those that it brought.
    """

    __tablename__ = "study_together"

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(ForeignKey(TEAM), index=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Device(Base):
    """A phone or computer that an account has used; the token lives in its cookie.

    PIN tries are counted here: a stranger holds no token and can neither guess nor lock.
    ``shared`` is unknown until the person has said whose phone it is. A phone lent to the team
    names the evening, and ends with it.
    """

    __tablename__ = "device"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    shared: Mapped[bool | None]
    label: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    # The person chose to be asked for the PIN after half a day without use.
    asks_pin: Mapped[bool | None]
    together_id: Mapped[int | None] = mapped_column(ForeignKey("study_together.id"), index=True)
    ends_at: Mapped[datetime | None]


class SignIn(Base):
    """One sign-in; deleting or ending the row ends it on the next request."""

    __tablename__ = "sign_in"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    way: Mapped[str] = mapped_column(String(10))
    shared: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # When PIN or passphrase was last given: sensitive acts ask for it again after five minutes.
    proved_at: Mapped[datetime | None]


class EntryPass(Base):
    """A card, a code or a demonstration link: lets its account in once.

    The secrets grow from ``seed`` and the pepper (``rules.tokens``); the database holds only
    their fingerprints. A card that was used lets in again only together with the PIN.
    """

    __tablename__ = "entry_pass"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    seed: Mapped[str] = mapped_column(String(32))
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_hmac: Mapped[str | None] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # Consecutive wrong PINs given together with this card.
    failures: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None]
    # When the person was told that this pass had been issued.
    told_at: Mapped[datetime | None]
    # When a used card was shown once more and no right PIN has followed; the person is told.
    shown_again_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('card', 'code', 'demo')", name="kind"),
        Index(None, "account_id", "issued_at"),
        Index(None, "issued_by", "issued_at"),
    )


class Passkey(Base):
    """A passkey of a staff account: the public half, which lets nobody in by itself."""

    __tablename__ = "passkey"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1_023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2_000))
    # How often it was used, as it says itself; stays 0 where passkeys are kept in several places.
    sign_count: Mapped[int] = mapped_column(Identity, default=0)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Consent(Base):
    """An optional consent, given and perhaps withdrawn; nothing else depends on it."""

    __tablename__ = "consent"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
