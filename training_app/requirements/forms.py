"""Forms of requirements."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from training_app.errors import N_
from training_app.organisation.forms import OneOf
from training_app.requirements.models import REASON_LENGTH, TITLE_LENGTH
from training_app.requirements.rules import Audience, Renewing
from training_app.requirements.services import Terms
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField

FOR_EVER = 0
NONE = 0
CARRY_ON = "carry-on"
LET_END = "end"
_LONGEST_MONTHS = 120
_MOST_HOURS = 1000
_LONGEST_GRACE = 730


def audience_names() -> dict[Audience, str]:
    """Audiences in the reader's words."""
    return {
        Audience.MEDIATORS: _("mediators"),
        Audience.LEADERS: _("team leaders"),
        Audience.TRAINERS: _("trainers"),
        Audience.OFFICIALS: _("commune officers"),
    }


def renewal_names() -> dict[Renewing, str]:
    """Ways of renewal in the reader's words, each with what it means."""
    return {
        Renewing.EXPIRY: _("From the old end: whoever renews early loses nothing"),
        Renewing.COMPLETION: _("From the day of completion"),
        Renewing.FIXED: _("On a fixed day: everybody's end falls on the same day of the year"),
    }


def months_in_words(months: int | None) -> str:
    """A number of months as people say it; None is for ever."""
    if months is None:
        return _("for ever")
    years, rest = divmod(months, 12)
    if rest or not years:
        return _("%(count)s months", count=months)
    return _("1 year") if years == 1 else _("%(count)s years", count=years)


class WholeNumber(IntegerField):
    """A whole number that may be left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; nothing at all is nothing, not a mistake."""
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        super().process_formdata(valuelist)


class Between:
    """The number, when there is one, lies between two others."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, form: Form, field: Field) -> None:
        """Complain about a number outside."""
        del form
        if field.data is not None and not self.least <= field.data <= self.most:
            raise ValidationError(
                _("Write a number from %(least)s to %(most)s.", least=self.least, most=self.most)
            )


def _pairs(values: Iterable[str]) -> set[tuple[int, int]]:
    """The pairs in values like "12-7"; anything else is left out."""
    found = (value.partition("-") for value in values)
    return {
        (int(one), int(other))
        for one, _stroke, other in found
        if one.isdecimal() and other.isdecimal()
    }


class TermsForm(Form):
    """What is asked, for how long, and how it is renewed."""

    in_force_from = DateField(validators=[Needed(N_("Write from which day it is required."))])
    modules = SelectMultipleField(coerce=int)
    hours = WholeNumber(validators=[Between(1, _MOST_HOURS)])
    class_only = BooleanField()
    equivalents = SelectMultipleField(validate_choice=False)
    equal_module = SelectField(coerce=int)
    equal_for = SelectField(coerce=int)
    valid_months = SelectField(coerce=int)
    renewal = SelectField()
    window_months = WholeNumber(validators=[Between(0, _LONGEST_MONTHS)])
    minimum_months = WholeNumber(validators=[Between(0, _LONGEST_MONTHS)])
    grace_days = WholeNumber(validators=[Between(0, _LONGEST_GRACE)])

    def prepare(
        self, modules: list[tuple[int, str]], every: list[tuple[int, str]] | None = None
    ) -> None:
        """Put labels and choices in the reader's language; ``every`` has retired modules too."""
        self._prepare_equivalents(every or modules)
        self.in_force_from.label.text = _("Required from")
        self.modules.label.text = _("Modules")
        self.modules.choices = modules
        self.hours.label.text = _("Hours of training in all (may stay empty)")
        self.class_only.label.text = _("Only what was learned in a class counts")
        self.valid_months.label.text = _("Valid for")
        known = {6, 12, 24, 36, 60} | {self.valid_months.data or 12} - {FOR_EVER}
        lengths = [(months, months_in_words(months)) for months in sorted(known)]
        self.valid_months.choices = [*lengths, (FOR_EVER, months_in_words(None))]
        self.renewal.label.text = _("How the next period is counted")
        self.renewal.choices = [(mode.value, words) for mode, words in renewal_names().items()]
        self.window_months.label.text = _("Months before the end in which it can be renewed")
        self.minimum_months.label.text = _("Shortest validity in months (only with a fixed day)")
        self.grace_days.label.text = _("Days of grace before anybody is called overdue")

    def _prepare_equivalents(self, every: list[tuple[int, str]]) -> None:
        """Let one more module be named that counts for another, and pairs named be taken out."""
        self._titles = dict(every)
        choices = [(NONE, _("none")), *every]
        self.equivalents.label.text = _("Modules that count for another")
        self.equal_module.label.text = _("One more module that counts (may stay empty)")
        self.equal_module.choices = choices
        self.equal_for.label.text = _("It counts for")
        self.equal_for.choices = choices
        self._show_pairs(_pairs(self.equivalents.data or ()))

    def _show_pairs(self, pairs: Iterable[tuple[int, int]]) -> None:
        self.equivalents.choices = [
            (
                f"{one}-{other}",
                _(
                    "%(module)s counts for %(other)s",
                    module=self._titles.get(one, "–"),
                    other=self._titles.get(other, "–"),
                ),
            )
            for one, other in sorted(pairs, key=self._place)
        ]

    def _place(self, pair: tuple[int, int]) -> list[int]:
        """Where a pair stands among the others: in the order of the curriculum."""
        order = list(self._titles)
        return [order.index(one) if one in self._titles else len(order) for one in pair]

    def fill(self, terms: Terms) -> None:
        """Show terms to start from; the day stays open."""
        self.class_only.data = terms.class_only
        self.equivalents.data = [f"{one}-{other}" for one, other in sorted(terms.equivalents)]
        self._show_pairs(terms.equivalents)
        self.modules.data = sorted(terms.modules)
        self.hours.data = terms.hours
        self.valid_months.data = terms.valid_months or FOR_EVER
        self.renewal.data = terms.renewal.value
        self.window_months.data = terms.window_months
        self.minimum_months.data = terms.minimum_months
        self.grace_days.data = terms.grace_days

    def terms(self) -> Terms:
        """What was entered."""
        assert self.in_force_from.data is not None, "validated"  # noqa: S101 - a fact for mypy
        pairs = _pairs(self.equivalents.data or ())
        if self.equal_module.data and self.equal_for.data:
            pairs.add((self.equal_module.data, self.equal_for.data))
        return Terms(
            in_force_from=self.in_force_from.data,
            modules=frozenset(self.modules.data or ()),
            hours=self.hours.data,
            valid_months=self.valid_months.data or None,
            renewal=Renewing(self.renewal.data),
            window_months=self.window_months.data or 0,
            minimum_months=self.minimum_months.data or 0,
            grace_days=self.grace_days.data or 0,
            class_only=bool(self.class_only.data),
            equivalents=frozenset(pairs),
        )


class RequirementForm(TermsForm):
    """A new requirement: of whom, where, what."""

    title = TextField(
        validators=[Needed(N_("Write what the requirement is called.")), MaxLength(TITLE_LENGTH)]
    )
    title_en = TextField(validators=[MaxLength(TITLE_LENGTH)])
    audience = SelectField()
    unit = SelectField(coerce=int)
    commune = TextField(validators=[MaxLength(TITLE_LENGTH)])

    def prepare_all(
        self,
        modules: list[tuple[int, str]],
        units: list[tuple[int, str]],
        every: list[tuple[int, str]],
    ) -> None:
        """Put labels and choices in the reader's language."""
        self.prepare(modules, every)
        self.title.label.text = _("Name of the requirement")
        self.title_en.label.text = _("Name in English (may stay empty)")
        self.audience.label.text = _("Of whom it is required")
        self.audience.choices = [(one.value, words) for one, words in audience_names().items()]
        self.unit.label.text = _("Where it is required")
        self.unit.choices = units
        self.commune.label.text = _("Only in one commune (may stay empty)")


class EndForm(Form):
    """From when, and why, nobody needs it any more."""

    ends_on = DateField(validators=[Needed(N_("Write from which day it is not required."))])
    reason = TextAreaField(
        validators=[Needed(N_("Say why the requirement ends.")), MaxLength(REASON_LENGTH)]
    )


class DecideForm(Form):
    """Whether the requirement of an ended unit goes on in a unit in its place."""

    choice = OneOf()
    day = DateField()
    reason = TextAreaField(
        validators=[Needed(N_("Say why it is decided so.")), MaxLength(REASON_LENGTH)]
    )

    def prepare(self, ended: str, place: str) -> None:
        """Put labels and choices in the reader's language."""
        self.choice.label.text = _("What becomes of it in %(place)s?", place=place)
        self.choice.choices = [
            (CARRY_ON, _("It goes on: everybody in %(place)s is asked", place=place)),
            (LET_END, _("It ends with %(unit)s: nobody is asked any more", unit=ended)),
        ]
        self.day.label.text = _("Asked from (only if it goes on)")
        self.reason.label.text = _("Why is it decided so?")

    def validate_day(self, field: Field) -> None:
        """A requirement that goes on needs a first day."""
        if self.choice.data == CARRY_ON and field.data is None and not field.errors:
            raise ValidationError(_("Write from which day it is required."))


class TryForm(Form):
    """A renewal to try out; nothing is saved."""

    held_until = DateField()
    completed = DateField(validators=[Needed(N_("Write the day of completion."))])
    due = DateField()
    period = WholeNumber(
        validators=[
            Needed(N_("Write for how many months it is valid.")),
            Between(1, _LONGEST_MONTHS),
        ]
    )
    window = WholeNumber(validators=[Between(0, _LONGEST_MONTHS)])
    minimum = WholeNumber(validators=[Between(0, _LONGEST_MONTHS)])

    def prepare(self) -> None:
        """Put labels in the reader's language."""
        self.held_until.label.text = _("Valid so far until (empty: never held)")
        self.completed.label.text = _("Everything was done on")
        self.due.label.text = _("Due the first time on (may stay empty)")
        self.period.label.text = _("Valid for, in months")
        self.window.label.text = _("Months before the end in which it can be renewed")
        self.minimum.label.text = _("Shortest validity in months (only with a fixed day)")
