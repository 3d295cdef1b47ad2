"""What a list of people says of each of them, in words of a language, on a page or in a file."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from training_app.coverage.queries import Asking, PersonCoverage, WorklistRow
from training_app.coverage.queries.late import LateKind, LateRow
from training_app.coverage.queries.targets import DonePerson
from training_app.coverage.rules import GAP_MESSAGES, Step, StepKind
from training_app.coverage.rules.support import PROFESSION_MESSAGES, Profession
from training_app.coverage.rules.targets import TargetMeasure
from training_app.errors import N_
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.rules import LACK_MESSAGES, repair_message
from training_app.programme.rules import (
    STANDING_MESSAGES,
    STATE_MESSAGES,
    Need,
    explain,
)
from training_app.vietnamese import tenths_of_percent

Value = str | int | float | date | None
TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"
_LEADER: Final = N_("Leader")
_HEAD: Final = (
    N_("Name"),
    N_("Team"),
    N_("State"),
    N_("Until"),
    N_("Reason"),
    N_("Part"),
)
_LATE_HEAD: Final = (
    N_("Who or what it is about"),
    N_("What"),
    N_("Date"),
    N_("Entered at"),
    N_("Entered by"),
)
_KINDS: Final = {
    LateKind.FACT: N_("Learned: %(title)s"),
    LateKind.RENEWED: N_("Renewed since, so no longer due soon: %(title)s"),
    LateKind.WITHDRAWAL: N_("Entry withdrawn: %(title)s"),
    LateKind.JOINED: N_("Joined: %(title)s"),
    LateKind.LEFT: N_("Left: %(title)s"),
    LateKind.TAKEN_BACK: N_("Joining, leaving or leading taken back: %(title)s"),
    LateKind.LED: N_("Elected leader: %(title)s"),
    LateKind.UNLED: N_("No longer leader: %(title)s"),
    LateKind.EXEMPTED: N_("Exemption granted"),
    LateKind.REVOKED: N_("Exemption ended before its time"),
    LateKind.LINKED: N_("Two records found to be of one person"),
    LateKind.PARTED: N_("Records of one person found to be of two"),
    LateKind.TEAM_CAME: N_("Team set up, moved here or named anew"),
    LateKind.TEAM_WENT: N_("Team ended, moved away or named anew"),
    LateKind.TEAM_UNDONE: N_("Change of the team taken back"),
    LateKind.UNIT_CAME: N_("Unit set up, moved here or named anew"),
    LateKind.UNIT_WENT: N_("Unit ended, moved away or named anew"),
    LateKind.UNIT_UNDONE: N_("Change of the unit taken back"),
    LateKind.REQUIRED: N_("Requirement set or changed"),
    LateKind.UNREQUIRED: N_("Requirement ended"),
    LateKind.LAW_CHANGED: N_("Change of law recorded"),
    LateKind.LAW_WITHDRAWN: N_("Change of law withdrawn"),
    LateKind.LAW_SETTLED: N_("Change of law found answered by what was published before"),
}
_WORK_HEAD: Final = (
    N_("Team"),
    N_("Unit"),
    N_("Share"),
    N_("Why"),
    N_("Next step"),
    N_("Leader"),
    N_("Telephone"),
)
_DONE_HEAD: Final = (N_("Name"), N_("Team"))
_COMPLETE_HEAD: Final = (N_("Team"), N_("Unit"), N_("Why"), N_("Next step"))
_SUPPORT_HEAD: Final = (N_("Team"), N_("Unit"), N_("Supported by"))
_NONE: Final = N_("none")
_ELECT: Final = N_("Elect a leader")
_CALL_LEADER: Final = N_("Call the leader to finish: %(modules)s")
_BY_ITSELF: Final = N_("the system")


@dataclass(frozen=True)
class Speaking:
    """A language: ``say`` and ``ngettext`` translate message ids; the others write values."""

    language: str
    say: Callable[..., str]
    ngettext: Callable[..., str]
    day: Callable[[date | None], str]
    moment: Callable[[datetime], str]
    phone: Callable[[str], str]


def speaking(
    language: str, moment: Callable[[datetime, str], str], phone: Callable[[str], str]
) -> Speaking:
    """The words of a language outside any page; a message without a translation stays English.

    ``moment`` writes a moment in a language.
    """
    found = gettext.translation("messages", TRANSLATIONS, [language], fallback=True)

    def say(message: str, **values: Any) -> str:
        told = found.gettext(message) if language != "en" else message
        return told % values if values else told

    def ngettext(one: str, several: str, num: int, **values: Any) -> str:
        if language == "en":
            told = one if num == 1 else several
        else:
            told = found.ngettext(one, several, num)
        return told % {"num": num, **values}

    def day(value: date | None) -> str:
        if value is None:
            return "–"
        return f"{value.day} {value:%b %Y}" if language == "en" else f"{value:%d/%m/%Y}"

    def when(value: datetime) -> str:
        return moment(value, language)

    return Speaking(language, say, ngettext, day, when, phone)


def state_words(found: Need, say: Callable[..., str]) -> str:
    """The standing of a person in one word."""
    if found.covered:
        return say(STATE_MESSAGES[found.state])
    return say(STANDING_MESSAGES[found.standing])


def reason_words(found: Need, asking: Asking, speaking: Speaking) -> str:
    """Why, in one sentence."""
    names = asking.requirement.module_titles(speaking.language)
    english = speaking.language == "en"
    return explain(found, names, speaking.say, speaking.day, english=english)


def people_head(asking: Asking, speaking: Speaking) -> list[str]:
    """The head of the table in a file."""
    return [speaking.say(one) for one in _HEAD if asking.by_team or one != "Team"]


def people_lines(
    rows: Iterable[PersonCoverage], asking: Asking, speaking: Speaking
) -> list[list[Value]]:
    """One line per human being in a file, as the page says it."""
    return [
        [
            row.full_name,
            *([row.team_name] if asking.by_team else []),
            state_words(row.need, speaking.say),
            row.need.counts_until,
            reason_words(row.need, asking, speaking),
            speaking.say(_LEADER) if row.leads else "",
        ]
        for row in rows
    ]


# -- what was entered later ----------------------------------------------------------------


def late_head(speaking: Speaking) -> list[str]:
    """The head of the table."""
    return [speaking.say(one) for one in _LATE_HEAD]


def late_line(row: LateRow, speaking: Speaking) -> list[Value]:
    """One line per entry, as the page and the file say it."""
    english = speaking.language == "en"
    title = row.title_en if english else row.title
    return [
        row.name_en if english else row.name,
        speaking.say(_KINDS[row.kind], title=title),
        row.happened_on,
        speaking.moment(row.recorded_at),
        row.recorded_by or speaking.say(_BY_ITSELF),
    ]


# -- the worklist --------------------------------------------------------------------------


def work_head(speaking: Speaking, *, by_unit: bool) -> list[str]:
    """The head of the table; a commune's teams stand in no other unit."""
    return [speaking.say(one) for one in _WORK_HEAD if by_unit or one != "Unit"]


def work_line(
    row: WorklistRow, asking: Asking, speaking: Speaking, *, by_unit: bool
) -> list[Value]:
    """One line per team in a file, as the page says it."""
    counts = row.team.counts
    return [
        team_name(row),
        *([row.team.team.unit_name] if by_unit else []),
        share_words(counts.held, counts.people, speaking),
        why_words(row, speaking),
        steps_words(row, asking, speaking),
        row.leader_name,
        speaking.phone(row.leader_phone) if row.leader_phone else "",
    ]


def team_name(row: WorklistRow) -> str:
    """The team with its village."""
    return _village_team(row.team.team)


def share_words(part: int, whole: int, speaking: Speaking) -> str:
    """Both terms of the share of a team, and its percentage."""
    if not whole:
        return speaking.say(_NONE)
    percent = f"{tenths_of_percent(part, whole):.1f}"
    if speaking.language != "en":
        percent = percent.replace(".", ",")
    return f"{part}/{whole} – {percent} %"


def why_words(row: WorklistRow, speaking: Speaking) -> str:
    """Why the team is in need."""
    why = [speaking.say(GAP_MESSAGES[gap]) for gap in row.gaps]
    why += [speaking.say(LACK_MESSAGES[rule]) for rule in row.lacks]
    return "; ".join(why)


def steps_words(row: WorklistRow, asking: Asking, speaking: Speaking) -> str:
    """What to do first, whom to call for which module, or what to mend."""
    return "; ".join(_step_words(step, asking, speaking) for step in row.steps)


def _step_words(step: Step, asking: Asking, speaking: Speaking) -> str:
    if step.kind is StepKind.ELECT:
        return speaking.say(_ELECT)
    if step.repair is not None:
        message, values = repair_message(step.repair)
        return speaking.say(message, **values)
    titles = asking.requirement.module_titles(speaking.language)
    # In the order of the curriculum, as titles come.
    modules = "; ".join(title for one, title in titles.items() if one in step.modules)
    if step.leader and step.count == 1:
        return speaking.say(_CALL_LEADER, modules=modules)
    if step.leader:
        return speaking.ngettext(
            "Call %(num)s person, the leader among them, to finish: %(modules)s",
            "Call %(num)s people, the leader among them, to finish: %(modules)s",
            step.count,
            modules=modules,
        )
    return speaking.ngettext(
        "Call %(num)s person to finish: %(modules)s",
        "Call %(num)s people to finish: %(modules)s",
        step.count,
        modules=modules,
    )


# -- the lists behind targets --------------------------------------------------------------


def target_head(measure: TargetMeasure, speaking: Speaking) -> list[str]:
    """The head of the table of people or teams behind a target."""
    found = {TargetMeasure.COMPLETE: _COMPLETE_HEAD, TargetMeasure.SUPPORTED: _SUPPORT_HEAD}
    return [speaking.say(one) for one in found.get(measure, _DONE_HEAD)]


def done_line(row: DonePerson) -> list[Value]:
    """One line per person who did, or did not yet do, what a target counts."""
    return [row.full_name, row.team_name]


def complete_line(team: TeamRow, speaking: Speaking) -> list[Value]:
    """One line per team that is, or is not, complete: what it lacks, and the smallest repair."""
    lacks = [speaking.say(LACK_MESSAGES[rule]) for rule in team.composition.lacks]
    steps = []
    for repair in team.composition.repairs:
        message, values = repair_message(repair)
        steps.append(speaking.say(message, **values))
    return [_village_team(team), team.unit_name, "; ".join(lacks), "; ".join(steps)]


def support_line(
    team: TeamRow, by_team: Mapping[int, Sequence[Profession]], speaking: Speaking
) -> list[Value]:
    """One line per team that somebody, or nobody, supports."""
    return [_village_team(team), team.unit_name, professions_said(by_team, team.id, speaking)]


def professions_said(
    by_team: Mapping[int, Sequence[Profession]], team_id: int, speaking: Speaking
) -> str:
    """Who supports a team, in words."""
    return ", ".join(speaking.say(PROFESSION_MESSAGES[one]) for one in by_team.get(team_id, ()))


def _village_team(team: TeamRow) -> str:
    return f"{team.name}, {team.village}" if team.village else team.name
