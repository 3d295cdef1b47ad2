"""Pictures: those of a published version, and the bytes behind their names."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from training_app.catalogue.models import ModuleVersionPicture, Picture
from training_app.catalogue.source import Picture as SourcePicture


def pictures_of(session: Session, module_version_id: int) -> tuple[SourcePicture, ...]:
    """The entries of ``pictures.toml`` of a published version, in their order."""
    rows = session.execute(
        select(
            ModuleVersionPicture.name,
            ModuleVersionPicture.alt,
            ModuleVersionPicture.description,
            Picture.digest.label("sha256"),
            Picture.width,
            Picture.height,
            func.length(Picture.content).label("size"),
        )
        .join(Picture, Picture.id == ModuleVersionPicture.picture_id)
        .where(ModuleVersionPicture.module_version_id == module_version_id)
        .order_by(ModuleVersionPicture.position)
    )
    return tuple(SourcePicture(**row._asdict()) for row in rows)


def published_picture(session: Session, digest: str) -> bytes | None:
    """The bytes of a picture that some published version shows, or None."""
    shown = exists().where(ModuleVersionPicture.picture_id == Picture.id)
    return session.scalar(select(Picture.content).where(Picture.digest == digest, shown))


def picture_contents(session: Session, digests: Iterable[str]) -> dict[str, bytes]:
    """The bytes of pictures by their digest; unknown ones are left out."""
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    rows = session.execute(
        select(Picture.digest, Picture.content).where(Picture.digest.in_(wanted))
    )
    return {row.digest: row.content for row in rows}


def picture_sizes(session: Session, digests: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Width, height and bytes of pictures by their digest; unknown ones are left out."""
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    rows = session.execute(
        select(Picture.digest, Picture.width, Picture.height, func.length(Picture.content)).where(
            Picture.digest.in_(wanted)
        )
    )
    return {digest: (width, height, size) for digest, width, height, size in rows}
