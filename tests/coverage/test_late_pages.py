"""The list of what was entered later about a day, as its page, its workbook and its data say it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.catalogue.examples import register
from tests.coverage.scene import Scene
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories import serving
from tests.factories.records import NOW, SYSTEM
from tests.factories.visitors import account
from tests.page import PageClient
from training_app.access import Grant, Role, Viewer
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import ContentCitation
from training_app.laws.models import LawChange, LegalArticle
from training_app.laws.rules import ChangeKind
from training_app.laws.services import NewChange
from training_app.laws.services import load as load_laws
from training_app.learning.services import rederive
from training_app.organisation.rules.operations import ChangeUnit, MergeUnits
from training_app.requirements.services import Terms, change_requirement

_CAME = "Unit set up, moved here or named anew"
_WENT = "Unit ended, moved away or named anew"


class Recorder:
    """Somebody of the department, who enters three days after the day of the scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.session, self.on = scene, scene.session, scene.today
        self.now = NOW + timedelta(days=3)
        self.looked = self.now + timedelta(days=1)
        self.person = make.person(self.session, "Vũ Thị Ghi")
        row = account(self.session, self.person, role=Role.PROVINCE_OFFICER, unit=scene.province)
        self.actor = Viewer(
            row.id, self.person.id, grants=(Grant(Role.PROVINCE_OFFICER, *self._place()),)
        )

    def _place(self) -> tuple[int, str]:
        return self.scene.province.unit_id, self.scene.province.path

    def article(self) -> int:
        """An article that the first module cites."""
        load_laws(self.session, register(), now=NOW, actor=SYSTEM)
        found = select(LegalArticle.id).where(LegalArticle.number == "3")
        article = self.session.scalars(found).one()
        cited = {"module_version_id": self.scene.first.id, "article_id": article}
        self.session.add(
            ContentCitation(
                **cited, item_kind="module", item_key="", position=1, clause="1", point=""
            )
        )
        self.session.flush()
        return article

    def change_law(self, article: int, clause: str, now: datetime) -> LawChange:
        """A clause reads otherwise since the day of the scene."""
        new = NewChange(article, ChangeKind.AMENDED, self.on, "Luật 9", clause=clause, gist="Mới")
        return catalogue.record_law_change(
            self.session, new, now=now, today=now.date(), actor=self.actor
        )

    def told(self, address: str, who: str = "province_officer") -> list[list[str]]:
        """The lines of the page, and its workbook and its data have the same."""
        path, day = f"{address}late/", f"?as_of={self.on}"
        self.looked += timedelta(minutes=1)  # nobody signs in after having looked
        with time_machine.travel(self.looked):
            client: PageClient = getattr(self.scene, who)
            page = client.get(path + day)
            data = client.http.get(f"{path}table.json{day}").get_json()["rows"]
            if "was entered later" in page.text:
                assert not data
                return []
            sheet = sheet_of(client, f"{path}table.xlsx{day}")
        lines = rows_of(page)[1:]
        assert [line[:2] for line in lines] == [line[:2] for line in data]
        assert [line[:2] for line in lines] == [line[:2] for line in sheet[-len(lines) :]]
        return lines


@pytest.fixture
def late(scene: Scene) -> Recorder:
    return Recorder(scene)


def test_a_change_of_law_recorded_or_withdrawn_later_is_listed_with_who_and_when(
    late: Recorder,
) -> None:
    article, scene = late.article(), late.scene
    known = late.change_law(article, "", NOW)
    scene.session.commit()
    assert late.told(scene.province_path) == []
    late.change_law(article, "1", late.now)
    late.change_law(article, "2", late.now)  # which nothing cites
    catalogue.withdraw_law_change(
        late.session, known.id, reason="Nhầm", now=late.now, today=late.on, actor=late.actor
    )
    scene.session.commit()
    when, who = "09:00 23 Nov 2026", "Vũ Thị Ghi"
    law = "Article 3, {}Luật A (35/2013/QH13)"
    assert late.told(scene.province_path) == [
        [law.format("clause 1, "), "Change of law recorded", "20 Nov 2026", when, who],
        [law.format(""), "Change of law withdrawn", "20 Nov 2026", when, who],
    ]
    told = late.told(scene.commune_path, "vietnamese_officer")
    assert told[0][:2] == [
        "khoản 1 Điều 3 Luật A (35/2013/QH13)",
        "Ghi thay đổi của pháp luật",
    ]


def test_a_change_of_law_that_takes_effect_after_the_day_is_not_about_it(late: Recorder) -> None:
    article = late.article()
    late.on += timedelta(days=1)
    late.change_law(article, "1", late.now)
    late.on -= timedelta(days=1)
    late.session.commit()
    assert late.told(late.scene.province_path) == []


def test_terms_set_later_for_the_day_are_listed_and_were_not_known(late: Recorder) -> None:
    scene = late.scene
    terms = Terms(late.on, frozenset({scene.first.module_id}), valid_months=12)
    change_requirement(
        late.session,
        scene.requirement.id,
        terms,
        now=late.now,
        today=late.on,
        actor=SYSTEM,
    )
    rederive(late.session, now=late.now)
    late.session.commit()
    assert [row[:3] for row in late.told(scene.province_path)] == [
        ["Every year", "Requirement set or changed", "20 Nov 2026"]
    ]
    day = f"{scene.commune_path}?as_of={late.on}"
    with time_machine.travel(late.now):
        now, then = (rows_of(scene.officer.get(day + how))[-1] for how in ("", "&known=then"))
    # Of two modules Chi had passed one: that was not enough, as was known then.
    assert (now[4], then[4]) == ("3", "2")


def test_a_unit_renamed_later_is_listed_with_who_signed(late: Recorder) -> None:
    scene = late.scene
    step = ChangeUnit(scene.other.unit_id, name="Võ Cường Mới")
    serving.do(late.session, step, on=late.on, now=late.now, actor=late.actor)
    late.session.commit()
    when, who = "09:00 23 Nov 2026", "Vũ Thị Ghi"
    assert late.told(scene.province_path) == [
        ["Phường Võ Cường Mới", _CAME, "20 Nov 2026", when, who],
        ["Phường Võ Cường", _WENT, "20 Nov 2026", when, who],
    ]
    assert late.told(scene.commune_path) == []


def test_the_list_of_a_unit_that_ended_opens_as_it_was_known(late: Recorder) -> None:
    scene = late.scene
    step = MergeUnits((scene.other.unit_id, scene.commune.unit_id), scene.commune.unit_id)
    serving.do(late.session, step, on=late.on, now=late.now, actor=late.actor)
    late.session.commit()
    gone = late.told(f"/coverage/units/{scene.other.unit_id}/")
    assert [row[1] for row in gone] == ["Team ended, moved away or named anew", _WENT]
    assert {row[4] for row in gone} == {"Vũ Thị Ghi"}
