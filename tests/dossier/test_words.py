"""What is stored is said in the reader's words."""

import pytest
from flask import Flask
from flask_babel import force_locale

from training_app.accounts.rules.people import DEVICE_LABELS, device_label
from training_app.dossier.routes.words import shown

AGENTS = ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Linux; Android 10)", "KaiOS", "?")


@pytest.mark.parametrize("agent", AGENTS)
def test_a_phone_is_named_in_the_readers_language(app: Flask, agent: str) -> None:
    label = device_label(agent)
    assert label in DEVICE_LABELS
    with app.test_request_context(), force_locale("vi"):
        assert shown(label) != label
