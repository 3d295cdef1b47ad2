"""The filter of every coverage page: a GET form, repeated in words on the page."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import gettext
from wtforms import RadioField, SelectField

from training_app.coverage.models import SOURCE_LENGTH
from training_app.coverage.rules import GROUP_MESSAGES, Group
from training_app.errors import N_
from training_app.learning.rules import EARLIEST
from training_app.programme.queries import AskedRow
from training_app.requirements.forms import WholeNumber
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField
from training_app.web.pages import format_date

THEN: Final = "then"
FURTHEST: Final = timedelta(days=3660)


def _told_apart(rows: list[AskedRow], language: str) -> list[tuple[str, str]]:
    """Requirements to choose from; those of one title by their first day and their number."""
    titles = Counter(row.named(language) for row in rows)
    choices = []
    for row in rows:
        title = row.named(language)
        if titles[title] > 1:
            title = gettext(
                "%(title)s, since %(day)s (no. %(number)s)",
                title=title,
                day=format_date(row.asked.since),
                number=row.id,
            )
        choices.append((str(row.id), title))
    return choices


class FilterForm(Form):
    """Which requirement, as of which day, and in lists which group."""

    requirement = SelectField(validate_choice=False)
    as_of = DateField()
    standing = SelectField(validate_choice=False)
    known = SelectField(validate_choice=False)

    def __init__(self, arguments: Any, today: date) -> None:
        super().__init__(formdata=arguments, meta={"csrf": False})
        self.today = today
        self.requirement.label.text = gettext("Requirement")
        self.as_of.label.text = gettext("As of")
        self.standing.label.text = gettext("Group")
        self.standing.choices = [
            ("", gettext("Everybody")),
            *((one.value, gettext(GROUP_MESSAGES[one])) for one in Group),
        ]
        self.known.label.text = gettext("As known")
        self.known.choices = [
            ("", gettext("now, with what was entered later")),
            (THEN, gettext("then, at the end of that day")),
        ]
        self.validate()
        self._check_day()
        if not self.as_of.errors:
            # What was understood is written as people write it, whatever the address said.
            self.as_of.raw_data = []
            self.as_of.data = self.as_of.data or today

    @property
    def day(self) -> date:
        """The day asked for; today while none, or none that can be used, was given."""
        return self.as_of.data if self.as_of.data and not self.as_of.errors else self.today

    @property
    def group(self) -> Group | None:
        """The group asked for, or None for everybody."""
        chosen = self.standing.data
        return Group(chosen) if chosen in set(Group) else None

    @property
    def then(self) -> bool:
        """Whether the day is read as it was known at its end; nothing is known of days to come."""
        return self.known.data == THEN and self.day < self.today

    @property
    def failed(self) -> bool:
        """Whether anything that was typed cannot be used."""
        return bool(self.error_list())

    def choose(self, rows: list[AskedRow], language: str) -> AskedRow | None:
        """Offer the requirements in force and return the one asked for, else the first."""
        self.requirement.choices = _told_apart(rows, language)
        wanted = self.requirement.data
        if wanted in {None, "", "None"}:
            found = next((row for row in rows if row.audience == "mediators"), None)
            found = found or next(iter(rows), None)
            self.requirement.data = str(found.id) if found else ""
            return found
        found = next((row for row in rows if str(row.id) == wanted), None)
        if found is None:
            self._complain(
                self.requirement,
                N_("This requirement does not apply here on that day. Choose one from the list."),
            )
        return found

    def _check_day(self) -> None:
        day = self.as_of.data
        if day is not None and not EARLIEST <= day <= self.today + FURTHEST:
            self._complain(
                self.as_of, N_("Choose a day from 2014 on, at most ten years from today.")
            )
        if self.standing.data not in {None, "", "None", *Group}:
            self._complain(self.standing, N_("This group does not exist. Choose one of the list."))

    @staticmethod
    def _complain(field: Any, message: str) -> None:
        field.errors = [*field.errors, gettext(message)]


class TrainersForm(FilterForm):
    """The filter of the pages of trainers: also which classes are counted."""

    period = SelectField(validate_choice=False)

    def __init__(self, arguments: Any, today: date) -> None:
        super().__init__(arguments, today)
        self.requirement.label.text = gettext("What the people taught should hold")
        self.period.label.text = gettext("Classes counted")
        self.period.choices = [
            ("", gettext("Of the year, up to the day")),
            ("all", gettext("All, up to the day")),
        ]
        if self.period.data not in {None, "", "None", "all"}:
            self._complain(self.period, N_("This period does not exist. Choose one of the list."))

    @property
    def since(self) -> date:
        """The first day of the classes that are counted."""
        return EARLIEST if self.period.data == "all" else date(self.day.year, 1, 1)


class PlanForm(Form):
    """A row of a unit's plan: what, how much, from when to when, and who says so."""

    measure = SelectField()
    value = WholeNumber(validators=[Needed(N_("Write how much."))])
    first_day = DateField(validators=[Needed(N_("Write the first day."))])
    last_day = DateField(validators=[Needed(N_("Write the last day."))])
    source = TextField(
        validators=[
            Needed(N_("Write which plan or decision says so.")),
            MaxLength(SOURCE_LENGTH),
        ]
    )

    def prepare(self, measures: list[tuple[str, str]], today: date) -> None:
        """Put labels and choices in the reader's language; at first the year that runs."""
        self.measure.label.text = gettext("What the target counts")
        self.measure.choices = measures
        self.value.label.text = gettext("How much")
        self.first_day.label.text = gettext("First day")
        self.last_day.label.text = gettext("Last day")
        self.source.label.text = gettext("Which plan or decision says so")
        if not self.is_submitted():
            self.first_day.data = date(today.year, 1, 1)
            self.last_day.data = date(today.year, 12, 31)


class WithdrawForm(Form):
    """Why the entry of this number is taken back; ``sent``: as it came, else empty."""

    reason = TextField()

    def __init__(self, number: int, *, sent: bool) -> None:
        super().__init__(**({} if sent else {"formdata": None}))
        self.number = number
        self.reason.label.text = gettext("Why?")
        self.reason.id = f"reason-{number}"  # one page has several


class WithdrawPlanForm(WithdrawForm):
    """Why a plan is taken back."""

    reason = TextField(
        validators=[Needed(N_("Say why the plan is taken back.")), MaxLength(SOURCE_LENGTH)]
    )


class WithdrawDisputesForm(WithdrawForm):
    """Why figures are taken back."""

    reason = TextField(
        validators=[Needed(N_("Say why the figures are taken back.")), MaxLength(SOURCE_LENGTH)]
    )


class SupportForm(Form):
    """That people of a profession support a team from a day on, or no longer, and who says so."""

    team = SelectField()
    profession = SelectField()
    supported = RadioField(default="yes")
    day = DateField(validators=[Needed(N_("Write the day."))])
    source = TextField(
        validators=[Needed(N_("Write which paper says so.")), MaxLength(SOURCE_LENGTH)]
    )

    def prepare(
        self, teams: list[tuple[str, str]], professions: list[tuple[str, str]], today: date
    ) -> None:
        """Put labels and choices in the reader's language."""
        self.team.label.text = gettext("Team")
        self.team.choices = teams
        self.profession.label.text = gettext("Profession")
        self.profession.choices = professions
        self.supported.label.text = gettext("What changes")
        self.supported.choices = [
            ("yes", gettext("Begins to support the team")),
            ("no", gettext("No longer supports the team")),
        ]
        self.day.label.text = gettext("From which day on")
        self.source.label.text = gettext("Which paper says so")
        if not self.is_submitted():
            self.day.data = today


class DisputesForm(Form):
    """What an office counted of disputes in a period, and where that is written."""

    first_day = DateField(validators=[Needed(N_("Write the first day."))])
    last_day = DateField(validators=[Needed(N_("Write the last day."))])
    received = WholeNumber(validators=[Needed(N_("Write how many were received."))])
    in_progress = WholeNumber(validators=[Needed(N_("Write how many are in progress."))])
    successful = WholeNumber(validators=[Needed(N_("Write how many were successful."))])
    source = TextField(
        validators=[Needed(N_("Write which paper says so.")), MaxLength(SOURCE_LENGTH)]
    )

    def prepare(self, today: date) -> None:
        """Put labels in the reader's language; at first the last year that is over."""
        self.first_day.label.text = gettext("First day")
        self.last_day.label.text = gettext("Last day")
        self.received.label.text = gettext("Received, with those carried over from before")
        self.in_progress.label.text = gettext("Still in progress on the last day")
        self.successful.label.text = gettext("Mediated successfully")
        self.source.label.text = gettext("Which paper says so")
        if not self.is_submitted():
            self.first_day.data = date(today.year - 1, 1, 1)
            self.last_day.data = date(today.year - 1, 12, 31)
