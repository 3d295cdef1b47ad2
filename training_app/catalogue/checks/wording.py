"""Plain words: sentences of at most thirty tiếng, no words of computers or of school."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from training_app.catalogue.source import count_words
from training_app.errors import N_
from training_app.laws.source import KeyPath, Located, Problem

LONGEST_SENTENCE: Final = 30
_BREAK: Final = re.compile(r"(?<=[.!?…])[”\"')\]]*\s+|\n")
# Words that mediators should not meet, and the compounds in which they are meant otherwise.
BANNED: Final = (
    "đồng bộ", "trình duyệt", "máy chủ", "phiên", "token", "cache", "offline", "online", "click",
    "tap", "submit", "upload", "download", "link", "module", "quiz", "deadline", "dashboard",
    "profile", "logout", "lỗi hệ thống", "xác thực", "dữ liệu không hợp lệ", "thao tác thất bại",
    "bạn", "đồng chí", "người dùng", "học viên", "thí sinh",
)  # fmt: skip
ALLOWED: Final = (
    "phiên tòa", "phiên họp", "phiên chợ", "phiên dịch", "phiên bản",
    "bạn bè", "bạn tôi", "bạn đời", "bạn hàng", "bạn học", "bạn thân", "bạn trai", "bạn gái",
    "bạn cũ", "người bạn", "kết bạn", "làm bạn", "bè bạn", "tình bạn", "bầu bạn",
)  # fmt: skip
_ALLOWED: Final = re.compile(rf"(?<!\w)(?:{'|'.join(ALLOWED)})(?!\w)", re.IGNORECASE)
_BANNED: Final = re.compile(rf"(?<!\w)(?:{'|'.join(BANNED)})(?!\w)", re.IGNORECASE)


def check_wording(
    where: Located[object], path: KeyPath, text: str, *, spoken: bool = False
) -> Iterator[Problem]:
    """Warnings on one text; words that a party speaks are the party's own."""
    for sentence in sentences(text):
        length = count_words(sentence)
        if length > LONGEST_SENTENCE:
            message = N_("A sentence has %(found)d tiếng: “%(start)s…”.")
            remedy = N_("Divide it; at most %(limit)d, better 12 to 20.")
            start = " ".join(sentence.split()[:6])
            yield where.problem(
                path, message, remedy, warning=True, found=length, start=start,
                limit=LONGEST_SENTENCE,
            )  # fmt: skip
    if spoken:
        return
    for word in sorted({found.lower() for found in _BANNED.findall(_ALLOWED.sub(" ", text))}):
        message = N_("The word “%(word)s” should not stand on mediators' pages.")
        remedy = N_("Say it with the words of the glossary.")
        yield where.problem(path, message, remedy, warning=True, word=word)
    if "!" in text:
        message = N_("An exclamation mark stands in the text.")
        yield where.problem(path, message, N_("End the sentence with a full stop."), warning=True)


def sentences(text: str) -> Iterator[str]:
    """The sentences of plain text; each line of it begins a new one."""
    for piece in _BREAK.split(text):
        sentence = piece.strip(" \t“”\"'")
        if sentence:
            yield sentence
