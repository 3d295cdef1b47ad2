"""Writing the record, and what is derived from it."""

from training_app.learning.services.deriving import (
    BATCH,
    Told,
    derive,
    everybody,
    people_of_module,
    rederive,
)
from training_app.learning.services.exempting import (
    NewExemption,
    grant_exemption,
    revoke_exemption,
)
from training_app.learning.services.recording import (
    NewFact,
    enrol,
    read_lesson,
    record_fact,
    record_facts,
    record_update,
    withdraw_fact,
)

__all__ = [
    "BATCH",
    "NewExemption",
    "NewFact",
    "Told",
    "derive",
    "enrol",
    "everybody",
    "grant_exemption",
    "people_of_module",
    "read_lesson",
    "record_fact",
    "record_facts",
    "record_update",
    "rederive",
    "revoke_exemption",
    "withdraw_fact",
]
