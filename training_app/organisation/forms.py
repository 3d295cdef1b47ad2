"""Forms of teams, people and rosters."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from training_app.errors import N_, InvalidInput
from training_app.organisation.models import NAME_LENGTH
from training_app.organisation.roster_file.phones import read_phones
from training_app.organisation.services.people import PersonFields
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField, choices, read_date

REASON_LENGTH = 500
NUMBER_LENGTH = 60
_YEAR_DIGITS = 4
_NOT_A_NUMBER = N_("“%(value)s” is not a full Vietnamese telephone number. Correct it.")
_UNKNOWN = ("", N_("Not known"))
_YES_NO = (_UNKNOWN, ("yes", N_("Yes")), ("no", N_("No")))
_TRUTH = {"yes": True, "no": False}
_WORDS = {True: "yes", False: "no", None: ""}


class OneOf(RadioField):
    """One of the answers on the page, and words when none was chosen."""

    def pre_validate(self, form: BaseForm) -> None:
        """Complain when nothing, or nothing of the list, was chosen."""
        del form
        if not any(choice[2] for choice in self.iter_choices()):
            raise ValidationError(gettext("Choose one of these."))


class PersonForm(Form):
    """What is recorded of a person."""

    full_name = TextField(
        lazy_gettext("Full name"),
        [Needed(N_("Write the full name.")), MaxLength(NAME_LENGTH)],
    )
    sex = SelectField(lazy_gettext("Sex"))
    birth = TextField(lazy_gettext("Birth date or birth year"), [MaxLength(20)])
    law_qualified = SelectField(lazy_gettext("Qualified in law"))
    phones = TextField(lazy_gettext("Telephone numbers"), [MaxLength(200)])

    def prepare(self) -> None:
        """Put the options into the reader's words."""
        sexes = (_UNKNOWN, ("female", N_("Woman")), ("male", N_("Man")))
        self.sex.choices = _worded(sexes)
        self.law_qualified.choices = _worded(_YES_NO)

    def show(
        self,
        full_name: str,
        sex: str | None,
        birth: date | int | None,
        law_qualified: bool | None,  # noqa: FBT001 - a recorded fact, not a switch
        phones: Iterable[str],
    ) -> None:
        """Fill in what is on record."""
        self.full_name.data = full_name
        self.sex.data = sex or ""
        self.birth.data = f"{birth:%d/%m/%Y}" if isinstance(birth, date) else str(birth or "")
        self.law_qualified.data = _WORDS[law_qualified]
        self.phones.data = ", ".join(f"0{number.removeprefix('+84')}" for number in phones)

    def validate_birth(self, field: TextField) -> None:
        """A date day first, or a year of four digits."""
        try:
            _birth(field.data or "")
        except InvalidInput as error:
            raise ValidationError(gettext(error.message, **error.params)) from error

    def validate_phones(self, field: TextField) -> None:
        """Every number must be a full Vietnamese one; a landline is told apart but taken."""
        for code, values in read_phones(field.data or "").problems:
            if code == "phone_invalid":
                raise ValidationError(gettext(_NOT_A_NUMBER, **dict(values)))

    def numbers(self) -> tuple[str, ...]:
        """The telephone numbers as ``+84...``."""
        return read_phones(self.phones.data or "").phones

    def fields(self, *, ethnic_minority: bool | None = None) -> PersonFields:
        """What the services take; the restricted flag is not on this form and stays as it is."""
        day, year = _birth(self.birth.data or "")
        return PersonFields(
            full_name=self.full_name.data or "",
            birth_date=day,
            birth_year=year,
            sex=self.sex.data or None,
            ethnic_minority=ethnic_minority,
            law_qualified=_TRUTH.get(self.law_qualified.data or ""),
        )


def _worded(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    return choices((value, gettext(words)) for value, words in pairs)


def _birth(text: str) -> tuple[date | None, int | None]:
    """The day, or the year alone."""
    if not text:
        return None, None
    if text.isdecimal() and len(text) == _YEAR_DIGITS:
        return None, int(text)
    day = read_date(text)
    return day, day.year


class JoinForm(PersonForm):
    """A person who begins to serve in a team."""

    on = DateField(lazy_gettext("Serves since"))
    another = BooleanField(lazy_gettext("This is another person than those named above"))


class TeamForm(Form):
    """What is recorded of a team."""

    name = TextField(
        lazy_gettext("Name of the team"),
        [Needed(N_("Write the name of the team.")), MaxLength(NAME_LENGTH)],
    )
    village = TextField(lazy_gettext("Village or residential group"), [MaxLength(NAME_LENGTH)])
    minority_required = BooleanField(
        lazy_gettext("Many people of ethnic minorities live here, so one must be a mediator")
    )
    on = DateField(lazy_gettext("Since which day"))


class LeaderForm(Form):
    """Who leads, since when, and by which decision."""

    person = OneOf(lazy_gettext("Who was elected?"), coerce=int)
    on = DateField(lazy_gettext("Day of the election"))
    number = TextField(lazy_gettext("Number of the recognition"), [MaxLength(NUMBER_LENGTH)])
    decided_on = DateField(lazy_gettext("Date of the recognition"))


class ExceptionForm(Form):
    """Why one rule is not held against the team, and until when."""

    rule = OneOf(lazy_gettext("Which rule?"))
    reason = TextField(
        lazy_gettext("Reason"),
        [Needed(N_("Say why the team is excepted from the rule.")), MaxLength(REASON_LENGTH)],
    )
    until = DateField(
        lazy_gettext("Until which day"), [Needed(N_("Write the day on which the exception ends."))]
    )


class ReviewForm(Form):
    """That a team was reviewed, when, and what is proposed."""

    on = DateField(lazy_gettext("Day of the review"))
    note = TextField(lazy_gettext("Note or reason"), [MaxLength(REASON_LENGTH)])


class EndServiceForm(Form):
    """On which ground somebody stops serving in a team, and when."""

    why = OneOf(lazy_gettext("Why does the service end?"))
    on = DateField(lazy_gettext("From which day"))


class MoveForm(Form):
    """To which team, instead of which or beside it, since when."""

    team = SelectField(lazy_gettext("New team"), coerce=int)
    leaves = OneOf(lazy_gettext("The present team"), coerce=int)
    on = DateField(lazy_gettext("From which day"))


class RecognitionForm(Form):
    """A decision of the commune's chair."""

    team = SelectField(lazy_gettext("Team"), coerce=int)
    role = OneOf(lazy_gettext("Recognised as"))
    number = TextField(lazy_gettext("Number of the decision"), [MaxLength(NUMBER_LENGTH)])
    decided_on = DateField(lazy_gettext("Date of the decision"))
    note = TextField(lazy_gettext("Note"), [MaxLength(REASON_LENGTH)])


class MinorityForm(Form):
    """The restricted flag."""

    belongs = OneOf(lazy_gettext("Does this person belong to an ethnic minority?"))

    def prepare(self) -> None:
        """Put the options into the reader's words."""
        self.belongs.choices = _worded(_YES_NO)

    def show(self, value: bool | None) -> None:  # noqa: FBT001 - a recorded fact, not a switch
        """Fill in what is on record."""
        self.belongs.data = _WORDS[value]

    def value(self) -> bool | None:
        """What was chosen."""
        return _TRUTH.get(self.belongs.data or "")


class UploadForm(Form):
    """A roster to read: a file, or its table as copied from another program."""

    file = FileField(lazy_gettext("File with the list"))
    pasted = TextAreaField(lazy_gettext("The list, pasted"))


class EmptyForm(Form):
    """A button that carries its token; the rest is read beside it."""


# -- operations on teams and units ---------------------------------------------------------


class OperationForm(Form):
    """An operation takes effect on a day."""

    on = DateField(lazy_gettext("From which day"))


class SignForm(Form):
    """Why, by which decision, and who answers for it."""

    reason = TextField(
        lazy_gettext("Reason"),
        [Needed(N_("Say why this is changed.")), MaxLength(REASON_LENGTH)],
    )
    decision = TextField(
        lazy_gettext("Number and date of the decision (may stay empty)"), [MaxLength(160)]
    )
    signed_name = TextField(
        lazy_gettext("Your full name, as signature"),
        [Needed(N_("Sign with your full name.")), MaxLength(NAME_LENGTH)],
    )


class UndoForm(Form):
    """Why it is taken back, and who answers for it."""

    reason = TextField(
        lazy_gettext("Reason"),
        [Needed(N_("Say why the change is taken back.")), MaxLength(REASON_LENGTH)],
    )
    signed_name = TextField(
        lazy_gettext("Your full name, as signature"),
        [Needed(N_("Sign with your full name.")), MaxLength(NAME_LENGTH)],
    )


class PlaceForm(OperationForm):
    """Where teams that wait belong: the rest in bulk; each one is read beside the form."""

    rest = SelectField(lazy_gettext("All teams for which nothing is chosen below"))

    def prepare(self, units: list[Any]) -> None:
        """Offer the parts of the split unit."""
        self.rest.choices = [*choices([("", gettext("Wait for a decision"))]), *units]


class MergeTeamsForm(OperationForm):
    """Which teams become one, and which of them goes on."""

    teams = SelectMultipleField(lazy_gettext("Teams that become one"), coerce=int)
    into = SelectField(lazy_gettext("The team that goes on"), coerce=int)


class SplitTeamForm(OperationForm):
    """The new team, and who goes to it."""

    name = TextField(
        lazy_gettext("Name of the new team"),
        [Needed(N_("Write the name of the team.")), MaxLength(NAME_LENGTH)],
    )
    village = TextField(lazy_gettext("Village or residential group"), [MaxLength(NAME_LENGTH)])
    people = SelectMultipleField(lazy_gettext("Who goes to the new team"), coerce=int)


class MoveTeamForm(OperationForm):
    """Where the team belongs from now on."""

    unit = SelectField(lazy_gettext("New commune or ward"), coerce=int)


class MergeUnitsForm(OperationForm):
    """Which units become one, as people write them, and what the one is called."""

    units = TextAreaField(
        lazy_gettext("Units that become one, one on each line"),
        [Needed(N_("Write at least two units, one on each line."))],
    )
    code = TextField(lazy_gettext("Code of the new unit"), [MaxLength(20)])
    type = SelectField(lazy_gettext("Type of the new unit"))
    name = TextField(lazy_gettext("Name of the new unit"), [MaxLength(NAME_LENGTH)])


class ChangeUnitForm(OperationForm):
    """Another name, type or code."""

    name = TextField(
        lazy_gettext("Name, without the type"),
        [Needed(N_("Write the name of the unit.")), MaxLength(NAME_LENGTH)],
    )
    type = SelectField(lazy_gettext("Type"))
    code = TextField(
        lazy_gettext("Code"), [Needed(N_("Write the code of the unit.")), MaxLength(20)]
    )


class SplitUnitForm(OperationForm):
    """The parts: the unit itself may go on; new ones, or neighbours that receive a part."""

    goes_on = BooleanField(lazy_gettext("The unit itself goes on as one of the parts"))
    name_1 = TextField(
        lazy_gettext("Name of the first part"),
        [Needed(N_("Write the name of the part.")), MaxLength(NAME_LENGTH)],
    )
    type_1 = SelectField(lazy_gettext("Its type"))
    code_1 = TextField(lazy_gettext("Its code (empty: a unit that stands already)"))
    name_2 = TextField(lazy_gettext("Name of the second part"), [MaxLength(NAME_LENGTH)])
    type_2 = SelectField(lazy_gettext("Its type"))
    code_2 = TextField(lazy_gettext("Its code (empty: a unit that stands already)"))
