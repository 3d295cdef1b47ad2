"""Writing, reviewing and publishing modules; text that a page keeps by itself."""

from training_app.authoring.services.drafting import (
    STEPPED_AHEAD,
    Conflict,
    NotReady,
    begin,
    begin_new,
    catch_up,
    publish,
    refuse,
    save,
    send_for_review,
    take_back,
    withdraw,
)
from training_app.authoring.services.pictures import add_picture
from training_app.authoring.services.unsaved import Kept, drop_unsaved, keep_unsaved

__all__ = [
    "STEPPED_AHEAD",
    "Conflict",
    "Kept",
    "NotReady",
    "add_picture",
    "begin",
    "begin_new",
    "catch_up",
    "drop_unsaved",
    "keep_unsaved",
    "publish",
    "refuse",
    "save",
    "send_for_review",
    "take_back",
    "withdraw",
]
