"""Whether the modules fit together: places taken once, prerequisites known and without a circle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from training_app.catalogue.source import ModuleFiles
from training_app.errors import N_
from training_app.laws.source import Problem


def check_curriculum(modules: Sequence[ModuleFiles]) -> list[Problem]:
    """Problems between modules."""
    return [*_check_positions(modules), *_check_requirements(modules), *_check_circles(modules)]


def _check_positions(modules: Sequence[ModuleFiles]) -> Iterator[Problem]:
    taken: dict[int, str] = {}
    for files in modules:
        if files.head is None:
            continue
        position = files.head.value.position
        if position in taken:
            message = N_("Position %(number)d is taken by “%(name)s”.")
            remedy = N_("Give each module its own place in the curriculum.")
            yield files.head.problem(
                ("position",), message, remedy, number=position, name=taken[position]
            )
        taken.setdefault(position, files.slug)


def _check_requirements(modules: Sequence[ModuleFiles]) -> Iterator[Problem]:
    known = {files.slug for files in modules}
    for files in modules:
        for index, slug in enumerate(files.head.value.requires if files.head else ()):
            if files.head and slug not in known:
                message = N_("There is no module “%(name)s”.")
                remedy = N_("Write the folder name of a module.")
                yield files.head.problem(("requires", index), message, remedy, name=slug)


def _check_circles(modules: Sequence[ModuleFiles]) -> Iterator[Problem]:
    heads = {files.slug: files.head for files in modules if files.head}
    graph = {slug: set(head.value.requires) for slug, head in heads.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        head = heads[circle[0]]
        message = N_("These modules require each other: %(path)s.")
        remedy = N_("Remove one of the requirements.")
        yield head.problem(("requires",), message, remedy, path=" → ".join(circle))
