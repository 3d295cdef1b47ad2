"""Sending a roster and answering its questions, step by step, as tests of screens do."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.organisation.roster_samples import HEADING, Rows, write_xlsx
from tests.organisation.scenes import Scene
from tests.page import Page, PageClient
from training_app.db import Base, Unscoped
from training_app.organisation.models import (
    Leadership,
    Membership,
    NotSamePerson,
    Person,
    PersonPhone,
    Recognition,
    TeamSpan,
)

TEST = {"scope": Unscoped("the test looks")}
RECORDS: tuple[type[Base], ...] = (
    Person,
    PersonPhone,
    TeamSpan,
    Membership,
    Leadership,
    Recognition,
    NotSamePerson,
)
LAN = ("1", "Võ Thị Lan", "Nữ", "1970", "0912345670", "Tổ hòa giải khu phố 5", "Tổ trưởng", None)
MINH = ("2", "Hồ Văn Minh", "Nam", "1965", "0912345671", "Tổ hòa giải khu phố 5", None, None)
BINH = ("3", "Trần Văn Bình", "Nam", "1975", None, "Tổ hòa giải khu phố 5", None, None)


def everything(scene: Scene) -> list[list[tuple[Any, ...]]]:
    """All that is on record, row by row."""
    scene.session.rollback()
    found = [
        [tuple(row) for row in scene.session.execute(select(*model.__table__.columns))]
        for model in RECORDS
    ]
    scene.session.rollback()  # hold nothing that a request waits for
    return found


def write(folder: Path, rows: Rows, name: str = "danh-sach.xlsx") -> Path:
    return write_xlsx(folder / name, {"Danh sách": rows})


def send(client: PageClient, path: Path, status: int = 200, unit: int | None = None) -> Page:
    page = client.get(f"/rosters/?unit={unit}" if unit else "/rosters/")
    file = (io.BytesIO(path.read_bytes()), path.name)
    return client.submit(page, "/rosters/", status, file=file)


def listed(folder: Path, *people: Sequence[Any], name: str = "danh-sach.xlsx") -> Path:
    return write(folder, (HEADING, *people), name)


def to_preview(client: PageClient, path: Path) -> Page:
    """Send a file and take its columns as they were recognised."""
    return client.submit(send(client, path), "")


def put_on_record(client: PageClient, preview: Page) -> Page:
    return client.submit(client.get(preview.link("Go on to the last step")), "")


def answer(client: PageClient, page: Page, said: Iterable[str], **more: Any) -> Page:
    """Answer the rows of the page in their order; an empty word leaves a row open."""
    names = dict.fromkeys(
        field.get("name")
        for field in page.elements
        if field.name in {"input", "select"} and field.get("name").startswith("d:")
    )
    values: dict[str, Any] = dict(zip(names, said, strict=False))
    chosen = {name: word for name, word in values.items() if word}
    return client.submit(page, "/decisions/", **chosen, **more)
