"""Codes of the organisation in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.errors import N_
from training_app.organisation.models import CompositionException, EndReason, RecognitionRole
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.rules import (
    LACK_MESSAGES,
    Composition,
    Rule,
    TeamFacts,
    repair_message,
)

SEXES = {"female": N_("Woman"), "male": N_("Man")}
END_REASONS = {
    EndReason.OWN_WISH: N_("Own wish (Article 11)"),
    EndReason.NO_LONGER_QUALIFIES: N_("No longer meets Article 7 (Article 11)"),
    EndReason.BREACH: N_("Breach of Article 4, or sanctioned (Article 11)"),
    EndReason.DIED: N_("Died"),
    EndReason.MOVED: N_("Moved away"),
    EndReason.TEAM_ENDED: N_("The team ended"),
    EndReason.MISTAKE: N_("Recorded by mistake"),
    EndReason.OTHER: N_("Another reason"),
}
ROLES = {RecognitionRole.MEDIATOR: N_("Mediator"), RecognitionRole.LEADER: N_("Team leader")}
RULES = {
    Rule.MEMBERS: N_("At least three mediators"),
    Rule.WOMAN: N_("At least one woman"),
    Rule.MINORITY: N_("A mediator of an ethnic minority, where many live"),
    Rule.LEADER: N_("A leader, elected by the mediators"),
}


@dataclass(frozen=True)
class Citation:
    """A provision in words, for the law block."""

    text: str
    state: str = ""


@dataclass(frozen=True)
class RuleLine:
    """One demand of Article 12 held against a team."""

    demand: str
    state: str
    kind: str
    fact: str


def article_12() -> list[Citation]:
    """What the composition of a team is held against."""
    return [Citation(_("Article 12, Law on Grassroots Mediation No. 35/2013/QH13"))]


def article_11() -> list[Citation]:
    """What ends the service of a mediator."""
    return [Citation(_("Article 11, Law on Grassroots Mediation No. 35/2013/QH13"))]


def repairs(found: Composition) -> list[str]:
    """The smallest repair in sentences, one per step."""
    return [_(message, **values) for message, values in map(repair_message, found.repairs)]


def rule_name(rule: Rule) -> str:
    """One demand of Article 12."""
    return _(RULES[rule])


def lacks(found: Composition) -> list[str]:
    """What is lacking, in words."""
    return [_(LACK_MESSAGES[rule]) for rule in found.lacks]


def rule_lines(team: TeamRow, exceptions: Iterable[CompositionException]) -> list[RuleLine]:
    """Each demand with its state and what it rests on."""
    lacking, excepted = team.composition.lacks, {row.rule for row in exceptions}
    lines = []
    for rule in Rule:
        if rule.value in excepted:
            state, kind = _("excepted"), "info"
        elif rule is Rule.MINORITY and not team.facts.minority_required:
            state, kind = _("not asked here"), ""
        elif rule in lacking:
            state, kind = _("lacking"), "warning"
        else:
            state, kind = _("met"), "success"
        lines.append(RuleLine(_(RULES[rule]), state, kind, _fact(rule, team)))
    return lines


def _fact(rule: Rule, team: TeamRow) -> str:
    facts = team.facts
    if rule is Rule.MEMBERS:
        return mediators(facts.members)
    if rule is Rule.WOMAN:
        return _women(facts)
    if rule is Rule.LEADER:
        return team.leader_name or _("nobody")
    if not facts.minority_required:
        return "–"
    if facts.minority:
        return _("at least one")
    return _("not recorded for everybody") if facts.minority_unknown else _("nobody")


def _women(facts: TeamFacts) -> str:
    women = ngettext("%(num)s woman", "%(num)s women", facts.women)
    if not facts.sex_unknown:
        return women
    unknown = ngettext(
        "sex not recorded for %(num)s person", "sex not recorded for %(num)s people",
        facts.sex_unknown,
    )  # fmt: skip
    return f"{women}; {unknown}"


def mediators(count: int) -> str:
    """A number of mediators in words."""
    return ngettext("%(num)s mediator", "%(num)s mediators", count)
