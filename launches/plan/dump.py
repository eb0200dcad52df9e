"""The whole database as a plan file: loading it again changes nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch

from launches.models import Launch, SignOff, Snapshot
from launches.models.signoff import USUAL_LEAD
from launches.plan.dumped_blockers import BlockerDumper, with_all_that_is_said
from launches.plan.dumped_cells import dumped_cells
from launches.plan.requests import requests_told
from launches.plan.yaml_format import (
    Tree,
    YamlFlow,
    YamlLine,
    day,
    given,
    moment,
    person,
    slug,
    text,
    written,
)
from readiness.models import Integration, Region, Requirement, Team, User
from readiness.models.team import EVERY_DAY

HEADER = """\
# Everything but passwords, the runs of checks and the history. docs/plan-file.md says what it means.
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
        "cells": dumped_cells(),
        "launches": {launch.slug: _launch(launch, names) for launch in _launches()},
        "requests": requests_told(),
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
    sign_offs = SignOff.objects.order_by("pk").select_related("signer", "decided_by", "asked_by")
    rows = Launch.objects.order_by("slug").select_related("region", "lead")
    return rows.prefetch_related(
        Prefetch("members", User.objects.order_by("username")),
        Prefetch("scope", Integration.objects.order_by("slug")),
        "moves__by",
        Prefetch("sign_offs", sign_offs),
        Prefetch("blockers", with_all_that_is_said()),
        Prefetch(
            "snapshots",
            Snapshot.objects.filter(launch__launched_at__isnull=False)
            .order_by("day")
            .defer("inputs", "outlook"),
        ),
    )


def _person(user: User) -> Tree:
    facts = given({"name": user.get_full_name(), "email": user.email})
    return YamlLine(facts if user.is_active else facts | {"closed": True})


def _team(team: Team) -> Tree:
    return given(
        {
            "name": team.name,
            "email": team.email,
            "parallel_work": team.parallel_work,
            "week": YamlFlow(team.working_week.split()) if team.working_week != EVERY_DAY else None,
            "share": team.share if team.share < 100 else None,
            "paced": day(team.paced_on),
            "members": YamlFlow(user.username for user in team.members.all()),
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
            "freezes": [YamlLine(freeze.facts()) for freeze in region.frozen],
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


def _launch(launch: Launch, names: Mapping[int, str]) -> Tree:
    sign_offs = {each.slug: _sign_off(each) for each in launch.sign_offs.all()}
    telling = BlockerDumper(names, frozenset(sign_offs))
    scope = YamlFlow(integration.slug for integration in launch.scope.all())
    return {
        **given(
            {
                "name": launch.name,
                "region": launch.region.slug,
                "stage": launch.stage,
                "lead": person(launch.lead),
                "members": YamlFlow(user.username for user in launch.members.all()),
                "target": day(launch.target),
                "baseline": day(launch.baseline),
                "confidence_goal": launch.confidence_goal,
            }
        ),
        "scope": "all" if launch.scope_all else scope,
        **given(
            {
                "launched": moment(launch.launched_at),
                "moves": [_move(move) for move in launch.moves.all()],
                "sign_offs": sign_offs,
                "blockers": {each.slug: telling.blocker(each) for each in launch.blockers.all()},
                "forecasts": [_forecast(each) for each in launch.snapshots.all() if launch.launched_at],
            }
        ),
    }


def _forecast(seen: Snapshot) -> Tree:
    """Of a launch that is over; what others were made from is in the file already."""
    days = {name: day(getattr(seen, name)) for name in ("target", "p50", "p85", "p95")}
    told = {"day": day(seen.day), "seen": moment(seen.seen_at), **days}
    return YamlLine(told | {"goal": seen.goal, "chance": seen.chance})


def _move(move: Any) -> Tree:
    return given(
        {
            "on": moment(move.at),
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
    if sign_off.concerns:
        values["concerns"] = {name: YamlFlow(found) for name, found in sign_off.concerns.items()}
    values |= given({"asked_by": person(sign_off.asked_by), "asked_on": moment(sign_off.asked_at)})
    if sign_off.decision:
        values |= {
            "decision": sign_off.decision,
            "by": person(sign_off.decided_by),
            "on": moment(sign_off.decided_at),
        }
    values |= given({"note": text(sign_off.note)})
    approved = dict(sorted(sign_off.fingerprint.items()))
    return values | ({"approved": approved} if sign_off.decision else {})
