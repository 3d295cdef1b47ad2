"""Addresses: declared policies, typed kebab-case, a frozen list."""

import re
from pathlib import Path

from flask import Flask

from tests.architecture.sources import ROOT
from training_app.web.guard import policy_of, undeclared
from training_app.web.pages import NAVIGATION_ENDPOINTS

FROZEN = Path(__file__).with_name("routes.txt")
SEGMENT = re.compile(r"^([a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|<[a-z]+:[a-z_]+>|<[a-z_]+>)$")


def listed(app: Flask) -> list[str]:
    """One line per address and endpoint, in order."""
    return sorted(
        f"{rule.rule} {rule.endpoint} {','.join(sorted(rule.methods or ()))}"
        for rule in app.url_map.iter_rules()
    )


def test_every_endpoint_declares_a_policy(app: Flask) -> None:
    assert undeclared(app) == []


def test_addresses_are_kebab_case_and_end_in_a_slash_or_a_file(app: Flask) -> None:
    wrong = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        parts = [part for part in rule.rule.split("/") if part]
        if not all(SEGMENT.match(part) for part in parts):
            wrong.append(f"{rule.rule}: use kebab-case words and typed parameters")
        if not rule.rule.endswith("/") and "." not in (parts or [""])[-1]:
            wrong.append(f"{rule.rule}: end pages with a slash")
    assert not wrong, "\n".join(wrong)


def test_no_address_disappears_unnoticed(app: Flask) -> None:
    frozen = FROZEN.read_text(encoding="utf-8").splitlines()
    now = listed(app)
    gone, new = sorted(set(frozen) - set(now)), sorted(set(now) - set(frozen))
    remedy = (
        f"if meant, write the new list with: python -m tools.routes > {FROZEN.relative_to(ROOT)}"
    )
    assert not gone + new, f"gone: {gone}\nnew: {new}\n{remedy}"


def test_navigation_leads_somewhere(app: Flask) -> None:
    missing = [name for name in NAVIGATION_ENDPOINTS if name not in app.view_functions]
    assert not missing


def test_public_pages_say_why(app: Flask) -> None:
    reasons = {
        rule.endpoint: policy.public_reason
        for rule in app.url_map.iter_rules()
        if (policy := policy_of(app, rule.endpoint)) and policy.public
    }
    assert all(len(reason) > 10 for reason in reasons.values()), reasons
