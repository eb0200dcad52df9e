"""What stands between today and each launch, and what was decided about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from launches.evidence import link
from launches.models import Blocker
from launches.models.told import ToldBlocker, take_told_steps
from launches.plan import schema
from launches.plan.catalogue import Catalogue, in_words
from launches.plan.decisions import Key, decisions_told
from launches.plan.issues import put_issues
from launches.plan.launches import Launches
from launches.plan.rows import Loading, news, upsert
from readiness.models import Item, Readiness

Source = Blocker.Source
SETTLED = (Source.CELL, Source.CHECK)
DECIDED: Mapping[str, str] = {Blocker.State.WAIVED: "waiver", Blocker.State.DEFERRED: "deferral"}


def put_blockers(loading: Loading, plan: schema.PlanFile, launches: Launches, catalogue: Catalogue) -> None:
    said = {
        (slug, name): blocker
        for slug, launch in plan.launches.items()
        for name, blocker in launch.blockers.items()
    }
    rows = _found(launches, {slug for slug, _ in said})
    for (slug, name), each in said.items():
        if (slug, name) not in rows:
            rows[slug, name] = Blocker.told(launches[slug], name, each.state, _times(each), loading.now)
    causes = Causes.of(launches, said)
    wanted = {
        key: _values(loading, rows[key], each, catalogue, causes) | _dependencies(rows, key, each)
        for key, each in said.items()
    }
    told = {key: _told(loading, rows[key], each, wanted[key], catalogue) for key, each in said.items()}
    courses = {
        key: [*(["state"] if each.state else []), *news(each.blocker, each.times)]
        for key, each in told.items()
    }
    upsert(loading, "blockers", rows, wanted, beside=courses, born=Blocker.facts, verbs=_verb)
    take_told_steps(told.values(), loading.author)
    put_issues(loading, rows, said)
    settled = (rows[key].cell_id for key in said)
    loading.cells |= {cell for cell in settled if cell is not None}


def _found(launches: Launches, slugs: Collection[str]) -> dict[Key, Blocker]:
    by_key = {launches[slug].pk: launches[slug] for slug in slugs}
    found = Blocker._base_manager.filter(launch__in=by_key).order_by("pk")
    related = ("cell__region", "cell__integration", "team", "owner", "raised_by", "waiver", "deferral")
    rows: dict[Key, Blocker] = {}
    for row in found.select_related(*related).select_for_update(of=("self",)):
        row.launch = by_key[row.launch_id]
        rows[row.launch.slug, row.slug] = row
    return rows


def _dependencies(rows: Mapping[Key, Blocker], key: Key, blocker: schema.BlockerEntry) -> dict[str, Any]:
    if "depends_on" not in blocker.model_fields_set:
        return {}
    return {"depends_on": [rows[key[0], slug] for slug in blocker.depends_on]}


@dataclass
class Causes:
    """What blockers of the file stand for: cells by region and integration, items by cell and requirement."""

    cells: dict[tuple[int, str], Readiness]
    items: dict[tuple[int, str], Item]

    @classmethod
    def of(cls, launches: Launches, said: Mapping[Key, schema.BlockerEntry]) -> "Causes":
        rows = Readiness.objects.filter(
            region__in={launches[slug].region_id for slug, _ in said},
            integration__slug__in={each.integration for each in said.values() if each.integration},
        ).select_related("region", "integration__team")
        cells = {(row.region_id, row.integration.slug): row for row in rows}
        items = Item.objects.filter(cell__in=cells.values()).select_related("requirement")
        return cls(cells, {(item.cell_id, item.requirement.slug): item for item in items})


def _values(
    loading: Loading, row: Blocker, blocker: schema.BlockerEntry, catalogue: Catalogue, causes: Causes
) -> dict[str, Any]:
    given = blocker.model_fields_set
    values = _cause(row, blocker, causes)
    if row._state.adding:
        values = _first(loading, row, values) | values
    values |= blocker.given("title", "description", "source", "kind", "certainty", "severity", "due")
    values |= blocker.given("spike_by", "violates", "labels")
    if "links" in given:
        values["links"] = [link(each.url, each.title) for each in blocker.links]
    if "team" in given:
        values["team"] = catalogue.team(blocker.team)
    for name in given & {"owner", "raised_by"}:
        values[name] = catalogue.person(getattr(blocker, name))
    if "estimate" in given:
        values |= points(blocker.estimate)
    if values.get("certainty", row.certainty) != Blocker.Certainty.KNOWN_UNKNOWN:
        values["spike_by"] = None
    return values


def points(estimate: tuple[Any, Any, Any] | None) -> dict[str, Any]:
    best, likely, worst = estimate or (None, None, None)
    return {"best": best, "likely": likely, "worst": worst}


def _cause(row: Blocker, blocker: schema.BlockerEntry, causes: Causes) -> dict[str, Any]:
    """The cell and item it stands for, and so its source."""
    if "integration" not in blocker.model_fields_set:
        return {}
    if blocker.integration is None:
        return {"cell": None, "item": None, "source": Source.PERSON}
    cell = causes.cells.get((row.launch.region_id, blocker.integration))
    if cell is None:
        # It is one of a region that the launch opens once somebody has approved that.
        return {}
    item = causes.items[cell.pk, blocker.requirement] if blocker.requirement else None
    return {"cell": cell, "item": item, "source": Source.CHECK if item else Source.CELL}


def _first(loading: Loading, row: Blocker, cause: Mapping[str, Any]) -> dict[str, Any]:
    """What a new blocker is when the file says no more, as if a cell, a check or a person had opened it."""
    cell, item = cause.get("cell"), cause.get("item")
    first: dict[str, Any] = {"title": in_words(row.slug)}
    if cell is None:
        return first | {"kind": Blocker.Kind.PROCESS, "raised_by": loading.by}
    name = cell.integration.name
    title = f"{name}: {item.requirement.title}" if item else f"{name} not ready in {cell.region.name}"
    return first | {"title": title[:200], "kind": cell.integration.kind, "team": cell.integration.team}


def _verb(row: Blocker, verb: str) -> str:
    """How people's acts are told, which do the same."""
    born = "proposed" if row.state == Blocker.State.PROPOSED else "opened"
    return born if verb == "created" else "edited"


def _told(
    loading: Loading,
    row: Blocker,
    blocker: schema.BlockerEntry,
    values: Mapping[str, Any],
    catalogue: Catalogue,
) -> ToldBlocker:
    """Its course, and what was decided about it."""
    moves = _moves_on(loading, row, blocker, values.get("source", row.source))
    if moves and not row.way_to(blocker.state):
        loading.report.notes.append(f"kept: {row} is {row.state} already, and not {blocker.state} any more")
        moves = False
    state, decisions = blocker.state if moves else "", decisions_told(loading, row, blocker, catalogue)
    times = {} if row.pk is None else Blocker.times_told(_times(blocker), state or row.state)
    return ToldBlocker(row, state, times, decisions, blocker.reason)


def _times(blocker: schema.BlockerEntry) -> dict[str, Any]:
    times = blocker.given("opened", "started", "reopened", "closed")
    return {f"{name}_at": at for name, at in times.items()} | blocker.given("reopenings")


def _moves_on(loading: Loading, row: Blocker, blocker: schema.BlockerEntry, source: str) -> bool:
    """Whether the file changes its state, and what has happened since does not count for more.

    A cell's or a check's blocker is over when what it stands for is there, and only then. What a waiver or a
    deferral kept off until a day that has passed stands again.
    """
    if "state" not in blocker.model_fields_set or blocker.state == row.state:
        return False
    if source in SETTLED and (row.state in Blocker.OVER) != (blocker.state in Blocker.OVER):
        return False
    until = None if row._state.adding else _until(row, blocker)
    return not (row.is_outstanding and until is not None and until < row.launch.region.today(loading.now))


def _until(row: Blocker, blocker: schema.BlockerEntry) -> Any:
    """The last day of the decision that the file's state rests on."""
    name = DECIDED.get(blocker.state, "")
    said = getattr(blocker, name, None)
    if said is not None and "expires" in said.model_fields_set:
        return said.expires
    return getattr(getattr(row, name, None), "expires_on", None)
