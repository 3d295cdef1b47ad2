"""Ways in: card, code, PIN on a known phone, staff sign-in, demonstration links."""

from flask.typing import ResponseReturnValue

from training_app.accounts.routes.base import bp
from training_app.web.guard import public
from training_app.web.pages import render


@bp.get("/enter/")
@public("a way in")
def enter() -> ResponseReturnValue:
    """Enter with a card or a code."""
    return render("accounts/front.html")


@bp.get("/sign-in/")
@public("a way in")
def sign_in() -> ResponseReturnValue:
    """PIN on a phone that was used before."""
    return render("accounts/front.html")


@bp.get("/staff/sign-in/")
@public("a way in")
def staff_sign_in() -> ResponseReturnValue:
    """Staff."""
    return render("accounts/front.html")
