"""What a roster would do, in groups of lines as the page of the preview shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _

from training_app.errors import N_
from training_app.organisation.roster_file import FIELDS, IGNORED, REASONS, Field, Roster
from training_app.organisation.roster_file.same import REMARK
from training_app.organisation.routes import words
from training_app.organisation.services.rosters import Candidate, Change, Plan, PlanRow, RowKind
from training_app.web.pages import format_date, joined

SAME, ENDED, TEAM = "same", "ended", "team"
_TWO: Final = 2
ASKED: Final = (SAME, ENDED, TEAM)
# In the order of the page; what asks for an answer comes first.
GROUPS: Final = {
    SAME: N_("The same person?"),
    ENDED: N_("Does the person still serve?"),
    TEAM: N_("To which team?"),
    "absent": N_("On record, but not in the file"),
    "new": N_("New"),
    "changed": N_("Changed"),
    "problems": N_("Problems"),
    "ignored": N_("Rows that are no people"),
    "unchanged": N_("Unchanged"),
    "skipped": N_("Left out: serves no more and is not on record, or by answer"),
    "answered": N_("Answered"),
}
_KINDS: Final = {
    RowKind.ASK_SAME: SAME,
    RowKind.ASK_ENDED: ENDED,
    RowKind.NO_TEAM: TEAM,
    RowKind.NEW: "new",
    RowKind.CHANGED: "changed",
    RowKind.ENDED: "changed",
    RowKind.UNCHANGED: "unchanged",
    RowKind.SKIPPED: "skipped",
}
_CHANGES: Final = {
    "full_name": Field.NAME,
    "birth_date": Field.BIRTH,
    "birth_year": Field.BIRTH_YEAR,
    "sex": Field.SEX,
    "ethnic_minority": Field.MINORITY_MARK,
    "law_qualified": Field.LAW_MARK,
    "phones": Field.PHONE,
    "team": Field.TEAM,
    "role": Field.ROLE,
    "recognition": Field.DECISION,
}
_CODES: Final = {"leader": N_("Team leader"), "mediator": N_("Mediator"), **words.SEXES}


@dataclass(frozen=True)
class Line:
    """One line of a group: where it stands in the file, who, what about it, what to answer.

    ``options`` are pairs of value and words; ``key`` names the row in the form, ``number`` counts
    the rows of people. ``twice`` are two people on record that may be one, recorded twice.
    """

    sheet: str = ""
    row: int | None = None
    column: str = ""
    name: str = ""
    team: str = ""
    details: tuple[str, ...] = ()
    key: str = ""
    options: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    severity: str = ""
    number: int = 0
    twice: tuple[int, ...] = ()


@dataclass
class Preview:
    """All lines by group, in the order of :data:`GROUPS`."""

    groups: dict[str, list[Line]] = field(default_factory=dict)

    def count(self, group: str) -> int:
        """Lines of the group."""
        return len(self.groups.get(group, ()))

    @property
    def open(self) -> int:
        """Rows that wait for an answer."""
        return sum(self.count(group) for group in ASKED)

    @property
    def first(self) -> str:
        """The first group that holds anything, in the order of the page."""
        return next((group for group in GROUPS if self.groups.get(group)), "new")


def preview_of(plan: Plan, roster: Roster, answers: Mapping[str, Any]) -> Preview:
    """Sort the plan's rows, the problems and the ignored rows into groups."""
    found = Preview({group: [] for group in GROUPS})
    teams = [(f"team:{team.name}", team.name) for team in roster.teams]
    for number, row in enumerate(plan.rows, 1):
        group = _KINDS.get(row.kind)
        if group:
            found.groups[group].append(_line(row, number, group, teams))
        if answers.get(row.place):
            found.groups["answered"].append(_answered(row, answers[row.place]))
    found.groups["absent"] = [
        Line(
            name=one.full_name,
            team=joined(one.teams),
            key=str(one.person_id),
            chosen="yes" if one.ends else "",
        )
        for one in plan.absent
    ]
    found.groups["problems"] = problem_lines(roster)
    found.groups["ignored"] = [
        Line(one.sheet, one.row, details=(_(IGNORED.get(one.why, one.why)),))
        for one in roster.ignored
    ]
    return found


def problem_lines(roster: Roster) -> list[Line]:
    """Every problem with its place, what is wrong and what to do."""
    return [
        Line(
            found.sheet,
            found.row,
            found.column or "",
            details=(_(found.message, **found.values), _(found.remedy, **found.values)),
            severity=found.severity.value,
        )
        for found in roster.problems
    ]


def _line(row: PlanRow, number: int, group: str, teams: list[tuple[str, str]]) -> Line:
    person = row.row
    options: Iterable[tuple[str, str]] = ()
    if group == SAME:
        options = _same_options(row)
    elif group == ENDED:
        options = _ended_options(row)
    elif group == TEAM:
        options = [*teams, ("skip", _("Leave the row out"))]
    details = [_birth(row), *(f"0{phone[3:]}" for phone in person.phones)]
    if group == "changed":
        details = [change_words(change) for change in row.changes]
    if group == "new" and row.leads:
        details.insert(0, _("Team leader"))
    if group == ENDED and person.remark:
        details.insert(0, f"“{person.remark}”")
    return Line(
        person.sheet,
        person.row,
        name=person.full_name,
        team=person.team or "",
        details=tuple(filter(None, details)),
        key=row.place,
        options=tuple(options),
        number=number,
        twice=_twice(row),
    )


def _twice(row: PlanRow) -> tuple[int, ...]:
    """The two likeliest people on record that one row may be: perhaps one person twice."""
    ordered = sorted(row.candidates, key=lambda one: -one.score)
    known = [one.person_id for one in ordered if one.person_id is not None]
    return tuple(known[:_TWO]) if len(known) >= _TWO else ()


def _birth(row: PlanRow) -> str:
    person = row.row
    return format_date(person.birth_date) if person.birth_date else str(person.birth_year or "")


def _same_options(row: PlanRow) -> list[tuple[str, str]]:
    options = [(_candidate_value(one), _candidate_words(one)) for one in row.candidates]
    return [
        *options,
        ("new", _("Somebody else, not yet on record")),
        ("skip", _("Leave the row out")),
    ]


def _candidate_value(one: Candidate) -> str:
    return f"same:{one.person_id}" if one.person_id is not None else f"row:{one.place}"


def _reason(reason: str) -> str:
    if remark := reason.partition(REMARK)[2]:
        return _("remark: %(text)s", text=remark)
    return _(REASONS.get(reason, reason))


def _candidate_words(one: Candidate) -> str:
    reasons = joined([_reason(reason) for reason in one.reasons]) or "–"
    if one.place is not None:
        return _(
            "The same as %(name)s in row %(place)s: %(reasons)s",
            name=one.full_name,
            place=one.place.rpartition("!")[2],
            reasons=reasons,
        )
    return _("The same as %(name)s on record: %(reasons)s", name=one.full_name, reasons=reasons)


def _ended_options(row: PlanRow) -> list[tuple[str, str]]:
    if row.person_id is None:
        return [("serves", _("Still serves, so add the person")), ("skip", _("Leave the row out"))]
    return [
        ("end", _("Serves no more, so end the service")),
        ("serves", _("Still serves")),
        ("skip", _("Change nothing")),
    ]


def change_words(change: Change) -> str:
    """One difference in words; the restricted flag is told without its content."""
    if change.field == "serves":
        return _("The service ends")
    name = _(FIELDS[_CHANGES[change.field]])
    if change.field == "ethnic_minority":
        return _("%(field)s: recorded anew", field=name)
    if change.field == "team" and change.before:
        return _(
            "%(field)s: %(before)s → %(after)s",
            field=name,
            before=change.before,
            after=change.after,
        )
    before, after = _value(change.before), _value(change.after)
    return f"{name}: {before} → {after}" if before else f"{name}: {after}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, list):
        return joined([f"0{str(one).removeprefix('+84')}" for one in value])
    if isinstance(value, dict):
        return joined([value.get("number") or "", _day(value.get("date"))])
    return _(_CODES[value]) if value in _CODES else str(value or "")


def _day(written: str | None) -> str:
    return format_date(date.fromisoformat(written)) if written else ""


def _answered(row: PlanRow, answer: Mapping[str, Any]) -> Line:
    said = {
        "same": N_("The same person"),
        "same_row": N_("The same person as in another row"),
        "new": N_("Somebody else"),
        "skip": N_("Left out"),
        "end": N_("Serves no more"),
        "serves": N_("Still serves"),
    }
    message = said.get(answer.get("answer", ""))
    parts = [_(message)] if message else []
    if answer.get("team"):
        parts.append(answer["team"])
    return Line(
        row.row.sheet,
        row.row.row,
        name=row.row.full_name,
        team=row.row.team or "",
        details=tuple(parts),
        key=row.place,
        options=(("again", _("Ask again")),),
    )


# -- answers -------------------------------------------------------------------------------


def answer_for(row: PlanRow, said: str, before: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer to a row in the shape that plans read, or None when it does not fit the row.

    Who the person is, once said, holds beside an answer to whether the person serves.
    """
    known = {name: before[name] for name in ("person", "row", "not", "team") if name in before}
    if said == "skip":
        return {"answer": "skip"}
    if row.kind is RowKind.ASK_SAME:
        return _same_answer(row, said, known)
    if row.kind is RowKind.ASK_ENDED and said in {"end", "serves"}:
        return known | {"answer": said}
    if row.kind is RowKind.NO_TEAM and said.startswith("team:"):
        earlier = {"answer": before["answer"]} if "answer" in before else {}
        return known | earlier | {"team": said.removeprefix("team:")}
    return None


def _same_answer(row: PlanRow, said: str, known: dict[str, Any]) -> dict[str, Any] | None:
    if said == "new":
        others = [one.person_id for one in row.candidates if one.person_id is not None]
        return {"answer": "new", "not": others}
    for one in row.candidates:
        if said == _candidate_value(one):
            team = {"team": known["team"]} if "team" in known else {}
            if one.person_id is not None:
                return team | {"answer": "same", "person": one.person_id}
            return team | {"answer": "same_row", "row": one.place}
    return None


def for_all(row: PlanRow, said: str) -> str:
    """An answer meant for every open row, as the row takes it: "likely" is its best candidate."""
    if said == "likely" and row.candidates:
        return _candidate_value(max(row.candidates, key=lambda one: one.score))
    return said
