"""Whatever the code says to people is said in French too, and what is compiled is what is written."""

import re
from collections import Counter

import pytest

from tests.translations.catalogues import APPS, KEYWORDS, App, compiled, is_done, known, updated

NAMED = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")
# A function of Django's that an import gives another name.
CALLED = re.compile(r"\b\w*gettext\w* as (\w+)")
EACH = pytest.mark.parametrize("app", APPS, ids=[app.name for app in APPS])


@EACH
def test_everything_is_said_in_french(app: App):
    missing = [message.id for message in updated(known(app), app) if message.id and not is_done(message)]
    assert missing == []


@EACH
def test_a_function_is_known_under_each_name_it_has(app: App):
    """What it is given under another one would never be collected, and stay English."""
    names = {name for module in app.modules() for name in CALLED.findall(module.read_text())}
    assert names - KEYWORDS.keys() == set()


@EACH
def test_nothing_is_kept_that_nobody_says(app: App):
    said = {(message.id, message.context) for message in updated(known(app), app)}
    assert [m.id for m in known(app) if (m.id, m.context) not in said] == []


@EACH
def test_what_is_compiled_is_what_is_written(app: App):
    assert app.machine_readable.read_bytes() == compiled(known(app)), "run: python -m tests.translations"


@EACH
def test_what_is_put_into_a_text_is_put_into_the_french_too(app: App):
    """Either of the forms may say "one" in words."""
    different = []
    for message in known(app):
        if not message.id:
            continue
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        french = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if holes(english[-1]) != holes(french[-1]):
            different.append(message.id)
    assert different == []


def holes(text: str) -> Counter[str]:
    return Counter(NAMED.findall(text))


def test_the_catalogues_do_not_disagree():
    """Django reads both as one."""
    readiness, launches = ({(str(m.id), m.context): m.string for m in known(app) if m.id} for app in APPS)
    both = readiness.keys() & launches.keys()
    assert {key: launches[key] for key in both if launches[key] != readiness[key]} == {}
