"""What codes mean in words; templates translate them."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext

from training_app.accounts.rules.people import DEVICE_LABELS
from training_app.dossier.rules.deadlines import Decision, Kind
from training_app.dossier.rules.pairs import History
from training_app.errors import N_
from training_app.organisation.roster_file.same import Reason
from training_app.web.pages import format_date, format_moment, format_number, format_phone

SEXES: Final = {"female": N_("Woman"), "male": N_("Man")}
REASONS: Final[dict[Any, str]] = {
    Reason.SAME_NAME: N_("the same name"),
    Reason.NAME_DIFFERS_IN_MARKS: N_("the name differs only in its marks"),
    Reason.NAME_NEARLY_SAME: N_("the name differs by a letter or a middle name"),
    Reason.SAME_BIRTH_DATE: N_("the same birth date"),
    Reason.SAME_BIRTH_YEAR: N_("the same birth year"),
    Reason.BIRTH_DIFFERS: N_("the birth year differs"),
    Reason.DAY_DIFFERS: N_("the same year, but day or month differs"),
    Reason.SAME_PHONE: N_("the same telephone number"),
    Reason.PHONE_CHANGED: N_("no telephone number in common"),
    Reason.SAME_TEAM: N_("the same team"),
    Reason.OTHER_TEAM: N_("another team"),
    History.FOLLOWS: N_("one service ended before the other began"),
    History.BOTH_SERVE: N_("both serve now, in different teams"),
    History.SAME_TEAM_TWICE: N_("both stand in one team today"),
}
KINDS: Final = {
    Kind.CORRECT: N_("Correction"),
    Kind.RESTRICT: N_("Restriction"),
    Kind.ERASE: N_("Deletion"),
    Kind.OBJECT: N_("Objection"),
}
DECISIONS: Final = {Decision.GRANTED: N_("granted"), Decision.REFUSED: N_("refused")}
ROLES: Final = {
    "team_leader": N_("leader of a team"),
    "trainer": N_("trainer"),
    "reviewer": N_("reviewer"),
    "commune_officer": N_("justice officer of the commune"),
    "province_officer": N_("Department of Justice"),
    "administrator": N_("administrator"),
    "ministry_viewer": N_("Ministry of Justice"),
}
LOOKS: Final = {
    "names.viewed": N_("saw the record"),
    "names.exported": N_("exported a list of names"),
    "minority.viewed": N_("opened the restricted entry on ethnic minority"),
}
CODES: Final = {
    **SEXES,
    **ROLES,
    **{label: label for label in DEVICE_LABELS},
    "member": N_("member"),
    "mediator": N_("mediator"),
    "leader": N_("leader"),
    "staff": N_("staff"),
    "card": N_("card"),
    "code": N_("code"),
    "pin": N_("PIN"),
    "passphrase": N_("passphrase"),
    "passkey": N_("passkey"),
    "demo": N_("demonstration"),
    "reminders": N_("reminders"),
    "improvement": N_("improvement of the lessons"),
    "test_passed": N_("test passed"),
    "class_attended": N_("class attended"),
    "exemption": N_("exemption"),
    "equivalence": N_("equivalence"),
    "correct": N_("Correction"),
    "restrict": N_("Restriction"),
    "erase": N_("Deletion"),
    "object": N_("Objection"),
    "granted": N_("granted"),
    "refused": N_("refused"),
    "own_wish": N_("own wish"),
    "no_longer_qualifies": N_("no longer qualifies"),
    "breach": N_("breach of the principles"),
    "died": N_("died"),
    "moved": N_("moved"),
    "team_ended": N_("the team ended"),
    "mistake": N_("recorded by mistake"),
    "other": N_("another reason"),
}


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if hasattr(value, "isoformat"):
        return format_moment(value) if hasattr(value, "hour") else format_date(value)
    if isinstance(value, float):
        return format_number(value, 1)
    if isinstance(value, dict | list):
        value = ", ".join(_flat(value))
    text = gettext(CODES[value]) if value in CODES else format_phone(str(value or ""))
    return text or "–"


def _flat(value: Any) -> list[str]:
    """The texts of an answer, in order."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in _flat(one)]
    if isinstance(value, list):
        return [text for one in value for text in _flat(one)]
    return [str(value)] if value not in {None, ""} else []
