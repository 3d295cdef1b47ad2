"""A file that is not read at all, with the reason and what the officer can do about it."""

from dataclasses import asdict, dataclass, field
from typing import Final

from training_app.errors import N_


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of the machine. Sizes in bytes, time in seconds."""

    file: int = 10 * 2**20
    text_file: int = 20 * 2**20
    unpacked: int = 100 * 2**20
    ratio: int = 100
    members: int = 500
    rows: int = 100_000
    cells: int = 4_000_000
    memory: int = 2**30
    seconds: int = 120


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is refused whole; ``message`` and ``remedy`` are English msgids for ``values``."""

    code: str
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The reason."""
        return REASONS[self.code][0]

    @property
    def remedy(self) -> str:
        """What to do."""
        return REASONS[self.code][1]

    def as_dict(self) -> dict[str, object]:
        """Return the refusal as plain data, reason and remedy in English."""
        return {
            **asdict(self),
            "message": self.message % self.values,
            "remedy": self.remedy % self.values,
        }


class RefusedError(Exception):
    """Raised while reading; becomes a Refusal at the door of this package."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, values)


_SAVE_AGAIN = N_("Open the file in a spreadsheet program and save it again as an Excel workbook.")
_SPLIT = N_("Split the list into several files and send them one after another.")

REASONS: Final[dict[str, tuple[str, str]]] = {
    "too_large": (N_("The file is larger than %(limit)s MB."), _SPLIT),
    "too_large_unpacked": (
        N_("Unpacked, the file would take more than %(limit)s MB."),
        N_("Copy only the list of mediators into a new file and send that."),
    ),
    "packed_too_tightly": (
        N_("The file is packed in a way that no list of people needs."),
        _SAVE_AGAIN,
    ),
    "too_many_parts": (N_("The file consists of more than %(limit)s parts."), _SAVE_AGAIN),
    "lying_sizes": (N_("The file states wrong sizes for its parts."), _SAVE_AGAIN),
    "damaged": (N_("The file is damaged and cannot be opened."), _SAVE_AGAIN),
    "macros": (
        N_("The file holds macros (small programs)."),
        N_("Save it as an Excel workbook without macros (.xlsx) and send that."),
    ),
    "external_links": (
        N_("The file draws values from other files."),
        N_("Break the links (Data, Edit Links), or paste the list as values into a new file."),
    ),
    "embedded_objects": (
        N_("The file holds embedded objects or data connections."),
        N_("Copy only the list of mediators into a new file and send that."),
    ),
    "entities": (N_("The file holds declarations that spreadsheets do not use."), _SAVE_AGAIN),
    "password": (
        N_("The file is protected by a password."),
        N_("Remove the password (File, Info, Protect Workbook) and send the file again."),
    ),
    "far_cell": (
        N_("Sheet “%(sheet)s” has a value far outside the list, in cell %(cell)s."),
        N_("Delete the empty rows and columns around the list, save and send the file again."),
    ),
    "too_many_rows": (N_("The file has more than %(limit)s rows."), _SPLIT),
    "not_a_list": (
        N_("This kind of file cannot be read as a list."),
        N_("Send an Excel workbook (.xlsx, .xls) or a text list (.csv)."),
    ),
    "encoding": (
        N_("The letters of this text file cannot be read."),
        N_("Save the list as an Excel workbook (.xlsx), or as CSV UTF-8, and send that."),
    ),
    "too_slow": (N_("Reading the file took longer than %(limit)s seconds."), _SPLIT),
    "unreadable": (
        N_("The file needs more memory than is allowed, or cannot be read."),
        N_("Copy only the list of mediators into a new file and send that."),
    ),
    "empty": (N_("The file is empty."), N_("Check that the right file was chosen.")),
}
