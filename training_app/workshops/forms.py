"""Forms of classes."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import NumberRange

from training_app.errors import N_
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField
from training_app.workshops.models import NAME_LENGTH, REASON_LENGTH
from training_app.workshops.rules import LONGEST_MINUTES

NOBODY = 0


class UnitForm(Form):
    """Where the class is held; the next page offers that unit's teams and trainers."""

    unit = SelectField(coerce=int)


class WorkshopForm(Form):
    """A class: when, where, by whom, about what, for whom."""

    title = TextField(
        validators=[Needed(N_("Write what the class is called.")), MaxLength(NAME_LENGTH)]
    )
    held_on = DateField(validators=[Needed(N_("Write the day of the class."))])
    place = TextField(
        validators=[Needed(N_("Write where the class is held.")), MaxLength(NAME_LENGTH)]
    )
    minutes = IntegerField(
        validators=[
            Needed(N_("Write how many minutes of teaching.")),
            NumberRange(min=1, max=LONGEST_MINUTES),
        ]
    )
    trainer = SelectField(coerce=int)
    guest_trainer = TextField(validators=[MaxLength(NAME_LENGTH)])
    modules = SelectMultipleField(coerce=int)
    teams = SelectMultipleField(coerce=int)
    note = TextAreaField(validators=[MaxLength(2000)])


class RollForm(Form):
    """The reason that a correction needs; the ticks are read beside it."""

    reason = TextField(validators=[MaxLength(REASON_LENGTH)])


class CancelForm(Form):
    """Why a class was not held."""

    reason = TextField(
        validators=[Needed(N_("Say why the class was not held.")), MaxLength(REASON_LENGTH)]
    )
