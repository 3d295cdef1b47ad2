"""Article 12 held against a team as it was known at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.coverage.queries.known import COUNTING, TeamThen
from training_app.organisation.models import CompositionException, Person, holds
from training_app.organisation.rules import TeamFacts

_PART = 10_000
_Rows = Mapping[int, Mapping[int, int]]


def facts_known(
    session: Session, teams: Sequence[TeamThen], members: _Rows, leaders: _Rows, on: date
) -> dict[int, TeamFacts]:
    """By team what Article 12 asks about, of those who serve in and lead it.

    ``members`` and ``leaders`` give by team the human being behind each row of a person. What is
    known of a person, and what a team is excepted from, is read as known now.
    """
    rows = {row for team in members.values() for row in team}
    known = {
        row.id: row
        for part in _parts(rows)
        for row in session.execute(
            select(Person.id, Person.sex, Person.ethnic_minority)
            .where(Person.id.in_(part))
            .execution_options(**COUNTING)
        )
    }
    exempt: dict[int, set[str]] = defaultdict(set)
    for part in _parts({team.id for team in teams}):
        excepted = select(CompositionException.team_id, CompositionException.rule).where(
            CompositionException.team_id.in_(part), holds(CompositionException, on)
        )
        for team_id, rule in session.execute(excepted.execution_options(**COUNTING)):
            exempt[team_id].add(rule)

    def facts(team: TeamThen) -> TeamFacts:
        people = members.get(team.id, {})
        about = [(human, known.get(row)) for row, human in people.items()]

        def humans(name: str, value: object) -> int:
            return len({human for human, one in about if getattr(one, name, None) is value})

        return TeamFacts(
            members=len(set(people.values())),
            women=len({human for human, one in about if one is not None and one.sex == "female"}),
            sex_unknown=humans("sex", None),
            minority=humans("ethnic_minority", value=True),
            minority_unknown=humans("ethnic_minority", value=None),
            leader=not people.keys().isdisjoint(leaders.get(team.id, {})),
            minority_required=team.minority_required,
            exempt=frozenset(exempt.get(team.id, ())),
        )

    return {team.id: facts(team) for team in teams}


def _parts(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _PART):
        yield ordered[start : start + _PART]
