"""Messages compiled into templates say exactly what looking them up would say."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale, gettext
from jinja2 import nodes

from training_app.app.templating import LanguageEnvironment


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_literal_message_is_compiled_in_the_readers_language(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert render_template_string("{{ _('Sign out') }}") == gettext("Sign out")
    with app.test_request_context(), force_locale("vi"):
        assert gettext("Sign out") != "Sign out"


def test_a_message_with_values_stays_a_call_and_its_values_are_escaped(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        shown = render_template_string("{{ _('Text size %(n)s of 3', n=n) }}", n="<b>")
    assert shown == "Text size &lt;b&gt; of 3"


def test_every_template_compiles_in_both_languages_with_nothing_left_to_look_up(
    app: Flask,
) -> None:
    for language in ("vi", "en"):
        with app.test_request_context(), force_locale(language):
            environment = app.jinja_env
            assert isinstance(environment, LanguageEnvironment)
            for name in environment.list_templates(extensions=["html"]):
                environment.get_template(name)
                tree = _compiled_tree(environment, name)
                assert not [call for call in tree.find_all(nodes.Call) if _plain(call)], name


def _compiled_tree(environment: LanguageEnvironment, name: str) -> nodes.Template:
    assert environment.loader is not None
    source, filename, _ = environment.loader.get_source(environment, name)
    return environment.parse(source, name, filename)


def _plain(call: nodes.Call) -> bool:
    named = isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext"}
    return named and not call.kwargs and isinstance(call.args[0], nodes.Const)


def test_a_link_without_parameters_carries_the_prefix_of_each_request(app: Flask) -> None:
    link = "{{ url_for('accounts.front') }}"
    with app.test_request_context():
        assert render_template_string(link) == "/"
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/hoc"}):
        assert render_template_string(link) == "/hoc/"
