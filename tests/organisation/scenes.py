"""A province with two communes, teams and people, and the visitors who look at them."""

from typing import Any, Final

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.visitors import account, visitor
from tests.organisation.builders import World
from tests.page import Page, PageClient
from training_app.access import Role
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.organisation.models import Person

SIGNED: Final[dict[str, Any]] = {
    "reason": "Sắp xếp lại tổ",
    "decision": "QĐ 12",
    "signed_name": "phạm thị dung",
}


def carry_out(client: PageClient, path: str, **values: Any) -> Page:
    """Fill the form of the page, look at what it would touch, sign; the page of the change."""
    page = client.submit(client.get(path), "", **values)
    assert page.h1 == "What would change", page.text
    page = client.submit(page, "", step="sign", **SIGNED)
    assert page.h1.startswith("Change no."), page.text
    return page


class Scene:
    """`near` is the officer's commune with a team of three, `far` another one elsewhere."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        world = World(session)
        self.world = world
        self.province = world.unit("79", "Hồ Chí Minh")
        self.near = world.unit("26506", "Vũng Tàu", self.province)
        self.beside = world.unit("26560", "Bà Rịa", self.province)
        self.far = world.unit("24133", "Ea Kao", world.unit("66", "Đắk Lắk"))
        self.team = world.team(self.near, "Tổ hòa giải khu phố 1")
        self.leader = world.person("Trần Văn Bình", self.team, phones=("+84912345678",))
        self.woman = world.person("Nguyễn Thị Hoa", self.team, sex="female")
        self.third = world.person("Lê Văn Cường", self.team)
        world.lead(self.team, self.leader)
        self.far_team = world.team(self.far, "Tổ hòa giải buôn Pok")
        self.stranger = world.person("Ya Thị Xa", self.far_team)
        session.commit()

    def officer(self, role: Role = Role.COMMUNE_OFFICER) -> PageClient:
        """An officer of the near commune, or of the province above it."""
        unit = self.province if role is Role.PROVINCE_OFFICER else self.near
        person = make.person(self.session, "Phạm Thị Dung")
        return visitor(self.app, self.session, account(self.session, person, role=role, unit=unit))

    def member(self, person_id: int) -> PageClient:
        """One of the mediators; the leader's account leads the team."""
        person = self.session.get_one(
            Person, person_id, execution_options={"scope": Unscoped("the test looks")}
        )
        return visitor(self.app, self.session, account(self.session, person))

    def events(self, action: str) -> list[AuditEvent]:
        """What the audit trail holds of an action."""
        self.session.rollback()
        chosen = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
        found = list(self.session.scalars(chosen))
        self.session.rollback()  # hold nothing that a request waits for
        return found
