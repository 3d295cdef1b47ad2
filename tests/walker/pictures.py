"""A picture that the published module shows, one in the own draft, and text kept beside it."""

from sqlalchemy.orm import Session

from tests import learners
from tests.catalogue.pictures import drawing
from tests.factories.records import NOW, SYSTEM
from training_app.access import Viewer
from training_app.authoring import queries, services
from training_app.authoring.models import Draft
from training_app.catalogue.models import ModuleVersion, ModuleVersionPicture, Picture
from training_app.catalogue.parsing import PICTURES, redraw
from training_app.catalogue.services import store_picture


def show_picture(session: Session, version: ModuleVersion) -> str:
    """Let a published version show a picture, as publication does; gives its digest."""
    digest = store_picture(session, redraw(drawing()).content, now=NOW, actor=SYSTEM)
    picture = session.query(Picture).filter(Picture.digest == digest).one()
    words = {"alt": "Hàng rào", "description": "Hai nhà bên hàng rào."}
    entry = ModuleVersionPicture(
        module_version_id=version.id, name="so-do.webp", position=1, picture_id=picture.id, **words
    )
    session.add(entry)
    session.flush()
    return digest


def fill_draft(session: Session, draft: Draft, author: Viewer) -> None:
    """Put a picture into a draft, and keep text of a lesson that nobody saved."""
    files = queries.newest(session, draft).files
    if "10-mot.md" not in files or draft.slug != learners.SLUG:
        return
    words = ("Sơ đồ", "Ba bước.")
    text = services.add_picture(session, files, drawing(), words, now=NOW, actor=author)
    services.save(session, draft, {PICTURES: text}, 1, now=NOW, actor=author)
    kept = files["10-mot.md"] + "\nViết dở.\n"
    services.keep_unsaved(session, draft, "10-mot.md", kept, 2, now=NOW, actor=author)
