"""Names of people: usual capitals, notes beside them, and whether two spellings are one name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from training_app.organisation.roster_file.text import folded, placed
from training_app.vietnamese import title_name

_WORD = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(r"^(?:\d{1,3}\s*[.)/-]\s*|[-+*•]\s*)+")
_COURTESY = re.compile(
    r"^(ông|bà|anh|chị|cô|chú|bác|đ/c|đồng chí|thầy)[\s.:]+(?=\S+\s+\S)", re.IGNORECASE
)
_MEN, _WOMEN = frozenset({"ông", "anh", "chú"}), frozenset({"bà", "chị", "cô"})
_NOTE = re.compile(r"\(([^()]*)\)?|\s[-–—:;,/]\s*(.+)$|[,;:]\s*(.+)$|\s(?=\+?\d)(.+)$")
_STAR = re.compile(r"\s*\(?\*+\)?$")
_FEWEST_WORDS, _MOST_WORDS = 2, 8
# Syllables that no Vietnamese name spells without a mark: surnames at the front, others anywhere.
_MARKED_SURNAMES = frozenset({"le", "vo", "vu", "do", "ho", "to", "ly", "ta", "ton", "luu", "lam"})
_MARKED_SYLLABLES = """
    nguyen tran pham huynh hoang dang bui ngo duong truong dinh doan luong vuong trinh thi van huu
    duc tuyet nguyet phuong hung cuong dat viet quoc xuan tuan thuy hanh phuc thinh tuong
"""
_MARKED_ANYWHERE = frozenset(_MARKED_SYLLABLES.split())
_USUAL_SURNAMES = """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đinh đoàn lâm mai
    trịnh trương cao phùng tạ tô lương tống hà châu quách thái lưu kiều văn từ vương diệp la lò
    lường cầm quàng giàng vàng sùng hoa thạch sơn kim danh y rơ a ma nông hứa bế triệu bàn chu tăng
"""
_SURNAMES = frozenset(_USUAL_SURNAMES.split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, in usual capitals, with what its cell said besides."""

    full: str
    note: str = ""
    sex: str | None = None
    starred: bool = False


@lru_cache(maxsize=65536)
def read_name(text: str) -> Name:
    """Return the name in a cell's text; an empty ``full`` when there is no letter in it."""
    unstarred = _STAR.sub("", text)
    rest = _BEFORE.sub("", unstarred)
    courtesy = _COURTESY.match(rest)
    sex = None
    if courtesy:
        word = courtesy.group(1).lower()
        sex = "male" if word in _MEN else "female" if word in _WOMEN else None
        rest = rest[courtesy.end() :]
    notes = [next(filter(None, match.groups()), "").strip() for match in _NOTE.finditer(rest)]
    rest = _NOTE.sub(" ", rest)
    full = " ".join(_capitals(word) for word in rest.strip(" .,;:-_").split())
    if not _WORD.search(full):
        return Name("")
    return Name(full, "; ".join(filter(None, notes)), sex, starred=unstarred != text)


def _capitals(word: str) -> str:
    """Usual capitals, but BKrông and HĐơk stay as written.

    The capital font of TCVN3 has no marked capitals: its NGUYỄN arrives as NGUYễN.
    """
    small = [letter for letter in word if letter.islower()]
    shouted = len(word) - len(small) > 1 and not any(letter.isascii() for letter in small)
    if word.islower() or shouted:
        return title_name(word)
    return word[:1].upper() + word[1:]


@lru_cache(maxsize=65536)
def is_plausible(full: str) -> bool:
    """Return whether a text looks like a person's full name."""
    words = full.split()
    return _FEWEST_WORDS <= len(words) <= _MOST_WORDS and not any(
        letter.isdigit() for letter in full
    )


def nearly_same_name(one: str, other: str) -> bool:
    """Return whether two names differ by one letter, or by a middle name that one leaves out."""
    mine, theirs = folded(one), folded(other)
    first, second = mine.split(), theirs.split()
    if first[:1] == second[:1] and first[-1:] == second[-1:] and min(len(first), len(second)) > 1:
        inner, outer = sorted((set(first), set(second)), key=len)
        return inner <= outer
    return _one_letter_apart(mine, theirs)


def _one_letter_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((at for at in range(len(short)) if short[at] != long[at]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]


def has_surname(full: str) -> bool:
    """Return whether a text begins with a usual surname, as a person's name does."""
    first = placed(full).casefold().split(" ", 1)[0]
    return first in _SURNAMES or first.startswith("h'")


@lru_cache(maxsize=65536)
def lacks_marks(full: str) -> bool:
    """Return whether a name is spelled without marks although its syllables need them.

    Names such as Phan Thanh Nga or Y Kim Kbuor need none.
    """
    if not full.isascii():
        return False
    words = full.lower().split()
    return bool(words) and (
        words[0] in _MARKED_SURNAMES or any(word in _MARKED_ANYWHERE for word in words)
    )


@lru_cache(maxsize=65536)
def name_key(full: str) -> str:
    """Return the form in which two spellings of a name are equal: Hòa and Hoà, capitals."""
    return placed(full).casefold().replace(" ", "")


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one name, also when one of them is spelled without marks."""
    if one == other or name_key(one) == name_key(other):
        return True
    return (one.isascii() or other.isascii()) and folded(one) == folded(other)
