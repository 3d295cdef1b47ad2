"""The vocabulary of audit events. Every line has a sentence in ``docs/operations.md``."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What happened, as ``resource.verb``."""

    # signing in
    SIGN_IN = "sign-in.succeeded"
    SIGN_IN_FAILED = "sign-in.failed"
    SIGN_OUT = "sign-in.ended"
    CARD_ISSUED = "card.issued"
    CARD_USED = "card.used"
    CODE_ISSUED = "code.issued"
    CODE_USED = "code.used"
    PIN_CHOSEN = "pin.chosen"
    DEVICE_REMOVED = "device.removed"
    ACCOUNT_LOCKED = "account.locked"
    ACCOUNT_UNLOCKED = "account.unlocked"
    ACCOUNT_CREATED = "account.created"
    PASSPHRASE_CHANGED = "passphrase.changed"  # noqa: S105 - the name of an event
    SECOND_FACTOR_SET = "second-factor.set"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    ACCESS_REFUSED = "access.refused"
    # people and teams
    NAMES_VIEWED = "names.viewed"
    NAMES_EXPORTED = "names.exported"
    MINORITY_VIEWED = "minority.viewed"
    TEAM_CREATED = "team.created"
    TEAM_CHANGED = "team.changed"
    TEAM_ENDED = "team.ended"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_MERGED = "person.merged"
    PERSON_UNMERGED = "person.unmerged"
    MEMBERSHIP_STARTED = "membership.started"
    MEMBERSHIP_ENDED = "membership.ended"
    MEMBERSHIP_MOVED = "membership.moved"
    LEADER_ELECTED = "leader.elected"
    RECOGNITION_RECORDED = "recognition.recorded"
    EXCEPTION_GRANTED = "exception.granted"
    ROSTER_IMPORTED = "roster.imported"
    ROSTER_UNDONE = "roster.undone"
    UNITS_LOADED = "units.loaded"
    # content and law
    LAWS_LOADED = "laws.loaded"
    LAW_CHANGED = "law.changed"
    MODULE_PUBLISHED = "module.published"
    MODULE_RETIRED = "module.retired"
    # training
    WORKSHOP_RECORDED = "workshop.recorded"
    WORKSHOP_CHANGED = "workshop.changed"
    ATTENDANCE_RECORDED = "attendance.recorded"
    ATTEMPT_SUBMITTED = "attempt.submitted"
    FACT_RECORDED = "fact.recorded"
    FACT_WITHDRAWN = "fact.withdrawn"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    REQUIREMENT_SET = "requirement.set"
    REQUIREMENT_ENDED = "requirement.ended"
    EXEMPTION_GRANTED = "exemption.granted"
    # the machine
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    DEMO_SEEDED = "demo.seeded"
