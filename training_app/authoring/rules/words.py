"""What forms call the keys of the files, so that a problem found in both speaks to each reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from training_app.catalogue.parsing import BANK, HEAD, LESSON_ENDING, PICTURES, SCENARIO_ENDING
from training_app.errors import N_
from training_app.laws.source import Problem

_EVERYWHERE: Final = {"minutes": N_("Minutes"), "cites": N_("Legal basis")}
_REVIEWED: Final = {"reviewed_on": N_("Law reviewed on"), "reviewer": N_("Reviewed by")}
_HEAD: Final = {
    "title": N_("Title of the module"),
    "title_en": N_("Title in English"),
    "purpose": N_("What it is for, in one or two sentences"),
    "audience": N_("For whom"),
    "position": N_("Place in the curriculum"),
    "requires": N_("Modules to learn before"),
    "objectives": N_("Learning goals, one to a line"),
}
_BANK: Final = {
    "draw": N_("Questions in a test"),
    "pass_mark": N_("Right answers to pass"),
    "retake_after_minutes": N_("Minutes before a retake"),
    "attempts": N_("How many attempts"),
    "part": N_("So many questions of a topic, one to a line"),
    "stem": N_("The question"),
    "explanation": N_("Why: at most three sentences"),
    "topic": N_("Topic"),
    "difficulty": N_("Difficulty"),
    "use": N_("Asked in"),
    "test": N_("the test only"),
    "lesson": N_("Lesson"),
    "safety": N_("Safety question: a harmful answer fails the test"),
    "answer": N_("Is it right?"),
    "option": N_("option"),
    "reason": N_("reason"),
    "step": N_("step"),
    "pair": N_("pair"),
    "text": N_("Text"),
    "why": N_("Why it is right or not"),
    "right": N_("This is right"),
    "harmful": N_("The law forbids this"),
    "accept": N_("Accepted answers, one to a line"),
    "criterion": N_("What earns points, one to a line: the points, then what is looked for"),
    "model": N_("An answer that earns all points"),
    "extra": N_("Right-hand texts that fit nothing, one to a line"),
    "single": N_("One right option"),
    "multiple": N_("Several right options"),
    "true_false": N_("Right or not right"),
}
_SCENARIO: Final = {
    "title": N_("Title of the scenario"),
    "intro": N_("What one knows at the beginning"),
    "start": N_("It begins with"),
    "feedback": N_("When it says why"),
    "node": N_("turn"),
    "ending": N_("ending"),
    "id": N_("Short name"),
    "situation": N_("What happens"),
    "speaker": N_("Who speaks"),
    "line": N_("What this person says"),
    "choice": N_("way to respond"),
    "text": N_("What one can say or do"),
    "consequence": N_("What follows"),
    "why": N_("Why it is good or not"),
    "next": N_("Leads to"),
    "harmful": N_("The law forbids this"),
    "outcome": N_("How it ends"),
    "good": N_("ends well"),
    "summary": N_("What this way led to"),
    "better": N_("What would have been better, and where on the way"),
}
_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    HEAD: _HEAD | _EVERYWHERE | _REVIEWED,
    BANK: _BANK | _EVERYWHERE,
    SCENARIO_ENDING: _SCENARIO | _EVERYWHERE | _REVIEWED,
    LESSON_ENDING: {"title": N_("Title of the lesson")} | _EVERYWHERE,
    PICTURES: {"alt": N_("What it shows, in a few words"), "description": N_("What it tells")},
}
# What a file wants written in its own way.
_REMEDIES: Final = {
    "Write a date such as 2026-11-20, without quotation marks.": N_("Write it like 20/11/2026.")
}
# “right = true”, “use = "test"”, “cites”, “%(name)s = …”: what a file calls it.
_KEY: Final = re.compile(r"“(?P<key>[a-z_]+|%\(\w+\)s)(?: = (?:true|…|\"(?P<value>\w+)\"))?”")
_LAST: Final = re.compile(r"[a-z_]+")


def words_of(problem: Problem, message: str, say: Callable[[str], str]) -> str:
    """``message`` of a problem for somebody who sees the form and not the file.

    ``say`` translates; a key that no form shows stays as the file has it.
    """
    ending = next((one for one in _FILES if problem.file.endswith(one)), "")
    known = _FILES.get(ending, {})

    def called(key: str) -> str:
        return say(known[key]) if key in known else key

    def plain(match: re.Match[str]) -> str:
        key, value = match["key"], match["value"]
        if not key.startswith("%") and key not in known:
            return match[0]
        return f"“{called(key)}: {called(value)}”" if value else f"“{called(key)}”"

    text = _KEY.sub(plain, say(_REMEDIES.get(message, message)))
    params: dict[str, Any] = dict(problem.params)
    # A name is a key only where the problem stands at it; elsewhere an author gave the name.
    last = _LAST.findall(problem.key)[-1:]
    for one in ("key", "name"):
        if isinstance(params.get(one), str) and (one == "key" or [params[one]] == last):
            params[one] = called(params[one])
    return text % params if params else text
