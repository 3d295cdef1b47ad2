"""Forms of reports."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import Optional

from training_app.errors import N_
from training_app.reporting.models import NAME_LENGTH, NUMBER_LENGTH, REASON_LENGTH
from training_app.reporting.rules.figures import Line
from training_app.reporting.rules.layouts import Kind, Layout
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField

EARLIEST_YEAR: Final = 2014  # the Law on grassroots mediation came into force


class TurnForm(Form):
    """A decision about a report as it stood on the page."""

    turn = HiddenField()

    @property
    def seen(self) -> int:
        """The turn that was on the page; 0 for what no page sends."""
        try:
            return int(self.turn.data or 0)
        except ValueError:
            return 0

    def outdated(self, turn: int) -> bool:
        """Whether a colleague was quicker. The form then says so and keeps what was typed."""
        if self.seen == turn:
            return False
        self.turn.data = str(turn)
        self.form_errors.append(
            gettext(
                "A colleague changed this report meanwhile. Nothing was saved yet, and what you"
                " typed is still here: compare it with the report as it stands now, then press the"
                " button again."
            )
        )
        return True


class StartForm(Form):
    """Which report to make."""

    unit = SelectField(lazy_gettext("Unit"))
    layout = SelectField(lazy_gettext("Form"))
    kind = SelectField(lazy_gettext("Kind of report"))
    year = IntegerField(lazy_gettext("Year"), [Needed(N_("Write the year."))])

    def offer(
        self, units: list[tuple[str, str]], forms: list[tuple[str, str]], kinds: list[Any]
    ) -> None:
        """The choices that apply."""
        self.unit.choices, self.layout.choices = units, forms
        self.kind.choices = kinds

    def validate_year(self, field: IntegerField) -> None:
        """Refuse years before the law, and what is no year."""
        if field.data is not None and not EARLIEST_YEAR <= field.data <= 2100:  # noqa: PLR2004
            field.errors = [*field.errors, gettext("Write a year from 2014 on.")]
            field.data = None

    @property
    def chosen_kind(self) -> Kind:
        """The kind chosen."""
        return Kind(self.kind.data)


class ReasonForm(TurnForm):
    """A step that needs its reason."""

    reason = TextField(
        lazy_gettext("Reason"), [Needed(N_("Write the reason.")), MaxLength(REASON_LENGTH)]
    )


class LockForm(TurnForm):
    """What stands on the signed paper; everything may be left empty."""

    document_number = TextField(lazy_gettext("Number of the document"), [MaxLength(NUMBER_LENGTH)])
    signed_on = DateField(lazy_gettext("Day of signing"))
    signer = TextField(lazy_gettext("Signed by"), [MaxLength(NAME_LENGTH)])


class RowForm(TurnForm):
    """The numbers of one row: a field for each counted column, and the reason."""

    reason = TextField(lazy_gettext("Reason"), [MaxLength(REASON_LENGTH)])

    @classmethod
    def of(cls, layout: Layout, language: str) -> type[RowForm]:
        """A form with the columns of a layout."""
        fields = {
            one.key: IntegerField(
                f"({one.number}) {one.named(language)}",
                [Needed(N_("Write a whole number, 0 or more."))],
                render_kw={"inputmode": "numeric"},
            )
            for one in layout.counted
        }
        return type("RowFormOf", (cls,), fields)

    def show(self, line: Line, layout: Layout) -> None:
        """The numbers as they stand."""
        for one in layout.counted:
            self._fields[one.key].data = line.value(one.key)
        self.reason.data = next((one.reason for one in line.changes.values()), "")

    def numbers(self, layout: Layout) -> dict[str, int]:
        """What was written, by column."""
        return {one.key: int(self._fields[one.key].data) for one in layout.counted}

    def fields_of(self, layout: Layout) -> list[Any]:
        """The fields of the numbers, in the order of the form."""
        return [self._fields[one.key] for one in layout.counted]


class CollectForm(Form):
    """Which reports of the communes below to look at."""

    layout = SelectField(validate_choice=False)
    kind = SelectField(validate_choice=False)
    year = IntegerField(validators=[Optional()])

    def __init__(self, arguments: Any, year: int) -> None:
        super().__init__(formdata=arguments, meta={"csrf": False})
        self.layout.label.text = gettext("Form")
        self.kind.label.text = gettext("Kind of report")
        self.year.label.text = gettext("Year")
        self.validate()
        if self.year.data is None or not EARLIEST_YEAR <= self.year.data <= 2100:  # noqa: PLR2004
            self.year.raw_data = []
            self.year.data = year

    def offer(self, forms: list[tuple[str, str]], kinds: list[tuple[str, str]]) -> None:
        """The choices; what the address asks for and does not exist becomes the first."""
        for field, choices in ((self.layout, forms), (self.kind, kinds)):
            field.choices = choices
            if field.data not in {key for key, _ in choices}:
                field.data = choices[0][0]
