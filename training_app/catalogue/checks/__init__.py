"""Whether content keeps its promises, within a file and across files."""

from training_app.catalogue.checks.citations import check_citations
from training_app.catalogue.checks.curriculum import check_curriculum
from training_app.catalogue.checks.lessons import check_lesson
from training_app.catalogue.checks.modules import check_module
from training_app.catalogue.checks.scenarios import check_scenario

__all__ = [
    "check_citations",
    "check_curriculum",
    "check_lesson",
    "check_module",
    "check_scenario",
]
