"""A province with two communes, their teams, a requirement, and offices with accounts."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.factories.records import SYSTEM
from training_app import clock
from training_app.access import Role, Viewer
from training_app.accounts.models import Account, Kind
from training_app.accounts.services import Issued, ensure_account, issue_card, issue_code
from training_app.catalogue.models import ModuleVersion
from training_app.organisation.models import Person, PersonPhone, Team, UnitSpan
from training_app.requirements.models import Requirement

PEPPER = "pepper-of-the-tests-" + "p" * 44


@dataclass
class Scene:
    """Where the journeys happen."""

    session: Session
    province: UnitSpan
    commune: UnitSpan
    neighbour: UnitSpan
    version: ModuleVersion
    requirement: Requirement
    team: Team
    leader: Person
    member: Person

    def staff(self, role: Role, name: str, unit: UnitSpan | None = None) -> Account:
        """An office with a sign-in."""
        account = visitors.account(
            self.session, make.person(self.session, name), role=role, unit=unit
        )
        account.login_name = role.value.replace("_", "-")
        self.session.commit()
        return account

    def issued(self, person: Person, *, card: bool) -> Issued:
        """A card or a code, as the commune issues it."""
        now = clock.now()
        account = ensure_account(self.session, person.id, Kind.MEDIATOR, now=now, actor=SYSTEM)
        issue = issue_card if card else issue_code
        found = issue(self.session, account, pepper=PEPPER, now=now, actor=Viewer.for_system("t"))
        self.session.commit()
        return found


def build(session: Session) -> Scene:
    """Fill the database; committed."""
    version = learners.teach(session)
    province = make.unit(session, "Hồ Chí Minh")
    commune = make.unit(session, "Vũng Tàu", province)
    neighbour = make.unit(session, "Rạch Dừa", province)
    leader = make.person(session, "Trần Văn Bình")
    member = make.person(session, "Nguyễn Thị Hoa")
    session.add(PersonPhone(person_id=leader.id, number="+84507123456", valid_from=make.LONG_AGO))
    team = make.team(session, commune, leader, member)
    make.team(session, neighbour, make.person(session, "Phan Thị Lý"))
    requirement = make.requirement(session, version, months=24)
    session.commit()
    return Scene(session, province, commune, neighbour, version, requirement, team, leader, member)
