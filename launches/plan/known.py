"""What the database knows already of the things a plan refers to, by slug."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from launches.models import Blocker, Launch, SignOff
from launches.plan import schema
from readiness.models import Integration, Readiness, Region, Requirement, Team


class KnownBlocker(NamedTuple):
    integration: str | None
    requirement: str | None
    source: str
    state: str
    severity: str
    certainty: str
    # (requested by, approved by) of each decision, by its name.
    decisions: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class Known:
    """The file's things and the database's together; of blockers, only the database's."""

    teams: frozenset[str]
    regions: Mapping[str, str | None]
    integrations: frozenset[str]
    requirements: Mapping[str, Mapping[str, bool]]
    # The integrations that each region has a cell of.
    cells: Mapping[str, Collection[str]]
    # The database's launches, and the region of each of its and the file's.
    opened: frozenset[str]
    launches: Mapping[str, str]
    # The functions that say go, of each launch.
    sign_offs: Mapping[str, Collection[str]] = field(default_factory=dict)
    blockers: Mapping[str, Mapping[str, KnownBlocker]] = field(default_factory=dict)
    dependencies: Mapping[str, Mapping[str, set[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: schema.PlanFile) -> "Known":
        opened = dict(Launch.objects.values_list("slug", "region__slug"))
        launches = opened | {slug: each.region for slug, each in plan.launches.items() if each.region}
        return cls(
            teams=frozenset(Team.objects.values_list("slug", flat=True)) | plan.teams.keys(),
            regions=_regions(plan),
            integrations=frozenset(Integration.objects.values_list("slug", flat=True))
            | plan.integrations.keys(),
            requirements=_requirements(plan),
            cells=_cells(plan, set(launches.values())),
            opened=frozenset(opened),
            launches=launches,
            sign_offs=_sign_offs(plan),
            blockers=_blockers(plan),
            dependencies=_dependencies(plan),
        )


def _regions(plan: schema.PlanFile) -> dict[str, str | None]:
    """Each region with the one it is modelled on."""
    regions: dict[str, str | None] = dict(Region.objects.values_list("slug", "modelled_on__slug"))
    for slug, region in plan.regions.items():
        regions.setdefault(slug, None)
        if "modelled_on" in region.model_fields_set:
            regions[slug] = region.modelled_on
    return regions


def _requirements(plan: schema.PlanFile) -> dict[str, dict[str, bool]]:
    """By integration, each requirement and whether a check decides it."""
    known: dict[str, dict[str, bool]] = {}
    for integration, slug, probe in Requirement.objects.values_list("integration__slug", "slug", "probe"):
        known.setdefault(integration, {})[slug] = bool(probe)
    for integration, each in plan.integrations.items():
        for slug, requirement in each.requirements.items():
            checklist = known.setdefault(integration, {})
            checklist.setdefault(slug, False)
            if "check" in requirement.model_fields_set:
                checklist[slug] = requirement.check is not None
    return known


def _cells(plan: schema.PlanFile, regions: set[str]) -> dict[str, set[str]]:
    rows = Readiness.objects.filter(region__slug__in=regions)
    cells = {region: set(named) for region, named in plan.cells.items()}
    for region, integration in rows.values_list("region__slug", "integration__slug"):
        cells.setdefault(region, set()).add(integration)
    return cells


def _sign_offs(plan: schema.PlanFile) -> dict[str, set[str]]:
    known = {slug: set(launch.sign_offs) for slug, launch in plan.launches.items()}
    rows = SignOff.objects.filter(launch__slug__in=plan.launches)
    for launch, slug in rows.values_list("launch__slug", "slug"):
        known[launch].add(slug)
    return known


def _blockers(plan: schema.PlanFile) -> dict[str, dict[str, KnownBlocker]]:
    rows = Blocker.objects.filter(launch__slug__in=plan.launches)
    known: dict[str, dict[str, KnownBlocker]] = {}
    for row in rows.values_list(
        "launch__slug",
        "slug",
        "cell__integration__slug",
        "item__requirement__slug",
        "source",
        "state",
        "severity",
        "certainty",
        "waiver",
        "waiver__requested_by__username",
        "waiver__approved_by__username",
        "deferral",
        "deferral__requested_by__username",
        "deferral__approved_by__username",
    ):
        decisions = {"waiver": row[9:11]} if row[8] else {}
        decisions |= {"deferral": row[12:14]} if row[11] else {}
        known.setdefault(row[0], {})[row[1]] = KnownBlocker(*row[2:8], decisions)
    return known


def _dependencies(plan: schema.PlanFile) -> dict[str, dict[str, set[str]]]:
    """By launch, what each blocker waits for, once the file is loaded."""
    graphs: dict[str, dict[str, set[str]]] = {slug: {} for slug in plan.launches}
    links = Blocker.depends_on.through.objects.filter(from_blocker__launch__slug__in=plan.launches)
    for launch, blocker, other in links.values_list(
        "from_blocker__launch__slug", "from_blocker__slug", "to_blocker__slug"
    ):
        graphs[launch].setdefault(blocker, set()).add(other)
    for slug, launch_plan in plan.launches.items():
        for name, each in launch_plan.blockers.items():
            if "depends_on" in each.model_fields_set:
                graphs[slug][name] = set(each.depends_on)
    return graphs
