"""Forms of the ways in and of looking after accounts."""

import re

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField
from wtforms.validators import ValidationError

from training_app.access import Role
from training_app.accounts.rules import passphrases
from training_app.accounts.rules.roles import LABELS
from training_app.errors import N_
from training_app.web.forms import Form, MaxLength, Needed, TextField, choices

_LOGIN = re.compile(r"[a-z0-9][a-z0-9.-]{2,59}")
_PIN_NEEDED = N_("Enter the six digits of the PIN.")

REASONS = (
    ("first", N_("First entry")),
    ("new_phone", N_("New phone")),
    ("lost_phone", N_("Phone lost or stolen")),
    ("lost_card", N_("Card lost")),
    ("forgotten_pin", N_("PIN forgotten")),
    ("other", N_("Another reason")),
)


class EnterForm(Form):
    """A typed code, or the secret that the QR code carried behind the "#"."""

    secret = HiddenField()
    code = TextField(
        lazy_gettext("Code on the card, or code read out by the leader"), [MaxLength(40)]
    )

    def validate_code(self, field: TextField) -> None:
        """One of the two must be there."""
        if not field.data and not self.secret.data:
            raise ValidationError(gettext("Enter the eight characters of the code."))


class PinForm(Form):
    """The PIN, on a phone known for one or more people."""

    device = RadioField(lazy_gettext("Who is learning?"), coerce=int)
    pin = PasswordField(lazy_gettext("PIN (6 digits)"), [Needed(_PIN_NEEDED), MaxLength(40)])


class CardPinForm(Form):
    """The PIN beside a card that was used before."""

    pin = PasswordField(lazy_gettext("PIN (6 digits)"), [Needed(_PIN_NEEDED), MaxLength(40)])


class NewPinForm(Form):
    """A new PIN, twice."""

    pin = PasswordField(lazy_gettext("New PIN (6 digits)"), [Needed(_PIN_NEEDED), MaxLength(40)])
    again = PasswordField(lazy_gettext("The same PIN again"), [MaxLength(40)])

    def validate_again(self, field: PasswordField) -> None:
        """Both must agree."""
        if field.data != self.pin.data:
            raise ValidationError(gettext("The two PINs differ. Enter the same PIN twice."))


class ChangePinForm(NewPinForm):
    """The present PIN and a new one."""

    current = PasswordField(lazy_gettext("Present PIN"), [Needed(_PIN_NEEDED), MaxLength(40)])


class PhoneForm(Form):
    """Whose phone this is."""

    whose = RadioField(
        lazy_gettext("Does this phone belong to you alone?"),
        choices=choices(
            [
                ("own", lazy_gettext("My phone: stay signed in")),
                ("shared", lazy_gettext("A shared phone: ask for the PIN each time")),
            ]
        ),
        validate_choice=False,
    )

    def validate_whose(self, field: RadioField) -> None:
        """Say which is missing in words."""
        if field.data not in {"own", "shared"}:
            raise ValidationError(gettext("Choose one of the two."))


class NoticeForm(Form):
    """Optional consents, unticked until somebody ticks them."""

    reminders = BooleanField(lazy_gettext("Remind me of training by message or telephone"))
    improvement = BooleanField(
        lazy_gettext("Use my answers, without my name, to make lessons better")
    )

    def chosen(self) -> list[str]:
        """The purposes that were ticked."""
        return [name for name in ("reminders", "improvement") if self[name].data]


class StaffSignInForm(Form):
    """Name, passphrase and the code of the second factor."""

    login_name = TextField(
        lazy_gettext("Sign-in name"), [Needed(N_("Enter the sign-in name.")), MaxLength(60)]
    )
    passphrase = PasswordField(
        lazy_gettext("Passphrase"),
        [Needed(N_("Enter the passphrase.")), MaxLength(passphrases.LONGEST)],
    )
    code = TextField(lazy_gettext("Code of the authenticator application"), [MaxLength(20)])


class NewPassphraseForm(Form):
    """A new passphrase, twice."""

    passphrase = PasswordField(
        lazy_gettext("New passphrase"),
        [Needed(N_("Enter the passphrase.")), MaxLength(passphrases.LONGEST)],
    )
    again = PasswordField(
        lazy_gettext("The same passphrase again"), [MaxLength(passphrases.LONGEST)]
    )

    def validate_again(self, field: PasswordField) -> None:
        """Both must agree."""
        if field.data != self.passphrase.data:
            raise ValidationError(gettext("The two passphrases differ. Enter the same one twice."))


class CodeForm(Form):
    """One code of the second factor."""

    code = TextField(
        lazy_gettext("Six digits that the application shows"),
        [Needed(N_("Enter the six digits that the application shows.")), MaxLength(20)],
    )


class ProveForm(Form):
    """PIN or passphrase again, before a sensitive act."""

    secret = PasswordField(
        lazy_gettext("PIN or passphrase"),
        [Needed(N_("Enter the PIN or passphrase.")), MaxLength(passphrases.LONGEST)],
    )
    code = TextField(lazy_gettext("Code of the authenticator application"), [MaxLength(20)])


class PasskeyAnswerForm(Form):
    """What the browser's passkey answered; the script of the page writes it."""

    credential = HiddenField()


class PasskeyForm(PasskeyAnswerForm):
    """A new passkey and its name."""

    name = TextField(
        lazy_gettext("Name of the passkey"),
        [Needed(N_("Give the passkey a name, such as where it is kept.")), MaxLength(60)],
    )


class IssueForm(Form):
    """Why a card or code is issued."""

    reason = SelectField(
        lazy_gettext("Reason"), choices=choices((key, lazy_gettext(text)) for key, text in REASONS)
    )


class ReasonForm(Form):
    """Why an account is locked, unlocked or its phones removed."""

    reason = TextField(
        lazy_gettext("Reason"), [Needed(N_("Write the reason in a few words.")), MaxLength(200)]
    )


class EmptyForm(Form):
    """Nothing but the form token."""


class GrantForm(Form):
    """A role, and the unit that it is held over."""

    role = SelectField(lazy_gettext("Role"), validate_choice=False)
    unit = TextField(lazy_gettext("Commune or province"), [MaxLength(120)])

    def offer(self, roles: tuple[Role, ...]) -> None:
        """Offer the roles that the viewer may give."""
        self.offered = {role.value for role in roles}
        self.role.choices = choices((role.value, gettext(LABELS[role])) for role in roles)

    def validate_role(self, field: SelectField) -> None:
        """Only an offered role."""
        if field.data not in self.offered:
            raise ValidationError(gettext("Choose one of the roles."))


class StaffForm(GrantForm):
    """A new staff account with its first role."""

    full_name = TextField(lazy_gettext("Full name"), [MaxLength(120)])
    login_name = TextField(
        lazy_gettext("Sign-in name"), [Needed(N_("Enter the sign-in name.")), MaxLength(60)]
    )

    def validate_login_name(self, field: TextField) -> None:
        """Plain characters, so that it can be read out over the telephone."""
        if not _LOGIN.fullmatch((field.data or "").casefold()):
            raise ValidationError(
                gettext("Use 3 to 60 letters without marks, digits, dots and dashes.")
            )
