"""Changes in words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from readiness.models import Change, User
from readiness.templatetags.readiness import ago, duration, estimate, state, state_class
from readiness.wording import actor, differences, happening, in_words, label_beside


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ("", ""),
        ([], ""),
        ({}, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        ("in_progress", "in progress"),
        ("must_have", "must have"),
        ("failed", "failing"),
        ("known_unknown", "known unknown"),
        ("A_Title_With_Underscores", "A_Title_With_Underscores"),
        ("2026-12-14", "14 Dec 2026"),
        ("2026-02-31", "2026-02-31"),
        ("2026-11-02T09:00:00Z", "2 Nov 2026, 09:00"),
        (date(2026, 12, 14), "14 Dec 2026"),
        (["5.0", "12.0", "40.0"], "5–12–40 d"),
        (["0.5", "0.5", "0.5"], "0.5 d"),
        (["a", "b", "c"], "a, b, c"),
        # Labels: digits, but no numbers.
        (["²", "³", "¹"], "², ³, ¹"),
        (Decimal("40.0"), "40"),
        ({"x-region": "eu-west-1"}, "x-region: eu-west-1"),
        (
            {"support": {"by": {"id": 1, "label": "Ada"}, "at": "2026-11-02T09:00:00Z"}, "sales": None},
            "support: Ada, sales",
        ),
        ([{"url": "https://wiki.example/a", "title": "Load test"}], "Load test"),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_a_value(value, words):
    assert in_words(value) == words


def test_differences_field_by_field():
    change = Change(
        before={"state": "ready", "title": "Same"}, after={"state": "regressed", "title": "Same", "why": "x"}
    )
    assert [tuple(row) for row in differences(change)] == [("state", "ready", "regressed"), ("why", "", "x")]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (Change(author=User(username="ada"), origin="person"), "ada"),
        (Change(origin="check"), "A check"),
        (Change(origin="clock"), "Time"),
        (Change(origin="plan"), "The plan file"),
        (Change(origin="rule"), "The checklist"),
    ],
)
def test_who_did_it(change, name):
    assert actor(change) == name


def test_a_verb_that_is_the_state_is_not_said_twice():
    assert happening(Change(verb="failed", after={"state": "failed"})) == ""
    assert happening(Change(verb="declared", after={"state": "ready"})) == "declared"


@pytest.mark.parametrize(
    ("label", "about", "left"),
    [
        ("WhatsApp in Europe", "WhatsApp in Europe", ""),
        ("Health (WhatsApp in Europe)", "WhatsApp in Europe", "Health"),
        ("Health (WhatsApp in Europe)", None, "Health (WhatsApp in Europe)"),
    ],
)
def test_a_page_does_not_repeat_its_own_name(label, about, left):
    assert label_beside(Change(label=label), about) == left


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        ("ready", "ready"),
        ("passed", "ready"),
        ("in_progress", "progress"),
        ("regressed", "blocked"),
        ("failed", "blocked"),
        ("error", "blocked"),
        ("not_started", "unknown"),
        ("unknown", "unknown"),
        ("stale", "unknown"),
        ("nonsense", "unknown"),
        ("waived", "waived"),
    ],
)
def test_five_states_are_drawn(value, drawn):
    assert state_class(value) == drawn


def test_a_state_is_shape_word_and_colour():
    assert state("failed") == '<span class="state blocked">failing</span>'
    assert state("<b>") == '<span class="state unknown">&lt;b&gt;</span>'


def test_an_estimate():
    assert estimate((Decimal(5), Decimal(12), Decimal(40))) == "5–12–40 d"
    assert estimate(None) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3600, "1 h ago"),
        (86400 * 2, "2 d ago"),
        (-5, "just now"),
    ],
)
def test_ago(seconds, words):
    now = datetime(2026, 11, 2, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == words


def test_what_never_was():
    assert ago(None, None) == "never"


@pytest.mark.parametrize(("seconds", "words"), [(90, "90 s"), (300, "5 min"), (7200, "2 h"), (604800, "7 d")])
def test_duration(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words


def test_the_days_of_a_week_are_words_in_each_language():
    assert in_words("mon tue thu") == "Monday, Tuesday, Thursday"
    assert in_words("mon of all days") == "mon of all days"
    with override("fr"):
        assert in_words("mon tue thu") == "lundi, mardi, jeudi"
