"""A published version goes back to files, and the files say what was published."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.catalogue.examples import ACTOR, BANK, HEAD, NOW, module, register
from training_app.catalogue.folders import Folders, read_folders
from training_app.catalogue.parsing import module_texts, parse_module, write_module
from training_app.catalogue.queries import module_files, published_modules, source_module
from training_app.catalogue.services import load_folders, publish
from training_app.catalogue.source import Module, module_hash
from training_app.laws.parsing import parse_register, write_register, write_toml
from training_app.laws.services import load as load_laws

ROOT = Path(__file__).parent.parent.parent
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]))
SCALAR = st.one_of(TEXT, st.integers(-1000, 1000), st.booleans(), st.dates())
TABLE = st.dictionaries(TEXT, st.one_of(SCALAR, st.lists(TEXT)), max_size=4)


@pytest.fixture(scope="module")
def shipped() -> Folders:
    return read_folders(ROOT / "courses", ROOT / "quizzes")


def reread(slug: str, files: dict[str, str]) -> Module:
    parsed = parse_module(module_texts(slug, files))
    assert not parsed.problems, [str(problem) for problem in parsed.problems]
    found = parsed.module()
    assert found
    return found


@given(
    st.dictionaries(
        TEXT, st.one_of(SCALAR, TABLE, st.lists(SCALAR), st.lists(TABLE, min_size=1)), max_size=5
    )
)
def test_whatever_is_written_reads_the_same(data: dict[str, object]) -> None:
    text = write_toml(data)
    assert tomllib.loads(text) == data
    assert write_toml(tomllib.loads(text)) == write_toml(data)


def test_what_ships_comes_back_from_the_database_as_it_was_read(
    db_session: Session, shipped: Folders
) -> None:
    load_folders(db_session, shipped, now=NOW, actor=ACTOR)
    sources = {files.slug: files.module() for files in shipped.modules}
    for card in published_modules(db_session):
        assert source_module(db_session, card.version_id) == sources[card.slug]
        again = reread(card.slug, module_files(db_session, card.version_id))
        assert again == sources[card.slug]
        assert write_module(again) == module_files(db_session, card.version_id)


def test_files_of_every_kind_of_change_publish_nothing_new(db_session: Session) -> None:
    load_laws(db_session, register(), now=NOW, actor=ACTOR)
    twice = HEAD.replace('["luat-a#3"]', '["luat-a#3", "luat-a#3"]')
    both = BANK.replace('use = "practice"', 'use = "both"')
    publish(db_session, module(), now=NOW, actor=ACTOR)
    second = publish(
        db_session,
        module(head=twice, bank=both),
        now=NOW,
        actor=ACTOR,
    )
    again = publish(
        db_session, reread("nghe", module_files(db_session, second.id)), now=NOW, actor=ACTOR
    )
    assert again.id == second.id
    assert module_hash(source_module(db_session, second.id)) == second.source_hash


def test_the_register_is_written_with_what_differs_only(shipped: Folders) -> None:
    text = write_register(shipped.register)
    again, problems = parse_register("laws.toml", text)
    assert not problems
    assert again == shipped.register
    assert write_register(again) == text


def test_a_blueprint_comes_back_and_a_test_without_one_keeps_its_fingerprint() -> None:
    part = '[[test.part]]\ntopic = "grounds"\ndifficulty = 1\ncount = 1\n[[question]]'
    planned = module(bank=BANK.replace("[[question]]", part, 1))
    assert reread("nghe", write_module(planned)) == planned
    assert module_hash(planned) != module_hash(module())
    before = "90d4c719adbe7e5e922eb093e6e5beb5b0e7e75920a54c7be52e0050e84c12b6"
    assert module_hash(module()) == before
