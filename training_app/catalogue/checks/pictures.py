"""Whether lessons show pictures that are there, described, and few."""

from __future__ import annotations

from collections.abc import Iterator

from training_app.catalogue.checks.wording import check_wording
from training_app.catalogue.markdown import pictures_in
from training_app.catalogue.source import Lesson, ModuleFiles
from training_app.errors import N_
from training_app.laws.source import Located, Problem


def check_pictures(files: ModuleFiles) -> Iterator[Problem]:
    """Names that are there once, lessons that name them, at most one picture to a lesson."""
    seen: set[str] = set()
    shown = {name for lesson in files.lessons for _, name in pictures_in(lesson.value.markdown)}
    for picture in files.pictures:
        name = picture.value.name
        if name in seen:
            message, remedy = N_("The name “%(name)s” is used twice."), N_("Rename one of the two.")
            yield picture.problem(("name",), message, remedy, name=name)
        seen.add(name)
        if name not in shown:
            message = N_("No lesson shows the picture “%(name)s”.")
            remedy = N_("Show it in a lesson, or remove it.")
            yield picture.problem(("name",), message, remedy, warning=True, name=name)
        for key in ("alt", "description"):
            yield from check_wording(picture, (key,), getattr(picture.value, key))
    for lesson in files.lessons:
        yield from _in_lesson(lesson, seen)


def _in_lesson(lesson: Located[Lesson], known: set[str]) -> Iterator[Problem]:
    found = list(pictures_in(lesson.value.markdown))
    for place, (number, name) in enumerate(found):
        line = lesson.value.body_line + number - 1
        if name not in known:
            message = N_("The picture “%(name)s” is not among the pictures of the module.")
            remedy = N_("Add the picture, or correct its name.")
            yield Problem(lesson.file, line, "", message, remedy, {"name": name})
        elif place == 1:
            message = N_("The lesson shows %(found)d pictures.")
            remedy = N_("Keep the one that helps most; each costs a slow line seconds.")
            params = {"found": len(found)}
            yield Problem(lesson.file, line, "", message, remedy, params, warning=True)
