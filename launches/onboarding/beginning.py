"""A draft into what it says: one plan, loaded as a plan file is, and the people asked in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from launches.models import Draft, Launch
from launches.models.signoff import usual
from launches.onboarding import starter
from launches.plan.load import load_data
from launches.plan.report import Report
from launches.plan.slugs import LONGEST, slug_of
from readiness.accounts import inviting
from readiness.accounts.inviting import Invited
from readiness.models import Integration, Region, Team, User
from readiness.models.invitation import take_turns_over_accounts

Plan = dict[str, dict[str, Any]]

# What a sheet and the starter catalogue both name.
NAMED = ("teams", "integrations")
# What history says these came from.
STEPS_NAME = "the first steps"
SHEET_NAME = "a sheet"


class NothingToBegin(Exception):
    """Every step is open or skipped, or it was begun in another window."""


@dataclass(frozen=True)
class Begun:
    report: Report
    launch: Launch | None
    invited: Invited


@transaction.atomic
def begin(
    person: User, *, now: datetime, today: date, absolute: Callable[[str], str], form_key: str = ""
) -> Begun:
    """All that the draft of `person` says, or nothing of it. Raises `NothingToBegin` and `Refused`."""
    # Two who begin at once take turns, or one would change what the other has just made.
    take_turns_over_accounts()
    draft = Draft.objects.select_for_update().filter(person=person).first()
    if draft is None or not any(draft.steps.values()):
        raise NothingToBegin
    plan = plan_of(draft, lead=person.username)
    report = _loaded(plan, STEPS_NAME, now, today, person)
    asked = draft.said("people")
    teams = list(Team.objects.filter(slug__in=asked.get("teams", [])))
    emails = asked.get("emails", [])
    invited = inviting.invite(emails, teams, by=person, now=now, absolute=absolute, form_key=form_key)
    draft.delete()
    launch = Launch.objects.filter(slug__in=plan.get("launches", {})).first()
    return Begun(report, launch, invited)


def add(plan: Mapping[str, Mapping[str, Any]], regions: Iterable[str], *, by: User, now: datetime) -> Report:
    """Integrations, as `starter.plan_of` gives them, to what is there and to `regions`. Raises `Refused`."""
    whole = _new_only(plan)
    cells = {slug: plan["cells"].get(slug, {}) for slug in whole.get("integrations", {})}
    whole["cells"] = {region: cells for region in regions if cells}
    return _loaded(_filled(whole), SHEET_NAME, now, now.date(), by)


def _loaded(plan: Plan, name: str, now: datetime, today: date, by: User) -> Report:
    return load_data(plan, name, now, today, by) if plan else Report()


def plan_of(draft: Draft, *, lead: str) -> Plan:
    """What the draft says, as a plan file; what is there already stays as it is."""
    said = _as_there(integrations_of(draft))
    plan = _new_only(said)
    region, launch = draft.said("region"), draft.said("launch")
    if region and not Region.objects.filter(slug=region["slug"]).exists():
        plan["regions"] = {region["slug"]: _filled({k: v for k, v in region.items() if k != "slug"})}
    if launch:
        plan["launches"] = {free_slug(launch): _launch(launch, lead)}
    plan["cells"] = _cells(said, region, launch)
    return _filled(plan)


def integrations_of(draft: Draft) -> Plan:
    """Those chosen and those brought along; what somebody brought themselves counts first."""
    said = draft.said("integrations")
    offered = starter.plan_of(said.get("chosen", []))
    brought = said.get("own", {})
    # Somebody's own "Facturation" is `billing` to whoever ticked it under that name.
    own = _renamed(brought, *(_by_name(offered[part], brought.get(part, {})) for part in NAMED))
    for slug in offered["cells"].keys() & own["cells"].keys():
        if "estimate" in own["cells"][slug]:
            offered["cells"][slug]["guessed"] = False
    return {part: _over(offered[part], own[part]) for part in offered}


def _by_name(offered: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, str]:
    """From the slug that a name would make to the one it has, unless their own has both."""
    made = {slug_of(one["name"]): slug for slug, one in offered.items()}
    return {name: slug for name, slug in made.items() if slug not in own}


def _as_there(said: Plan) -> Plan:
    """Under the slugs of what is there by the same name, so that nothing is made twice in two languages."""
    return _renamed(said, _there(Team, said["teams"]), _there(Integration, said["integrations"]))


def _there(model: type[Team | Integration], said: Mapping[str, Any]) -> dict[str, str]:
    made = {slug: slug_of(one["name"]) for slug, one in said.items()}
    there = set(model._base_manager.filter(slug__in=[*made, *made.values()]).values_list("slug", flat=True))
    new = {slug: name for slug, name in made.items() if slug not in there and name not in said}
    return {slug: name for slug, name in new.items() if name in there}


def _renamed(plan: Plan, teams: Mapping[str, str], integrations: Mapping[str, str]) -> Plan:
    """With other slugs for some of both, wherever they stand."""

    def owned(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "team": teams.get(one["team"], one["team"])} if "team" in one else one

    return {
        "teams": {teams.get(s, s): team for s, team in plan.get("teams", {}).items()},
        "integrations": {integrations.get(s, s): owned(o) for s, o in plan.get("integrations", {}).items()},
        "cells": {integrations.get(s, s): cell for s, cell in plan.get("cells", {}).items()},
    }


def _over(offered: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Under a name that both have, what their own leaves out is as offered: a checklist, for one."""
    both = {slug: {**offered[slug], **_filled(own[slug])} for slug in own if slug in offered}
    return {**offered, **own, **both}


def _new_only(said: Mapping[str, Mapping[str, Any]]) -> Plan:
    teams = set(Team.objects.filter(slug__in=said["teams"]).values_list("slug", flat=True))
    known = set(Integration.objects.filter(slug__in=said["integrations"]).values_list("slug", flat=True))
    new = {slug: one for slug, one in said["integrations"].items() if slug not in known}
    owners = {one.get("team") for one in new.values()}
    return {
        "teams": {s: t for s, t in said["teams"].items() if s not in teams and s in owners},
        "integrations": new,
    }


def _cells(said: Plan, region: Mapping[str, Any], launch: Mapping[str, Any]) -> dict[str, Any]:
    """What is said goes into the new region and that of the launch; what is there, into the new one, too."""
    cells = {slug: said["cells"].get(slug, {}) for slug in said["integrations"]}
    grid = {place: cells for place in (region.get("slug"), launch.get("region")) if place}
    if region:
        there = Integration.objects.values_list("slug", flat=True)
        grid[region["slug"]] = {slug: {} for slug in there} | cells
    return {place: known for place, known in grid.items() if known}


def _launch(said: Mapping[str, Any], lead: str) -> dict[str, Any]:
    functions = {slug: {"function": name} for slug, name in usual().items() if slug in said["functions"]}
    return _filled(
        {
            "name": said["name"],
            "region": said["region"],
            "stage": said["stage"],
            "target": said["target"],
            "lead": said.get("lead") or lead,
            "confidence_goal": said["confidence_goal"],
            "sign_offs": functions,
        }
    )


def free_slug(launch: Mapping[str, Any]) -> str:
    """`europe-ga`, with a number where there is one."""
    stem = f"{launch['region'][: LONGEST - 8]}-{'beta' if launch['stage'] == 'beta' else 'ga'}"
    taken = set(Launch.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, {}, [])}


def region_choices(draft: Draft) -> list[tuple[str, str]]:
    """The region of the draft first, then those that are there."""
    planned = draft.said("region")
    there = list(Region.objects.order_by("name").values_list("slug", "name"))
    return ([(planned["slug"], planned["name"])] if planned else []) + there


def team_choices(draft: Draft) -> list[tuple[str, str]]:
    """The teams that are there, and those that the draft will make."""
    there = dict(Team.objects.values_list("slug", "name"))
    said = {slug: team["name"] for slug, team in integrations_of(draft)["teams"].items()}
    new = {slug: name for slug, name in said.items() if slug_of(name) not in there}
    return sorted((new | there).items(), key=lambda pair: pair[1].casefold())
