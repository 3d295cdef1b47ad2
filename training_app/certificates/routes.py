"""Screens of certificates: show and print, the public check, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission, Scope
from training_app.accounts.rules.tokens import keyed
from training_app.certificates import queries, services
from training_app.certificates.forms import CodeForm, NameForm, RevokeForm
from training_app.certificates.models import Certificate
from training_app.certificates.printing import qr_code
from training_app.certificates.queries import PublicCertificate
from training_app.certificates.rules import parse_code
from training_app.errors import N_, NotFound, TooManyTries
from training_app.extensions import current_session, db
from training_app.web.asides import aside
from training_app.web.guard import SAFE_METHODS, current_viewer, needs, public
from training_app.web.pages import english, notice, render, see_other
from training_app.work import services as work

bp = Blueprint("certificates", __name__, template_folder="templates")

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
PER_ADDRESS: Final = 30
PER_CODE: Final = 50
_CHECKING: Final = "anybody may check a certificate by its code; no name is shown"


# -- the public check -----------------------------------------------------------------------


@bp.get("/check/")
@public(_CHECKING)
def check() -> ResponseReturnValue:
    """Ask for a code; a readable one leads to its page."""
    if "code" not in request.args:
        return render("certificates/check.html", form=_code_form())
    form = CodeForm(request.args, meta={"csrf": False})
    form.code.label.text = _("Code on the certificate")
    if form.validate():
        code = parse_code(form.code.data or "")
        if code is not None:
            return see_other("certificates.check_result", code=code)
        form.code.errors = [_("This is not a whole code. A code looks like HG-26-7K4M-Q2XF-9D3T.")]
    return render("certificates/check.html", 422, form=form, errors_in_title=True)


@bp.get("/check/<string:code>/")
@public(_CHECKING)
def check_result(code: str) -> ResponseReturnValue:
    """Say whether a certificate is real and valid: module, month and province, no name."""
    found = _publicly(code)
    if found is None:
        return render("certificates/check_unknown.html", 404, form=_code_form())
    return _result_page(found, _name_form())


@bp.post("/check/<string:code>/")
@public(_CHECKING)
def check_name(code: str) -> ResponseReturnValue:
    """Hold a typed name against the printed one. The name stays out of the address."""
    found = _publicly(code)
    if found is None:
        raise NotFound
    form = _name_form()
    if not form.validate():
        return _result_page(found, form, status=422)
    matches = queries.name_is_printed(current_session(), found.code, form.name.data or "")
    return _result_page(found, form, matches=matches)


def _code_form() -> CodeForm:
    form = CodeForm(formdata=None, meta={"csrf": False})
    form.code.label.text = _("Code on the certificate")
    return form


def _name_form() -> NameForm:
    form = NameForm()
    form.name.label.text = _("Full name printed on the certificate")
    return form


def _result_page(
    found: PublicCertificate,
    form: NameForm,
    *,
    status: int = 200,
    matches: bool | None = None,
) -> ResponseReturnValue:
    return render(
        "certificates/check_result.html",
        status,
        found=found,
        title=found.named("en" if english() else "vi"),
        month=f"{found.month:%m/%Y}",
        form=form,
        matches=matches,
        errors_in_title=bool(form.errors),
    )


def _publicly(text: str) -> PublicCertificate | None:
    """Look a code up within the limits that make guessing hopeless."""
    _limit(f"check-from:{_address()}", PER_ADDRESS, _MINUTE)
    code = parse_code(text)
    found = queries.public_certificate(current_session(), code) if code else None
    if found is not None:
        _limit(f"check-code:{found.code}", PER_CODE, _DAY)
    return found


def _limit(key: str, limit: int, window: timedelta) -> None:
    """Count a try in a transaction of its own; raise TooManyTries beyond the limit."""
    if request.method in SAFE_METHODS:
        with aside(db.engine) as session:
            wait = work.throttle(session, key, limit=limit, window=window, now=clock.now())
    else:
        # An unsafe request holds the write lock already; a second session would wait for it.
        wait = work.throttle(current_session(), key, limit=limit, window=window, now=clock.now())
        current_session().commit()
    if wait is not None:
        message = N_("Too many codes were checked in a short time. Wait a little and try again.")
        raise TooManyTries(message, retry_after=int(wait.total_seconds()) + 1)


def _address() -> str:
    """The visitor's address as a fingerprint; the address itself is not kept."""
    pepper = current_app.config["SETTINGS"].pepper
    return keyed(pepper, "address", request.remote_addr or "").hex()[:32]


# -- the own certificate, and those of a scope ----------------------------------------------


@bp.get("/certificates/<string:code>/")
@needs(Permission.RECORD_VIEW_OWN, Permission.CERTIFICATE_VIEW)
def show(code: str) -> ResponseReturnValue:
    """One certificate, to look at and to print."""
    found = _in_scope(code, Permission.CERTIFICATE_VIEW)
    settings = current_app.config["SETTINGS"]
    address = settings.canonical_url + url_for("certificates.check_result", code=found.code)
    return render(
        "certificates/show.html",
        found=found,
        title=found.named("en" if english() else "vi"),
        address=address,
        qr=qr_code(address),
        own=_is_own(found.person_id),
        may_revoke=_revocable(found.code) is not None,
    )


@bp.get("/certificates/<string:code>/revoke/")
@needs(Permission.CERTIFICATE_REVOKE)
def revoke(code: str) -> ResponseReturnValue:
    """Ask for the reason."""
    certificate = _to_revoke(code)
    return _revoke_page(certificate, _revoke_form())


@bp.post("/certificates/<string:code>/revoke/")
@needs(Permission.CERTIFICATE_REVOKE)
def revoke_submit(code: str) -> ResponseReturnValue:
    """Revoke for good."""
    certificate = _to_revoke(code)
    form = _revoke_form()
    if not form.validate():
        return _revoke_page(certificate, form, status=422)
    session = current_session()
    services.revoke(
        session, certificate, reason=form.reason.data or "", now=clock.now(), actor=current_viewer()
    )
    session.commit()
    notice(N_("The certificate is revoked. Whoever checks its code sees that from now on."))
    return see_other("certificates.show", code=certificate.code)


def _revoke_form() -> RevokeForm:
    form = RevokeForm()
    form.reason.label.text = _("Why is it revoked?")
    return form


def _revoke_page(
    certificate: Certificate, form: RevokeForm, status: int = 200
) -> ResponseReturnValue:
    found = _in_scope(certificate.code, Permission.CERTIFICATE_REVOKE)
    context: dict[str, Any] = {"found": found, "form": form, "errors_in_title": bool(form.errors)}
    return render("certificates/revoke.html", status, **context)


def _in_scope(code: str, permission: Permission) -> queries.CertificateRow:
    """Return the own certificate or one in the scope of a permission; 404 otherwise."""
    parsed = parse_code(code)
    viewer = current_viewer()
    found = parsed and queries.certificate_in_scope(
        current_session(),
        parsed,
        person_id=viewer.person_id,
        scope=viewer.scope(permission),
        on=clock.today(),
    )
    if not found:
        raise NotFound
    return found


def _is_own(person_id: int) -> bool:
    return person_id == current_viewer().person_id


def _revocable(code: str) -> Certificate | None:
    """Return the certificate if the viewer may revoke it and it still stands."""
    scope: Scope = current_viewer().scope(Permission.CERTIFICATE_REVOKE)
    if scope.empty:
        return None
    found = queries.certificate_to_revoke(current_session(), code, scope=scope, on=clock.today())
    return found if found is not None and found.revoked_at is None else None


def _to_revoke(code: str) -> Certificate:
    parsed = parse_code(code)
    scope: Scope = current_viewer().scope(Permission.CERTIFICATE_REVOKE)
    found = parsed and queries.certificate_to_revoke(
        current_session(), parsed, scope=scope, on=clock.today()
    )
    if not found:
        raise NotFound
    return found
