"""Forms of certificates."""

from __future__ import annotations

from wtforms import TextAreaField

from training_app.certificates.models import NAME_LENGTH, REASON_LENGTH
from training_app.errors import N_
from training_app.web.forms import Form, MaxLength, Needed, TextField


class CodeForm(Form):
    """A code to look up."""

    code = TextField(
        validators=[Needed(N_("Write the code printed on the certificate.")), MaxLength(60)]
    )


class NameForm(Form):
    """A name to hold against the printed one."""

    name = TextField(
        validators=[
            Needed(N_("Write the full name printed on the certificate.")),
            MaxLength(NAME_LENGTH),
        ]
    )


class RevokeForm(Form):
    """Why a certificate is revoked."""

    reason = TextAreaField(
        validators=[Needed(N_("Say why the certificate is revoked.")), MaxLength(REASON_LENGTH)]
    )
