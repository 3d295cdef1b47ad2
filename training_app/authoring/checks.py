"""Whether a draft could be published as it stands: the same parse and checks as the folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from training_app.catalogue.checks import check_citations, check_curriculum, check_module
from training_app.catalogue.parsing import (
    BANK,
    HEAD,
    LESSON_ENDING,
    PICTURES,
    SCENARIO_ENDING,
    module_texts,
    parse_module,
)
from training_app.catalogue.source import Module, ModuleFiles
from training_app.errors import N_
from training_app.laws.source import Problem, Register


@dataclass(frozen=True, slots=True)
class Around:
    """What a draft has to fit: laws, other modules, published questions, pictures kept.

    ``pictures`` holds width, height and bytes by digest.
    """

    register: Register
    modules: Sequence[ModuleFiles] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as read, with every problem; ``Problem.file`` is the name of the file alone."""

    files: ModuleFiles
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop publication."""
        return tuple(problem for problem in self.problems if not problem.warning)

    @property
    def module(self) -> Module | None:
        """The module; None while it has an error."""
        return None if self.errors else self.files.module()

    def of(self, name: str) -> tuple[Problem, ...]:
        """The problems of one file."""
        return tuple(problem for problem in self.problems if problem.file == name)


def check_draft(slug: str, files: Mapping[str, str], around: Around) -> Checked:
    """Read and check all files of a draft against its surroundings."""
    parsed = parse_module(module_texts(slug, files))
    problems = [*check_module(parsed), *check_citations(parsed, around.register)]
    known = check_curriculum(around.modules)
    problems += [one for one in check_curriculum([*around.modules, parsed]) if one not in known]
    problems += _kinds_kept(parsed, around.kinds)
    problems += _pictures_kept(parsed, around.pictures)
    problems = [replace(one, file=one.file.removeprefix(f"{slug}/")) for one in problems]
    problems += _strangers(files)
    return Checked(parsed, tuple(sorted(problems, key=lambda one: (one.file, one.line))))


def _kinds_kept(files: ModuleFiles, kinds: Mapping[str, str]) -> Iterator[Problem]:
    """A published question keeps its kind: its statistics would otherwise mean nothing."""
    for question in files.questions:
        old = kinds.get(question.value.id, question.value.kind)
        if old != question.value.kind:
            message = N_("This question was published as “%(old)s”.")
            remedy = N_("Give the new question an id of its own.")
            yield question.problem(("kind",), message, remedy, old=old)


def _pictures_kept(
    files: ModuleFiles, kept: Mapping[str, tuple[int, int, int]]
) -> Iterator[Problem]:
    """Entries name pictures that were sent, as large as they are."""
    for picture in files.pictures:
        one = picture.value
        if kept.get(one.sha256) != (one.width, one.height, one.size):
            message = N_("The picture “%(name)s” is not here.")
            remedy = N_("Remove it and add it again.")
            yield picture.problem(("sha256",), message, remedy, name=one.name)


def _strangers(files: Mapping[str, str]) -> Iterator[Problem]:
    for name in files:
        if name not in {HEAD, BANK, PICTURES} and not name.endswith(
            (LESSON_ENDING, SCENARIO_ENDING)
        ):
            message = N_("Nothing reads this file.")
            yield Problem(name, 0, "", message, N_("Remove it."))
