from itertools import pairwise

import pytest

from launches.plan.document import LIMIT, read
from launches.plan.problems import LoadRefused
from tests.launches.plan.conftest import cases


def refused(text: str) -> str:
    with pytest.raises(LoadRefused) as error:
        read(text, "p.yaml")
    return str(error.value)


@pytest.mark.parametrize(("text", "message"), cases("refused-documents.txt"))
def test_refuses_with_line_and_key(text: str, message: str) -> None:
    assert refused(text) == message


def test_an_alias_bomb_stops_at_its_first_anchor() -> None:
    levels = (f"{name}: &{name} [*{before}, *{before}]\n" for before, name in pairwise("abcdefghij"))
    bomb = "a: &a [x, x]\n" + "".join(levels)
    assert refused(bomb) == "p.yaml:1: a: expected a value, got the anchor &a; write the value out"


def test_50_megabytes_are_refused_unread() -> None:
    assert refused("a: b\n" * 10_000_000) == "p.yaml:1: expected at most 8 MiB, got more"


def test_characters_of_several_bytes_count_as_bytes() -> None:
    assert refused("# " + "€" * (LIMIT // 3 + 1)) == "p.yaml:1: expected at most 8 MiB, got more"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
@pytest.mark.parametrize("levels", [21, 500])
def test_nesting_stops_at_twenty_levels(opening: str, levels: int) -> None:
    assert refused(opening * levels).endswith("expected at most 20 levels, got more")


def test_endless_nesting_is_a_mistake() -> None:
    assert refused("[" * 100_000) == (
        "p.yaml:1: expected YAML, got a mistake in it: "
        "while increasing flow level, exceeded maximum nesting depth"
    )


def test_twenty_levels_are_allowed() -> None:
    assert read("[" * 20 + "]" * 20, "p.yaml").data == eval("[" * 20 + "]" * 20)


def test_plain_words_stay_text_and_keys_always_do() -> None:
    text = "on: NO\n1: yes\nnull: [off, 2026-12-14, 1:30, 010, 1e5, 1.5, -3, true, null, ~, '1', \"true\"]"
    assert read(text, "p.yaml").data == {
        "on": "NO",
        "1": "yes",
        "null": ["off", "2026-12-14", "1:30", "010", "1e5", 1.5, -3, True, None, None, "1", "true"],
    }


def test_every_key_and_list_entry_has_its_place() -> None:
    document = read("a:\n  b: 1\n  c:\n    - x\n    - {d: e}\n", "p.yaml")
    assert document.marks == {
        (): (1, 1),
        ("a",): (1, 1),
        ("a", "b"): (2, 3),
        ("a", "c"): (3, 3),
        ("a", "c", 0): (4, 7),
        ("a", "c", 1): (5, 7),
        ("a", "c", 1, "d"): (5, 8),
    }
    assert document.line(("a", "c", 1, "missing")) == 5
