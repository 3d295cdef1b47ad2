"""What each row of a sheet is: a person, a heading, a band, a total, a footnote, a signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from training_app.organisation.roster_file import teams
from training_app.organisation.roster_file.fields import Field
from training_app.organisation.roster_file.headings import (
    Heading,
    is_column_numbers,
    looks_like_heading,
    may_be_heading,
)
from training_app.organisation.roster_file.names import has_surname, is_plausible
from training_app.organisation.roster_file.text import folded, is_no

_TOTAL = re.compile(
    r"[( ]*(tong( (cong|so|hop)|:|$|\s*\d)|cong( (to|thon|kp|khu|toan|so|chung|\d)|:|$|\s*\d)|"
    r"(an dinh|danh sach) (nay )?(co|gom|tren)|(ds|danh sach) .*\d+ (nguoi|hgv|hoa giai vien))"
)
_FOOTNOTE = re.compile(
    r"[*(]*\s*(ghi chu|luu y|chu thich|chu giai|g/c)\s*[:.)]|\*|\(\*+\)|-\s*(cot|dtts|ghi chu)\b"
)
_SIGNATURE = re.compile(
    r"(nguoi )?(lap (bieu|danh sach|bang)|lap ds)|"
    r"nguoi lap\b|\(?ky(,| ten| va|\b.*ghi ro)|noi nhan|luu:? vt|"
    r"(tm|kt|tl|tuq|q)\. ?\w|tm\b|(pho )?chu tich|xac nhan|thu truong|cong chuc|\(?da ky|"
    r"can bo (tu phap|phu trach)|truong (ban|thon|kp|khu pho|ap|buon|khoi)|(uy ban|ubnd|ub) |"
    r"mat tran|bi thu|nguoi (tong hop|bao cao)|"
    r"[\w. ]{0,40},? ?ngay ?[\d.…_ ]* ?thang ?[\d.…_ ]* ?nam"
)
_LIST_NUMBER = re.compile(r"[IVXLC]{1,6}[.)]?|[A-ZĐa-zđ][.)]?|[IVX]+\.\d+\.?")
_NUMERIC = re.compile(r"[\d\s.,%/()+-]+|\d+ ?(nguoi|hgv|nam|nu|tv|to).*")
_IN_DIGITS = frozenset(
    {
        Field.BIRTH, Field.BIRTH_DAY, Field.BIRTH_YEAR, Field.PHONE, Field.DECISION,
        Field.DECISION_NUMBER, Field.DECISION_DATE,
    }
)  # fmt: skip
_IN_WORDS = frozenset({Field.SEX, Field.MALE, Field.FEMALE, Field.ETHNIC})
_LONGEST_WORD = 15
_PLAIN_EVIDENCE = 2
_FEWEST_DIGITS = 2  # "71" may be a birth year
_MOST_BAND_CELLS = 2
_LONG_TEXT = 70


class Kind(StrEnum):
    """What a row is; all but person and nameless are reasons to ignore it."""

    PERSON = "person"
    NAMELESS = "nameless"
    TITLE = "title"
    HEADER = "header"
    COLUMN_NUMBERS = "column_numbers"
    TEAM_BAND = "team_band"
    UNIT_BAND = "unit_band"
    TOTAL = "total"
    FOOTNOTE = "footnote"
    SIGNATURE = "signature"
    NUMBER_ONLY = "number_only"


@dataclass(slots=True)
class Reader:
    """Tells the kind of each row under a heading; remembers that the signatures have begun."""

    heading: Heading
    closing: bool = False
    telling: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    def kind(self, texts: Sequence[str], following: Sequence[str]) -> Kind:
        """Return the kind of a non-empty row; ``following`` is the next non-empty row or ()."""
        if self._is_plainly_person(texts):
            self.closing = False
            return Kind.PERSON
        filled = [text for text in texts if text]
        if may_be_heading(texts) and looks_like_heading(texts):
            return Kind.HEADER
        if is_column_numbers(texts):
            return Kind.COLUMN_NUMBERS
        person = self._is_person(texts)
        if self.closing and not (person and self._is_numbered(texts)):
            return self._after_the_end(filled, following)
        kind = Kind.PERSON if person else self._other(texts, filled)
        self.closing = kind is Kind.SIGNATURE
        return kind

    def _after_the_end(self, filled: list[str], following: Sequence[str]) -> Kind:
        first = next((text for text in filled if not _LIST_NUMBER.fullmatch(text)), filled[0])
        if _FOOTNOTE.match(folded(first)):
            return Kind.FOOTNOTE
        band = teams.is_team_band(first) and len(filled) <= _MOST_BAND_CELLS
        if band and following and (self._is_person(following) or looks_like_heading(following)):
            self.closing = False
            return Kind.TEAM_BAND
        return Kind.SIGNATURE

    def _other(self, texts: Sequence[str], filled: list[str]) -> Kind:
        lone = [text for text in filled if not _NUMERIC.fullmatch(folded(text))]
        if len(lone) > 1 and _LIST_NUMBER.fullmatch(lone[0]):
            lone = lone[1:]
        if not lone:
            return Kind.NUMBER_ONLY if len(filled) == 1 else self._without_words(texts)
        return self._in_words(texts, lone)

    def _in_words(self, texts: Sequence[str], lone: list[str]) -> Kind:
        first = lone[0]
        plain = folded(first)
        if _TOTAL.match(plain) or _FOOTNOTE.match(plain):
            return Kind.TOTAL if _TOTAL.match(plain) else Kind.FOOTNOTE
        if (
            len(lone) <= _MOST_BAND_CELLS
            and teams.is_team_band(first)
            and not self._is_numbered_person(texts)
        ):
            return Kind.TEAM_BAND
        if not self._is_numbered(texts) and any(_SIGNATURE.match(folded(text)) for text in lone):
            return Kind.SIGNATURE
        if len(lone) == 1 and self._name(texts) in {"", first}:
            return self._lone(first, numbered=self._is_numbered(texts))
        return Kind.NAMELESS

    def _lone(self, text: str, *, numbered: bool) -> Kind:
        if teams.is_unit_band(text):
            return Kind.UNIT_BAND
        return (
            Kind.FOOTNOTE
            if not numbered or len(text) > _LONG_TEXT or _is_list_word(text)
            else Kind.NAMELESS
        )

    def _without_words(self, texts: Sequence[str]) -> Kind:
        """A row of numbers only: subtotals, unless a number stands where a person's data stands."""
        return Kind.NAMELESS if self._evidence(texts) else Kind.NUMBER_ONLY

    def _is_person(self, texts: Sequence[str]) -> bool:
        name = self._name(texts)
        if is_no(name) or not any(letter.isalpha() for letter in name):
            return False
        plain = folded(name)
        evidence = self._evidence(texts)
        if _TOTAL.match(plain) or _FOOTNOTE.match(plain):
            return False
        if teams.is_team_band(name) and not (evidence and self._is_numbered(texts)):
            return False
        if (
            not self._is_numbered(texts)
            and not evidence
            and any(_SIGNATURE.match(folded(text)) for text in texts if text)
        ):
            return False
        if evidence == 0 and not self._is_numbered(texts) and self.heading.has(Field.NUMBER):
            return has_surname(name) and is_plausible(name)
        return evidence > 0 or (is_plausible(name) and len(name) <= _LONG_TEXT)

    def _is_plainly_person(self, texts: Sequence[str]) -> bool:
        """The usual row, told quickly: a number, a name of words, and several personal data."""
        at = self.heading.first(Field.NAME)
        if at is None or at >= len(texts) or not self._is_numbered(texts):
            return False
        name = texts[at]
        usual = name[:1].isalpha() and " " in name and not teams.is_team_band(name)
        return usual and self._evidence(texts) >= _PLAIN_EVIDENCE

    def _is_numbered_person(self, texts: Sequence[str]) -> bool:
        return self._is_numbered(texts) and self._evidence(texts) > 0

    def _name(self, texts: Sequence[str]) -> str:
        return cell_texts(texts, self.heading, Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME)

    def _is_numbered(self, texts: Sequence[str]) -> bool:
        column = self.heading.first(Field.NUMBER)
        return column is not None and column < len(texts) and texts[column].rstrip(".").isdigit()

    def _evidence(self, texts: Sequence[str]) -> int:
        """How many cells hold what only a person has; a mere count under Nam or Nữ is none."""
        if self.telling is None:
            columns = self.heading.columns
            self.telling = (
                tuple({at for name in _IN_DIGITS for at in columns.get(name, ())}),
                tuple({at for name in _IN_WORDS for at in columns.get(name, ())}),
            )
        digits, words = self.telling
        return sum(
            [at < len(texts) and texts[at] != "" and _tells_in_digits(texts[at]) for at in digits]
        ) + sum(
            [at < len(texts) and texts[at] != "" and _tells_in_words(texts[at]) for at in words]
        )


@lru_cache(maxsize=32768)
def _tells_in_digits(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    counted = re.fullmatch(r"\d+ ?(người|nam|nữ|hgv|tổ)\.?", text.lower())
    return digits >= _FEWEST_DIGITS and not counted and not _SIGNATURE.match(folded(text))


@lru_cache(maxsize=32768)
def _tells_in_words(text: str) -> bool:
    if any(map(str.isdigit, text)):
        return _tells_in_digits(text)
    return len(text) <= _LONGEST_WORD and not _SIGNATURE.match(folded(text))


def _is_list_word(text: str) -> bool:
    return not any(letter.isalpha() for letter in text)


def cell_texts(texts: Sequence[str], heading: Heading, *fields: Field) -> str:
    """Return the texts of all columns of the fields, joined by spaces."""
    columns = [at for name in fields for at in heading.columns.get(name, ())]
    return " ".join([texts[at] for at in columns if at < len(texts) and texts[at]])
