"""People, teams, regions, integrations and their checklists."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from launches.plan import schema
from launches.plan.rows import Loading, upsert, without_held_back
from readiness.models import ChangeFreeze, Integration, Region, Team, User
from readiness.probes.placeholders import FACTS


@dataclass
class Catalogue:
    """The rows a plan names, by slug: found (and locked) or new."""

    people: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    integrations: dict[str, Integration] = field(default_factory=dict)

    def person(self, name: str | None) -> User | None:
        return None if name is None else self.people[name]

    def people_of(self, names: Iterable[str]) -> list[User]:
        return [self.people[name] for name in names]

    def team(self, slug: str | None) -> Team | None:
        return None if slug is None else self.teams[slug]


def in_words(slug: str) -> str:
    """What something is called that has only a slug."""
    words = slug.replace("-", " ").replace("_", " ").strip() or slug
    return words[:1].upper() + words[1:]


def put_catalogue(loading: Loading, plan: schema.PlanFile) -> Catalogue:
    catalogue = Catalogue()
    put_people(loading, plan, catalogue)
    put_teams(loading, plan, catalogue)
    put_regions(loading, plan, catalogue)
    put_integrations(loading, plan, catalogue)
    return catalogue


def put_people(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> None:
    """Whoever is named and not there yet gets an account without a password."""
    names = {*plan.people, *named_people(plan)}
    found = {user.username: user for user in User.objects.select_for_update().order_by("pk")}
    password = make_password(None)
    catalogue.people = {
        name: found.get(name) or User(username=name, password=password) for name in sorted(names)
    }
    wanted: dict[str, dict[str, Any]] = {name: {} for name in catalogue.people}
    wanted |= {name: _person(catalogue.people[name], person) for name, person in plan.people.items()}
    upsert(loading, "people", catalogue.people, wanted)


def _person(user: User, person: schema.PersonEntry) -> dict[str, Any]:
    values = person.given("email")
    if user._state.adding and person.closed:
        values["is_active"] = False
    if "name" in person.model_fields_set and person.name != user.get_full_name():
        first, _, last = person.name.rpartition(" ")
        values |= {"first_name": first or last, "last_name": last if first else ""}
        values = {name: value[:150] for name, value in values.items()}
    return values


def named_people(plan: schema.PlanFile) -> Iterator[str]:
    """Every user name that the plan mentions anywhere but under `people`."""
    for team in plan.teams.values():
        yield from team.members
    for cells in plan.cells.values():
        for cell in cells.values():
            named = (cell.declared_by, *(item.by for item in cell.items.values()))
            yield from filter(None, (*named, *(check.paused_by for check in cell.checks.values())))
    for launch in plan.launches.values():
        yield from filter(None, _named_in_launch(launch))
    yield from (request.by for request in plan.requests)


def _named_in_launch(launch: schema.LaunchEntry) -> Iterator[str | None]:
    yield launch.lead
    yield from launch.members
    yield from (move.by for move in launch.moves)
    for sign_off in launch.sign_offs.values():
        yield from (sign_off.signer, sign_off.by, sign_off.asked_by)
    for blocker in launch.blockers.values():
        yield from (blocker.owner, blocker.raised_by)
        for decision in filter(None, (blocker.waiver, blocker.deferral)):
            yield from (decision.requested_by, decision.approved_by)
        if blocker.deferral is not None:
            yield from (said.by for said in blocker.deferral.acknowledgements.values())


def put_teams(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> None:
    catalogue.teams = rows_by_slug(Team, plan.teams)
    wanted: dict[str, dict[str, Any]] = {}
    for slug, team in plan.teams.items():
        wanted[slug] = named(catalogue.teams[slug]) | team.given("name", "email", "parallel_work", "share")
        if "week" in team.model_fields_set:
            wanted[slug]["working_week"] = " ".join(team.week)
        wanted[slug] |= _paced(catalogue.teams[slug], team, wanted[slug], loading.today)
        if "members" in team.model_fields_set:
            wanted[slug]["members"] = catalogue.people_of(team.members)
    upsert(loading, "teams", catalogue.teams, wanted)


def _paced(team: Team, said: schema.TeamEntry, wanted: dict[str, Any], today: date) -> dict[str, Any]:
    """When a team that was there already came to work as much of a week as it does now."""
    fields = ("working_week", "share")
    if "paced" in said.model_fields_set:
        return {"paced_on": said.paced}
    differs = any(getattr(team, name) != wanted.get(name, getattr(team, name)) for name in fields)
    return {"paced_on": today} if team.pk and differs else {}


def put_regions(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> None:
    rows = catalogue.regions = rows_by_slug(Region, plan.regions, "modelled_on")
    wanted: dict[str, dict[str, Any]] = {}
    for slug, region in plan.regions.items():
        wanted[slug] = _without_elsewhere(loading, rows[slug], named(rows[slug]) | region.given(*_REGION))
        if "freezes" in region.model_fields_set:
            wanted[slug]["freezes"] = [_freeze(freeze) for freeze in region.freezes]
        if "modelled_on" in region.model_fields_set:
            wanted[slug]["modelled_on"] = rows.get(region.modelled_on or "")
    upsert(loading, "regions", rows, wanted, later=["modelled_on"])


def _without_elsewhere(loading: Loading, row: Region, values: dict[str, Any]) -> dict[str, Any]:
    """By what failing checks would look elsewhere is for somebody else to approve."""
    other = {name: values[name] for name in FACTS if name in values and values[name] != getattr(row, name)}
    if row.pk is None or not other:
        return values
    before = {name: getattr(row, name) for name in other}
    return without_held_back(loading, (row, "amend", {"values": other}, before), values, other)


def _freeze(freeze: schema.FreezeEntry) -> dict[str, Any]:
    return ChangeFreeze(freeze.first, freeze.last, freeze.reason).facts()


_REGION = (
    "name", "jurisdiction", "provider", "provider_code", "domain", "timezone", "holiday_calendar", "state"
)  # fmt: skip


def put_integrations(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> None:
    rows = catalogue.integrations = rows_by_slug(Integration, plan.integrations, "team")
    wanted: dict[str, dict[str, Any]] = {}
    for slug, integration in plan.integrations.items():
        new = {"kind": Integration.Kind.INFRASTRUCTURE} if rows[slug].pk is None else {}
        wanted[slug] = named(rows[slug]) | new | integration.given("name", "kind", "description")
        if "team" in integration.model_fields_set:
            wanted[slug]["team"] = catalogue.team(integration.team)
    upsert(loading, "integrations", rows, wanted)


def named(row: Any) -> dict[str, Any]:
    """The name that a new row has until the file gives it one."""
    return {"name": in_words(row.slug)} if row.pk is None else {}


def rows_by_slug(model: Any, wanted: Iterable[str], *related: str) -> dict[str, Any]:
    """All rows of `model` by slug, locked, and new ones for those wanted that are not there."""
    found = model._base_manager.select_related(*related) if related else model._base_manager.all()
    rows = {row.slug: row for row in found.select_for_update(of=("self",)).order_by("pk")}
    return rows | {slug: model(slug=slug) for slug in wanted if slug not in rows}
