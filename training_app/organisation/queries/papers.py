"""What the forms of elections and recognitions say of a team's people."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.organisation.models import Person
from training_app.organisation.queries import teams
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.rules.papers import PaperPerson


def paper_people(session: Session, scope: Scope, team: TeamRow, on: date) -> list[PaperPerson]:
    """One row per member of the team on the day, the leader first, with the latest decision."""
    members = teams.members(session, scope, team.id, on)
    decisions = teams.recognitions(session, scope, team.id, on)
    ids = [member.person_id for member in members]
    chosen = select(Person.id, Person.birth_date).where(Person.id.in_(ids))
    rows = session.execute(chosen.execution_options(scope=scope))
    births = {row.id: row.birth_date for row in rows}
    return [
        PaperPerson(
            person_id=member.person_id,
            full_name=member.full_name,
            birth_date=births.get(member.person_id),
            birth_year=member.birth_year,
            sex=member.sex,
            leads=member.leader,
            decision_number=decision.decision_number if decision else "",
            decided_on=decision.decided_on if decision else None,
        )
        for member in members
        for decision in (decisions.get(member.person_id),)
    ]
