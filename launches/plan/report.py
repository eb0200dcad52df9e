"""What a load did: created, changed and unchanged, kind by kind."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# More names than this help nobody: a matrix creates cells by the hundred thousand.
NAMED = 200


@dataclass(slots=True)
class Counts:
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged
        )

    def __str__(self) -> str:
        return f"created {self.created} · changed {self.changed} · unchanged {self.unchanged}"


@dataclass(slots=True)
class Report:
    """`details` name what was created or changed, the first `NAMED`; `notes` say what was not as usual."""

    kinds: dict[str, Counts] = field(default_factory=dict)
    details: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # States of cells, before and after; before is empty for a new cell.
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> Counts:
        return sum(self.kinds.values(), Counts())

    def of(self, kind: str) -> Counts:
        return self.kinds.setdefault(kind, Counts())

    def created(self, kind: str, label: str) -> None:
        self.of(kind).created += 1
        self._named(f"created {kind}: {label}")

    def changed(self, kind: str, label: str, what: Sequence[str]) -> None:
        self.of(kind).changed += 1
        self._named(f"changed {kind}: {label} ({', '.join(what)})")

    def unchanged(self, kind: str) -> None:
        self.of(kind).unchanged += 1

    def lines(self) -> Iterator[str]:
        """The total, a line for each kind, and the notes."""
        yield str(self.total)
        width = max((len(kind) for kind in self.kinds), default=0)
        for kind, counts in self.kinds.items():
            yield f"  {kind:<{width}}  {counts}"
        for (before, after), cells in sorted(self.moves.items()):
            yield f"  {_words(before) or 'new'} → {_words(after)} ({cells})"
        yield from self.notes

    def _named(self, detail: str) -> None:
        if len(self.details) < NAMED:
            self.details.append(detail)


def _words(state: str) -> str:
    return state.replace("_", " ")
