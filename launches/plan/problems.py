"""What is wrong with a file: each line says where, what was expected and what is there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

SHOWN = 50

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`text` reads “expected …, got …”; `key` is empty when the whole file is meant."""

    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.line}: {self.key}: {self.text}" if self.key else f"{self.line}: {self.text}"


class LoadRefused(Exception):
    """The file cannot be loaded; nothing was written. One line per problem, at most `SHOWN`."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = sorted(problems)
        lines = [f"{name}:{problem}" for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"… and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))


def dotted(path: Path) -> str:
    """`launches.europe-ga.moves[0].on`"""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")


def shown(value: Any) -> str:
    """A value as it looks in the file, short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        text = ", ".join(shown(each) for each in value)
        return f"[{text}]" if len(text) <= 60 else f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    text = text if len(text) <= 60 else f"{text[:57]}…"
    return f"“{text}”" if isinstance(value, str) else text


def listed(words: Sequence[str]) -> str:
    """`a, b or c`"""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean “target”?)`, or nothing when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean “{near[0]}”?)" if near else ""
