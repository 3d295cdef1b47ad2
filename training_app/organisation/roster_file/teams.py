"""Names of mediation teams: how files write them, when two spellings are one, where titles hide."""

import re
from functools import lru_cache

from training_app.organisation.roster_file.text import folded, placed
from training_app.vietnamese import clean

_PLACES = (
    r"khu phố|khu dân cư|khu vực|khu|thôn|ấp|buôn|bản|làng|khóm|xóm|khối phố|khối|tổ dân phố|"
    r"cụm dân cư|cụm|sóc|phum|tiểu khu|đội|plei|bon|kp|tdp|kdc"
)
_PLACES_PLAIN = (
    r"khu pho|khu dan cu|khu vuc|thon|ap|buon|khom|xom|to dan pho|cum dan cu|tieu khu|khoi pho"
)
_TEAM = r"tổ hòa giải|tổ hg|thg|to hoa giai|to hg"
_LIST_MARK = re.compile(
    r"^(?:[ivxlcdm]{1,6}\s*[.)/:-]\s*|\d{1,3}\s*[.)]\s*|[-+*•]\s*|[a-zđ]\)\s*)+", re.IGNORECASE
)
_HEAD_COUNT = re.compile(
    r"\s*[(:–-]?\s*(?:gồm|có|tổng số)?\s*:?\s*\d{1,3}\s*"
    r"(?:người|nguoi|hgv|thành viên|hòa giải viên|đồng chí|đ/c|tv)\b.*$",
    re.IGNORECASE,
)
_AFTER_A_NAME = re.compile(r"\s*([-–,;:(]|\d).*$")
_LEADER_IN_BAND = re.compile(
    r"[\s(,;–-]*(?:tổ trưởng|tt|trưởng tổ)\s*:\s*(?P<name>[^(),;\d]+).*$", re.IGNORECASE
)
_SHORT = (
    (re.compile(r"\bkp\.?\s*(?=\S)", re.IGNORECASE), "khu phố "),
    (re.compile(r"\btdp\.?\s*(?=\S)", re.IGNORECASE), "tổ dân phố "),
    (re.compile(r"\b(?:thg|tổ hg|tổ h\.g)\b\.?", re.IGNORECASE), "tổ hòa giải"),
)
_KIND_WORDS = re.compile(rf"^(?:tổ hòa giải|tổ)?\s*(?:số\b)?\s*(?:(?:{_PLACES})\b)?", re.IGNORECASE)
_TEAM_PREFIX = re.compile(rf"^(?:(?:{_TEAM})\s*)+(?:số\s*|so\s*)?|^tổ\s*(?:số\s*)?(?=\d)")
_LONGEST_ABBREVIATION = 3
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_NUMBERED = re.compile(r"\d")
_BAND = re.compile(
    rf"^(?:(?:{_TEAM})(?!\s*(?:viên|trưởng|phó|và|ở cơ sở))\b|(?:{_PLACES}|{_PLACES_PLAIN})\b|"
    rf"tổ\s+(?:số\s*)?\d|tổ\s+(?:{_PLACES}))",
    re.IGNORECASE,
)
_UNIT_BAND = re.compile(r"^(?:phường|xã|thị trấn|đặc khu|p\.|x\.|tt\.)\s*\S", re.IGNORECASE)
_IN_TITLE = re.compile(
    rf"(?:{_TEAM}|hòa giải viên|hgv)\s*:?\s*(?P<team>(?:{_PLACES}|số\s*\d)\b.*)$", re.IGNORECASE
)
_NAMED = re.compile(rf"^(?:tên\s+)?(?:(?:{_TEAM})|{_PLACES})\s*:\s*(?P<team>.+)$", re.IGNORECASE)
_TITLE_END = re.compile(
    r"\s*(?:\bnăm\s+\d{4}.*|\bnhiệm kỳ.*|\bthuộc\b.*|\btrên địa bàn.*|[,(].*|\s[-–—]\s.*|\bquý\b.*|"
    r"\btháng\s+\d.*|\bđến ngày.*|\b(?:xã|phường|thị trấn)\s+\S.*)$",
    re.IGNORECASE,
)
_UNIT_LINE = re.compile(
    r"^(?:ubnd|ủy ban nhân dân)?\s*(?P<unit>(?:phường|xã|thị trấn|đặc khu)\s+\S.*)$", re.IGNORECASE
)
_DIGIT_JOINED = re.compile(r"(?<=[^\W\d_])(?=\d)")


@lru_cache(maxsize=16384)
def team_name(text: str) -> str:
    """Return a team's name in usual capitals and with hòa; KP becomes khu phố, head counts go."""
    name = placed(_LIST_MARK.sub("", text))
    name = _LEADER_IN_BAND.sub("", name)
    name = _HEAD_COUNT.sub("", name).strip(" .,;:-–_*")
    for pattern, full in _SHORT:
        name = pattern.sub(full, name)
    loud = name.isupper()
    quiet = " ".join(_capitals(word, loud=loud) for word in name.split())
    quiet = _KIND_WORDS.sub(lambda match: match.group().lower(), quiet)
    return quiet[:1].upper() + quiet[1:]


def _capitals(word: str, *, loud: bool) -> str:
    shouted = word.isupper() and (loud or len(word) > _LONGEST_ABBREVIATION)
    if _NUMBERED.search(word) or not (shouted or word.islower()):
        return word
    return word[:1].upper() + word[1:].lower()


@lru_cache(maxsize=16384)
def team_key(name: str) -> str:
    """Return the form in which two spellings of a team's name are equal; tones still distinguish.

    Without regard to case, tone placement, spaces, the words Tổ hòa giải in front, and KP.
    """
    text = placed(clean(name)).lower()
    for pattern, full in _SHORT:
        text = pattern.sub(full, text)
    bare = _LEADING_ZEROS.sub("", _TEAM_PREFIX.sub("", text.strip()))
    return "".join(letter for letter in bare or text if letter.isalnum() or letter in "()")


@lru_cache(maxsize=65536)
def is_team_band(text: str) -> bool:
    """Return whether a lone text heads the rows of one team."""
    plain = _LIST_MARK.sub("", placed(text))
    return _BAND.match(plain) is not None


def is_unit_band(text: str) -> bool:
    """Return whether a lone text names a ward or commune whose teams follow."""
    return _UNIT_BAND.match(_LIST_MARK.sub("", text)) is not None


def unit_name(text: str) -> str:
    """Return the ward's or commune's name in a band: II. PHƯỜNG 7 gives Phường 7."""
    name = _HEAD_COUNT.sub("", _LIST_MARK.sub("", placed(text))).strip(" .,;:-–_*")
    return " ".join(_capitals(word, loud=name.isupper()) for word in name.split())


def leader_in_band(text: str) -> str | None:
    """Return the leader's name in "Tổ hòa giải KP 1 (Tổ trưởng: Nguyễn Văn A)"."""
    match = _LEADER_IN_BAND.search(text)
    return clean(_AFTER_A_NAME.sub("", match.group("name"))) if match else None


def team_in_title(text: str) -> str | None:
    """Return the team in a title line: "DANH SÁCH TỔ HÒA GIẢI THÔN BẮC SƠN" gives Thôn Bắc Sơn."""
    line = placed(text)
    if is_team_band(line) and not _NAMED.match(line):
        return team_name(_TITLE_END.sub("", line))
    match = _NAMED.match(line) or _IN_TITLE.search(line)
    if not match:
        return None
    named = match.group("team")
    if match.re is _NAMED and not is_team_band(named):
        named = f"{line.split(':')[0]} {named}"
    name = team_name(_TITLE_END.sub("", named))
    return name if team_key(name) and re.search(r"\S\s+\S", name) else None


def unit_in_title(text: str) -> str | None:
    """Return the ward or commune that a title line names, folded: UBND PHƯỜNG 7 gives phuong 7."""
    match = _UNIT_LINE.match(clean(text))
    return folded(match.group("unit")) if match else None


def team_from_sheet_name(name: str) -> str | None:
    """Return the team that a sheet's name states: KP1, Thôn Bắc Sơn, Tổ 3."""
    spaced = _DIGIT_JOINED.sub(" ", clean(name))
    return team_name(spaced) if is_team_band(spaced) else None
