"""Two provinces, three communes, four teams, and everything an address can name, with canaries.

Every person and team carries a unique token in its name. Places: `own` is the commune of most
principals, `sibling` its neighbour in the same province, `other` a commune of another province.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.factories import records as make
from tests.factories import visitors
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from tests.factories.wishes import data_request
from tests.walker import changes, marked, reports, ways_in
from tests.walker.pictures import fill_draft, show_picture
from training_app import clock
from training_app.access import Grant, Role, Scope, Viewer
from training_app.accounts.models import Account, Device, RoleGrant
from training_app.assessment import services as assessment
from training_app.assessment.models import Attempt
from training_app.authoring import services as authoring
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import LawTask, ModuleVersion, QuestionVersion, ScenarioVersion
from training_app.certificates.models import Certificate
from training_app.db import Unscoped
from training_app.hall import queries as hall
from training_app.hall import services as projecting
from training_app.laws.models import LegalArticle
from training_app.laws.rules import ChangeKind
from training_app.laws.services import NewChange
from training_app.learning import services as learning
from training_app.learning.models import FactKind
from training_app.learning.services import NewExemption
from training_app.organisation.models import (
    Membership,
    Person,
    RosterImport,
    Team,
    TeamSpan,
    UnitSpan,
)
from training_app.practice.models import ReviewCard, ScenarioRun
from training_app.requirements.models import Requirement
from training_app.work import services as work
from training_app.workshops import services as workshops
from training_app.workshops.models import Workshop

PLACES = ("own", "sibling", "other")
OFFICERS = {"own": "commune", "sibling": "sibling commune", "other": "far commune"}
EVERYTHING = Scope(everything=True, unit_paths=("/",))
WALKER = Unscoped("the walker builds its world")


@dataclass
class Place:
    """A commune with a team, its people, and one of everything."""

    name: str
    commune: UnitSpan
    team: Team
    people: list[Person]
    account: Account
    objects: dict[str, int | str] = field(default_factory=dict)

    @property
    def leader(self) -> Person:
        return self.people[0]

    @property
    def member(self) -> Person:
        return self.people[1]


@dataclass
class World:
    """Everything the walker can ask for."""

    province: UnitSpan
    far_province: UnitSpan
    places: dict[str, Place]
    staff: dict[str, Account]
    staff_names: dict[str, str]
    version: ModuleVersion
    second_team: Team
    second_people: list[Person]
    published: dict[str, object] = field(default_factory=dict)


def canary(kind: str, place: str, number: int) -> str:
    """A token that stands in one name only, and in no other text."""
    return f"Canari{kind}{place.capitalize()}{number}"


def build(session: Session) -> World:
    """Fill the database."""
    version = learners.teach(session)
    province, far = make.unit(session, "Tỉnh Gần"), make.unit(session, "Tỉnh Xa")
    parents = {"own": province, "sibling": province, "other": far}
    places = {name: _place(session, name, parent, version) for name, parent in parents.items()}
    second = [make.person(session, f"Lê {canary('Nguoi', 'own', n)}") for n in (8, 9)]
    second_team = _named_team(session, places["own"].commune, "own", 2, second)
    world = World(province, far, places, {}, {}, version, second_team, second)
    _staff(session, world)
    for place in places.values():
        _things(session, world, place)
    first = session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)).first()
    assert first is not None
    world.published |= _law(session) | {"digest": show_picture(session, version)}
    world.published["question_version_id"] = first
    world.published["correction_id"] = marked.correction(session, first)
    session.commit()
    return world


def _law(session: Session) -> dict[str, object]:
    """A change of law with a module to review."""
    article = session.scalars(select(LegalArticle.id).order_by(LegalArticle.id)).first()
    assert article
    new = NewChange(article, ChangeKind.AMENDED, TODAY, "Luật sửa đổi", gist="Ý mới")
    change = catalogue.record_law_change(session, new, now=NOW, today=TODAY, actor=SYSTEM)
    task = session.scalars(select(LawTask.id)).first()
    return {"change_id": change.id, "task_id": task}


def _place(session: Session, name: str, parent: UnitSpan, version: ModuleVersion) -> Place:
    del version
    commune = make.unit(session, f"Phường {name}", parent)
    people = [make.person(session, f"Trần {canary('Nguoi', name, n)}") for n in range(3)]
    team = _named_team(session, commune, name, 1, people)
    for person in people:
        visitors.account(session, person)
    account = visitors.account(session, people[1])
    return Place(name, commune, team, people, account)


def _named_team(
    session: Session, commune: UnitSpan, place: str, number: int, people: list[Person]
) -> Team:
    team = make.team(session, commune, *people)
    span = session.scalars(
        select(TeamSpan).where(TeamSpan.team_id == team.id).execution_options(scope=WALKER)
    ).one()
    span.name = f"Tổ {canary('To', place, number)}"
    session.flush()
    return team


def _staff(session: Session, world: World) -> None:
    """One account for each staff role and place."""
    own, other = world.places["own"], world.places["other"]
    wanted: dict[str, tuple[Role, UnitSpan | None]] = {
        "administrator": (Role.ADMINISTRATOR, None),
        "ministry": (Role.MINISTRY_VIEWER, None),
        "province": (Role.PROVINCE_OFFICER, world.province),
        "commune": (Role.COMMUNE_OFFICER, own.commune),
        "sibling commune": (Role.COMMUNE_OFFICER, world.places["sibling"].commune),
        "far commune": (Role.COMMUNE_OFFICER, other.commune),
        "trainer": (Role.TRAINER, world.province),
        "reviewer": (Role.REVIEWER, world.province),
        "demoted": (Role.COMMUNE_OFFICER, own.commune),
        "far trainer": (Role.TRAINER, world.far_province),
    }
    for number, (key, (role, unit)) in enumerate(wanted.items()):
        name = f"Phạm {canary('Canbo', 'staff', number)}"
        person = make.person(session, name)
        world.staff[key] = visitors.account(session, person, role=role, unit=unit)
        world.staff[key].login_name = f"walker.{number}"
        world.staff_names[key] = name
    yesterday = TODAY - timedelta(days=1)
    for grant in session.scalars(
        select(RoleGrant).where(RoleGrant.account_id == world.staff["demoted"].id)
    ):
        grant.valid_to = yesterday
    session.flush()


def _things(session: Session, world: World, place: Place) -> None:
    """One of each object that an address can name."""
    requirement = _requirement(session, world, place)
    workshop = _workshop(session, world, place)
    attempt = _attempt(session, world, place)
    run = ScenarioRun(
        person_id=place.member.id,
        scenario_version_id=session.scalars(select(ScenarioVersion.id)).first(),
        started_at=NOW,
    )
    roster = RosterImport(
        unit_id=place.commune.unit_id,
        file_name="danh-sach.xlsx",
        file_hash=place.name * 8,
        parsed={},
        created_at=NOW,
    )
    card = ReviewCard(
        person_id=place.member.id,
        module_id=world.version.module_id,
        question_key="one",
        state=1,
        due_at=NOW,
        reviews=0,
    )
    device = Device(
        account_id=place.account.id,
        token_hash=place.name * 8,
        shared=False,
        created_at=NOW,
        last_seen_at=NOW,
    )
    session.add_all([run, roster, device, card])
    session.flush()
    officer = world.staff[OFFICERS[place.name]]
    grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == officer.id)).one()
    job = work.enqueue(session, "walker", {}, now=NOW, actor=SYSTEM)
    job.created_by = place.account.id
    certificate = session.scalars(
        select(Certificate)
        .where(Certificate.person_id == place.member.id)
        .execution_options(scope=WALKER)
    ).first()
    assert certificate is not None
    place.objects = {
        "unit_id": place.commune.unit_id,
        "team_id": place.team.id,
        "person_id": place.member.id,
        "requirement_id": requirement.id,
        "workshop_id": workshop,
        "attempt_id": attempt,
        "run_id": run.id,
        "import_id": roster.id,
        "device_id": device.id,
        "passkey_id": ways_in.passkey(session, place.account),
        "proposal_id": ways_in.proposal(session, officer),
        "together_id": ways_in.evening(session, place.team.id, place.account),
        "operation_id": changes.of(session, place.commune, canary("To", place.name, 1)),
        "job_id": job.id,
        "account_id": officer.id,
        "grant_id": grant.id,
        "card_id": card.id,
        "code": certificate.code,
        "draft_id": _draft(session, world, place),
        "written_id": marked.written(session, place.member.id, place.account),
        "round_id": _round(session, world, workshop),
        "report_id": reports.sent(session, officer, place.commune),
        "other_id": place.leader.id,
        "request_id": data_request(session, place.member, place.commune),
        "exemption_id": _exemption(session, place, requirement),
        "target_id": reports.planned(session, place.commune),
        "ended_id": _left_behind(session, world, place).id,
        "heir_id": place.commune.unit_id,
        "count_id": reports.disputes(session, place.commune),
    }


def _exemption(session: Session, place: Place, requirement: Requirement) -> int:
    """The member is exempt for a while."""
    new = NewExemption(place.member.id, requirement.id, TODAY, TODAY + timedelta(days=9), "lý do")
    return learning.grant_exemption(session, new, now=NOW, actor=SYSTEM).id


def _draft(session: Session, world: World, place: Place) -> int:
    """The own trainer's draft of the published module, or another trainer's of a new one."""
    author = world.staff["trainer" if place.name == "own" else "far trainer"]
    viewer = Viewer(account_id=author.id, grants=(Grant(Role.TRAINER),))
    if place.name == "own":
        draft = authoring.begin(session, learners.SLUG, now=NOW, actor=viewer)
        fill_draft(session, draft, viewer)
        return draft.id
    title = f"Chuyên đề {place.name}"
    return authoring.begin_new(session, title, now=NOW, on=TODAY, actor=viewer).id


def _left_behind(session: Session, world: World, place: Place) -> Requirement:
    """A requirement of a unit that ended, in whose place the commune is."""
    ended = make.unit(session, "Xã Cũ", place.commune)
    row = make.requirement(session, world.version, unit_id=ended.unit_id)
    make.end_unit(session, ended, TODAY, place.commune)
    return row


def _requirement(session: Session, world: World, place: Place) -> Requirement:
    return make.requirement(session, world.version, unit_id=place.commune.unit_id)


def _workshop(session: Session, world: World, place: Place) -> int:
    draft = workshops.Draft(
        unit_id=place.commune.unit_id,
        title=f"Lớp {place.name}",
        held_on=clock.today() - timedelta(days=3),  # its trainer sees the names for a while only
        minutes=200,
        place="Hội trường",
        trainer_person_id=world.staff["trainer"].person_id if place.name == "own" else None,
        guest_trainer="" if place.name == "own" else "Khách mời",
        module_version_ids=[world.version.id],
        team_ids=[place.team.id],
    )
    moment, today = clock.now(), clock.today()
    row = workshops.record(session, draft, EVERYTHING, now=moment, today=today, actor=SYSTEM)
    workshops.keep_roll(
        session,
        row,
        workshops.Roll(frozenset({place.leader.id}), frozenset(p.id for p in place.people)),
        EVERYTHING,
        now=moment,
        today=today,
        actor=SYSTEM,
    )
    return row.id


def _round(session: Session, world: World, workshop_id: int) -> int:
    """A question that the class was asked in its hall."""
    workshop = session.get_one(Workshop, workshop_id, execution_options={"scope": WALKER})
    (module,) = hall.offers(session, [world.version])
    moment = clock.now()
    shown = projecting.project(
        session, workshop, module.questions[0], EVERYTHING, now=moment, actor=SYSTEM
    )
    return shown.id


def _attempt(session: Session, world: World, place: Place) -> int:
    """A test handed in and passed by the member, and one running for the leader."""
    learner = learners.Learner(session, place.member.id, place.account, world.version)
    learner.read_all()
    now = clock.now()
    attempt_id = assessment.start(session, learners.SLUG, now=now, actor=learner.viewer)
    assessment.submit(session, attempt_id, now=now, on=clock.today(), actor=learner.viewer)
    row = session.get_one(Attempt, attempt_id, execution_options={"scope": WALKER})
    learning.record_fact(
        session,
        person_id=place.member.id,
        kind=FactKind.TEST_PASSED,
        module_id=world.version.module_id,
        module_version_id=world.version.id,
        minutes=20,
        happened_on=TODAY,
        source_kind="walker",
        source_id=row.id,
        now=now,
        actor=SYSTEM,
    )
    return attempt_id


def move_member_away(session: Session, world: World) -> Person:
    """Somebody who served in the own commune and serves in the sibling since yesterday."""
    person = make.person(session, f"Ngô {canary('Nguoi', 'sibling', 7)}")
    yesterday = TODAY - timedelta(days=1)
    session.add_all(
        [
            Membership(
                person_id=person.id,
                team_id=world.places["own"].team.id,
                valid_from=LONG_AGO,
                valid_to=yesterday,
                recorded_at=NOW,
            ),
            Membership(
                person_id=person.id,
                team_id=world.places["sibling"].team.id,
                valid_from=yesterday,
                recorded_at=NOW,
            ),
        ]
    )
    session.flush()
    return person
