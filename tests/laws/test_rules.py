from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.laws.rules import (
    Ended,
    Force,
    InForce,
    NotYet,
    Unknown,
    english_citation,
    in_force,
    vietnamese_citation,
)
from training_app.laws.source import (
    Article,
    BadCitation,
    Citation,
    DatedArticle,
    Instrument,
    Register,
)

LAW = Instrument.model_validate(
    {
        "key": "luat-35-2013-qh13",
        "kind": "Luật",
        "number": "35/2013/QH13",
        "title": "Luật Hòa giải ở cơ sở",
        "in_force_from": date(2014, 1, 1),
        "confidence": "S",
        "reviewed_on": date(2026, 11, 20),
        "article": [{"number": "3", "heading": "Phạm vi", "gist": "Ý chính", "confidence": "S"}],
    }
)
DECREE = LAW.model_copy(
    update={
        "key": "nd-144-2021-nd-cp",
        "kind": "Nghị định",
        "number": "144/2021/NĐ-CP",
        "title": "Quy định xử phạt",
        "in_force_from": date(2022, 1, 1),
        "in_force_to": date(2025, 12, 15),
        "replaced_by": "nd-282-2025-nd-cp",
    }
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "luat-35-2013-qh13#3.1.c",
            "điểm c khoản 1 Điều 3 Luật Hòa giải ở cơ sở (35/2013/QH13)",
        ),
        ("luat-35-2013-qh13#3.1", "khoản 1 Điều 3 Luật Hòa giải ở cơ sở (35/2013/QH13)"),
        ("luat-35-2013-qh13#3", "Điều 3 Luật Hòa giải ở cơ sở (35/2013/QH13)"),
    ],
)
def test_a_citation_reads_as_lawyers_write_it(text: str, words: str) -> None:
    assert vietnamese_citation(Citation.parse(text), LAW) == words


def test_a_decree_is_cited_by_its_number() -> None:
    citation = Citation.parse("nd-144-2021-nd-cp#7.2.đ")
    assert vietnamese_citation(citation, DECREE) == (
        "điểm đ khoản 2 Điều 7 Nghị định 144/2021/NĐ-CP"
    )


def test_a_citation_in_english_keeps_the_name_where_there_is_no_english_one() -> None:
    citation = Citation.parse("luat-35-2013-qh13#3.1.c")
    assert english_citation(citation, LAW) == (
        "Article 3, clause 1, point c, Luật Hòa giải ở cơ sở (35/2013/QH13)"
    )
    named = LAW.model_copy(update={"title_en": "Law on Grassroots Mediation"})
    assert english_citation(citation, named).endswith("Law on Grassroots Mediation (35/2013/QH13)")


@pytest.mark.parametrize(
    "text",
    ["", "luat", "luat#", "luat#0", "luat#3.", "luat#3.1.", "luat#3.1.c.d", "Luat#3", "luat#3.1.C",
     "luat #3", "luat#3\n", "luat#٣", "luat#1٣", "luat--x#3"],
)  # fmt: skip
def test_what_is_no_citation_is_refused(text: str) -> None:
    with pytest.raises(BadCitation):
        Citation.parse(text)


places = st.from_regex(
    r"[a-z0-9]+(-[a-z0-9]+){0,3}#[1-9][0-9]{0,2}(\.[1-9][0-9]?(\.[a-zđ])?)?", fullmatch=True
)


@given(places)
def test_a_citation_is_written_as_it_was_read(text: str) -> None:
    assert str(Citation.parse(text)) == text


@pytest.mark.parametrize(
    ("day", "force"),
    [
        (date(2021, 12, 31), NotYet(date(2022, 1, 1))),
        (date(2022, 1, 1), InForce(date(2022, 1, 1))),
        (date(2025, 12, 14), InForce(date(2022, 1, 1))),
        (date(2025, 12, 15), Ended(date(2025, 12, 15), "nd-282-2025-nd-cp")),
    ],
)
def test_force_begins_on_its_first_day_and_ends_before_its_last(day: date, force: Force) -> None:
    assert in_force(dated(DECREE), day) == force


def test_without_a_date_nothing_is_claimed() -> None:
    assert in_force(dated(LAW.model_copy(update={"in_force_from": None})), date(2026, 1, 1)) == (
        Unknown()
    )


def test_an_article_may_end_before_its_law() -> None:
    article = LAW.articles[0].model_copy(update={"in_force_to": date(2020, 1, 1)})
    assert isinstance(in_force(dated(LAW, article), date(2021, 1, 1)), Ended)
    assert isinstance(in_force(dated(LAW), date(2021, 1, 1)), InForce)


def test_the_register_finds_the_article_behind_a_point() -> None:
    register = Register((LAW,))
    found = register.find(Citation.parse("luat-35-2013-qh13#3.1.c"))
    assert found
    assert found.article.heading == "Phạm vi"
    assert register.find(Citation.parse("luat-35-2013-qh13#99")) is None


def dated(instrument: Instrument, article: Article | None = None) -> DatedArticle:
    chosen = article or instrument.articles[0]
    return DatedArticle(Citation(instrument.key, chosen.number), instrument, chosen)
