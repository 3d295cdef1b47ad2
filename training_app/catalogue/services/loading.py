"""Bringing the content folders into the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.catalogue.folders import Folders
from training_app.catalogue.models import (
    ContentLoad,
)
from training_app.catalogue.queries import last_load, published_hashes
from training_app.catalogue.rules import Step, load_step
from training_app.catalogue.services.pictures import store_picture
from training_app.catalogue.services.publishing import publish
from training_app.catalogue.source import (
    module_hash,
)
from training_app.errors import N_, RuleBroken
from training_app.laws.services import LawChanges
from training_app.laws.services import load as load_laws


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """What a load did or would do with one module; ``number`` is its current version."""

    slug: str
    step: Step
    number: int | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading the folders did. ``only_here``: published, but in no folder."""

    laws: LawChanges
    modules: tuple[ModuleChange, ...]
    only_here: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Modules that changed both in the folder and in the browser since the last load."""
        return tuple(one.slug for one in self.modules if one.step is Step.CONFLICT)


def compare_folders(session: Session, folders: Folders) -> tuple[ModuleChange, ...]:
    """What loading would do with each module of the folders."""
    load, published = last_load(session), published_hashes(session)
    loaded = load.modules if load else {}
    changes = []
    for files in folders.modules:
        module = files.module()
        if module:
            version = published.get(module.slug)
            step = load_step(
                module_hash(module),
                loaded.get(module.slug),
                version.source_hash if version else None,
            )
            changes.append(ModuleChange(module.slug, step, version.number if version else None))
    return tuple(changes)


def load_folders(
    session: Session, folders: Folders, *, now: datetime, actor: Viewer, take: Iterable[str] = ()
) -> LoadReport:
    """Load the register, then publish every module that changed in the folders.

    A module that was edited in the browser is left alone; one that changed on both sides too,
    unless its slug is in ``take``. Raises :class:`RuleBroken` when the folders have errors.
    """
    if folders.errors:
        message = N_("The content has %(count)d errors; nothing was loaded.")
        raise RuleBroken(message, count=len(folders.errors))
    laws = load_laws(session, folders.register, now=now, actor=actor)
    taken = set(take)
    modules = {files.slug: files.module() for files in folders.modules}
    done, hashes = [], dict((last.modules if (last := last_load(session)) else {}).items())
    for planned in compare_folders(session, folders):
        module, step, number = modules[planned.slug], planned.step, planned.number
        if step is Step.CONFLICT and planned.slug in taken:
            step = Step.PUBLISH
        if module and step is Step.PUBLISH:
            for one in module.pictures:
                store_picture(session, folders.pictures[one.sha256], now=now, actor=actor)
            number = publish(session, module, now=now, actor=actor).number
        if module and step in {Step.PUBLISH, Step.SAME}:
            hashes[planned.slug] = module_hash(module)
        done.append(ModuleChange(planned.slug, step, number))
    only_here = tuple(sorted(set(published_hashes(session)) - set(modules)))
    session.add(ContentLoad(loaded_at=now, folder_hash=folders.folder_hash, modules=hashes))
    session.flush()
    return LoadReport(laws, tuple(done), only_here)
