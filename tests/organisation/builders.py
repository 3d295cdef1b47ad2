"""A small commune to test with: units, teams and people made by the services themselves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from training_app.access import Grant, Role, Scope, Viewer
from training_app.organisation.models import SINCE_BEFORE_RECORDS, Level, Unit, UnitSpan
from training_app.organisation.parsing import unit_key
from training_app.organisation.services.memberships import elect_leader
from training_app.organisation.services.people import PersonFields, add_person
from training_app.organisation.services.teams import TeamFields, create_team
from training_app.vietnamese import phrase_key

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
START, TODAY = date(2026, 1, 1), date(2026, 11, 20)
OFFICER = Viewer(account_id=7, person_id=None, grants=(Grant(Role.COMMUNE_OFFICER),))
EVERYTHING = Scope(everything=True)


@dataclass
class World:
    """Makes things in one session, as an officer, from the first day of 2026."""

    session: Session

    def unit(self, code: str, name: str, parent: UnitSpan | None = None) -> UnitSpan:
        """A province, or a commune below one."""
        unit = Unit(level=Level.COMMUNE if parent else Level.PROVINCE)
        self.session.add(unit)
        self.session.flush()
        span = UnitSpan(
            unit_id=unit.id,
            parent_id=parent.unit_id if parent else None,
            code=code,
            name=name,
            name_fold=unit_key(name),
            sort_key=phrase_key(name),
            type="Phường" if parent else "Tỉnh",
            path=f"{parent.path if parent else '/'}{unit.id}/",
            valid_from=SINCE_BEFORE_RECORDS,
        )
        self.session.add(span)
        self.session.flush()
        return span

    def team(self, unit: UnitSpan, name: str, *, minority_required: bool = False) -> int:
        """A team of the commune."""
        fields = TeamFields(name, minority_required=minority_required)
        return create_team(self.session, unit.unit_id, fields, on=START, now=NOW, actor=OFFICER)

    def person(
        self,
        name: str,
        team_id: int | None = None,
        *,
        sex: str | None = "male",
        minority: bool | None = False,
        phones: tuple[str, ...] = (),
    ) -> int:
        """A person, serving in the team if one is given."""
        fields = PersonFields(name, birth_year=1960, sex=sex, ethnic_minority=minority)
        return add_person(
            self.session,
            fields,
            team_id=team_id,
            phones=phones,
            on=START,
            now=NOW,
            actor=OFFICER,
        )

    def lead(self, team_id: int, person_id: int, on: date = START) -> None:
        """Elect the leader of the team."""
        elect_leader(self.session, team_id, person_id, on=on, now=NOW, actor=OFFICER)
