"""What was loaded from the folders, and what is published now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    ContentLoad,
    Module,
    ModuleVersion,
)
from training_app.catalogue.queries.rows import (
    PublishedVersion,
)


def last_load(session: Session) -> ContentLoad | None:
    """The last loading of the folders, or None."""
    return session.scalar(select(ContentLoad).order_by(ContentLoad.id.desc()).limit(1))


def published_hashes(session: Session) -> dict[str, PublishedVersion]:
    """The current version of every module in use, by slug."""
    rows = session.execute(
        select(Module.slug, ModuleVersion.number, ModuleVersion.source_hash)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .where(ModuleVersion.superseded_at.is_(None), Module.retired_at.is_(None))
    )
    return {slug: PublishedVersion(number, digest) for slug, number, digest in rows}


def edited_since_load(session: Session, last: ContentLoad) -> list[str]:
    """Slugs whose published version is not the one that the load of the folders left."""
    published = published_hashes(session)
    return sorted(
        slug
        for slug, digest in last.modules.items()
        if slug not in published or published[slug].source_hash != digest
    )
