"""From the text of a module's files to frozen objects, with every problem located, and back.

The browser editor and the folder loader both come through here.
"""

from training_app.catalogue.parsing.pictures import (
    LARGEST_UPLOAD,
    PICTURE_ENDING,
    NotAPicture,
    Redrawn,
    read_webp,
    redraw,
    shown_pictures,
)
from training_app.catalogue.parsing.reading import (
    FENCE,
    LESSON_NAME,
    SCENARIO_ENDING,
    ModuleTexts,
    TextFile,
    parse_module,
    split_front_matter,
)
from training_app.catalogue.parsing.writing import (
    BANK,
    HEAD,
    LESSON_ENDING,
    PICTURES,
    join_front_matter,
    module_texts,
    write_lesson,
    write_module,
    write_pictures,
)

__all__ = [
    "BANK",
    "FENCE",
    "HEAD",
    "LARGEST_UPLOAD",
    "LESSON_ENDING",
    "LESSON_NAME",
    "PICTURES",
    "PICTURE_ENDING",
    "SCENARIO_ENDING",
    "ModuleTexts",
    "NotAPicture",
    "Redrawn",
    "TextFile",
    "join_front_matter",
    "module_texts",
    "parse_module",
    "read_webp",
    "redraw",
    "shown_pictures",
    "split_front_matter",
    "write_lesson",
    "write_module",
    "write_pictures",
]
