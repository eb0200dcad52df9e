"""What surrounds a list of blockers: counts that open their rows, and what lies beside one of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from django.utils.functional import Promise

from launches.pages.lists.filters import FLAGS, STATE_LABELS, STATES, BlockerFilter

T = TypeVar("T")


class Card(NamedTuple):
    """A count that opens its rows."""

    url: str
    label: str | Promise
    number: int
    is_shown: bool


def state_cards(shown: BlockerFilter, counts: Mapping[str, int]) -> list[Card]:
    return [
        Card(shown.link(state=state), STATE_LABELS[state], counts[state], state == shown.state)
        for state in STATES
    ]


def flag_cards(shown: BlockerFilter, counts: Mapping[str, int]) -> list[Card]:
    """A second press on the one that is shown takes it off again."""
    chosen = shown.cleaned_data.get("flag")
    return [
        Card(
            shown.link(state="blocking", flag="" if flag == chosen else flag),
            label,
            counts[flag],
            flag == chosen,
        )
        for flag, label in FLAGS
    ]


def neighbours(keys: Sequence[int], rows: Sequence[T], key: int) -> tuple[T | None, T | None]:
    """Of `rows`, whose `keys` are in the same order, those before and after the one with `key`."""
    if key not in keys:
        return None, None
    at = keys.index(key)
    return rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None
