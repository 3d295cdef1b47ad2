"""The one door through which content is published."""

from training_app.catalogue.services.loading import (
    LoadReport,
    ModuleChange,
    compare_folders,
    load_folders,
)
from training_app.catalogue.services.publishing import publish, retire

__all__ = [
    "LoadReport",
    "ModuleChange",
    "compare_folders",
    "load_folders",
    "publish",
    "retire",
]
