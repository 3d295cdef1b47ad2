"""The words in which the codes of this package are shown; all are English message ids."""

from collections.abc import Mapping
from typing import Final

from training_app.errors import N_
from training_app.organisation.roster_file.fields import Field
from training_app.organisation.roster_file.same import Reason

FIELDS: Final[Mapping[str, str]] = {
    Field.NUMBER: N_("Running number"),
    Field.NAME: N_("Full name"),
    Field.FAMILY_NAME: N_("Family and middle names"),
    Field.GIVEN_NAME: N_("Given name"),
    Field.SEX: N_("Sex"),
    Field.MALE: N_("Men (mark or birth year)"),
    Field.FEMALE: N_("Women (mark or birth year)"),
    Field.BIRTH: N_("Birth date or year"),
    Field.BIRTH_DAY: N_("Day of birth"),
    Field.BIRTH_MONTH: N_("Month of birth"),
    Field.BIRTH_YEAR: N_("Year of birth"),
    Field.ETHNIC: N_("Ethnic group"),
    Field.MINORITY_MARK: N_("Ethnic minority (mark)"),
    Field.QUALIFICATION: N_("Qualification"),
    Field.LAW_MARK: N_("Qualified in law (mark)"),
    Field.PHONE: N_("Telephone"),
    Field.TEAM: N_("Mediation team"),
    Field.PLACE: N_("Village or residential group"),
    Field.ROLE: N_("Duty"),
    Field.LEADER_MARK: N_("Team leader (mark)"),
    Field.DECISION: N_("Decision of recognition"),
    Field.DECISION_NUMBER: N_("Number of the decision"),
    Field.DECISION_DATE: N_("Date of the decision"),
    Field.STATUS: N_("Present state"),
    Field.ENDED: N_("End of service"),
    Field.REMARK: N_("Remark"),
    Field.EDUCATION: N_("General education"),
    Field.MEMBER_MARK: N_("Member (mark)"),
    Field.UNIT: N_("Commune or ward"),
    Field.COUNT: N_("A count"),
    Field.LEFT_OUT: N_("Not taken over"),
}
"""What a column holds, by the value of ``Column.field``."""

MAPPABLE: Final = tuple(
    field
    for field in Field
    if field
    not in {
        Field.NUMBER, Field.EDUCATION, Field.MEMBER_MARK, Field.UNIT, Field.COUNT, Field.LEFT_OUT,
        Field.PLACE,
    }
)  # fmt: skip
"""The fields that an officer can give to a column."""

IGNORED: Final[Mapping[str, str]] = {
    "title": N_("title of the list"),
    "header": N_("heading of the columns"),
    "column_numbers": N_("numbers of the columns"),
    "team_band": N_("heading of a team"),
    "unit_band": N_("heading of a ward or commune"),
    "total": N_("total or subtotal"),
    "footnote": N_("footnote"),
    "signature": N_("signatures"),
    "number_only": N_("only a number"),
    "hidden_sheet": N_("hidden sheet"),
    "summary_sheet": N_("summary sheet"),
    "side_by_side": N_("two tables side by side"),
    "no_heading": N_("sheet without a column of names"),
    "left_out": N_("sheet left out on request"),
}
"""Why a row or sheet is no person, by ``Ignored.why``."""

COMPOSITION: Final[Mapping[str, str]] = {
    "too_few": N_("fewer than three members"),
    "no_woman": N_("no woman"),
    "sex_unknown": N_("no woman found, but somebody's sex is not stated"),
    "no_leader": N_("no leader marked"),
    "two_leaders": N_("more than one leader marked"),
}
"""What a team lacks by the file alone, by the entries of ``Team.composition``."""

REASONS: Final[Mapping[str, str]] = {
    Reason.SAME_NAME: N_("same name"),
    Reason.NAME_DIFFERS_IN_MARKS: N_("name differs in its marks"),
    Reason.NAME_NEARLY_SAME: N_("name differs by a letter or a middle name"),
    Reason.SAME_BIRTH_DATE: N_("same birth date"),
    Reason.SAME_BIRTH_YEAR: N_("same birth year"),
    Reason.BIRTH_DIFFERS: N_("birth year differs"),
    Reason.DAY_DIFFERS: N_("same year, day or month differs"),
    Reason.ASK: N_("same year, so a person must be asked"),
    Reason.SAME_PHONE: N_("same phone"),
    Reason.PHONE_CHANGED: N_("phone changed or absent"),
    Reason.PHONE_DIFFERS: N_("phone differs"),
    Reason.SAME_TEAM: N_("same team"),
    Reason.OTHER_TEAM: N_("other team"),
    Reason.LEADS_BOTH: N_("leads both"),
}
"""What two rows have in common or not; after ``REMARK`` a reason goes on as the file says it."""
