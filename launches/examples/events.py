"""What happened to Harbor's cells and launches, each at its time, through the verbs of the models."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from launches.examples.harbor import Harbor, Tree
from launches.models import Launch
from launches.status import launch_facts, settle_cells
from launches.status.snapshots import save_snapshot
from readiness.models import ChangeRequest, NeedsApproval, Readiness
from readiness.probes import Outcome

# Enough for a date; the story is told while somebody waits.
FEWER_DRAWS = 1_000

# Approves what the leads of the launches ask for.
APPROVER = "samira"

Act = Callable[[datetime], object]

# The hours of a morning, in the order in which things follow from each other.
LOADED, CHECKED, STARTED, EDITED, SIGNED, RAISED = 7.0, 7.4, 8.0, 8.4, 8.8, 9.2
JUDGED, BEGUN, READY, CLOSED, AGREED, DECIDED, KEPT = 9.7, 10.1, 10.6, 11.0, 11.4, 11.8, 12.4


@dataclass(frozen=True, order=True)
class StoryEvent:
    at: datetime
    act: Act = field(compare=False)


def cell_events(harbor: Harbor) -> Iterator[StoryEvent]:
    """Cells begun, edited, signed off item by item, declared ready."""
    for region, integration, facts in harbor.cells():
        path = f"{region}/{integration}"
        yield from _declarations(harbor, region, integration, facts["state"])
        for requirement, item in facts.get("items", {}).items():
            age = harbor.age(item["on"])
            if age < harbor.loaded(region):
                act = partial(_sign_off, harbor, path, requirement, item)
                yield StoryEvent(harbor.at(age, SIGNED, f"{path}/{requirement}"), act)
        for edit in harbor.edits("cell", path):
            after = {name: harbor.facts("cell", path, edit.day).get(name) for name in edit.was}
            yield StoryEvent(harbor.at(edit.day, EDITED, path), partial(_edit, harbor, path, edit.by, after))


def _declarations(harbor: Harbor, region: str, integration: str, state: str) -> Iterator[StoryEvent]:
    path, loaded, told = f"{region}/{integration}", harbor.loaded(region), harbor.told(region, integration)
    by = told.get("by") or harbor.owner(integration)
    started = told.get("started", loaded)
    if state != "not_started" and started < loaded:
        yield StoryEvent(
            harbor.at(started, STARTED, path), partial(_declare, harbor, path, "in_progress", by)
        )
    if state == "ready":
        ready = told.get("ready", loaded)
        yield StoryEvent(harbor.at(ready, READY, path), partial(_declare, harbor, path, "ready", by))


def _declare(harbor: Harbor, path: str, state: str, by: str, now: datetime) -> None:
    cell = harbor.cell(path)
    cell.declare(state, by=harbor.users[by], now=now)
    settle_cells([cell.pk], now)


def _sign_off(harbor: Harbor, path: str, requirement: str, facts: Tree, now: datetime) -> None:
    item = harbor.item(path, requirement)
    item.sign_off(
        Outcome("passed", facts["evidence"], evidence=_evidence(facts["evidence"])),
        by=harbor.users[facts["by"]],
        now=now,
        effective_on=harbor.day(facts["on"]),
        expires_on=harbor.day(facts["expires"]) if "expires" in facts else None,
    )
    settle_cells([item.cell_id], now)


def _evidence(text: str) -> Tree:
    return {"url": text} if text.startswith("https://") else {}


def _edit(harbor: Harbor, path: str, by: str, after: Tree, now: datetime) -> None:
    cell = harbor.cell(path)
    if "importance" in after:
        _weigh(harbor, cell, after["importance"], by, now)
    if "estimate" in after:
        cell.set_estimate(points(after["estimate"]), by=harbor.users[by], now=now)
    settle_cells([cell.pk], now)


def _weigh(harbor: Harbor, cell: Readiness, importance: str, by: str, now: datetime) -> None:
    """What blocks a launch is made less important by two people."""
    try:
        cell.set_importance(importance, by=harbor.users[by], now=now)
    except NeedsApproval as needed:
        reason = "Customers there can do without it at first."
        asked = ChangeRequest.objects.ask(needed, by=harbor.users[by], now=now, reason=reason)
        asked.approve(by=harbor.users[APPROVER], now=now)


def points(estimate: list[float]) -> tuple[Decimal, Decimal, Decimal]:
    best, likely, worst = (Decimal(str(point)) for point in estimate)
    return best, likely, worst


def launch_events(harbor: Harbor) -> Iterator[StoryEvent]:
    """Dates moved, launches signed off."""
    for slug, launch in harbor.plan["launches"].items():
        loaded, path = harbor.loaded(launch["region"]), f"{launch['region']}/{slug}"
        for move in launch.get("moves", []):
            if (age := harbor.age(move["on"])) < loaded:
                yield StoryEvent(harbor.at(age, DECIDED, path), partial(_move, harbor, slug, move))
        for function, gate in launch["sign_offs"].items():
            if "on" in gate and (age := harbor.age(gate["on"])) < loaded:
                act = partial(_decide, harbor, slug, function, gate)
                yield StoryEvent(harbor.at(age, DECIDED, f"{path}/{function}"), act)


def _move(harbor: Harbor, slug: str, move: Tree, now: datetime) -> None:
    by = harbor.users[move["by"]]
    harbor.launch(slug).move_target(harbor.day(move["to"]), reason=move["reason"], by=by, now=now)


def _decide(harbor: Harbor, slug: str, function: str, gate: Tree, now: datetime) -> None:
    sign_off = harbor.launch(slug).sign_offs.get(slug=function)
    signer = harbor.users[gate["signer"]]
    sign_off.decide(gate["decision"], by=signer, now=now, note=gate.get("note", ""))


def forecast_events(harbor: Harbor) -> Iterator[StoryEvent]:
    """The forecasts kept in the evenings."""
    for slug, launch in harbor.plan["launches"].items():
        if launch.get("launched"):
            continue
        loaded = harbor.loaded(launch["region"])
        for age in (age for age in range(1, loaded + 1) if age <= 28 or age % 4 == 0):
            yield StoryEvent(harbor.at(age, KEPT, f"{launch['region']}/{slug}"), partial(_keep, slug))


def _keep(slug: str, now: datetime) -> None:
    (state,) = launch_facts(list(Launch.objects.filter(slug=slug).select_related("region")), None, now)
    save_snapshot(state, now, FEWER_DRAWS)


def settle_region(region: str, now: datetime) -> None:
    settle_cells(Readiness.objects.filter(region__slug=region).values_list("pk", flat=True), now)
