"""The one door through which content is published."""

from training_app.catalogue.queries.law import RECOUNT_JOB
from training_app.catalogue.services.law import (
    record_law_change,
    settle_by_hand,
    withdraw_law_change,
)
from training_app.catalogue.services.loading import (
    LoadReport,
    ModuleChange,
    compare_folders,
    load_folders,
)
from training_app.catalogue.services.pictures import store_picture
from training_app.catalogue.services.publishing import publish, retire

__all__ = [
    "RECOUNT_JOB",
    "LoadReport",
    "ModuleChange",
    "compare_folders",
    "load_folders",
    "publish",
    "record_law_change",
    "retire",
    "settle_by_hand",
    "store_picture",
    "withdraw_law_change",
]
