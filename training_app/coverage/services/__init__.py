"""Keeping the ready counts (made anew, brought up to date, recounted), plans, support of teams."""

from training_app.coverage.services.disputes import (
    NewDisputes,
    record_disputes,
    withdraw_disputes,
)
from training_app.coverage.services.filing import (
    FILE_JOB,
    FILE_KEPT,
    ask_file,
    fill_file,
    forget_every_file,
    forget_files,
)
from training_app.coverage.services.keeping import (
    Difference,
    Draft,
    draft,
    forget,
    verify,
    write,
)
from training_app.coverage.services.planning import NewTarget, set_target, withdraw_target
from training_app.coverage.services.preparing import (
    READING_JOB,
    READING_KEPT,
    ask_reading,
    count_reading,
    forget_readings,
)
from training_app.coverage.services.standings import (
    COUNT_JOB,
    count_standings,
    forget_standings,
    keep_standings,
    standings_wanted,
)
from training_app.coverage.services.supporting import NewSupport, record_support

__all__ = [
    "COUNT_JOB",
    "FILE_JOB",
    "FILE_KEPT",
    "READING_JOB",
    "READING_KEPT",
    "Difference",
    "Draft",
    "NewDisputes",
    "NewSupport",
    "NewTarget",
    "ask_file",
    "ask_reading",
    "count_reading",
    "count_standings",
    "draft",
    "fill_file",
    "forget",
    "forget_every_file",
    "forget_files",
    "forget_readings",
    "forget_standings",
    "keep_standings",
    "record_disputes",
    "record_support",
    "set_target",
    "standings_wanted",
    "verify",
    "withdraw_disputes",
    "withdraw_target",
    "write",
]
