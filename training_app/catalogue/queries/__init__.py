"""Reading what is published. Rows are frozen; pages get by with one or two SELECTs."""

from training_app.catalogue.queries.citations import citations_of
from training_app.catalogue.queries.files import module_files, module_head, source_module
from training_app.catalogue.queries.items import (
    question_bank,
    question_bodies,
    scenario,
    scenario_version,
)
from training_app.catalogue.queries.law import (
    CitingPart,
    Part,
    TaskRow,
    citing_parts,
    differing_parts,
    known_places,
    law_tasks,
    recount_waits,
)
from training_app.catalogue.queries.lessons import lesson_page
from training_app.catalogue.queries.loads import edited_since_load, last_load, published_hashes
from training_app.catalogue.queries.modules import (
    lessons_of,
    module_by_slug,
    module_page,
    module_version,
    published_modules,
    scenarios_of,
)
from training_app.catalogue.queries.pictures import (
    picture_contents,
    picture_sizes,
    pictures_of,
    published_picture,
)
from training_app.catalogue.queries.rows import (
    BankQuestion,
    LessonLine,
    LessonPage,
    ModuleCard,
    ModulePage,
    PublishedVersion,
    ScenarioLine,
    ScenarioPage,
)

__all__ = [
    "BankQuestion",
    "CitingPart",
    "LessonLine",
    "LessonPage",
    "ModuleCard",
    "ModulePage",
    "Part",
    "PublishedVersion",
    "ScenarioLine",
    "ScenarioPage",
    "TaskRow",
    "citations_of",
    "citing_parts",
    "differing_parts",
    "edited_since_load",
    "known_places",
    "last_load",
    "law_tasks",
    "lesson_page",
    "lessons_of",
    "module_by_slug",
    "module_files",
    "module_head",
    "module_page",
    "module_version",
    "picture_contents",
    "picture_sizes",
    "pictures_of",
    "published_hashes",
    "published_modules",
    "published_picture",
    "question_bank",
    "question_bodies",
    "recount_waits",
    "scenario",
    "scenario_version",
    "scenarios_of",
    "source_module",
]
