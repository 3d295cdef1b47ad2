"""Who supports a team by profession, as the national scheme names them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from training_app.errors import N_


class Profession(StrEnum):
    """People of the law and of order whom the scheme wants beside the teams."""

    LAWYER = "lawyer"
    JURIST = "jurist"
    ASSESSOR = "assessor"
    POLICE = "police"
    BORDER_GUARD = "border-guard"
    OFFICIAL = "legal-official"
    FORMER = "former-judge"


# Decision 315/QĐ-TTg of 17 April 2024, as read in reports about it.
PROFESSION_MESSAGES: Final = {
    Profession.LAWYER: N_("Lawyer"),
    Profession.JURIST: N_("Jurist"),
    Profession.ASSESSOR: N_("People's assessor"),
    Profession.POLICE: N_("Police officer"),
    Profession.BORDER_GUARD: N_("Border guard"),
    Profession.OFFICIAL: N_("Legal official"),
    Profession.FORMER: N_("Former judge, prosecutor or investigator"),
}
