"""Forms with a field that can be missing; the editors read what was typed as it is."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField

from training_app.authoring.models import NOTE_LENGTH
from training_app.catalogue.models import Change
from training_app.errors import N_
from training_app.web.forms import Form, MaxLength, Needed, TextField, choices

TITLE_LENGTH = 120


class TitleForm(Form):
    """What a new module is called."""

    title = TextField(
        validators=[Needed(N_("Write the title of the module.")), MaxLength(TITLE_LENGTH)]
    )


class RefuseForm(Form):
    """What has to be mended."""

    note = TextAreaField(
        validators=[Needed(N_("Write what has to be mended.")), MaxLength(NOTE_LENGTH)]
    )


class PublishForm(Form):
    """What a publication asks of those who completed an earlier version."""

    number = StringField()
    change = RadioField(
        choices=choices((one.value, one.value) for one in Change),
        validate_choice=True,
        validators=[Needed(N_("Choose what people who completed it have to do."))],
    )


class RetireForm(Form):
    """Why a module is taken out of use."""

    reason = TextField(validators=[Needed(N_("Write why it is taken out of use.")), MaxLength(500)])
