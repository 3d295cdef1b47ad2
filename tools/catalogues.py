"""Vietnamese translations: one catalogue per package, checked against its code and compiled.

    python -m tools.catalogues build           merge all catalogues into the one that is served
    python -m tools.catalogues check           fail naming file, message and remedy
    python -m tools.catalogues missing NAME    print entries to add to a package's catalogue

The message id is the English text, so English needs no catalogue. Messages of modules directly
under `training_app/` belong to the package `app`.
"""

import os
import re
import signal
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from jinja2 import TemplateSyntaxError
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
APPLICATION = ROOT / "training_app"
COMPILED = Path("translations", "vi", "LC_MESSAGES", "messages.mo")
HOME_OF_LOOSE_MODULES = "app"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
# As the application sets up its templates; otherwise message ids would differ by white space.
TEMPLATE_OPTIONS = {
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
HEADER = """\
msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?([a-zA-Z])|%%|\{(\w+)\}")

Key = tuple[str, str]
"""A message: its context (mostly empty) and its English text (the singular of a plural)."""


@dataclass(frozen=True)
class Use:
    """One place in the code where a message is used."""

    file: Path
    line: int
    key: Key
    plural: str | None


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do about it."""

    file: Path
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}: {self.message}; {self.remedy}"


@dataclass
class Package:
    """A package of the application with the messages it uses and its catalogue."""

    name: str
    catalogue: Path
    uses: dict[Key, Use] = field(default_factory=dict)
    entries: dict[Key, Message] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def shown(path: Path) -> str:
    """Return a path as a reader of the repository knows it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


# ------------------------------------------------------------------------------------- reading


def packages(application: Path) -> list[Package]:
    """Read every package of the application: what its code says and what its catalogue holds."""
    found = []
    for folder in sorted(application.iterdir()):
        if not (folder / "__init__.py").exists():
            continue
        sources = [*folder.rglob("*.py"), *folder.rglob("templates/**/*.*")]
        if folder.name == HOME_OF_LOOSE_MODULES:
            sources += application.glob("*.py")
        package = Package(folder.name, folder / "translations" / "vi.po")
        for source in sorted(sources):
            _read_source(package, source)
        _read_catalogue(package)
        found.append(package)
    return found


def _read_source(package: Package, source: Path) -> None:
    """Note each message at its first use."""
    is_template = source.suffix != ".py"
    if is_template and source.suffix not in {".html", ".txt", ".svg", ".xml"}:
        return
    method: Any = babel_extract if is_template else "python"
    options = TEMPLATE_OPTIONS if is_template else {"encoding": "utf-8"}
    try:
        with source.open("rb") as file:
            results = list(extract(method, file, KEYWORDS, options=options))
    except (TemplateSyntaxError, SyntaxError) as error:
        line = error.lineno or 1
        package.problems.append(Problem(source, line, str(error), "correct the syntax"))
        return
    for line, texts, _, context in results:
        singular, plural = texts[:2] if isinstance(texts, tuple) else (texts, None)
        use = Use(source, line, (context or "", singular), plural)
        package.uses.setdefault(use.key, use)


def _read_catalogue(package: Package) -> None:
    """Read the package's catalogue; a missing one is empty."""
    if not package.catalogue.exists():
        return
    try:
        with package.catalogue.open("rb") as file:
            catalogue = read_po(file, locale="vi", abort_invalid=True)
    except PoFileError as error:
        line = getattr(error, "lineno", None) or 1
        package.problems.append(Problem(package.catalogue, line, str(error), "correct the syntax"))
        return
    for message in catalogue:
        if message.id:
            package.entries[_key(message)] = message
    package.problems += _left_overs(package.catalogue, catalogue)


def _left_overs(path: Path, catalogue: Catalog) -> Iterator[Problem]:
    """Find what reading a catalogue hides: obsolete entries and entries written twice."""
    for message in catalogue.obsolete.values():
        text = _quoted(_key(message)[1])
        yield Problem(path, message.lineno or 1, f"{text} is obsolete", "delete the entry")
    lines = path.read_text(encoding="utf-8").splitlines()
    counted = Counter(
        (lines[number - 1] if lines[number - 1].startswith("msgctxt ") else "", line)
        for number, line in enumerate(lines)
        if line.startswith("msgid ") and line != 'msgid ""'
    )
    for (context, line), times in counted.items():
        if times > 1:
            wanted = [number for number, text in enumerate(lines, 1) if text == line]
            where = f"{context} {line}".strip()
            yield Problem(path, wanted[1], f"{where} is there {times} times", "keep one entry")


def _key(message: Message) -> Key:
    identity = message.id
    singular = identity if isinstance(identity, str) else identity[0]
    return (message.context or "", singular)


# ------------------------------------------------------------------------------------ checking


def problems(found: list[Package]) -> list[Problem]:
    """Return everything that keeps the catalogues from being complete and consistent."""
    result = []
    for package in found:
        result += package.problems
        result += _untranslated(package)
        for key, message in package.entries.items():
            result += _entry_problems(package, key, message)
    return result + list(_contradictions(found))


def _untranslated(package: Package) -> Iterator[Problem]:
    """Find messages of the code without an entry."""
    remedy = f"add it: python -m tools.catalogues missing {package.name} >> "
    for key, use in package.uses.items():
        if key not in package.entries:
            message = f"{_quoted(key[1])} has no Vietnamese text"
            yield Problem(use.file, use.line, message, remedy + shown(package.catalogue))
        elif use.plural and isinstance(package.entries[key].id, str):
            line = package.entries[key].lineno or 1
            message = f"{_quoted(key[1])} is a plural in {shown(use.file)}:{use.line}"
            remedy_here = f"add msgid_plural {_quoted(use.plural)} and msgstr[0]"
            yield Problem(package.catalogue, line, message, remedy_here)


def _entry_problems(package: Package, key: Key, message: Message) -> Iterator[Problem]:
    """Find what is wrong with one entry."""

    def problem(what: str, remedy: str) -> Problem:
        text = f"{_quoted(key[1])} {what}"
        return Problem(package.catalogue, message.lineno or 1, text, remedy)

    translations = _strings(message)
    if key not in package.uses:
        yield problem("is used nowhere in this package", "delete the entry")
    if message.fuzzy:
        yield problem("is marked fuzzy", "check the text and remove the mark")
    if not translations or not all(text.strip() for text in translations):
        yield problem("has an empty Vietnamese text", "translate it")
        return
    for text in (key[1], *translations):
        if not unicodedata.is_normalized("NFC", text):
            yield problem("is not in composed form (NFC)", "type the text again or normalise it")
    identity = message.id if isinstance(message.id, str) else message.id[1]
    wanted = _placeholders(identity)
    for text in translations:
        if _placeholders(text) != wanted:
            names = ", ".join(sorted(wanted)) or "none"
            yield problem("has other placeholders than its translation", f"use exactly: {names}")


def _contradictions(found: list[Package]) -> Iterator[Problem]:
    """Find messages that two packages translate differently: only one text can be served."""
    first: dict[Key, tuple[Package, list[str]]] = {}
    for package in found:
        for key, message in package.entries.items():
            texts = _strings(message)
            other, known = first.setdefault(key, (package, texts))
            if known != texts and all(known) and all(texts):
                what = f"{_quoted(key[1])} is {_quoted(texts[0])} here and {_quoted(known[0])}"
                yield Problem(
                    package.catalogue,
                    message.lineno or 1,
                    f"{what} in {shown(other.catalogue)}",
                    "use one text, or tell the two apart by a different English text",
                )


def _strings(message: Message) -> list[str]:
    string = message.string
    return [string] if isinstance(string, str) else list(string or ())


def _placeholders(text: str) -> set[str]:
    return {found.group(0) for found in PLACEHOLDER.finditer(text) if found.group(0) != "%%"}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# ------------------------------------------------------------------------------------ commands


def merged(found: list[Package]) -> Catalog:
    """Return one catalogue with the translations of all packages; the first text wins."""
    catalogue = Catalog(locale="vi")
    for package in found:
        for (context, _), message in package.entries.items():
            if not message.fuzzy and not catalogue.get(message.id, context or None):
                catalogue.add(message.id, message.string, context=context or None)
    return catalogue


def build(application: Path) -> int:
    """Compile all translations; return the number of broken files."""
    found = packages(application)
    broken = [problem for package in found for problem in package.problems]
    catalogue = merged(found)
    target = application / COMPILED
    target.parent.mkdir(parents=True, exist_ok=True)
    # A server that starts at this moment reads the old file or the new one, never half of it;
    # two builds at once each have a draft of their own.
    draft = target.with_suffix(f".draft{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    sys.stdout.writelines(f"{problem}\n" for problem in broken)
    sys.stdout.write(f"translations: {len(catalogue)} messages of {len(found)} packages\n")
    return len(broken)


def check(application: Path) -> int:
    """Print every problem; return how many there are."""
    found = packages(application)
    present = problems(found)
    sys.stdout.writelines(f"{problem}\n" for problem in present)
    if not present:
        used = sum(len(package.uses) for package in found)
        sys.stdout.write(f"{used} messages of {len(found)} packages are translated\n")
    return len(present)


def missing(application: Path, name: str) -> int:
    """Print entries for a package's untranslated messages; return 1 for an unknown package."""
    found = packages(application)
    package = next((package for package in found if package.name == name), None)
    if package is None:
        sys.stderr.write(f"no package {name} in {shown(application)}\n")
        return 1
    elsewhere = {key: message for other in found for key, message in other.entries.items()}
    # The shell has made an empty file already when the output is appended to it.
    if not package.catalogue.exists() or not package.catalogue.stat().st_size:
        sys.stdout.write(HEADER)
    for key, use in package.uses.items():
        if key not in package.entries:
            sys.stdout.write(_stub(use, elsewhere.get(key)))
    return 0


def _stub(use: Use, known: Message | None) -> str:
    """Return an entry to fill in, or filled in with what another package says."""
    text = _quoted(next(iter(_strings(known)), "") if known else "")
    lines = ["", f"# {shown(use.file)}:{use.line}"]
    if any(mark.startswith("%") for mark in _placeholders(use.plural or use.key[1])):
        lines.append("#, python-format")
    if use.key[0]:
        lines.append(f"msgctxt {_quoted(use.key[0])}")
    lines.append(f"msgid {_quoted(use.key[1])}")
    if use.plural:
        lines += [f"msgid_plural {_quoted(use.plural)}", f"msgstr[0] {text}"]
    else:
        lines.append(f"msgstr {text}")
    return "\n".join(lines) + "\n"


def main(arguments: list[str], application: Path = APPLICATION) -> int:
    """Run a command; return its exit code."""
    match arguments:
        case ["build"]:
            return min(build(application), 1)
        case ["check"]:
            return min(check(application), 1)
        case ["missing", name]:
            return missing(application, name)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `... | head` is no error
    raise SystemExit(main(sys.argv[1:]))
