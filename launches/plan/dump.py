"""The whole database as a plan file: loading it again changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch

from launches.models import Launch, SignOff
from launches.models.signoff import USUAL_LEAD
from launches.plan.dumped_blockers import Telling, with_all_that_is_said
from launches.plan.words import Flow, Line, Tree, day, given, person, points, slug, text, written
from readiness.models import Integration, Item, Readiness, Region, Requirement, Team, User
from readiness.models.team import EVERY_DAY
from readiness.state import CellState, ItemState

HEADER = """\
# Everything but passwords, the results of checks and the history. docs/plan-file.md says what it means.
# `manage.py load_plan` takes it back: it creates and changes by slug, and deletes nothing.
"""


def dump() -> str:
    """The same rows give the same text, byte for byte."""
    names = dict(User.objects.values_list("pk", "username"))
    plan = {
        "people": {user.username: _person(user) for user in User.objects.order_by("username")},
        "teams": {team.slug: _team(team) for team in _teams()},
        "regions": {region.slug: _region(region) for region in _regions()},
        "integrations": {each.slug: _integration(each) for each in _integrations()},
        "cells": _cells(),
        "launches": {launch.slug: _launch(launch, names) for launch in _launches()},
    }
    return HEADER + written(given(plan))


def _teams() -> Iterable[Team]:
    return Team.objects.order_by("slug").prefetch_related(
        Prefetch("members", User.objects.order_by("username"))
    )


def _regions() -> Iterable[Region]:
    return Region.objects.order_by("slug").select_related("modelled_on")


def _integrations() -> Iterable[Integration]:
    checklist = Requirement.objects.order_by("position", "pk")
    rows = Integration.objects.order_by("slug").select_related("team")
    return rows.prefetch_related(Prefetch("requirements", checklist))


def _launches() -> Iterable[Launch]:
    sign_offs = SignOff.objects.order_by("slug").select_related("signer", "decided_by", "asked_by")
    rows = Launch.objects.order_by("slug").select_related("region", "lead")
    return rows.prefetch_related(
        Prefetch("members", User.objects.order_by("username")),
        Prefetch("scope", Integration.objects.order_by("slug")),
        "moves__by",
        Prefetch("sign_offs", sign_offs),
        Prefetch("blockers", with_all_that_is_said()),
    )


def _person(user: User) -> Tree:
    return Line(given({"name": user.get_full_name(), "email": user.email}))


def _team(team: Team) -> Tree:
    return given(
        {
            "name": team.name,
            "email": team.email,
            "parallel_work": team.parallel_work,
            "week": Flow(team.working_week.split()) if team.working_week != EVERY_DAY else None,
            "share": team.share if team.share < 100 else None,
            "members": Flow(user.username for user in team.members.all()),
        }
    )


def _region(region: Region) -> Tree:
    return given(
        {
            "name": region.name,
            "jurisdiction": region.jurisdiction,
            "provider": region.provider,
            "provider_code": region.provider_code,
            "domain": region.domain,
            "timezone": region.timezone,
            "holiday_calendar": region.holiday_calendar,
            "freezes": [Line(freeze.facts()) for freeze in region.frozen],
            "modelled_on": slug(region.modelled_on),
            "state": region.state,
        }
    )


def _integration(integration: Integration) -> Tree:
    return given(
        {
            "name": integration.name,
            "kind": integration.kind,
            "team": slug(integration.team),
            "description": text(integration.description),
            "requirements": {each.slug: _requirement(each) for each in integration.requirements.all()},
        }
    )


def _requirement(requirement: Requirement) -> Tree:
    check = {
        "kind": requirement.probe,
        **requirement.parameters,
        "interval": requirement.interval,
        "failures": requirement.failures,
        "recovery": requirement.recovery,
        "retries": requirement.retries,
    }
    return given(
        {
            "title": requirement.title,
            "guidance": text(requirement.guidance),
            "level": requirement.level,
            "check": check if requirement.is_automated else None,
        }
    )


def _cells() -> Tree:
    said = _said()
    rows = Readiness.objects.order_by("region__slug", "integration__slug").select_related("declared_by")
    cells: dict[str, Tree] = defaultdict(dict)
    for cell in rows.select_related("region", "integration", "declared_by").iterator(2000):
        cells[cell.region.slug][cell.integration.slug] = _cell(cell, said.get(cell.pk, {}))
    return dict(cells)


def _cell(cell: Readiness, items: Tree) -> Tree:
    """What a check made fall back is declared ready all the same: what is open is the items' to say."""
    state = CellState.READY.value if cell.state == CellState.REGRESSED else cell.state
    values = given({"importance": cell.importance, "state": state})
    if state != CellState.NOT_STARTED:
        values |= {"declared_by": person(cell.declared_by), "declared_on": day(cell.declared_at)}
    values |= given({"estimate": points(cell.estimate), "items": items})
    return values if items else Line(values)


def _said() -> dict[int, Tree]:
    """What people said of items, by cell."""
    said: dict[int, Tree] = defaultdict(dict)
    items = Item.objects.filter(requirement__probe="").exclude(state=ItemState.UNKNOWN)
    for item in items.select_related("requirement", "signed_by").order_by("requirement__position", "pk"):
        said[item.cell_id][item.requirement.slug] = _item(item)
    return said


def _item(item: Item) -> Tree:
    """`stale` is a pass that ran out."""
    url = item.evidence.get("url", "")
    return given(
        {
            "passed": item.state != ItemState.FAILED,
            "evidence": url or text(item.fact),
            "note": text(item.fact) if url and item.fact != url else "",
            "by": person(item.signed_by),
            "on": day(item.effective_on),
            "expires": day(item.expires_on),
        }
    )


def _launch(launch: Launch, names: Mapping[int, str]) -> Tree:
    sign_offs = {each.slug: _sign_off(each) for each in launch.sign_offs.all()}
    telling = Telling(names, frozenset(sign_offs))
    scope = Flow(integration.slug for integration in launch.scope.all())
    return {
        **given(
            {
                "name": launch.name,
                "region": launch.region.slug,
                "stage": launch.stage,
                "lead": person(launch.lead),
                "members": Flow(user.username for user in launch.members.all()),
                "target": day(launch.target),
                "baseline": day(launch.baseline),
                "confidence_goal": launch.confidence_goal,
            }
        ),
        "scope": "all" if launch.scope_all else scope,
        **given(
            {
                "launched": day(launch.launched_at),
                "moves": [_move(move) for move in launch.moves.all()],
                "sign_offs": sign_offs,
                "blockers": {each.slug: telling.blocker(each) for each in launch.blockers.all()},
            }
        ),
    }


def _move(move: Any) -> Tree:
    return given(
        {
            "on": day(move.at),
            "from": day(move.before),
            "to": day(move.after),
            "reason": text(move.reason),
            "by": person(move.by),
        }
    )


def _sign_off(sign_off: SignOff) -> Tree:
    values = given({"function": sign_off.function, "signer": person(sign_off.signer)})
    if not sign_off.is_required:
        values["required"] = False
    if sign_off.lead_days != USUAL_LEAD:
        values["lead_days"] = sign_off.lead_days
    values |= given({"asked_by": person(sign_off.asked_by), "asked_on": day(sign_off.asked_at)})
    if sign_off.decision:
        values |= {
            "decision": sign_off.decision,
            "by": person(sign_off.decided_by),
            "on": day(sign_off.decided_at),
        }
    values |= given({"note": text(sign_off.note)})
    approved = dict(sorted(sign_off.fingerprint.items()))
    return values | ({"approved": approved} if sign_off.decision else {})
