"""Problems of a roster, each with its place, in words an officer can act on."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from training_app.errors import N_


class Severity(StrEnum):
    """An error: the row or value cannot be taken as it stands. A warning: it is taken and told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a problem code means (for programs) and says (for officers; English message ids)."""

    severity: Severity
    meaning: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem; ``row`` from 1 or None for the whole sheet, ``column`` a letter or None."""

    code: str
    sheet: str
    row: int | None = None
    column: str | None = None
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Whether the row or value is refused, or taken with a warning."""
        return KINDS[self.code].severity

    @property
    def message(self) -> str:
        """What is wrong; an English message id for ``values``."""
        return KINDS[self.code].message

    @property
    def remedy(self) -> str:
        """What to do about it; an English message id for ``values``."""
        return KINDS[self.code].remedy

    def as_key(self) -> dict[str, object]:
        """Return the problem in the shape of the answer keys."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": self.severity.value,
            "meaning": KINDS[self.code].meaning,
        }


_CHECK_PAPER = N_(
    "Check the paper list; correct the cell and send the file again, or correct the person later."
)
_ASK_PERSON = N_("Ask the person or the team leader and correct it here or in the file.")

KINDS: Final[dict[str, Kind]] = {
    "name_missing": Kind(
        Severity.ERROR,
        "the row has data but no name",
        N_("The row has data but no name, so it is left out."),
        N_("Write the full name into the row and send the file again."),
    ),
    "birth_year_impossible": Kind(
        Severity.ERROR,
        "the birth year lies in the future or more than 110 years back",
        N_("The birth year %(value)s is not possible. The rest of the row is taken without it."),
        _ASK_PERSON,
    ),
    "sex_conflict": Kind(
        Severity.ERROR,
        "both the male and the female column are filled",
        N_("Both the column for men and the column for women are filled. The sex is left empty."),
        N_("Keep only one of the two entries."),
    ),
    "sex_missing": Kind(
        Severity.WARNING,
        "the file has a place for sex and it is empty in this row",
        N_("Neither man nor woman is marked. The sex is never guessed from the name."),
        N_("Fill in the column and send the file again, or record it with the person later."),
    ),
    "birth_missing": Kind(
        Severity.WARNING,
        "no birth date and no birth year",
        N_("There is no birth date and no birth year."),
        _ASK_PERSON,
    ),
    "date_impossible": Kind(
        Severity.WARNING,
        "a day that does not exist, such as 31/06",
        N_("The day %(value)s does not exist. Only the year is taken."),
        _ASK_PERSON,
    ),
    "date_partial": Kind(
        Severity.WARNING,
        "month and year without a day",
        N_("“%(value)s” gives month and year without a day. Only the year is taken."),
        N_("Nothing needs to be done; the full date can be added later."),
    ),
    "date_serial": Kind(
        Severity.WARNING,
        "a bare day number of the spreadsheet where a date belongs",
        N_("The number %(value)s is a day number of the spreadsheet; it is read as %(date)s."),
        N_("Compare the date with the paper list."),
    ),
    "phone_invalid": Kind(
        Severity.WARNING,
        "not a full Vietnamese number",
        N_("“%(value)s” is not a full Vietnamese telephone number. It is left out."),
        _ASK_PERSON,
    ),
    "phone_landline": Kind(
        Severity.WARNING,
        "a landline, which takes no text message",
        N_("%(value)s is a landline, which takes no text message."),
        N_("Ask for a mobile number as well."),
    ),
    "phone_old_prefix": Kind(
        Severity.WARNING,
        "an 11-digit mobile number from before 2018",
        N_("%(value)s is a mobile number from before 2018; it is read as %(phone)s."),
        N_("Ring the number once to be sure."),
    ),
    "phone_shared": Kind(
        Severity.WARNING,
        "two different people of the file give the same number",
        N_("%(value)s is given by more than one person of the file."),
        N_("That is allowed. Check that it is not a slip of the row."),
    ),
    "name_no_diacritics": Kind(
        Severity.WARNING,
        "the name is spelled without marks",
        N_("The name “%(value)s” is written without Vietnamese marks."),
        N_("Write the name with its marks; look for the same person spelled with marks."),
    ),
    "recognition_incomplete": Kind(
        Severity.WARNING,
        "a decision without its date or without its number",
        N_("The decision of recognition lacks its date or its number."),
        N_("Add what is missing from the decision on paper."),
    ),
    "status_unclear": Kind(
        Severity.WARNING,
        "the remark leaves open whether the person still serves",
        N_("The remark “%(value)s” leaves open whether the person still serves."),
        N_("Say on the page of decisions whether the person still serves."),
    ),
    # Codes beyond the usual ones, for worse files.
    "birth_unreadable": Kind(
        Severity.WARNING,
        "the birth date cannot be read",
        N_("“%(value)s” cannot be read as a birth date or birth year."),
        _CHECK_PAPER,
    ),
    "birth_year_as_date": Kind(
        Severity.WARNING,
        "a year in a cell formatted as a date",
        N_("A year stands in a date cell, which shows %(value)s; it is read as %(year)s."),
        N_("Compare the year with the paper list."),
    ),
    "birth_conflict": Kind(
        Severity.WARNING,
        "two different birth years in one row",
        N_("The row gives two different birth years. Neither is taken."),
        _ASK_PERSON,
    ),
    "birth_year_recent": Kind(
        Severity.WARNING,
        "the birth year makes the person younger than 18",
        N_("By the birth year %(value)s the person is younger than 18."),
        _CHECK_PAPER,
    ),
    "sex_unreadable": Kind(
        Severity.WARNING,
        "the entry for sex is neither male nor female",
        N_("“%(value)s” is read as neither man nor woman."),
        N_("Write Nam or Nữ."),
    ),
    "name_doubtful": Kind(
        Severity.WARNING,
        "the name cell holds something that hardly is a full name",
        N_("“%(value)s” hardly is a full name."),
        _CHECK_PAPER,
    ),
    "name_note": Kind(
        Severity.WARNING,
        "words beside the name were taken as a note",
        N_("The words “%(value)s” beside the name are taken as a note."),
        N_("Check that the name is complete."),
    ),
    "recognition_unreadable": Kind(
        Severity.WARNING,
        "the decision cannot be read",
        N_("“%(value)s” cannot be read as the number and date of a decision."),
        _CHECK_PAPER,
    ),
    "team_missing": Kind(
        Severity.WARNING,
        "the team is not stated",
        N_("It is not stated to which mediation team the row belongs."),
        N_("Choose the team on the page of decisions, or write it into the file."),
    ),
    "cell_error": Kind(
        Severity.WARNING,
        "the cell holds an error of the spreadsheet",
        N_("The cell holds the error %(value)s. It is read as empty."),
        N_("Correct the formula, or write the value itself."),
    ),
    "row_hidden": Kind(
        Severity.WARNING,
        "the row is hidden in the spreadsheet",
        N_("The row is hidden in the file and is read all the same."),
        N_("Leave the row out if it was hidden because the person no longer serves."),
    ),
    "tables_side_by_side": Kind(
        Severity.ERROR,
        "two tables stand side by side",
        N_("On sheet “%(sheet)s” two tables stand side by side, so it is left out."),
        N_("Put the second table below the first and send the file again."),
    ),
    "birth_as_age": Kind(
        Severity.WARNING,
        "ages instead of birth years",
        N_("The column gives ages, which are not taken over: next year they would be wrong."),
        N_("Write birth years instead and send the file again, or record them with the people."),
    ),
    "heading_missing": Kind(
        Severity.ERROR,
        "no heading with a column of names was found",
        N_("Sheet “%(sheet)s” has no heading with a column of names, so it is left out."),
        N_("Say on the page of columns which column holds the names, or add a heading row."),
    ),
}  # fmt: skip
