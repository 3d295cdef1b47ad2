"""What remarks and duties say: whether a person still serves, whether the person leads the team."""

import re
from enum import StrEnum
from functools import lru_cache

from training_app.organisation.roster_file.text import folded

# All patterns read folded text: small letters without marks.
_ENDING = re.compile(
    r"da thoi|cho thoi|thoi (lam|tham gia|khong|giu|nhiem|chuc|hgv|hoa giai|tu|viec|nghi)|"
    r"^thoi\b|da nghi|nghi (tu|lam|hgv|hoa giai|tham gia|viec|thang|nam \d|luon|han)|"
    r"^nghi( \d|$)|^da chuyen|(khong|ko) (con|tham gia|lam|nhan)|ngung|bo viec|"
    r"rut (ten|lui|khoi)|het nhiem ky|(mien|bai) nhiem|tu chuc|tu nhiem|bi (ky luat|thoi)|"
    r"chet|qua doi|tu tran|tu vong|hy sinh|da mat|^mat\b|mat (nam|thang|ngay|do|vi|luc|\d)|"
    r"chuyen (di|khoi|vao|ra|ve|noi|nha|(ho )?khau|cho o|dia ban|cong tac|xa|tinh)|di noi khac|"
    r"di (lam an|nuoc ngoai|xa|o voi|mien nam|bac|nam)|dinh cu|xuat canh"
)
_MOVED_AWAY = re.compile(r"chuyen (sang|qua|den) (xa|phuong|huyen|tinh|thanh pho|noi)\b")
# An end of something else than serving as a mediator, or no end at all.
_NO_END = re.compile(
    r"nghi huu|huu tri|chuyen (tu|den|qua|sang|cong tac tu|nganh|mon|trach)\b|khong thoi|"
    r"mat (suc|so|may|dien thoai|sim|giay|the|qd)|chi (bo|hoi|doan|uy)|"
    r"nghi (mat suc|che do|bhxh|cong tac|giu chuc|lam (truong|bi thu|can bo))|"
    r"thoi (truong|pho|bi thu|lam (truong|bi thu|to truong|to pho))"
)
_HEDGED = re.compile(
    r"\bxin\b|\bcho (qd|quyet dinh|ket qua|y kien|hop|bau|thay|xet)|\bde nghi\b|du kien|\bsap\b|"
    r"\btam\b|\bse\b|\?|dang (om|xin|nghi|lam don)|co y dinh|muon|chua (co|ro|co don)"
)
_WEAK_ENDING = re.compile(r"\b(thoi|(?<!de )(?<!hoi )nghi(?! quyet)|chuyen|mat|rut|vang)\b")
_ONLY_A_HINT = re.compile(
    r"\(?(nghi|thoi|chuyen|vang|rut)?\)?( ?(om|benh|sinh|thai san|phep|dai han|lau))?[ .]*"
)
_ASKED_TO_END = re.compile(
    r"\b(de nghi|xin|kien nghi) (duoc )?(thay|thoi|cho thoi|nghi|rut|mien nhiem)\b(?! cho| ong| ba)"
)
_SOMEBODY_ELSE = re.compile(r"\b(vo|chong|con|cha|bo|me|ong|ba|anh|chi|em|chau)\b")
_REPLACING = re.compile(r"\b(bo sung )?(thay|thay the|thay cho|ke nhiem)\b")
_NAMESAKE = re.compile(r"trung (ho )?ten|nguoi khac nhau|khac nguoi|khong phai (la )?mot nguoi")

_LEADER = re.compile(
    r"(?<!pho )(?<!pho\. )\bto truong\b"
    r"(?! (to )?(dan pho|tdp|dp|an ninh|antt|bao ve|vay von|tkvv|phu nu|nhan dan|dang|lien gia|"
    r"tu quan|dan cu|khu pho))"
)
_LEADER_SHORT = re.compile(
    r"(to )?(tt|ttr|t\.? ?truong|t\.?tr|to tr\.?|truong to|ttruong|totruong|"
    r"tt (thg|to hg|to hoa giai))[.]?"
)
_HEAD_OF_MEDIATORS = re.compile(
    r"(?<!to )(?<!pho )truong (to hoa giai|to hg|thg)\b|phu trach to hoa giai"
)


class Standing(StrEnum):
    """Whether a person still serves; unclear is asked, never guessed."""

    ACTIVE = "active"
    ENDED = "ended"
    UNCLEAR = "unclear"


@lru_cache(maxsize=8192)
def standing(remark: str) -> Standing:
    """Return what a remark says about whether the person still serves; no remark means active.

    "đã thôi", "chết", "chuyển đi" end; "chuyển từ KP 3 sang" and "thay ông Ba đã mất" do not; "xin
    nghỉ, chờ QĐ" leaves it open, and so does an end that may be somebody else's.
    """
    text = folded(remark)
    if not text:
        return Standing.ACTIVE
    standings = [_clause(part) for part in re.split(r"[;.]\s", text)]
    if Standing.UNCLEAR in standings:
        return Standing.UNCLEAR
    return Standing.ENDED if Standing.ENDED in standings else Standing.ACTIVE


def _clause(text: str) -> Standing:
    away = _MOVED_AWAY.search(text)
    plain = text if away else _NO_END.sub(" ", text).strip()
    if _ASKED_TO_END.search(plain):
        return Standing.UNCLEAR
    ending = away or _ENDING.search(plain)
    if ending is None:
        return _without_ending(plain)
    before = plain[: ending.start()]
    if _REPLACING.search(before):
        return Standing.ACTIVE
    if _HEDGED.search(plain) or _SOMEBODY_ELSE.search(before):
        return Standing.UNCLEAR
    return Standing.ENDED


def _without_ending(plain: str) -> Standing:
    if not _WEAK_ENDING.search(plain):
        return Standing.ACTIVE
    hinted = _HEDGED.search(plain) or _ONLY_A_HINT.fullmatch(plain)
    return Standing.UNCLEAR if hinted else Standing.ACTIVE


def says_namesake(remark: str) -> bool:
    """Return whether a remark says that somebody else has the same name."""
    return _NAMESAKE.search(folded(remark)) is not None


@lru_cache(maxsize=8192)
def leads(duty: str) -> bool:
    """Return whether a duty is that of the leader of the mediation team.

    Heads of villages and quarters, deputies and secretaries are not.
    """
    text = folded(duty).strip(" .()*")
    if _LEADER_SHORT.fullmatch(text) or _LEADER.search(text) or _HEAD_OF_MEDIATORS.search(text):
        return True
    parts = re.split(r"[,;/+&-]| va | kiem ", text)
    return any(_LEADER_SHORT.fullmatch(part.strip()) for part in parts)
