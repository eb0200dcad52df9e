"""The example's files, and the moments they speak of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

from launches.models import Blocker, Launch
from launches.plan.document import read
from readiness.models import Item, Readiness, User

HERE = Path(__file__).resolve().parent
PLAN = HERE / "harbor.yaml"
HISTORY = HERE / "harbor-history.yaml"

# Hours of the day, UTC.
MORNING = 7

Tree = dict[str, Any]


def tree(path: Path) -> Tree:
    """A file as plans are read: a key `on` is the word, not the truth."""
    data: Tree = read(path.read_text(encoding="utf-8"), path.name).data
    return data


@dataclass(frozen=True)
class Edit:
    """On `day`, `by` changed what is named in `was` from what it says there."""

    day: int
    by: str
    was: Tree


@dataclass
class Harbor:
    """The plan and its history, seen from `now`."""

    now: datetime
    plan: Tree = field(default_factory=lambda: tree(PLAN))
    history: Tree = field(default_factory=lambda: tree(HISTORY))

    @property
    def today(self) -> date:
        return self.now.date()

    def age(self, day: str) -> int:
        """How many days ago `today-12` is; what lies ahead is negative."""
        return -int(day.removeprefix("today") or 0)

    def day(self, text: str) -> date:
        return self.today - timedelta(days=self.age(text))

    def at(self, age: int, hour: float, path: str = "") -> datetime:
        """About that hour (UTC) of the day `age` days ago: nobody works to the minute, but each on their own.

        Hours are those of a morning, when it is one date from New York to Sydney; where Sydney does not
        matter the morning is stretched to a day.
        """
        hour += crc32(path.encode()) % 20 / 60
        if not path.startswith("australia"):
            hour = MORNING + (hour - MORNING) * 1.6
        return datetime.combine(self.today - timedelta(days=age), time(), UTC) + timedelta(hours=hour)

    def loaded(self, region: str) -> int:
        """How many days ago the region's plan was loaded."""
        age: int = self.history["regions"][region]["loaded"]
        return age

    def told(self, region: str, integration: str) -> Tree:
        """What the history says of a cell."""
        told: Tree = self.history["cells"].get(region, {}).get(integration, {})
        return told

    def deployed(self, region: str, integration: str) -> int | None:
        """How many days ago the checks of a cell began."""
        default = self.history["regions"][region].get("deployed")
        age: int | None = self.told(region, integration).get("deployed", default)
        return age

    def cells(self) -> Iterator[tuple[str, str, Tree]]:
        for region, cells in self.plan["cells"].items():
            for integration, facts in cells.items():
                yield region, integration, facts

    def blockers(self) -> Iterator[tuple[str, str, Tree]]:
        for launch, facts in self.plan["launches"].items():
            for slug, blocker in facts["blockers"].items():
                yield launch, slug, blocker

    def owner(self, integration: str) -> str:
        """Who speaks for it: the first of its team."""
        team = self.plan["teams"][self.plan["integrations"][integration]["team"]]
        name: str = team["members"][0]
        return name

    def edits(self, kind: str, path: str) -> list[Edit]:
        """The edits of one `cell` or `blocker`, the oldest first."""
        rows = [row for row in self.history["edits"] if row.get(kind) == path]
        return sorted(
            (Edit(row["day"], row["by"], row["was"]) for row in rows), key=lambda edit: edit.day, reverse=True
        )

    def facts(self, kind: str, path: str, age: float) -> Tree:
        """What the plan says of it, as it was `age` days ago, at the end of the day."""
        later = [edit for edit in self.edits(kind, path) if edit.day < age]
        facts = dict(self._planned(kind, path))
        for edit in reversed(later):
            facts |= edit.was
        return facts

    def _planned(self, kind: str, path: str) -> Tree:
        first, second = path.split("/")
        rows = self.plan["cells"][first] if kind == "cell" else self.plan["launches"][first]["blockers"]
        facts: Tree = rows[second]
        return facts

    @cached_property
    def users(self) -> dict[str, User]:
        return User.objects.in_bulk(list(self.plan["people"]), field_name="username")

    def cell(self, path: str) -> Readiness:
        region, integration = path.split("/")
        return Readiness.objects.get(region__slug=region, integration__slug=integration)

    def item(self, path: str, requirement: str) -> Item:
        region, integration = path.split("/")
        rows = Item.objects.filter(cell__region__slug=region, cell__integration__slug=integration)
        return rows.get(requirement__slug=requirement)

    def launch(self, slug: str) -> Launch:
        return Launch.objects.get(slug=slug)

    def blocker(self, path: str) -> Blocker:
        launch, slug = path.split("/")
        return Blocker.objects.select_related("launch").get(launch__slug=launch, slug=slug)
