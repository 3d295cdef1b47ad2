"""Permissions and the one table that gives them to roles.

Read :data:`GRANTS` as a sentence: "a commune officer may ``person:view`` over the unit's subtree".
What is not in the table is refused.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The roles that an account can hold, each over a place and for a time."""

    MEDIATOR = "mediator"
    TEAM_LEADER = "team_leader"
    TRAINER = "trainer"
    REVIEWER = "reviewer"
    COMMUNE_OFFICER = "commune_officer"
    PROVINCE_OFFICER = "province_officer"
    MINISTRY_VIEWER = "ministry_viewer"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset(Role) - {Role.MEDIATOR, Role.TEAM_LEADER}


class Reach(StrEnum):
    """Over which rows a permission holds."""

    SELF = "self"  # the person alone
    TEAM = "team"  # the teams that the person leads
    CLASS = "class"  # people of the classes that the trainer runs, while open and 30 days after
    UNIT = "unit"  # the unit of the grant and all below it
    TOTALS = "totals"  # counts of the unit's subtree, never a name, small cells hidden
    ALL = "all"  # not bound to a unit


class Permission(StrEnum):
    """What can be done, as ``resource:action``."""

    # everybody's own
    LESSON_READ = "lesson:read"
    ASSESSMENT_TAKE = "assessment:take"
    PRACTICE_TAKE = "practice:take"
    RECORD_VIEW_OWN = "record:view-own"
    ACCOUNT_MANAGE_OWN = "account:manage-own"
    # people, teams, rosters
    UNIT_VIEW = "unit:view"
    UNIT_MANAGE = "unit:manage"
    TEAM_VIEW = "team:view"
    TEAM_MANAGE = "team:manage"
    PERSON_VIEW = "person:view"
    PERSON_MANAGE = "person:manage"
    PHONE_VIEW = "phone:view"
    MINORITY_VIEW = "minority:view"
    DATA_REQUEST_DECIDE = "data-request:decide"
    DATA_REQUEST_UNPLACED = "data-request:decide-unplaced"
    ROSTER_IMPORT = "roster:import"
    ENTRY_ISSUE = "entry:issue"
    ENTRY_LOCK = "entry:lock"
    # staff
    STAFF_VIEW = "staff:view"
    STAFF_MANAGE = "staff:manage"
    # training and its counting
    WORKSHOP_VIEW = "workshop:view"
    WORKSHOP_PLAN = "workshop:plan"
    WORKSHOP_RECORD = "workshop:record"
    RESULT_VIEW = "result:view"
    DESK_VIEW = "desk:view"
    CERTIFICATE_VIEW = "certificate:view"
    CERTIFICATE_REVOKE = "certificate:revoke"
    REQUIREMENT_VIEW = "requirement:view"
    REQUIREMENT_MANAGE = "requirement:manage"
    EXEMPTION_MANAGE = "exemption:manage"
    TARGET_MANAGE = "target:manage"
    COVERAGE_VIEW = "coverage:view"
    COVERAGE_NAMES = "coverage:names"
    COVERAGE_EXPORT = "coverage:export"
    REPORT_VIEW = "report:view"
    REPORT_PREPARE = "report:prepare"
    REPORT_APPROVE = "report:approve"
    # content
    CONTENT_DRAFT = "content:draft"
    CONTENT_REVIEW = "content:review"
    CONTENT_PUBLISH = "content:publish"
    ITEM_STATISTICS = "item-statistics:view"
    ANSWER_MARK = "answer:mark"
    ANSWER_DECIDE = "answer:decide"
    KEY_CORRECT = "key:correct"
    KEY_LOWER = "key:lower"
    LAW_VIEW = "law:view"
    LAW_MANAGE = "law:manage"
    # oversight and the machine
    AUDIT_VIEW = "audit:view"
    JOB_VIEW_OWN = "job:view-own"
    SYSTEM_MANAGE = "system:manage"


_P = Permission

# Everybody who signs in learns, and looks after the own account.
_OWN: dict[Permission, Reach] = {
    _P.LESSON_READ: Reach.ALL,
    _P.ASSESSMENT_TAKE: Reach.SELF,
    _P.PRACTICE_TAKE: Reach.SELF,
    _P.RECORD_VIEW_OWN: Reach.SELF,
    _P.ACCOUNT_MANAGE_OWN: Reach.SELF,
    _P.JOB_VIEW_OWN: Reach.SELF,
    _P.LAW_VIEW: Reach.ALL,
}

GRANTS: dict[Role, dict[Permission, Reach]] = {
    Role.MEDIATOR: _OWN,
    Role.TEAM_LEADER: _OWN
    | {
        _P.TEAM_VIEW: Reach.TEAM,
        _P.PERSON_VIEW: Reach.TEAM,
        _P.PHONE_VIEW: Reach.TEAM,
        _P.RESULT_VIEW: Reach.TEAM,
        _P.ENTRY_ISSUE: Reach.TEAM,
        _P.REQUIREMENT_VIEW: Reach.TEAM,
        _P.WORKSHOP_VIEW: Reach.TEAM,
    },
    Role.TRAINER: _OWN
    | {
        _P.PERSON_VIEW: Reach.CLASS,
        _P.RESULT_VIEW: Reach.CLASS,
        _P.WORKSHOP_VIEW: Reach.CLASS,
        _P.WORKSHOP_RECORD: Reach.CLASS,
        _P.DESK_VIEW: Reach.CLASS,
        _P.CONTENT_DRAFT: Reach.ALL,
        _P.ITEM_STATISTICS: Reach.ALL,
        _P.ANSWER_MARK: Reach.UNIT,
        _P.KEY_CORRECT: Reach.ALL,
        _P.REQUIREMENT_VIEW: Reach.ALL,
    },
    Role.REVIEWER: _OWN
    | {
        _P.CONTENT_REVIEW: Reach.ALL,
        _P.CONTENT_PUBLISH: Reach.ALL,
        _P.ITEM_STATISTICS: Reach.ALL,
        _P.ANSWER_MARK: Reach.ALL,
        _P.ANSWER_DECIDE: Reach.ALL,
        _P.KEY_CORRECT: Reach.ALL,
        _P.KEY_LOWER: Reach.ALL,
        _P.LAW_MANAGE: Reach.ALL,
    },
    Role.COMMUNE_OFFICER: _OWN
    | {
        _P.UNIT_VIEW: Reach.UNIT,
        _P.TEAM_VIEW: Reach.UNIT,
        _P.TEAM_MANAGE: Reach.UNIT,
        _P.PERSON_VIEW: Reach.UNIT,
        _P.PERSON_MANAGE: Reach.UNIT,
        _P.PHONE_VIEW: Reach.UNIT,
        _P.MINORITY_VIEW: Reach.UNIT,
        _P.DATA_REQUEST_DECIDE: Reach.UNIT,
        _P.ROSTER_IMPORT: Reach.UNIT,
        _P.ENTRY_ISSUE: Reach.UNIT,
        _P.ENTRY_LOCK: Reach.UNIT,
        _P.WORKSHOP_VIEW: Reach.UNIT,
        _P.WORKSHOP_PLAN: Reach.UNIT,
        _P.WORKSHOP_RECORD: Reach.UNIT,
        _P.RESULT_VIEW: Reach.UNIT,
        _P.CERTIFICATE_VIEW: Reach.UNIT,
        _P.REQUIREMENT_VIEW: Reach.UNIT,
        _P.REQUIREMENT_MANAGE: Reach.UNIT,
        _P.EXEMPTION_MANAGE: Reach.UNIT,
        _P.TARGET_MANAGE: Reach.UNIT,
        _P.COVERAGE_VIEW: Reach.UNIT,
        _P.COVERAGE_NAMES: Reach.UNIT,
        _P.COVERAGE_EXPORT: Reach.UNIT,
        _P.REPORT_VIEW: Reach.UNIT,
        _P.REPORT_PREPARE: Reach.UNIT,
        _P.REPORT_APPROVE: Reach.UNIT,
        _P.AUDIT_VIEW: Reach.UNIT,
    },
    Role.PROVINCE_OFFICER: _OWN
    | {
        _P.UNIT_VIEW: Reach.UNIT,
        _P.UNIT_MANAGE: Reach.UNIT,
        _P.TEAM_VIEW: Reach.UNIT,
        _P.TEAM_MANAGE: Reach.UNIT,
        _P.PERSON_VIEW: Reach.UNIT,
        _P.PERSON_MANAGE: Reach.UNIT,
        _P.PHONE_VIEW: Reach.UNIT,
        _P.DATA_REQUEST_DECIDE: Reach.UNIT,
        _P.ROSTER_IMPORT: Reach.UNIT,
        _P.ENTRY_ISSUE: Reach.UNIT,
        _P.ENTRY_LOCK: Reach.UNIT,
        _P.STAFF_VIEW: Reach.UNIT,
        _P.STAFF_MANAGE: Reach.UNIT,
        _P.WORKSHOP_VIEW: Reach.UNIT,
        _P.WORKSHOP_PLAN: Reach.UNIT,
        _P.WORKSHOP_RECORD: Reach.UNIT,
        _P.RESULT_VIEW: Reach.UNIT,
        _P.CERTIFICATE_VIEW: Reach.UNIT,
        _P.CERTIFICATE_REVOKE: Reach.UNIT,
        _P.REQUIREMENT_VIEW: Reach.UNIT,
        _P.REQUIREMENT_MANAGE: Reach.UNIT,
        _P.EXEMPTION_MANAGE: Reach.UNIT,
        _P.TARGET_MANAGE: Reach.UNIT,
        _P.COVERAGE_VIEW: Reach.UNIT,
        _P.COVERAGE_NAMES: Reach.UNIT,
        _P.COVERAGE_EXPORT: Reach.UNIT,
        _P.REPORT_VIEW: Reach.UNIT,
        _P.REPORT_PREPARE: Reach.UNIT,
        _P.REPORT_APPROVE: Reach.UNIT,
        _P.ITEM_STATISTICS: Reach.UNIT,
        _P.AUDIT_VIEW: Reach.UNIT,
    },
    Role.MINISTRY_VIEWER: _OWN
    | {
        _P.UNIT_VIEW: Reach.TOTALS,
        _P.REQUIREMENT_VIEW: Reach.ALL,
        _P.COVERAGE_VIEW: Reach.TOTALS,
        _P.COVERAGE_EXPORT: Reach.TOTALS,
        _P.REPORT_VIEW: Reach.TOTALS,
        _P.ITEM_STATISTICS: Reach.ALL,
    },
    Role.ADMINISTRATOR: _OWN
    | {
        _P.UNIT_MANAGE: Reach.ALL,
        _P.STAFF_VIEW: Reach.ALL,
        _P.STAFF_MANAGE: Reach.ALL,
        _P.DATA_REQUEST_UNPLACED: Reach.ALL,
        _P.SYSTEM_MANAGE: Reach.ALL,
    },
}

# What an administrator's or officer's hand may give: never a role above the own one.
MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(
        {Role.PROVINCE_OFFICER, Role.MINISTRY_VIEWER, Role.REVIEWER, Role.ADMINISTRATOR}
    ),
    Role.PROVINCE_OFFICER: frozenset({Role.COMMUNE_OFFICER, Role.TRAINER, Role.REVIEWER}),
}
