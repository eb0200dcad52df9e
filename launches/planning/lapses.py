"""What holds today and ends before the launch: it blocks from that day on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from launches.models import Blocker, Launch
from launches.models.blocker import free_slug
from readiness.models import Readiness


@dataclass(frozen=True)
class Lapse:
    """`day` is the last on which it holds. It is the decision about `blocker`, or the evidence of `cell`.

    `slug` is what a forecast calls it: that of its blocker, or the one that a blocker of the cell would get.
    `is_owned` says whether anybody has the work that then begins.
    """

    slug: str
    day: date
    blocker: Blocker | None = None
    cell: Readiness | None = None
    is_owned: bool = True

    @property
    def short_name(self) -> str:
        if self.blocker is not None:
            return self.blocker.short_name
        return self.cell.integration.name if self.cell else ""


def lapses_of(
    launch: Launch, blockers: Iterable[Blocker], evidence: Sequence[tuple[Readiness, date, bool]], today: date
) -> list[Lapse]:
    """Those of `launch`, the first to end first: of live `blockers` that would hold it back, and of ready
    cells, each with the last day of their `evidence` and whether anybody has them."""
    if launch.launched_at:
        return []
    end = max(launch.target, today)
    rows = list(blockers)
    found = [
        Lapse(row.slug, row.decision.expires_on, row, is_owned=row.is_owned)
        for row in rows
        if row.decision and row.decision.expires_on and row.severity == Blocker.Severity.BLOCKS
    ]
    taken = {row.slug for row in rows}
    found += [
        Lapse(free_slug(cell.integration.slug, taken), day, cell=cell, is_owned=is_owned)
        for cell, day, is_owned in sorted(evidence, key=lambda one: one[0].integration.slug)
    ]
    return sorted((lapse for lapse in found if lapse.day < end), key=lambda lapse: (lapse.day, lapse.slug))
