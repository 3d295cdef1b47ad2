"""What was understood of a roster, as frozen data; ``as_key`` gives the answer keys' shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from training_app.organisation.roster_file.decisions import Recognition
from training_app.organisation.roster_file.problems import Problem

ENDED = "ended"
LEADER, MEDIATOR = "leader", "mediator"
MALE, FEMALE = "male", "female"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row that is no person, or with ``row`` None a whole sheet, and why."""

    sheet: str
    row: int | None
    why: str

    def as_key(self) -> dict[str, object]:
        """Return the row in the shape of the answer keys."""
        return {"sheet": self.sheet, "row": self.row, "why": self.why}


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a person. None means that the file does not say."""

    sheet: str
    row: int
    full_name: str
    sex: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    phones: tuple[str, ...] = ()
    team: str | None = None
    role: str = MEDIATOR
    ethnic_minority: bool | None = None
    law_qualified: bool | None = None
    recognition: Recognition | None = None
    status: str | None = None
    remark: str | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Sheet and row, which name the person within the file."""
        return self.sheet, self.row

    def as_key(self) -> dict[str, object]:
        """Return the person in the shape of the answer keys."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "full_name": self.full_name,
            "sex": self.sex,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "birth_year": self.birth_year,
            "phones": list(self.phones),
            "team": self.team,
            "role": self.role,
            "ethnic_minority": self.ethnic_minority,
            "law_qualified": self.law_qualified,
            "recognition": self.recognition.as_key() if self.recognition else None,
            "status": self.status,
            "remark": self.remark,
        }


@dataclass(frozen=True, slots=True)
class Team:
    """A team; ``members`` counts different people who serve, ``composition`` what it lacks."""

    name: str
    members: int
    composition: tuple[str, ...] = ()

    def as_key(self) -> dict[str, object]:
        """Return the team in the shape of the answer keys."""
        return {"name": self.name, "members": self.members, "composition": list(self.composition)}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, each ``file!sheet!row``, and what speaks for or against one human being."""

    one: str
    other: str
    reasons: tuple[str, ...]
    score: float = 0.0

    def why(self) -> str:
        """Return the evidence in the words of the answer keys."""
        return ", ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class Column:
    """A recognised column: what it holds, its letter and its heading."""

    field: str
    letter: str
    heading: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A file understood: a non-empty row of a used sheet is a person, ignored, or ``rejected``."""

    file: str
    sheets_used: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    same_person: tuple[Pair, ...] = ()
    namesakes: tuple[Pair, ...] = ()
    rejected: tuple[tuple[str, int], ...] = ()
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)

    def as_key(self) -> dict[str, object]:
        """Return the roster in the shape of the answer keys."""
        return {
            "file": self.file,
            "sheets_used": list(self.sheets_used),
            "ignored": [row.as_key() for row in self.ignored],
            "teams": [team.as_key() for team in self.teams],
            "people": [person.as_key() for person in self.people],
            "problems": [problem.as_key() for problem in self.problems],
            "same_person": [[pair.one, pair.other] for pair in self.same_person],
            "namesakes_not_same": [[pair.one, pair.other] for pair in self.namesakes],
            "same_person_why": [pair.why() for pair in self.same_person],
            "namesakes_not_same_why": [pair.why() for pair in self.namesakes],
        }
