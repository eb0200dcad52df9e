"""What Harbor's checks found: first answers, outages and, in between, one result after the other."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from django.db import models

from launches.examples.events import CHECKED, StoryEvent
from launches.examples.harbor import Harbor, Tree
from launches.status import settle_cells
from readiness.models import Day, Item, Result
from readiness.models.recording import Resumed
from readiness.probes import Outcome
from readiness.state import Importance, ItemState

# How close together the kept results are: (for how long back, every).
SCHEDULE = (
    (timedelta(hours=36), timedelta(hours=1)),
    (timedelta(days=8), timedelta(hours=6)),
    (timedelta(days=60), timedelta(days=3)),
)
# Of the checks that fail now, a day without a gap.
DENSE = (timedelta(hours=25), timedelta(seconds=140))
# Fewer are kept than there were, and each speaks for the time until the next.
HOLD = timedelta(days=3)
# The checks of the example start a moment after it was loaded; until then what was known still holds.
GRACE = timedelta(minutes=10)
# Days after which a certificate is renewed.
RENEWAL = 60


@dataclass(frozen=True)
class Outage:
    cell: str
    requirement: str
    since: datetime
    until: datetime | None
    facts: Tree

    @classmethod
    def of(cls, harbor: Harbor, row: Tree) -> "Outage":
        until = harbor.now - timedelta(days=row["until"]) if "until" in row else None
        return cls(row["cell"], row["requirement"], harbor.now - timedelta(days=row["from"]), until, row)

    @property
    def path(self) -> str:
        return f"{self.cell}/{self.requirement}"

    def lasts(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Checks:
    """All that was checked, and what each check found at any moment."""

    harbor: Harbor
    outages: list[Outage]

    @classmethod
    def of(cls, harbor: Harbor) -> "Checks":
        return cls(harbor, [Outage.of(harbor, row) for row in harbor.history["outages"]])

    def begun(self, region: str, integration: str) -> datetime | None:
        age = self.harbor.deployed(region, integration)
        return None if age is None else self.harbor.at(age, CHECKED, f"{region}/{integration}")

    def found(self, item: Item, at: datetime) -> Outcome:
        """What the check of `item` found at `at`; the same each time it is asked."""
        path = _path(item)
        latency = random.Random(f"{path} {at:%j %H %M}").lognormvariate(3.6, 0.3)  # noqa: S311 - no secret
        for outage in self.outages:
            if outage.path == path and outage.lasts(at):
                return _failure(self.harbor, outage, at, latency)
        if item.requirement.probe == "tls":
            days = RENEWAL + (_number(item) + (self.harbor.now - at).days) % RENEWAL
            return Outcome("passed", expiry(at, days), latency)
        return Outcome("passed", f"answered 200 in {latency:,.0f} ms", latency)


def _failure(harbor: Harbor, outage: Outage, at: datetime, latency: float) -> Outcome:
    if "expires_in" in outage.facts:
        days = outage.facts["expires_in"] + (harbor.now - at).days
        return Outcome("failed", f"{expiry(at, days)}, at least 21 wanted", latency)
    if "latency" in outage.facts:
        took = outage.facts["latency"] + latency
        return Outcome("failed", f"took {took:,.0f} ms, limit 800 ms", took)
    return Outcome("failed", outage.facts["fact"])


def expiry(at: datetime, days: int) -> str:
    until = at + timedelta(days=days)
    return f"certificate expires in {days} days ({until.day} {until:%b %Y})"


def check_events(harbor: Harbor) -> Iterator[StoryEvent]:
    """The moments at which a check's state changed, told through the door that probes use."""
    checks = Checks.of(harbor)
    for region, integration, facts in harbor.cells():
        begun = checks.begun(region, integration)
        if begun and facts["importance"] != Importance.NOT_NEEDED:
            yield StoryEvent(begun, partial(_begin, checks, region, integration))
            yield from _turns(checks, f"{region}/{integration}", begun)


def _turns(checks: Checks, cell: str, begun: datetime) -> Iterator[StoryEvent]:
    for outage in checks.outages:
        if outage.cell == cell and outage.since > begun:
            turn = partial(_turn, checks, cell, outage.requirement)
            yield StoryEvent(outage.since, turn)
            if outage.until:
                yield StoryEvent(outage.until, turn)


def _begin(checks: Checks, region: str, integration: str, now: datetime) -> None:
    items = _automated().filter(cell__region__slug=region, cell__integration__slug=integration)
    for item in items:
        _record(checks, item, now)
    settle_cells({item.cell_id for item in items}, now)


def _turn(checks: Checks, cell: str, requirement: str, now: datetime) -> None:
    region, integration = cell.split("/")
    items = _automated().filter(cell__region__slug=region, cell__integration__slug=integration)
    item = items.get(requirement__slug=requirement)
    _record(checks, item, now)
    settle_cells([item.cell_id], now)


def _automated() -> models.QuerySet[Item]:
    return Item.objects.automated().select_related("requirement", "cell__region", "cell__integration")


def _record(checks: Checks, item: Item, now: datetime) -> None:
    """As many runs as it takes to confirm what is found, the last of them now."""
    outcome, requirement = checks.found(item, now), item.requirement
    if outcome.state == "passed":
        runs = requirement.recovery if item.state == ItemState.FAILED else 1
    else:
        runs = requirement.failures
    for run in range(1, runs + 1):
        at = now - (runs - run) * timedelta(seconds=15)
        number = item.run_number + run
        Item.objects.claim(item.pk, number, at)
        item.record(outcome, at, number)


def write_results(harbor: Harbor) -> int:
    """The results between those moments, thinner the older they are. Returns how many."""
    checks = Checks.of(harbor)
    items = [item for item in _automated().order_by("pk") if item.state != ItemState.UNKNOWN]
    results = [result for item in items for result in _kept(checks, item)]
    Result.objects.recalled(results)
    Item.objects.resumed({item: _resume(checks, item) for item in items})
    for item in items:
        Day.objects.add_up(item, harbor.now, hold=HOLD, stride=timedelta(days=365))
    return len(results)


def _kept(checks: Checks, item: Item) -> Iterator[tuple[int, datetime, Outcome]]:
    begun = checks.begun(item.cell.region.slug, item.cell.integration.slug)
    lag = _lag(item)
    for back in _backwards(dense=item.state == ItemState.FAILED):
        at = checks.harbor.now - back - lag
        if begun is None or at <= begun + timedelta(minutes=5):
            return
        yield item.pk, at, checks.found(item, at)


def _backwards(*, dense: bool) -> Iterator[timedelta]:
    """How long ago, the newest first."""
    back = timedelta()
    for limit, every in (DENSE, *SCHEDULE) if dense else SCHEDULE:
        while back < limit:
            yield back
            back += every


def _resume(checks: Checks, item: Item) -> Resumed:
    """As after a run a moment ago, the next ones spread over the interval."""
    now = checks.harbor.now
    last = now - _lag(item)
    due = now + timedelta(seconds=_number(item) % item.requirement.interval)
    streak = max(item.streak, item.requirement.failures)
    return Resumed(checks.found(item, last), last, streak, now + GRACE, due)


def _lag(item: Item) -> timedelta:
    """Not all checks run at the full hour."""
    return timedelta(seconds=_number(item) % 600)


def _number(item: Item) -> int:
    """A number that is the item's own in every database."""
    return crc32(_path(item).encode())


def _path(item: Item) -> str:
    return f"{item.cell.region.slug}/{item.cell.integration.slug}/{item.requirement.slug}"
