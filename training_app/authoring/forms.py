"""Forms with a field that can be missing; the editors read what was typed as it is."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import Regexp

from training_app.authoring.models import NOTE_LENGTH
from training_app.catalogue.models import Change
from training_app.errors import N_
from training_app.laws.models import REASON_LENGTH as LAW_REASON_LENGTH
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField, choices

TITLE_LENGTH = 120
ALT_LENGTH = 160
_CLAUSE = N_("Write the clause as a number, for example 2 or 2a.")
_POINT = N_("Write the point as a letter, for example c.")


class Matches(Regexp):
    """What is written has a form; the complaint is in the reader's language."""

    def __init__(self, pattern: str, told: str) -> None:
        super().__init__(pattern)
        self._told = told

    def __call__(
        self, form: BaseForm, field: StringField, message: str | None = None
    ) -> re.Match[str]:
        """Complain about anything else."""
        return super().__call__(form, field, message or _(self._told))


class TitleForm(Form):
    """What a new module is called."""

    title = TextField(
        validators=[Needed(N_("Write the title of the module.")), MaxLength(TITLE_LENGTH)]
    )


class WordsForm(Form):
    """What a picture shows, for those who hear it and for those who see it."""

    alt = TextField(
        validators=[Needed(N_("Say in a few words what it shows.")), MaxLength(ALT_LENGTH)]
    )
    description = TextAreaField(
        validators=[
            Needed(N_("Describe what the picture tells; it stands below it.")),
            MaxLength(NOTE_LENGTH),
        ]
    )


class PictureForm(WordsForm):
    """A picture and what it shows."""

    file = FileField()


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


class LawChangeForm(Form):
    """What the law changes of one article, from when and by which act."""

    article = SelectField(validators=[Needed(N_("Choose the article that changes."))])
    clause = TextField(validators=[Matches(r"^([1-9][0-9]*[a-zđ]?)?$", _CLAUSE)])
    point = TextField(validators=[Matches(r"^([a-zđ][0-9]?)?$", _POINT)])
    unlisted = BooleanField()
    kind = RadioField(validators=[Needed(N_("Choose what happens to it."))])
    in_force_from = DateField(validators=[Needed(N_("Write from which day it holds."))])
    gist = TextAreaField(validators=[MaxLength(NOTE_LENGTH)])
    replaced_by = SelectField()
    source = TextField(
        validators=[Needed(N_("Write which act changes it.")), MaxLength(LAW_REASON_LENGTH)]
    )

    def prepare(self, articles: list[tuple[str, str]], kinds: list[tuple[str, str]]) -> None:
        """Put labels and choices in the reader's language."""
        self.article.label.text = _("Article")
        self.article.choices = [("", _("Choose an article")), *articles]
        self.clause.label.text = _("Clause (empty: the whole article)")
        self.point.label.text = _("Point (may stay empty)")
        self.unlisted.label.text = _("I have looked at the paper: the article has this place")
        self.kind.label.text = _("What happens to it")
        self.kind.choices = kinds
        self.in_force_from.label.text = _("From which day")
        self.gist.label.text = _("What it says from then on, in short")
        self.replaced_by.label.text = _("Which article takes its place (may stay empty)")
        self.replaced_by.choices = [("", _("none in the register")), *articles]
        self.source.label.text = _("Act that changes it: number, name, date")


class WithdrawForm(Form):
    """Why a recorded change of law is taken back."""

    reason = TextField(
        validators=[Needed(N_("Say why it is withdrawn.")), MaxLength(LAW_REASON_LENGTH)]
    )


class SettleForm(Form):
    """How a module was settled without its parts being changed, and why."""

    outcome = RadioField(validators=[Needed(N_("Choose how it is settled."))])
    note = TextField(
        validators=[
            Needed(N_("Say why the parts can stay as they are.")),
            MaxLength(LAW_REASON_LENGTH),
        ]
    )

    def prepare(self, task_id: int, outcomes: list[tuple[str, str]]) -> None:
        """Put labels and choices in the reader's language; ids differ from task to task."""
        self.outcome.label.text = _("How is it settled?")
        self.outcome.choices = outcomes
        self.note.label.text = _("Why?")
        self.outcome.id, self.note.id = f"outcome-{task_id}", f"note-{task_id}"
