"""Reading ``courses/`` and ``quizzes/``, and writing published modules back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

from training_app.catalogue.checks import check_citations, check_curriculum, check_module
from training_app.catalogue.parsing import (
    BANK,
    HEAD,
    LESSON_ENDING,
    PICTURE_ENDING,
    PICTURES,
    SCENARIO_ENDING,
    ModuleTexts,
    TextFile,
    parse_module,
    read_webp,
    write_module,
)
from training_app.catalogue.source import Module, ModuleFiles, module_hash
from training_app.errors import N_
from training_app.laws.parsing import parse_register, write_register
from training_app.laws.source import Problem, Register

LAWS: Final = "laws.toml"
Files: TypeAlias = tuple[TextFile, ...]


@dataclass(frozen=True, slots=True)
class Folders:
    """All content of two folders, every problem in it, and a fingerprint of the files."""

    register: Register
    modules: tuple[ModuleFiles, ...]
    problems: tuple[Problem, ...]
    folder_hash: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop publication."""
        return tuple(problem for problem in self.problems if not problem.warning)


def read_folders(courses: Path, quizzes: Path) -> Folders:
    """Read and check everything; problems are data, nothing is raised for a bad file."""
    problems: list[Problem] = []
    register, wrong = _read_register(courses, problems)
    problems += wrong
    modules = [_read_module(slug, courses, quizzes) for slug in _module_slugs(courses)]
    for files in modules:
        problems += [*check_module(files), *check_citations(files, register)]
    pictures: dict[str, bytes] = {}
    for files in modules:
        problems += _read_pictures(courses, files, pictures)
    problems += check_curriculum(modules)
    problems += _strangers(courses, quizzes)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    digest = folder_hash(courses, quizzes)
    return Folders(register, tuple(modules), tuple(problems), digest, pictures)


def folder_hash(courses: Path, quizzes: Path) -> str:
    """SHA-256 over names and bytes of all files: equal means that nothing was touched."""
    digest = hashlib.sha256()
    for root in (courses, quizzes):
        for path in _files(root):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{_shown(root, path)}\0{content}\n".encode())
    return digest.hexdigest()


def _files(root: Path) -> list[Path]:
    """All files below ``root`` in a fixed order; hidden ones are no content."""
    found = (path for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.name.startswith((".", "~")))


def _shown(root: Path, path: Path) -> str:
    """The path as messages name it: from the content folder's own name on."""
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _read(root: Path, path: Path, problems: list[Problem]) -> TextFile | None:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        message, remedy = N_("The file is not in UTF-8."), N_("Save it again as Unicode (UTF-8).")
        problems.append(Problem(_shown(root, path), line, "", message, remedy))
        return None
    return TextFile(_shown(root, path), text.replace("\r\n", "\n"))


def _read_register(courses: Path, problems: list[Problem]) -> tuple[Register, list[Problem]]:
    path = courses / LAWS
    if not path.is_file():
        message, remedy = N_("The register of laws is missing."), N_("Add courses/laws.toml.")
        return Register(), [Problem(f"{courses.name}/{LAWS}", 0, "", message, remedy)]
    file = _read(courses, path, problems)
    return parse_register(file.path, file.text) if file else (Register(), [])


def _module_slugs(courses: Path) -> list[str]:
    if not courses.is_dir():
        return []
    return sorted(path.name for path in courses.iterdir() if path.is_dir())


def _read_module(slug: str, courses: Path, quizzes: Path) -> ModuleFiles:
    problems: list[Problem] = []
    lessons = _read_all(courses, (courses / slug).glob("*.md"), problems)
    scenarios = _read_all(quizzes, (quizzes / slug).glob(f"*{SCENARIO_ENDING}"), problems)
    head = _read_all(courses, (courses / slug).glob(HEAD), problems)
    bank = _read_all(quizzes, (quizzes / slug).glob(BANK), problems)
    pictures = _read_all(courses, (courses / slug).glob(PICTURES), problems)
    texts = ModuleTexts(
        slug,
        f"{courses.name}/{slug}",
        head[0] if head else None,
        lessons,
        bank[0] if bank else None,
        scenarios,
        pictures[0] if pictures else None,
    )
    files = parse_module(texts)
    return replace(files, problems=(*problems, *files.problems))


def _read_pictures(courses: Path, files: ModuleFiles, found: dict[str, bytes]) -> Iterator[Problem]:
    """Add the bytes of the module's pictures to ``found``; tell what is not as its entry says."""
    folder = courses / files.slug
    for picture in files.pictures:
        one, path = picture.value, folder / picture.value.name
        content = path.read_bytes() if path.is_file() else b""
        if not content:
            message = N_("The picture “%(name)s” is not in the folder.")
            remedy = N_("Put it beside the lessons, or remove its entry.")
            yield picture.problem(("name",), message, remedy, name=one.name)
        elif hashlib.sha256(content).hexdigest() != one.sha256 or len(content) != one.size:
            message = N_("The picture “%(name)s” is another one than its entry says.")
            remedy = N_("Write the entry anew: sha256, width, height and size.")
            yield picture.problem(("sha256",), message, remedy, name=one.name)
        elif read_webp(content) != (one.width, one.height):
            message = N_("The picture “%(name)s” is no plain WebP of this size.")
            remedy = N_("Add the picture in the browser, which draws it anew, and export it.")
            yield picture.problem(("width",), message, remedy, name=one.name)
        else:
            found[one.sha256] = content
    listed = {picture.value.name for picture in files.pictures}
    for path in sorted(folder.glob(f"*{PICTURE_ENDING}")):
        if path.name not in listed:
            message = N_("No entry of pictures.toml says what this picture shows.")
            remedy = N_("Add the entry, or remove the picture.")
            yield Problem(_shown(courses, path), 0, "", message, remedy)


def _read_all(root: Path, paths: Iterable[Path], problems: list[Problem]) -> Files:
    read = (_read(root, path, problems) for path in sorted(paths))
    return tuple(file for file in read if file is not None)


def _strangers(courses: Path, quizzes: Path) -> Iterator[Problem]:
    """Files that nothing reads: a misspelt name would otherwise go unnoticed."""
    known = set(_module_slugs(courses))
    for root, names, endings in (
        (courses, {HEAD, PICTURES}, (".md", PICTURE_ENDING)),
        (quizzes, {BANK}, (SCENARIO_ENDING,)),
    ):
        for path in _files(root):
            folder, depth = path.parent.name, len(path.relative_to(root).parts)
            inside = depth == 2 and folder in known  # noqa: PLR2004 - folder and file
            expected = inside and (path.name in names or path.name.endswith(endings))
            if not expected and path != courses / LAWS:
                message = N_("Nothing reads this file.")
                remedy = N_("Correct its name or its folder, or remove it.")
                yield Problem(_shown(root, path), 0, "", message, remedy, warning=depth == 1)


# -- writing -----------------------------------------------------------------------------------


def write_folders(
    courses: Path,
    quizzes: Path,
    register: Register,
    modules: Iterable[Module],
    pictures: Mapping[str, bytes] | None = None,
) -> tuple[str, ...]:
    """Make the folders say what is published; gives the paths that were written or removed.

    ``pictures`` holds the bytes of the modules' pictures by their digest.
    A module that a folder already says, in whatever layout, is left as its author laid it out.
    """
    touched: list[str] = []
    now = read_folders(courses, quizzes)
    laws = write_register(register)
    if write_register(now.register) != laws:
        touched += _write(courses, {LAWS: laws})
    found = {files.slug: module_hash(one) for files in now.modules if (one := files.module())}
    broken = {problem.file.split("/")[1] for problem in now.errors if "/" in problem.file}
    for module in modules:
        if found.get(module.slug) != module_hash(module) or module.slug in broken:
            touched += _write_module(courses, quizzes, module)
            named = {one.name: (pictures or {})[one.sha256] for one in module.pictures}
            touched += _remove(courses / module.slug, PICTURE_ENDING, named)
            touched += _write_bytes(courses / module.slug, named)
    return tuple(touched)


def _write_module(courses: Path, quizzes: Path, module: Module) -> list[str]:
    """Write the module's files and remove those that it no longer has."""
    files = write_module(module)
    beside = (LESSON_ENDING, HEAD, PICTURES)
    reading = {name: text for name, text in files.items() if name.endswith(beside)}
    asking = {name: text for name, text in files.items() if name not in reading}
    touched = _remove(courses / module.slug, LESSON_ENDING, reading)
    touched += _remove(courses / module.slug, PICTURES, reading)
    touched += _remove(quizzes / module.slug, SCENARIO_ENDING, asking)
    touched += _remove(quizzes / module.slug, BANK, asking)
    touched += _write(courses / module.slug, reading)
    return touched + _write(quizzes / module.slug, asking)


def _remove(folder: Path, ending: str, keep: Collection[str]) -> list[str]:
    gone = [path for path in sorted(folder.glob(f"*{ending}")) if path.name not in keep]
    for path in gone:
        path.unlink()
    return [str(path) for path in gone]


def _write(folder: Path, files: Mapping[str, str]) -> list[str]:
    return _write_bytes(folder, {name: text.encode() for name, text in files.items()})


def _write_bytes(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write what differs, and nothing else."""
    if files:
        folder.mkdir(parents=True, exist_ok=True)
    touched = []
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
            touched.append(str(path))
    return touched
