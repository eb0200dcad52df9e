import re

from hypothesis import given
from hypothesis import strategies as st

from launches.plan.slugs import Slugs, slug_of


def test_plain_names() -> None:
    assert [slug_of(name) for name in ("Europe", "us-east", "  São Paulo ", "Zürich", "A_b")] == [
        "europe",
        "us-east",
        "sao-paulo",
        "zurich",
        "a_b",
    ]


def test_other_scripts_do_not_collapse() -> None:
    slugs = [slug_of(name) for name in ("日本 1", "中国 1", "日本", "???", "!!!", "Łódź")]
    assert len(set(slugs)) == 6
    assert [re.sub("[0-9a-f]{8}$", "#", slug) for slug in slugs] == [
        "1-#",
        "1-#",
        "x-#",
        "x-#",
        "x-#",
        "odz-#",
    ]


def test_long_names_stay_apart() -> None:
    first, second = slug_of("a" * 60 + "1"), slug_of("a" * 60 + "2")
    assert (len(first), first == second) == (50, False)


@given(st.text(min_size=1, max_size=100))
def test_every_name_has_a_stable_slug_that_a_url_takes(name: str) -> None:
    assert re.fullmatch(r"[-a-z0-9_]{1,50}", slug_of(name))
    assert slug_of(name) == slug_of(name)


def test_what_was_not_plain_is_told() -> None:
    slugs = Slugs("regions")
    for name in ("Europe", "europe", "C", "C++", "日本"):
        slugs.of(name)
    assert slugs.notes() == [
        "1 regions with made-up slugs, such as “日本”",
        "regions: “C”, “C++” are one, c",
    ]
