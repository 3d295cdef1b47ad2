"""Base form, messages in both languages, and fields that clean what people type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import ValidationError

from training_app.errors import N_, InvalidInput
from training_app.vietnamese import clean

_DATE = re.compile(r"^\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})\s*$")
_ISO_DATE = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$")


class _Translations:
    """WTForms ships no Vietnamese; its messages go through our catalogues."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return gettext(singular if n == 1 else plural)


# The messages of WTForms that our forms can show, so that extraction sees them.
WTFORMS_MESSAGES = (
    N_("This field is required."),
    N_("Not a valid choice."),
    N_("Not a valid integer value."),
    N_("The CSRF token is missing."),
    N_("The CSRF session token is missing."),
    N_("The CSRF token is invalid."),
    N_("The CSRF token has expired."),
    N_("The CSRF tokens do not match."),
    N_("Field cannot be longer than %(max)d character."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Invalid Choice: could not coerce."),
    N_("Invalid choice(s): one or more data inputs could not be coerced."),
)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose errors are shown beside the field and in a summary above."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Own translations instead of WTForms' catalogues."""

        def get_translations(self, form: FlaskForm) -> _Translations:
            """Every message goes through the application's catalogues."""
            del form
            return _Translations()

    def error_list(self) -> list[tuple[str, str]]:
        """Pairs of (field id, message), in the order of the page."""
        return [(field.id, str(message)) for field in self for message in _flat(field.errors)] + [
            ("", str(message)) for message in self.form_errors
        ]

    def blame(self, error: InvalidInput) -> None:
        """Show a service's complaint beside the field it names, or in the summary."""
        message = gettext(error.message, **error.params)
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


def _flat(errors: Sequence[Any]) -> list[str]:
    flat: list[str] = []
    for error in errors:
        if isinstance(error, str):
            flat.append(error)
        elif isinstance(error, dict):
            flat.extend(_flat([e for many in error.values() for e in many]))
        else:
            flat.append(str(error))
    return flat


class TextField(StringField):
    """A line of text in NFC with single spaces."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was typed or pasted."""
        super().process_formdata([clean(value) for value in valuelist])


class DateField(Field):
    """A date as people write it, day first: 20/11/2026, 20-11-2026, 20.11.2026."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%d/%m/%Y}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date; anything else is kept as typed and complained about."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = read_date(valuelist[0])
        except InvalidInput as error:
            raise ValueError(gettext(error.message, **error.params)) from error


def read_date(text: str) -> date:
    """A date written day first or ISO.

    Raises InvalidInput, naming a day that does not exist (31/06) apart from what is no date.
    """
    if match := _DATE.match(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DATE.match(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        raise InvalidInput(N_("Write the date as day/month/year, for example 20/11/2026."))
    try:
        return date(year, month, day)
    except ValueError as error:
        message = N_("The date %(text)s does not exist. Check the day and the month.")
        raise InvalidInput(message, text=text.strip()) from error


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Options of a choice field from pairs of (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


class Needed:
    """The field must be filled; says in words what to write."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads a plain dict

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Complain when nothing was given."""
        del form
        empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
        if empty and not field.errors:
            raise ValidationError(gettext(self.message))


class MaxLength:
    """The text may not be longer than ``limit`` characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, form: Form, field: Field) -> None:
        """Complain when the text is longer."""
        del form
        if field.data and len(field.data) > self.limit:
            raise ValidationError(
                gettext(
                    "Write at most %(limit)d characters; this text has %(count)d.",
                    limit=self.limit,
                    count=len(field.data),
                )
            )
