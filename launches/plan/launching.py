"""Launches, the steps of their targets, and who says go."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from launches.models import Launch, SignOff, Snapshot, TargetMove
from launches.models.launch import TargetStep
from launches.models.signoff import fingerprint
from launches.plan import schema
from launches.plan.catalogue import Catalogue, in_words, named, rows_by_slug
from launches.plan.rows import Loading, upsert, without_held_back
from readiness.models import Readiness

Launches = dict[str, Launch]


def put_launches(loading: Loading, plan: schema.Plan, catalogue: Catalogue) -> Launches:
    rows: Launches = rows_by_slug(Launch, plan.launches, "region", "lead")
    wanted = {
        slug: _without_leaving(
            loading,
            rows[slug],
            launch,
            _without_narrowing(loading, rows[slug], launch, _values(rows[slug], launch, catalogue)),
        )
        for slug, launch in plan.launches.items()
    }
    targets = {slug: rows[slug].target for slug in plan.launches}
    left = {row.region_id for row in rows.values() if row.pk}
    changed = upsert(loading, "launches", rows, wanted)
    regions = {launch.region_id for launch in changed}
    cells = Readiness.objects.filter(region__in=regions | left if changed else ())
    loading.cells |= set(cells.values_list("pk", flat=True))
    _put_moves(loading, plan, rows, catalogue, targets)
    _put_forecasts(loading, plan, rows)
    return rows


def _values(row: Launch, launch: schema.Launch, catalogue: Catalogue) -> dict[str, Any]:
    values = named(row) | launch.given("name", "stage", "target", "baseline", "confidence_goal")
    if row._state.adding:
        values.setdefault("baseline", launch.target)
    given = launch.model_fields_set
    if "region" in given:
        values["region"] = catalogue.regions[launch.region]
    if "lead" in given:
        values["lead"] = catalogue.person(launch.lead)
    if "members" in given:
        values["members"] = catalogue.people_of(launch.members)
    if "launched" in given:
        values["launched_at"] = launch.launched
    if "scope" in given:
        values["scope_all"] = launch.scope == "all"
        slugs = [] if isinstance(launch.scope, str) else launch.scope
        values["scope"] = [catalogue.integrations[slug] for slug in slugs]
    return values


def _without_narrowing(
    loading: Loading, row: Launch, launch: schema.Launch, values: dict[str, Any]
) -> dict[str, Any]:
    """What leaves blockers out of the scope of a launch is for somebody else to approve."""
    if row._state.adding or "scope" not in launch.model_fields_set or launch.scope == "all":
        return values
    arguments = {"scope": sorted(launch.scope)}
    act = row, "set_scope", arguments, {"scope": row.in_scope()}
    return without_held_back(loading, act, values, ("scope", "scope_all"))


def _without_leaving(
    loading: Loading, row: Launch, launch: schema.Launch, values: dict[str, Any]
) -> dict[str, Any]:
    """Nor does a file alone take a launch to another region, away from what blocks it."""
    if row._state.adding or "region" not in values or values["region"].pk == row.region_id:
        return values
    act = row, "set_region", {"region": launch.region}, {"region": row.region.slug}
    return without_held_back(loading, act, values, ("region",))


def _put_moves(
    loading: Loading,
    plan: schema.Plan,
    rows: Launches,
    catalogue: Catalogue,
    targets: Mapping[str, date | None],
) -> None:
    """The steps that are not there yet; a target that the file moved leaves one in any case."""
    known = {
        (move.launch_id, move.before, move.after, at)
        for move in _moves(rows, plan)
        for at in (move.at, datetime.combine(move.at.astimezone(UTC), time(), UTC))
    }
    new: list[TargetStep] = []
    for slug, launch in plan.launches.items():
        row, steps = rows[slug], []
        for move in launch.moves:
            if (row.pk, move.from_, move.to, move.on) in known:
                loading.report.unchanged("moves of targets")
            else:
                steps.append(_move(row, move, catalogue))
        old = targets[slug]
        if old is not None and old != row.target and all(step.after != row.target for step in steps):
            steps.append(TargetStep(row, old, row.target, loading.by, loading.now))
        new += steps
    for step in new:
        loading.report.created("moves of targets", f"{step.launch}: {step.before} → {step.after}")
    TargetMove.objects.told(new, loading.author)


def _put_forecasts(loading: Loading, plan: schema.Plan, rows: Launches) -> None:
    """Those of days that nothing is kept of."""
    told = {slug: launch.forecasts for slug, launch in plan.launches.items() if launch.forecasts}
    kept = Snapshot.objects.filter(launch__in=[rows[slug] for slug in told]).values_list("launch", "day")
    there = set(kept)
    for slug, forecasts in told.items():
        new = [each for each in forecasts if (rows[slug].pk, each.day) not in there]
        Snapshot.objects.remembered(rows[slug], [each.facts() for each in new])
        loading.report.of("forecasts").created += len(new)
        loading.report.of("forecasts").unchanged += len(forecasts) - len(new)


def _moves(rows: Launches, plan: schema.Plan) -> list[TargetMove]:
    return list(TargetMove.objects.filter(launch__in=[rows[slug] for slug in plan.launches]))


def _move(row: Launch, move: schema.Move, catalogue: Catalogue) -> TargetStep:
    return TargetStep(row, move.from_, move.to, catalogue.person(move.by), move.on, move.reason)


def put_sign_offs(loading: Loading, plan: schema.Plan, launches: Launches, catalogue: Catalogue) -> None:
    """Last of all: a decision is bound to the blockers as they are once everything is settled."""
    slugs = [slug for slug, launch in plan.launches.items() if launch.sign_offs]
    found = SignOff._base_manager.filter(launch__in=[launches[slug] for slug in slugs])
    found = found.select_related("signer", "decided_by", "asked_by").select_for_update(of=("self",))
    by_key = {launch.pk: slug for slug, launch in launches.items()}
    rows = {(by_key[row.launch_id], row.slug): row for row in found.order_by("pk")}
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for slug in slugs:
        approved = fingerprint(launches[slug].blockers.live())
        for name, sign_off in plan.launches[slug].sign_offs.items():
            row = rows.setdefault((slug, name), SignOff(slug=name))
            row.launch = launches[slug]
            values = _sign_off(loading, row, sign_off, catalogue, approved)
            if row.pk and row.is_required and values.get("is_required") is False:
                advisory = {"is_required": False}
                act = row, "amend", advisory, {"is_required": True}
                values = without_held_back(loading, act, values, advisory)
            wanted[slug, name] = values
    upsert(loading, "sign-offs", rows, wanted)


def _sign_off(
    loading: Loading,
    row: SignOff,
    sign_off: schema.SignOff,
    catalogue: Catalogue,
    approved: dict[str, str],
) -> dict[str, Any]:
    given = sign_off.model_fields_set
    values: dict[str, Any] = {"function": in_words(row.slug)} if row.pk is None else {}
    values |= sign_off.given("function", "note", "lead_days")
    if "required" in given:
        values["is_required"] = sign_off.required
    values |= _asked(sign_off, catalogue)
    if "decision" not in given:
        return values
    values["decision"] = sign_off.decision or ""
    if values["decision"] != row.decision:
        values |= _decided(loading, sign_off, catalogue, approved)
    if "by" in given:
        values["decided_by"] = catalogue.person(sign_off.by)
    if "on" in given:
        values["decided_at"] = sign_off.on
    if "approved" in given:
        values["fingerprint"] = sign_off.approved
    return values


def _asked(sign_off: schema.SignOff, catalogue: Catalogue) -> dict[str, Any]:
    """Who answers, who asked for it, and what makes the answer stale."""
    given = sign_off.model_fields_set
    values: dict[str, Any] = {}
    if "concerns" in given:
        values["concerns"] = {name: sorted(found) for name, found in sign_off.concerns if found}
    for name in given & {"signer", "asked_by"}:
        values[name] = catalogue.person(getattr(sign_off, name))
    if "asked_on" in given:
        values["asked_at"] = sign_off.asked_on
    return values


def _decided(
    loading: Loading, sign_off: schema.SignOff, catalogue: Catalogue, approved: dict[str, str]
) -> dict[str, Any]:
    if sign_off.decision is None:
        return {"decided_by": None, "decided_at": None, "fingerprint": {}}
    by = catalogue.person(sign_off.signer) or loading.by
    return {"decided_by": by, "decided_at": loading.now, "fingerprint": approved}
