"""What a plan refers to must be there, in the file or the database; checked before anything is written."""

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from launches.models import Blocker
from launches.models.decision import takes_two
from launches.plan import schema
from launches.plan.blockers import DECIDED, SETTLED
from launches.plan.document import Document
from launches.plan.known import Known, KnownBlocker
from launches.plan.problems import Path, Problem, nearest, shown
from launches.plan.validation import ParsedPlan
from readiness import probes

Found = Iterator[tuple[Path, str]]


def problems(shape: ParsedPlan, document: Document) -> list[Problem]:
    """Everything that is wrong beyond the shape of each thing; nothing of what has a wrong shape itself."""
    plan = shape.plan
    known = Known.of(plan)
    found = [
        *_regions(plan, known),
        *_integrations(plan, known),
        *_cells(plan, known),
        *(each for slug, launch in plan.launches.items() for each in _launch(slug, launch, known)),
    ]
    told = [(path, text) for path, text in found if not any(_within(path, wrong) for wrong in shape.wrong)]
    return [document.problem(path, text) for path, text in told]


def _within(path: Path, wrong: Path) -> bool:
    shorter = min(len(path), len(wrong))
    return path[:shorter] == wrong[:shorter]


def _missing(path: Path, what: str, slug: str | None, known: Collection[str]) -> Found:
    """A reference that leads nowhere; null leads nowhere on purpose."""
    if slug is not None and slug not in known:
        yield path, f"expected {what} of this file or the database{nearest(slug, known)}, got {shown(slug)}"


def _regions(plan: schema.PlanFile, known: Known) -> Found:
    for slug, region in plan.regions.items():
        yield from _missing(("regions", slug, "modelled_on"), "a region", region.modelled_on, known.regions)
    graph = {slug: {model} for slug, model in known.regions.items() if model is not None}
    yield from _cycle(("regions",), "modelled_on", graph, plan.regions)


def _integrations(plan: schema.PlanFile, known: Known) -> Found:
    for slug, integration in plan.integrations.items():
        path: Path = ("integrations", slug)
        yield from _missing((*path, "team"), "a team", integration.team, known.teams)
        for name, requirement in integration.requirements.items():
            if requirement.check is not None:
                yield from _check((*path, "requirements", name, "check"), requirement.check)


def _check(path: Path, check: schema.CheckEntry) -> Found:
    for problem in probes.validate(check.kind, check.model_extra or {}):
        name, _, text = problem.partition(": ")
        yield (*path, *name.split(".")), f"expected parameters that the check {check.kind} takes, got: {text}"


def _cells(plan: schema.PlanFile, known: Known) -> Found:
    for region, cells in plan.cells.items():
        yield from _missing(("cells", region), "a region", region, known.regions)
        for integration, cell in cells.items():
            path: Path = ("cells", region, integration)
            yield from _missing(path, "an integration", integration, known.integrations)
            if integration in known.integrations:
                yield from _items(path, cell, known.requirements.get(integration, {}))
                yield from _checks(path, cell, known.requirements.get(integration, {}))


def _items(path: Path, cell: schema.CellEntry, requirements: Mapping[str, bool]) -> Found:
    for slug, item in cell.items.items():
        at = (*path, "items", slug)
        yield from _missing(at, f"a requirement of {path[-1]}", slug, requirements)
        if requirements.get(slug):
            yield at, "expected a requirement without a check, got one that a check decides"
        if item.note and not item.evidence.startswith(("http://", "https://")):
            yield (*at, "evidence"), f"expected a URL beside the note, got {shown(item.evidence)}"


def _checks(path: Path, cell: schema.CellEntry, requirements: Mapping[str, bool]) -> Found:
    for number, slug in enumerate(cell.accepted):
        yield from _missing((*path, "accepted", number), f"a requirement of {path[-1]}", slug, requirements)
    for slug in cell.checks:
        at = (*path, "checks", slug)
        yield from _missing(at, f"a requirement of {path[-1]}", slug, requirements)
        if not requirements.get(slug, True):
            yield at, "expected a requirement with a check, got one that people sign off"


def _launch(slug: str, launch: schema.LaunchEntry, known: Known) -> Found:
    path: Path = ("launches", slug)
    is_new = slug not in known.opened
    if is_new or "region" in launch.model_fields_set:
        yield from _missing((*path, "region"), "a region", launch.region, known.regions)
    if launch.target is None and (is_new or "target" in launch.model_fields_set):
        yield (*path, "target"), "expected a date, got nothing"
    if launch.forecasts and launch.launched is None:
        yield (*path, "forecasts"), "expected those of a launch that is over, got one that is ahead"
    if launch.baseline is None and "baseline" in launch.model_fields_set:
        yield (*path, "baseline"), "expected a date, got nothing"
    for number, name in enumerate([] if isinstance(launch.scope, str) else launch.scope):
        yield from _missing((*path, "scope", number), "an integration", name, known.integrations)
    for name, sign_off in launch.sign_offs.items():
        yield from _concerns((*path, "sign_offs", name, "concerns"), sign_off.concerns, known)
    for name, blocker in launch.blockers.items():
        yield from _blocker((*path, "blockers", name), slug, blocker, known, launch.blockers)
    yield from _cycle((*path, "blockers"), "depends_on", known.dependencies[slug], launch.blockers)
    yield from _doubles((*path, "blockers"), launch, known.blockers.get(slug, {}))


def _concerns(path: Path, concerns: schema.ConcernsEntry, known: Known) -> Found:
    for number, team in enumerate(concerns.teams):
        yield from _missing((*path, "teams", number), "a team", team, known.teams)
    for number, name in enumerate(concerns.integrations):
        yield from _missing((*path, "integrations", number), "an integration", name, known.integrations)


def _blocker(
    path: Path, launch: str, blocker: schema.BlockerEntry, known: Known, named: Collection[str]
) -> Found:
    region, integration = known.launches.get(launch), blocker.integration
    there = known.blockers.get(launch, {})
    yield from _missing((*path, "team"), "a team", blocker.team, known.teams)
    yield from _cause(path, region, integration, blocker, known)
    for number, slug in enumerate(blocker.depends_on):
        if slug not in there:
            yield from _missing((*path, "depends_on", number), "a blocker", slug, named)
    if blocker.closed and "state" in blocker.model_fields_set and blocker.state not in Blocker.OVER:
        yield (*path, "closed"), f"expected null for a blocker that is {blocker.state}, got a date"
    yield from _weaker(path, blocker, there.get(str(path[-1])))
    yield from _unhinged(path, blocker, there.get(str(path[-1])))
    yield from _unknown(path, blocker, there.get(str(path[-1])))
    yield from _decisions(path, blocker, there.get(str(path[-1])))
    yield from _acknowledgements(path, blocker.deferral, known.sign_offs[launch])


def _weaker(path: Path, blocker: schema.BlockerEntry, there: KnownBlocker | None) -> Found:
    """A proposal is rejected for a reason, and no must-have is made light of."""
    if there is None:
        return
    rejects = there.state == Blocker.State.PROPOSED and blocker.state == "rejected"
    if rejects and not blocker.reason.strip():
        text = "expected why the proposal is rejected, or the criterion that it does not meet, got nothing"
        yield (*path, "reason"), text
    lighter = blocker.severity == "degrades" != there.severity
    if lighter and there.source in SETTLED and there.state not in Blocker.OVER:
        yield (*path, "severity"), "expected blocks, as it stands for a must-have, got degrades"


def _unhinged(path: Path, blocker: schema.BlockerEntry, there: KnownBlocker | None) -> Found:
    """What stands for a must-have stands for that one until it is over, and nobody has to accept it first."""
    after = _as_loaded(blocker, there)
    if there is not None and there.source in SETTLED and there.state not in Blocker.OVER:
        names = ("integration", "requirement", "source")
        for name, was, will in zip(names, there[:3], after, strict=True):
            if was != will:
                text = f"expected {was or 'none'}, as it stands for a must-have, got {will or 'none'}"
                yield (*path, name), text
    says = blocker.state if there is None or "state" in blocker.model_fields_set else ""
    judged = says in (Blocker.State.PROPOSED, Blocker.State.REJECTED) and says != (there and there.state)
    if judged and after[2] in SETTLED:
        yield (*path, "state"), f"expected one that blocks, as it stands for a must-have, got {says}"


def _as_loaded(
    blocker: schema.BlockerEntry, there: KnownBlocker | None
) -> tuple[str | None, str | None, str]:
    """Integration, requirement and source, once the file is loaded."""
    integration, requirement, source = there[:3] if there else (None, None, "")
    if "integration" in blocker.model_fields_set:
        integration, requirement = blocker.integration, blocker.requirement
        source = Blocker.Source.CHECK if requirement else Blocker.Source.CELL
        source = source if integration else Blocker.Source.PERSON
    if "source" in blocker.model_fields_set:
        source = blocker.source
    return integration, requirement, source


def _cause(
    path: Path, region: str | None, integration: str | None, blocker: schema.BlockerEntry, known: Known
) -> Found:
    if integration is None:
        if blocker.requirement is not None:
            yield (*path, "requirement"), "expected an integration beside the requirement, got none"
        return
    at = (*path, "integration")
    in_region = known.cells.get(region or "", frozenset())
    yield from _missing(at, f"an integration that {region} has a cell of, one", integration, in_region)
    checklist = known.requirements.get(integration, {})
    yield from _missing(
        (*path, "requirement"), f"a requirement of {integration}", blocker.requirement, checklist
    )


def _unknown(path: Path, blocker: schema.BlockerEntry, there: KnownBlocker | None) -> Found:
    """Only what is unknown is found out."""
    keeps = "certainty" not in blocker.model_fields_set
    certainty = there.certainty if there and keeps else blocker.certainty
    if blocker.spike_by is not None and certainty != Blocker.Certainty.KNOWN_UNKNOWN:
        yield (*path, "spike_by"), f"expected null for a blocker that is {certainty}, got a date"


def _acknowledgements(path: Path, deferral: schema.DeferralEntry | None, functions: Collection[str]) -> Found:
    for function, said in deferral.acknowledgements.items() if deferral else ():
        at: Path = (*path, "deferral", "acknowledgements", function)
        yield from _missing(at, "a sign-off of the launch, one", function, functions)
        if said.on is not None and said.by is None:
            yield (*at, "on"), "expected who said so in by, beside the day, got nobody"


def _decisions(path: Path, blocker: schema.BlockerEntry, there: KnownBlocker | None) -> Found:
    """Somebody asks to launch without it, and somebody else approves it where that takes two."""
    before = there.severity if there else Blocker.Severity.BLOCKS
    severity = blocker.severity if "severity" in blocker.model_fields_set else before
    people: dict[str, tuple[str | None, str | None]] = dict(there.decisions) if there else {}
    for name in DECIDED.values():
        said: schema.DecisionEntry | None = getattr(blocker, name)
        asked, approved = people.get(name, (None, None))
        given = said.model_fields_set if said else set()
        if said is not None:
            asked = said.requested_by if "requested_by" in given else asked
            approved = said.approved_by if "approved_by" in given else approved
            people[name] = asked, approved
        if said is not None and approved is not None and asked is None:
            yield (*path, name, "requested_by"), "expected who asked, beside approved_by, got nobody"
        elif takes_two(severity) and asked is not None and asked == approved:
            text = f"expected somebody else than who asked, got {shown(approved)}"
            yield (*path, name, "approved_by"), text
    needed = DECIDED.get(blocker.state)
    if needed and people.get(needed, (None, None))[1] is None:
        text = f"expected a {needed} with approved_by for a blocker that is {blocker.state}, got none"
        yield (*path, needed), text


def _doubles(path: Path, launch: schema.LaunchEntry, there: Mapping[str, KnownBlocker]) -> Found:
    """At most one live blocker for a cell, and for an item."""
    live: dict[tuple[str | None, str | None], str] = {}
    for slug in [*(name for name in there if name not in launch.blockers), *launch.blockers]:
        cause = _live_cause(launch.blockers.get(slug), there.get(slug))
        if cause is None:
            continue
        if cause in live:
            what = " and ".join(name for name in cause if name)
            yield (*path, slug), f"expected one live blocker for {what}, got this one beside “{live[cause]}”"
        live.setdefault(cause, slug)


def _live_cause(
    said: schema.BlockerEntry | None, there: KnownBlocker | None
) -> tuple[str | None, str | None] | None:
    """The cell or item that a blocker alone may stand for, once the file is loaded."""
    state = there.state if there else Blocker.State.OPEN
    if said is None:
        integration, requirement, source = there[:3] if there else (None, None, "")
    else:
        integration, requirement, source = _as_loaded(said, there)
    if said is not None and not (there and there.source in SETTLED):
        state = said.state if there is None or "state" in said.model_fields_set else state
    alone = integration and (requirement or source == Blocker.Source.CELL)
    return (integration, requirement) if alone and state not in Blocker.OVER else None


def _cycle(path: Path, key: str, graph: Mapping[str, Collection[str]], named: Collection[str]) -> Found:
    """The first circle, told at the first of its members that the file names."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # graphlib lists each after what waits for it; said the other way round it reads “a waits for b”.
        circle = list(reversed(error.args[1]))
        start = next((slug for slug in circle if slug in named), circle[0])
        at = circle.index(start)
        circle = [*circle[at:-1], *circle[:at], start]
        yield (*path, start, key), f"expected no circle, got {' → '.join(circle)}"
