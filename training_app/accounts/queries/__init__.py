"""Reads of accounts: who is signed in, whom a pass lets in, who holds which role."""

from training_app.accounts.queries.passes import (
    IssuedRow,
    KnownPhone,
    account_of_person,
    device_by_token,
    devices_of,
    fresh_pass,
    issued_passes,
    known_phones,
    local_day,
    open_consents,
    state_of,
)
from training_app.accounts.queries.passkeys import passkeys_of
from training_app.accounts.queries.staff import (
    RoleRow,
    StaffRow,
    TrainerRow,
    administrator_exists,
    roles_on,
    staff,
    trainers,
)
from training_app.accounts.queries.teams import (
    EntryState,
    cards_to_print,
    entry_states,
    history,
)
from training_app.accounts.queries.together import Evening, evening, evenings, lent_here
from training_app.accounts.queries.two_people import (
    ProposalRow,
    another_may_confirm,
    proposals,
    takes_two,
    waiting_proposals,
)
from training_app.accounts.queries.viewer import Live, live_sign_in, viewer_of

__all__ = [
    "EntryState",
    "Evening",
    "IssuedRow",
    "KnownPhone",
    "Live",
    "ProposalRow",
    "RoleRow",
    "StaffRow",
    "TrainerRow",
    "account_of_person",
    "administrator_exists",
    "another_may_confirm",
    "cards_to_print",
    "device_by_token",
    "devices_of",
    "entry_states",
    "evening",
    "evenings",
    "fresh_pass",
    "history",
    "issued_passes",
    "known_phones",
    "lent_here",
    "live_sign_in",
    "local_day",
    "open_consents",
    "passkeys_of",
    "proposals",
    "roles_on",
    "staff",
    "state_of",
    "takes_two",
    "trainers",
    "viewer_of",
    "waiting_proposals",
]
