"""Launches, and the steps of their targets."""

from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from launches.models import Launch, Snapshot, TargetMove
from launches.models.target_move import TargetStep
from launches.plan import schema
from launches.plan.catalogue import Catalogue, named, rows_by_slug
from launches.plan.rows import Loading, same, upsert
from readiness.models import Origin, Readiness

Launches = dict[str, Launch]


def put_launches(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> Launches:
    rows: Launches = rows_by_slug(Launch, plan.launches, "region", "lead")
    left = {row.region_id for row in rows.values() if row.pk}
    wanted = {slug: _values(rows[slug], launch, catalogue) for slug, launch in plan.launches.items()}
    acts = {slug: _acts(loading, rows[slug], launch) for slug, launch in plan.launches.items()}
    changed = upsert(loading, "launches", rows, wanted, beside=acts)
    if changed or any(acts.values()):
        regions = left | {row.region_id for row in rows.values()}
        cells = Readiness.objects.filter(region__in=regions)
        loading.cells |= set(cells.values_list("pk", flat=True))
    _put_moves(loading, plan, rows, catalogue)
    _go_live(loading, plan, rows)
    _put_forecasts(loading, plan, rows)
    return rows


def _values(row: Launch, launch: schema.LaunchEntry, catalogue: Catalogue) -> dict[str, Any]:
    """What a new one is, and what may change of one that is there without a verb."""
    values = named(row) | launch.given("name", "stage", "baseline", "confidence_goal")
    given = launch.model_fields_set
    if "lead" in given:
        values["lead"] = catalogue.person(launch.lead)
    if "members" in given:
        values["members"] = catalogue.people_of(launch.members)
    if not row._state.adding:
        return values
    values |= {"region": catalogue.regions[launch.region], "target": launch.target}
    values.setdefault("baseline", launch.target)
    if "scope" in given:
        values["scope_all"] = launch.scope == "all"
        values["scope"] = [catalogue.integrations[slug] for slug in _scope(launch) or ()]
    return values


def _scope(launch: schema.LaunchEntry) -> list[str] | None:
    return None if isinstance(launch.scope, str) else sorted(set(launch.scope))


def _acts(loading: Loading, row: Launch, launch: schema.LaunchEntry) -> list[str]:
    """What verbs change of a launch that is there, by name. What leaves blockers out of its scope, or in
    another region, is for somebody else to approve."""
    if row._state.adding:
        return []
    given, done = launch.model_fields_set, []
    said: dict[str, Any] = {"by": loading.by, "now": loading.now}
    if "region" in given and loading.attempt(partial(row.set_region, **said), launch.region):
        done.append("region")
    if "scope" in given and loading.attempt(partial(row.set_scope, **said), _scope(launch)):
        done.append("scope")
    if done:
        row.refresh_from_db(fields=["region", "scope_all", "version"])
    if "target" in given and launch.target != row.target:
        done.append("target")
    if launch.launched and not row.launched_at:
        done.append("launched_at")
    return done


def _put_moves(loading: Loading, plan: schema.PlanFile, rows: Launches, catalogue: Catalogue) -> None:
    """The steps that are not there yet; a target that the file moves leaves one in any case."""
    known = {
        (move.launch_id, move.before, move.after, at)
        for move in _moves(rows, plan)
        for at in (move.at, datetime.combine(move.at.astimezone(UTC), time(), UTC))
    }
    told = [(rows[slug], move) for slug, launch in plan.launches.items() for move in launch.moves]
    new = [
        _move(row, move, catalogue)
        for row, move in told
        if (row.pk, move.from_, move.to, move.on) not in known
    ]
    if told:
        loading.report.of("moves of targets").unchanged += len(told) - len(new)
    targets = {rows[slug]: launch.target for slug, launch in plan.launches.items() if launch.target}
    moved = {row: target for row, target in targets.items() if row.target != target}
    for change in Launch.objects.move_targets(moved, new, loading.author):
        told_as = f"{change.label}: {change.before['target']} → {change.after['target']}"
        loading.report.created("moves of targets", told_as)


def _go_live(loading: Loading, plan: schema.PlanFile, rows: Launches) -> None:
    """A region whose state the file tells is as it tells; what went live did so, whatever is said later."""
    for slug, launch in plan.launches.items():
        row = rows[slug]
        if "launched" not in launch.model_fields_set or same(row.launched_at, launch.launched):
            continue
        if row.launched_at:
            loading.report.notes.append(f"kept: {row} went live on {row.launched_at:%Y-%m-%d}")
            continue
        region = plan.regions.get(row.region.slug)
        row.go_live(
            by=loading.by,
            now=loading.now,
            reason=loading.reason,
            origin=Origin.PLAN,
            at=launch.launched,
            opens=region is None or "state" not in region.model_fields_set,
        )
        row.refresh_from_db(fields=["launched_at", "version"])


def _put_forecasts(loading: Loading, plan: schema.PlanFile, rows: Launches) -> None:
    """Those of days that nothing is kept of."""
    told = {slug: launch.forecasts for slug, launch in plan.launches.items() if launch.forecasts}
    kept = Snapshot.objects.filter(launch__in=[rows[slug] for slug in told]).values_list("launch", "day")
    there = set(kept)
    for slug, forecasts in told.items():
        new = [each for each in forecasts if (rows[slug].pk, each.day) not in there]
        Snapshot.objects.remembered(rows[slug], [each.facts() for each in new])
        loading.report.of("forecasts").created += len(new)
        loading.report.of("forecasts").unchanged += len(forecasts) - len(new)


def _moves(rows: Launches, plan: schema.PlanFile) -> list[TargetMove]:
    return list(TargetMove.objects.filter(launch__in=[rows[slug] for slug in plan.launches]))


def _move(row: Launch, move: schema.TargetMoveEntry, catalogue: Catalogue) -> TargetStep:
    return TargetStep(row, move.from_, move.to, catalogue.person(move.by), move.on, move.reason)
