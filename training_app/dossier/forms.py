"""Forms of the dossier."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, TextAreaField

from training_app.dossier.models import REASON_LENGTH, TEXT_LENGTH
from training_app.dossier.rules.deadlines import Decision, Kind
from training_app.errors import N_
from training_app.organisation.forms import OneOf, PersonForm
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField, choices

KINDS: Final = {
    Kind.CORRECT: N_("Correct something"),
    Kind.RESTRICT: N_("Restrict the use of the data"),
    Kind.ERASE: N_("Delete the data"),
    Kind.OBJECT: N_("Object to a use of the data"),
}
DECISIONS: Final = {
    Decision.GRANTED: N_("Granted: carry it out now"),
    Decision.REFUSED: N_("Refused"),
}
_WHY: Final = N_("Say why; whoever looks at this later needs it.")
_READ: Final = N_("Say why; the person reads it.")


class EmptyForm(Form):
    """A button that carries its token."""


class ReasonForm(Form):
    """Why something is done."""

    reason = TextField(lazy_gettext("Reason"), [Needed(_WHY), MaxLength(REASON_LENGTH)])


class LinkForm(ReasonForm):
    """Which of two records is the main one, and why they are one person."""

    shown = OneOf(lazy_gettext("Which record is shown from now on?"), coerce=int)


class WishForm(Form):
    """What a person asks of the own data."""

    wish = TextAreaField(lazy_gettext("What is it about?"), [MaxLength(TEXT_LENGTH)])


class ReceivedForm(WishForm):
    """What somebody asked by telephone or on paper, and when."""

    kind = OneOf(lazy_gettext("What does the person ask?"))
    received_on = DateField(lazy_gettext("Received on"))

    def prepare(self) -> None:
        """Put the options into the reader's words."""
        self.kind.choices = choices((kind.value, gettext(words)) for kind, words in KINDS.items())


class ExtendForm(Form):
    """Why more time is needed."""

    reason = TextField(lazy_gettext("Reason"), [Needed(_READ), MaxLength(REASON_LENGTH)])


class _Deciding:
    """What every decision on a request says."""

    decision: RadioField

    def offer(self) -> None:
        """Put the options into the reader's words."""
        self.decision.choices = choices(
            (one.value, gettext(words)) for one, words in DECISIONS.items()
        )


class DecideForm(_Deciding, Form):
    """The decision on a request, and why."""

    decision = OneOf(lazy_gettext("Decision"))
    reason = TextField(
        lazy_gettext("Reason, as the person reads it"), [Needed(_READ), MaxLength(REASON_LENGTH)]
    )


class CorrectForm(_Deciding, PersonForm):
    """The decision on a wish for correction, with what is recorded as it is right."""

    decision = OneOf(lazy_gettext("Decision"))
    reason = TextField(
        lazy_gettext("Reason, as the person reads it"), [Needed(_READ), MaxLength(REASON_LENGTH)]
    )
