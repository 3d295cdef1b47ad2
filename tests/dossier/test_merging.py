"""The same person? Proposed with reasons, never joined by itself, undone without a trace."""

from typing import Any

import pytest
from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Session

from tests.dossier.scene import LOOK, Scene
from tests.factories.records import SYSTEM, TODAY
from training_app import clock
from training_app.access import Role, Scope
from training_app.db import Base
from training_app.dossier.queries import pairs
from training_app.dossier.services import merging
from training_app.errors import InvalidInput, RuleBroken
from training_app.learning.models import Holding
from training_app.organisation.models import NotSamePerson, Person
from training_app.workshops import services as workshops
from training_app.workshops.queries import roll

SAME = "/people/same/"


def _addresses(scene: Scene) -> tuple[str, str]:
    first, second = sorted((scene.person.id, scene.twin.id))
    return f"/people/{first}/same-as/{second}/", f"/people/{first}/link/{second}/"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(scene: Scene, language: str) -> None:
    client = scene.officer()
    client.language(language)
    for path in (SAME, *_addresses(scene), "/more/", "/people/"):
        client.get(path)


def test_a_pair_is_proposed_with_its_reasons(scene: Scene) -> None:
    page = scene.officer().get(SAME)
    assert "1 pair waits for a decision." in page.text
    assert "the same name, the same birth year, the same telephone number" in page.text
    assert "both serve now, in different teams" in page.text


def test_namesakes_of_another_age_are_not_proposed(scene: Scene) -> None:
    assert "Trần Văn Bình" not in scene.officer().get(SAME).text


def test_a_record_out_of_scope_is_never_proposed_nor_compared(scene: Scene) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    assert "1 pair waits for a decision." in client.get(SAME).text
    client.get(f"/people/{scene.person.id}/same-as/{scene.stranger.id}/", 404)
    client.get(f"/people/{scene.person.id}/link/{scene.stranger.id}/", 404)


def test_the_menu_and_the_list_of_people_say_how_many_wait(scene: Scene) -> None:
    client = scene.officer()
    assert "1 waits" in client.get("/more/").text
    page = client.get("/people/")
    assert "1 pair to decide" in page.text
    assert page.link("The same person twice?") == SAME


def test_a_link_asks_for_the_passphrase_first(scene: Scene) -> None:
    client = scene.officer(proved=False)
    response = client.http.get(_addresses(scene)[1])
    assert response.status_code == 303
    assert response.location == "/prove/"


def test_a_link_needs_a_reason_and_keeps_what_was_chosen(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(_addresses(scene)[1])
    again = client.submit(page, "", 422, shown=str(scene.twin.id))
    assert "Say why; whoever looks at this later needs it." in again.text
    assert scene.again(scene.person).canonical_id is None
    assert scene.again(scene.twin).canonical_id is None


def test_two_records_are_linked_and_parted_again(scene: Scene) -> None:
    client = scene.officer()
    page = client.submit(
        client.get(_addresses(scene)[1]),
        "",
        shown=str(scene.person.id),
        reason="Tổ trưởng xác nhận",
    )
    assert page.h1 == "Linked records"
    assert scene.again(scene.twin).canonical_id == scene.person.id
    assert scene.events("person.merged")[-1].reason == "Tổ trưởng xác nhận"
    assert "waits for a decision" not in client.get(SAME).text
    client.submit(page, "", reason="Nhầm")
    assert scene.again(scene.twin).canonical_id is None
    assert scene.events("person.unmerged")[-1].reason == "Nhầm"


def test_two_people_are_never_asked_about_again_until_somebody_wants_it(scene: Scene) -> None:
    client = scene.officer()
    client.submit(client.get(_addresses(scene)[0]), "not-same")
    page = client.get(SAME)
    assert "There is nothing to decide." in page.text
    with pytest.raises(RuleBroken):
        merging.link(
            scene.session, scene.twin.id, scene.person.id, "x", now=clock.now(), actor=SYSTEM
        )
    scene.session.rollback()
    client.submit(page, "ask-again")
    assert "1 pair waits for a decision." in client.get(SAME).text


def test_saying_twice_that_they_are_two_is_saying_it_once(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(_addresses(scene)[0])
    client.submit(page, "not-same")
    client.submit(page, "not-same")
    scene.session.rollback()
    counted = select(func.count()).select_from(NotSamePerson).execution_options(**LOOK)
    assert scene.session.scalar(counted) == 1
    assert len(scene.events("person.declared-two")) == 1


def test_the_preview_shows_what_is_held_before_and_after(scene: Scene) -> None:
    scene.passed(scene.person, 700)
    scene.passed(scene.twin, 10)
    text = scene.officer().get(_addresses(scene)[1]).text
    assert "Evidence of training11" in text
    assert "Counts together; nothing is counted twice." in text
    assert "Requirements met, before and after" in text


def test_evidence_of_both_records_counts_for_the_linked_person(scene: Scene) -> None:
    scene.passed(scene.twin, 10)
    _link(scene)
    held = select(Holding.person_id).execution_options(**LOOK)
    assert list(scene.session.scalars(held)) == [scene.person.id]


def test_whoever_serves_in_two_teams_stays_in_both_and_counts_once(scene: Scene) -> None:
    _link(scene)
    page = scene.officer().get(f"/people/{scene.person.id}/")
    assert page.text.count("serves") >= 2
    assert "1 person found." in scene.officer().get("/people/?q=nguyen thi hoa").text


def test_a_link_without_a_reason_is_refused(scene: Scene) -> None:
    with pytest.raises(InvalidInput):
        merging.link(
            scene.session, scene.twin.id, scene.person.id, " ", now=clock.now(), actor=SYSTEM
        )


@pytest.mark.parametrize("which", ["person", "twin"])
@pytest.mark.parametrize("facts", [(), (700,), (10,), (700, 10), (400, 380, 20)])
def test_undo_restores_exactly_what_was_before(
    scene: Scene, which: str, facts: tuple[int, ...]
) -> None:
    for place, days in enumerate(facts):
        scene.passed((scene.person, scene.twin)[place % 2], days)
    before = _everything(scene.session)
    folded, main = (scene.person, scene.twin) if which == "person" else (scene.twin, scene.person)
    now = clock.now()
    merging.link(scene.session, folded.id, main.id, "a", now=now, actor=SYSTEM)
    assert _everything(scene.session) != before
    merging.unlink(scene.session, folded.id, "b", now=now, actor=SYSTEM)
    assert _everything(scene.session) == before


# What only says that something is to be counted anew, or that something happened.
_ASIDE = {"audit_event", "audit_seal", "stale", "stale_count"}


def _everything(session: Session) -> dict[str, list[Any]]:
    """Every row of every table, without the number and time of what is derived."""
    session.flush()
    metadata: MetaData = Base.metadata
    found = {}
    for name, table in metadata.tables.items():
        if name in _ASIDE or name.startswith("stale"):
            continue
        derived = "derived_at" in table.c
        columns = [c for c in table.c if not (derived and c.name in {"id", "derived_at"})]
        rows = session.execute(select(*columns)).all()
        found[name] = sorted(repr(tuple(row)) for row in rows)
    return found


def _link(scene: Scene) -> None:
    merging.link(
        scene.session, scene.twin.id, scene.person.id, "same", now=clock.now(), actor=SYSTEM
    )
    scene.session.commit()


def test_an_erased_record_is_neither_proposed_nor_linked(scene: Scene) -> None:
    row = scene.session.get_one(Person, scene.twin.id, execution_options=LOOK)
    row.anonymised_at = clock.now()
    scene.session.commit()
    assert "There is nothing to decide." in scene.officer().get(SAME).text
    with pytest.raises(RuleBroken):
        _link(scene)
    assert not pairs.declared_two(scene.session, Scope(everything=True), clock.today())


def test_a_linked_person_stands_once_on_the_roll_of_a_class(scene: Scene) -> None:
    _link(scene)
    draft = workshops.Draft(
        unit_id=scene.commune.unit_id,
        title="Lớp",
        held_on=TODAY,
        minutes=200,
        place="Hội trường",
        trainer_person_id=None,
        guest_trainer="Khách mời",
        module_version_ids=[scene.version.id],
        team_ids=[scene.second.id],
    )
    everything = Scope(everything=True)
    row = workshops.record(
        scene.session, draft, everything, now=clock.now(), today=clock.today(), actor=SYSTEM
    )
    listed = [line.person_id for line in roll(scene.session, everything, row)]
    assert listed.count(scene.person.id) == 1
    assert scene.twin.id not in listed


def test_another_record_is_found_by_search_where_nothing_proposes_it(scene: Scene) -> None:
    client = scene.officer()
    page = client.get(client.get(f"/people/{scene.leader.id}/").link("The same person twice?"))
    assert "Records of the same name" in page.text  # the namesake, of another age
    found = client.get(f"/people/{scene.leader.id}/same-as/?q=nguyen thi")
    assert found.text.count("Look at both") == 2
    both = client.get(found.link("Look at both"))
    assert "Little speaks for one person here." in both.text
    assert (
        "Nobody else of this name or telephone"
        in client.get(f"/people/{scene.leader.id}/same-as/?q=khongcoai").text
    )


def test_the_search_ends_at_the_own_scope_and_finds_who_has_left(scene: Scene) -> None:
    scene.leave(scene.twin)
    client = scene.officer()
    page = client.get(f"/people/{scene.person.id}/same-as/")
    assert page.text.count("Look at both") == 1
    assert "serves in no team" in page.text
    client.get(f"/people/{scene.stranger.id}/same-as/", 404)
