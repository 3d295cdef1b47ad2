"""The columns that a roster can have, and the headings by which communes call them."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from training_app.organisation.roster_file.text import folded, without_brackets
from training_app.vietnamese import clean


class Field(StrEnum):
    """What a column holds. The last group is recognised in order to be left out."""

    NUMBER = "number"
    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    SEX = "sex"
    MALE = "male"
    FEMALE = "female"
    BIRTH = "birth"
    BIRTH_DAY = "birth_day"
    BIRTH_MONTH = "birth_month"
    BIRTH_YEAR = "birth_year"
    ETHNIC = "ethnic"
    MINORITY_MARK = "minority_mark"
    QUALIFICATION = "qualification"
    LAW_MARK = "law_mark"
    PHONE = "phone"
    TEAM = "team"
    PLACE = "place"
    ROLE = "role"
    LEADER_MARK = "leader_mark"
    DECISION = "decision"
    DECISION_NUMBER = "decision_number"
    DECISION_DATE = "decision_date"
    STATUS = "status"
    ENDED = "ended"
    REMARK = "remark"
    EDUCATION = "education"
    MEMBER_MARK = "member_mark"
    UNIT = "unit"
    COUNT = "count"
    LEFT_OUT = "left_out"


MANY: Final = frozenset(
    {Field.NAME, Field.PHONE, Field.ROLE, Field.REMARK, Field.LEFT_OUT, Field.COUNT}
)
"""Fields that may be spread over several columns; of the others the first column counts."""

_LONGEST_HEADING = 70

# Tried in this order on the folded heading without brackets.
_HEADINGS: Final = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (r"(stt|tt|so tt|so thu tu|no|s t t|#)$", Field.NUMBER),
        (r"(so )?(tong so|tong cong|so luong|so to|so hgv|so hoa giai vien)\b", Field.COUNT),
        (r"so (nguoi|vu|viec|thanh vien|cuoc|tien|to vien)\b|sl\b|ty le|ti le", Field.COUNT),
        (r"ho( va)?( ten)? (dem|lot|ten dem|ten lot)$|ho va chu (dem|lot)$|ho$", Field.FAMILY_NAME),
        (r"(?!.*to truong)ho( va|,| va,|/|-| &)? ?(chu )?(dem,? ?(va )?)?ten\b", Field.NAME),
        (r"h\. ?(va )?ten\b|ten (hoa giai vien|hgv|thanh vien)", Field.NAME),
        (r"ten$", Field.GIVEN_NAME),
        (r"nu$|.*sinh[ :(-]*nu$", Field.FEMALE),
        (r"(gioi( tinh)?|g\.? ?tinh|phai|gt)\b|nam ?[/,-] ?nu|nam,? nu$", Field.SEX),
        (r"(?=.*cong nhan|.*quyet dinh|.*\bqd\b).*(thoi|mien nhiem|bai nhiem)", Field.ENDED),
        (r"(ngay|nam|thoi diem|ly do|thoi) .*(thoi|mien nhiem|nghi)\b", Field.ENDED),
        (r"(ngay|nam|thang|sinh)[ ,/.\w]*\bsinh\b|sinh (nam|ngay)", Field.BIRTH),
        (r"n\.?t\.?n\.?s|ns\b|sn\b|n(g|gay)?\.? ?sinh|sinh$", Field.BIRTH),
        (r"dia chi|noi (o|cu tru|cong tac|sinh)|cho o|thuong tru|que quan", Field.LEFT_OUT),
        (r"ho khau|don vi cong tac|cccd|cmnd|cmt|can cuoc|chung minh|dinh danh", Field.LEFT_OUT),
        (r"ton giao|nghe nghiep|tuoi\b|e-?mail|ky (ten|nhan)|chu ky|dang vien", Field.LEFT_OUT),
        (r"doan the|tham nien|thanh tich|khen thuong|so tien|thu lao|bhyt", Field.LEFT_OUT),
        (r".*(dtts|dan toc thieu so|dan toc it nguoi)|dttt$", Field.MINORITY_MARK),
        (r"(thanh phan )?dan toc", Field.ETHNIC),
        (r".*(dien thoai|sdt|so dt|dtdd|di dong|\bzalo\b|phone|lien (he|lac))", Field.PHONE),
        (r"(so )?(dt\b|d\.? ?thoai)|tel\b|mobile", Field.PHONE),
        (r"(la )?(to truong|ttr)( to)?( hoa giai| hg)?$", Field.LEADER_MARK),
        (r"(hoa giai vien|hgv|to vien|thanh vien)$", Field.MEMBER_MARK),
        (r"chuc (vu|danh|trach)|nhiem vu|vai tro|chuc vu", Field.ROLE),
        (r".*(chuyen mon|trinh do|bang|nganh|dao tao|kien thuc).*(luat|phap ly)", Field.LAW_MARK),
        (r"(cu nhan )?luat\b", Field.LAW_MARK),
        (r".*(van hoa|pho thong)|hoc van$", Field.EDUCATION),
        (r".*(ly luan|chinh tri|tin hoc|ngoai ngu)", Field.LEFT_OUT),
        (r".*(chuyen mon|trinh do|hoc van|bang cap|nghiep vu)", Field.QUALIFICATION),
        (r"(?=.*\bso\b)(?=.*\bngay\b).*(quyet dinh|\bqd\b|cong nhan)", Field.DECISION),
        (r"(?=.*(quyet dinh|\bqd\b|cong nhan)).*\b(ngay|thoi gian|nam)\b", Field.DECISION_DATE),
        (r"(?=.*(quyet dinh|\bqd\b|cong nhan)).*\bso\b", Field.DECISION_NUMBER),
        (r".*(quyet dinh|\bqd\b|cong nhan)", Field.DECISION),
        (r"(so )?ngay(,? thang,? nam)?( ky| ban hanh| ra)$", Field.DECISION_DATE),
        (r"(ten |thuoc |don vi )?(to (hoa giai|hg|so)|thg)\b|(ten |thuoc )?to$", Field.TEAM),
        (r"(ten |thuoc )?(thon|buon|khu( pho| vuc| dan cu)?|kp|to dan pho|tdp)\b", Field.PLACE),
        (r"(ten |thuoc )?(ap|ban|lang|khom|xom|khoi|dia ban)\b", Field.PLACE),
        (r"(ten )?don vi$", Field.PLACE),
        (r"(ten )?(phuong|xa|thi tran|huyen|quan|tinh|thanh pho|dac khu)\b", Field.UNIT),
        (r"tinh trang|trang thai|hien trang", Field.STATUS),
        (r"ghi chu|chu thich|luu y|nhan xet|gc$|ghi nhan", Field.REMARK),
    )
)  # fmt: skip
# What a lower heading means under its upper heading.
_UNDER: Final = tuple(
    (re.compile(upper), re.compile(lower), field)
    for upper, lower, field in (
        (r"(thanh phan )?dan toc", r"(kinh|dt kinh|da so)", Field.LEFT_OUT),
        (r"(thanh phan )?dan toc", r"(khac|thieu so|it nguoi|dtts|ts)", Field.MINORITY_MARK),
        (r".*sinh", r"ngay$", Field.BIRTH_DAY),
        (r".*sinh", r"thang$", Field.BIRTH_MONTH),
        (r".*sinh", r"nam$", Field.BIRTH_YEAR),
        (r".*(quyet dinh|\bqd\b|cong nhan)", r"so\b", Field.DECISION_NUMBER),
        (r".*(quyet dinh|\bqd\b|cong nhan)", r"(ngay|thang|nam)\b", Field.DECISION_DATE),
        (r".*trinh do|.*chuyen mon", r"(van hoa|hoc van|pho thong|vh)", Field.EDUCATION),
        (r".*trinh do|.*chuyen mon", r"(phap )?luat", Field.LAW_MARK),
        (r".*trinh do|.*chuyen mon", r"chua|khong", Field.LEFT_OUT),
        (r"ho( va)? ten", r"ho", Field.FAMILY_NAME),
        (r"chuc (vu|danh)|.*hoa giai", r"to truong", Field.LEADER_MARK),
        (
            r"chuc (vu|danh)|.*hoa giai",
            r"(to vien|thanh vien|hoa giai vien|hgv)",
            Field.MEMBER_MARK,
        ),
    )
)
_MEN_OR_YEAR = re.compile(r"nam|.*sinh[ :(-]*nam")
_LOWER_LABEL = re.compile(
    r"(nam|nu|so|ngay|thang|van hoa|chuyen mon|hoc van|chinh tri|ly luan.*|luat|phap luat|khac|"
    r"co|khong|thieu so|it nguoi|to truong|to vien|thanh vien|"
    r"ho|ho va ten|ten|ho ten|dem|lot|so qd|ngay qd|"
    r"so quyet dinh|ngay.{0,30}|so,.{0,20}|di dong|co dinh|dtts|kinh|tong so|trong do)$"
)


@lru_cache(maxsize=4096)
def field_of(heading: str, above: str = "") -> Field | None:
    """Return the field that a heading names, given the heading above it; None if it names none."""
    text = _bare(heading)
    if not text or len(text) > _LONGEST_HEADING:
        return None
    upper = _bare(above)
    for upper_pattern, pattern, field in _UNDER:
        if upper and pattern.match(text) and upper_pattern.match(upper):
            return Field.MALE if field is Field.BIRTH_YEAR and _says_male(heading) else field
    if _MEN_OR_YEAR.fullmatch(text):
        return Field.MALE if _says_male(heading) else Field.BIRTH
    return next((field for pattern, field in _HEADINGS if pattern.match(text)), None)


def _bare(heading: str) -> str:
    return folded(without_brackets(heading)).strip(" .:;*")


def _says_male(heading: str) -> bool:
    """Nam (man) and Năm (year) fold to the same letters."""
    words = clean(without_brackets(heading)).casefold().strip(" .:;*").split()
    return words[-1:] == ["nam"]


def is_lower_label(text: str) -> bool:
    """Return whether a text is usual in the lower row of a two-row heading."""
    return _LOWER_LABEL.match(_bare(text)) is not None
