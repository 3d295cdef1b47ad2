"""Forms of exemptions."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from wtforms import RadioField, TextAreaField

from training_app.errors import N_
from training_app.learning.models import REASON_LENGTH
from training_app.web.forms import DateField, Form, MaxLength, Needed, TextField


class ExemptionForm(Form):
    """From which requirement, from when to when, and why."""

    requirement = RadioField(coerce=int, validators=[Needed(N_("Choose the requirement."))])
    exempt_from = DateField(validators=[Needed(N_("Write the first day."))])
    exempt_until = DateField()
    reason = TextAreaField(
        validators=[Needed(N_("Say why the person is exempt.")), MaxLength(REASON_LENGTH)]
    )

    def prepare(self, requirements: list[tuple[int, str]], today: date) -> None:
        """Put labels and choices in the reader's language."""
        self.requirement.label.text = _("From which requirement")
        self.requirement.choices = requirements
        self.exempt_from.label.text = _("Exempt from")
        self.exempt_until.label.text = _("Not exempt any more from (may stay empty)")
        self.reason.label.text = _("Why?")
        if self.exempt_from.data is None and not self.is_submitted():
            self.exempt_from.data = today


class EndExemptionForm(Form):
    """From which day the exemption ends before its time, and why."""

    revoked_on = DateField(validators=[Needed(N_("Write from which day it ends."))])
    reason = TextField(
        validators=[Needed(N_("Say why the exemption ends.")), MaxLength(REASON_LENGTH)]
    )

    def prepare(self, exemption_id: int, today: date) -> None:
        """Put labels in the reader's language; ids differ from one exemption to the next."""
        self.revoked_on.label.text = _("Not exempt any more from")
        self.reason.label.text = _("Why?")
        self.revoked_on.id = f"revoked-on-{exemption_id}"
        self.reason.id = f"reason-{exemption_id}"
        if self.revoked_on.data is None and not self.is_submitted():
            self.revoked_on.data = today
