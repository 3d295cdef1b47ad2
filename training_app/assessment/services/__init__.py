"""Taking tests, marking what was written, and correcting a key found wrong."""

from training_app.assessment.services.answering import (
    Saved,
    question_to_answer,
    save_answer,
    save_into,
)
from training_app.assessment.services.corrections import (
    APPLY_JOB,
    apply_all,
    apply_batch,
    correct_key,
    decide_lowering,
    key_for,
    queue_applying,
)
from training_app.assessment.services.marking import give_mark
from training_app.assessment.services.policies import (
    Recount,
    change_policy,
    policy_of,
    preview_policy,
)
from training_app.assessment.services.taking import (
    refuse,
    see_mistakes,
    see_news,
    start,
    submit,
)

__all__ = [
    "APPLY_JOB",
    "Recount",
    "Saved",
    "apply_all",
    "apply_batch",
    "change_policy",
    "correct_key",
    "decide_lowering",
    "give_mark",
    "key_for",
    "policy_of",
    "preview_policy",
    "question_to_answer",
    "queue_applying",
    "refuse",
    "save_answer",
    "save_into",
    "see_mistakes",
    "see_news",
    "start",
    "submit",
]
