"""Every day's forecast is kept, with what moved it: later it is held against the fact."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from launches.models import Blocker, Launch, Postponed, Snapshot, postponing
from launches.planning import (
    DriftContext,
    Inputs,
    Move,
    Outlook,
    PreviousForecast,
    change_authors,
    drift,
    freeze_author,
    outlooks,
    past,
)
from launches.planning.inputs import MOST_DRAWS
from launches.status import LaunchFacts, launch_facts
from readiness.models import Change

# While somebody is at work a launch changes every few seconds: it is looked at again once that is over, or
# has gone on for so long.
CALM = timedelta(seconds=45)
PATIENCE = timedelta(minutes=10)
KEEPING = "keeping the forecast"


def save_snapshots(now: datetime) -> int:
    """Keep the forecast of each launch ahead that is not the one kept last. Returns how many."""
    ahead = Launch.objects.active().exclude(pk__in=Postponed.objects.keys(KEEPING, now))
    found = launch_facts(list(ahead.select_related("region")), None, now)
    newest = _newest([state.launch.pk for state in found])
    due = [state for state in found if _is_due(state, newest.get(state.launch.pk), now)]
    count = 0
    for state in due:
        with postponing(KEEPING, state.launch.pk, now):
            count += save_snapshot(state, now) is not None
    return count


def save_snapshot(state: LaunchFacts, now: datetime, most_draws: int = MOST_DRAWS) -> Snapshot | None:
    """Keep the forecast of `state` as that of its day, in place of an earlier one of the same day.

    Where there is no forecast, none is kept.
    """
    inputs = replace(state.inputs, most_draws=most_draws)
    (seen,) = outlooks([inputs], now if most_draws == MOST_DRAWS else None)
    _keep_days_bought(state, seen)
    if seen.problem:
        return None
    snapshot, _ = Snapshot.objects.update_or_create(
        launch=state.launch,
        day=inputs.today,
        defaults={
            "seen_at": now,
            "target": inputs.target,
            "goal": state.launch.confidence_goal,
            "p50": seen.dates[50],
            "p85": seen.dates[85],
            "p95": seen.dates[95],
            "chance": seen.chance,
            "seed": f"{inputs.seed:032x}",
            "version": seen.version,
            "inputs": inputs.facts(),
            "outlook": seen.facts(),
            "changes": [move.facts() for move in _moves(state, inputs, seen)],
        },
    )
    return snapshot


def _keep_days_bought(state: LaunchFacts, seen: Outlook) -> None:
    """Copy what each blocker costs to its row; what is over or cannot be forecast costs nothing."""
    costs = {row.pk: days for row in state.blockers if (days := seen.part(row.slug).days)}
    rows = Blocker.objects.filter(launch=state.launch)
    kept = dict(rows.exclude(days_bought=0).values_list("pk", "days_bought"))
    changed = {pk: costs.get(pk, 0) for pk in {*kept, *costs} if kept.get(pk, 0) != costs.get(pk, 0)}
    for days in set(changed.values()):
        rows.filter(pk__in=[pk for pk in changed if changed[pk] == days]).update(days_bought=days)


def _is_due(state: LaunchFacts, newest: Snapshot | None, now: datetime) -> bool:
    if newest is None or newest.day != state.today:
        return True
    if newest.version == state.inputs.version:
        return False
    if newest.seen_at <= now - PATIENCE:
        return True
    return not Change.objects.filter(region=state.launch.region_id, at__gt=now - CALM).exists()


def _newest(launches: Collection[int]) -> dict[int, Snapshot]:
    rows = Snapshot.objects.filter(launch__in=launches).only("launch", "day", "seen_at", "version")
    return {row.launch_id: row for row in rows.order_by("day")}


def _moves(state: LaunchFacts, inputs: Inputs, seen: Outlook) -> list[Move]:
    """What moved P85 since the last day before this one; nothing on the first."""
    before = Snapshot.objects.filter(launch=state.launch, day__lt=inputs.today).order_by("-day").first()
    if before is None:
        return []
    gone = {job["key"] for job in before.inputs["jobs"]} - {job.key for job in inputs.jobs}
    earlier = PreviousForecast(before.day, before.p85, before.target, before.inputs)
    told = DriftContext(
        _ends(state.launch, gone),
        change_authors(state.launch, before.seen_at),
        _mover(state.launch),
        freeze_author(state.launch, before.seen_at),
    )
    moves = drift(earlier, inputs, past(), told)
    return [move for move in moves if move.days or move.is_target]


def _ends(launch: Launch, slugs: Collection[str]) -> dict[str, str]:
    """The state of these blockers, now that they are not in the way."""
    rows = Blocker.objects.filter(launch=launch, slug__in=slugs).exclude(state__in=Blocker.OPEN_STATES)
    return dict(rows.values_list("slug", "state"))


def _mover(launch: Launch) -> str:
    move = launch.moves.select_related("by").order_by("-at", "-pk").first()
    return move.by.label if move and move.by else ""
