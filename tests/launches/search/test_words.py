"""Where what was asked for stands in a text."""

import pytest

from launches.search import SearchQuery


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("a-a", "a a a a a", "<mark>a a</mark> <mark>a a</mark> a"),
        ("a-b", "a a bc a", "a <mark>a bc</mark> a"),
        ("b a", "b a", "<mark>b</mark> <mark>a</mark>"),
        ("ab a-a", "a ab", "<mark>a ab</mark>"),
        ("a-b-c", "a b", "a b"),
        ("mala", "Málaga", "<mark>Málaga</mark>"),
        ("东京", "在东京都", "在<mark>东京</mark>都"),
    ],
)
def test_words_are_marked_where_they_stand(typed, text, marked):
    assert SearchQuery(typed).marked(text) == marked


def test_an_excerpt_is_of_what_was_asked_for_or_nothing():
    text = f"{'before ' * 40}here{' after' * 40}"
    said = SearchQuery("here").excerpt(text, 20)
    assert ("<mark>here</mark>" in said, said.startswith("…"), said.endswith("…")) == (True, True, True)
    assert len(said) < 80
    assert SearchQuery("nowhere").excerpt(text, 20) == ""
