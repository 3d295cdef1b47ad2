"""Pictures are drawn anew, small and without a past; what only claims to be one is refused."""

import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from tests.authoring import texts
from tests.catalogue import examples
from tests.catalogue.pictures import HOSTILE, drawing, photograph
from training_app.access import Viewer
from training_app.catalogue.checks import check_module
from training_app.catalogue.folders import read_folders, write_folders
from training_app.catalogue.markdown import Shown, render, surprises
from training_app.catalogue.models import Lesson
from training_app.catalogue.parsing import (
    NotAPicture,
    Redrawn,
    module_texts,
    parse_module,
    read_webp,
    redraw,
    write_pictures,
)
from training_app.catalogue.queries import module_by_slug, picture_contents, source_module
from training_app.catalogue.services import load_folders
from training_app.catalogue.source import PICTURE_BYTES, Picture, module_hash

ACTOR = Viewer.for_system("tests")
SHOWN = {"so-do.webp": Shown("/pictures/" + "a" * 64 + "/", 300, 200, "Sơ đồ", "Ba bước.")}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_small_upright_and_forgets_where_it_was_taken(kind: str) -> None:
    made = redraw(photograph(kind=kind))
    assert len(made.content) <= PICTURE_BYTES
    assert read_webp(made.content) == (made.width, made.height)
    assert made.height > made.width  # it was held upright
    assert made.width <= 720
    assert made.height <= 1080
    seen = Image.open(io.BytesIO(made.content))
    assert not seen.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(seen.info)
    assert b"Canari" not in made.content


def test_a_see_through_ground_becomes_white_and_a_small_drawing_keeps_its_size() -> None:
    made = redraw(drawing())
    seen = Image.open(io.BytesIO(made.content)).convert("RGB")
    assert seen.size == (300, 200)
    assert min(seen.getpixel((5, 5))) > 240  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", list(HOSTILE.values()), ids=list(HOSTILE))
def test_a_hostile_file_is_refused_in_words_and_little_memory(sent: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(NotAPicture) as caught:
        redraw(sent)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(caught.value).endswith(".")
    assert peak < 150_000_000


def test_only_a_plain_still_webp_is_told_by_its_header() -> None:
    content = redraw(drawing()).content
    assert read_webp(content) == (300, 200)
    assert read_webp(content + b"PK\x03\x04") is None
    assert read_webp(content[:-2]) is None
    assert read_webp(photograph(200, 200, "WEBP")) is None  # carries where it was taken
    assert read_webp(b"RIFF\x04\0\0\0WEBP") is None
    assert read_webp(b"") is None
    lossless = io.BytesIO()
    Image.new("RGB", (31, 17)).save(lossless, "WEBP", lossless=True)
    assert read_webp(lossless.getvalue()) == (31, 17)


def test_a_picture_stands_with_its_description_and_a_strange_one_is_left_out() -> None:
    html = render("Xem hình.\n\n![Ba bước](so-do.webp)\n\n![x](https://evil.example/x.webp)", SHOWN)
    assert f'src="{SHOWN["so-do.webp"].address}"' in html
    assert 'alt="Ba bước"' in html
    assert 'width="300"' in html
    assert "<figcaption>Ba bước.</figcaption>" in html
    assert "evil" not in html
    assert "Sơ đồ" in render("![](so-do.webp)", SHOWN)


def test_a_picture_within_a_line_is_told() -> None:
    assert [one.line for one in surprises("Xem ![a](so-do.webp) này")] == [1]
    assert not list(surprises("![a](so-do.webp)"))


# -- in a module -------------------------------------------------------------------------------


def entry(made: Redrawn, name: str = "so-do.webp") -> Picture:
    return Picture(
        name=name,
        alt="Sơ đồ ba bước",
        description="Nghe từng bên, cùng nghe, rồi tìm cách giải quyết.",
        sha256=hashlib.sha256(made.content).hexdigest(),
        width=made.width,
        height=made.height,
        size=len(made.content),
    )


def with_picture(made: Redrawn) -> dict[str, str]:
    files = texts.FILES | {"10-mot.md": texts.FILES["10-mot.md"] + "\n![](so-do.webp)\n"}
    return files | {"pictures.toml": write_pictures([entry(made)])}


def told(files: dict[str, str]) -> list[str]:
    return [one.message for one in check_module(parse_module(module_texts(texts.SLUG, files)))]


def test_lessons_and_entries_have_to_agree() -> None:
    files = with_picture(redraw(drawing()))
    before = told(texts.FILES)
    assert told(files) == before
    missing = files | {"pictures.toml": ""}
    assert "The picture “%(name)s” is not among the pictures of the module." in told(missing)
    lonely = files | {"10-mot.md": files["20-hai.md"]}
    assert "No lesson shows the picture “%(name)s”." in told(lonely)
    bare = files | {"pictures.toml": files["pictures.toml"].replace("Sơ đồ ba bước", "")}
    assert "The text is empty." in told(bare)


def write(folder: Path, made: Redrawn) -> tuple[Path, Path]:
    courses, quizzes = folder / "courses", folder / "quizzes"
    module = parse_module(module_texts(texts.SLUG, with_picture(made))).module()
    assert module
    write_folders(
        courses, quizzes, examples.register(), [module], {module.pictures[0].sha256: made.content}
    )
    return courses, quizzes


def test_a_module_with_a_picture_goes_through_the_database_byte_for_byte(
    db_session: Session, tmp_path: Path
) -> None:
    made = redraw(photograph())
    courses, quizzes = write(tmp_path / "a", made)
    folders = read_folders(courses, quizzes)
    assert not folders.errors
    report = load_folders(db_session, folders, now=examples.NOW, actor=ACTOR)
    assert [one.number for one in report.modules] == [1]
    card = module_by_slug(db_session, texts.SLUG)
    assert card
    module = source_module(db_session, card.version_id)
    kept = picture_contents(db_session, [one.sha256 for one in module.pictures])
    again = tmp_path / "b"
    write_folders(again / "courses", again / "quizzes", folders.register, [module], kept)
    for path in sorted((tmp_path / "a").rglob("*.*")):
        other = again / path.relative_to(tmp_path / "a")
        assert other.read_bytes() == path.read_bytes(), path
    html = db_session.query(Lesson.html).filter(Lesson.slug == "10-mot").scalar()
    assert f'src="/pictures/{module.pictures[0].sha256}/"' in html
    written = folders.modules[0].module()
    assert written
    assert module_hash(module) == module_hash(written)


def test_a_folder_whose_picture_is_another_one_is_told(tmp_path: Path) -> None:
    made = redraw(drawing())
    courses, quizzes = write(tmp_path, made)
    path = courses / texts.SLUG / "so-do.webp"

    def messages() -> list[str]:
        found = read_folders(courses, quizzes).errors
        return [one.message for one in found if "icture" in one.message]

    path.write_bytes(redraw(photograph()).content)
    assert messages() == ["The picture “%(name)s” is another one than its entry says."]
    path.unlink()
    assert messages() == ["The picture “%(name)s” is not in the folder."]
    path.with_name("khac.webp").write_bytes(made.content)
    assert len(messages()) == 2
