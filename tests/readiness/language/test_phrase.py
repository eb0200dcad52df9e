"""What is kept is in no language; what is said is in that of whoever reads."""

import json
from datetime import date

import pytest
from django.utils.translation import gettext_lazy, override

from readiness.language.phrase import (
    PhraseDay,
    as_phrase,
    listed,
    phrase,
    phrases,
    render,
    stop_after,
    to_json,
)

DAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("told", "english", "french"),
    [
        ("Support", "Support", "Support"),
        ("50 % of it", "50 % of it", "50 % of it"),
        (phrase("Support"), "Support", "Assistance"),
        (phrase("GO by %(name)s", name="50 %(x)s"), "GO by 50 %(x)s", "GO de 50 %(x)s"),
        (phrase("until %(day)s", day=PhraseDay(DAY)), "until 14 Dec 2026", "jusqu’au 14 déc. 2026"),
        (phrase("until %(day)s", day=PhraseDay(DAY, "j M")), "until 14 Dec", "jusqu’au 14 déc."),
        (phrases("%(count)d day", "%(count)d days", 0), "0 days", "0 jour"),
        (phrases("%(count)d day", "%(count)d days", 2), "2 days", "2 jours"),
        (
            phrase(
                "%(what)s by %(name)s", what=phrase("estimate of %(name)s raised", name="Mail"), name="Ada"
            ),
            "estimate of Mail raised by Ada",
            "estimation de Mail relevée par Ada",
        ),
    ],
)
def test_it_is_said_again_in_either_language(told, english, french):
    with override("fr"):
        json_of_it = json.dumps(to_json(told))
        assert render(json.loads(json_of_it)) == french
    with override("en"):
        assert render(json.loads(json_of_it)) == english
        assert json.dumps(to_json(told)) == json_of_it


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_label_is_the_same_phrase_in_every_language(language):
    with override(language):
        assert as_phrase(gettext_lazy("Support")) == phrase("Support")


def test_a_sentence_ends_once():
    ended = {text: stop_after(text) for text in ("It is live", "Few use it.", "Why?", "So…", "1 déc.", "")}
    assert ended == {"It is live": ".", "Few use it.": "", "Why?": "", "So…": "", "1 déc.": "", "": ""}


def test_names_are_listed():
    assert [str(listed(names)) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
