"""The same acts by hand, in bulk and by a plan file end in the same rows, histories and verdict."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from launches.models import Blocker, Launch, NotPossible, SignOff, Waiver
from launches.models.fingerprint import fingerprint
from launches.pages.triage.bulk import ACTIONS, Chosen, carried_out
from launches.plan.load import load
from launches.plan.yaml_format import written
from launches.status import reopen_expired, settle_changes
from readiness.models import Author, Change, Declaration, Item, NeedsApproval, Readiness, Signature, User
from readiness.models.declaring import DECLARED_READY
from readiness.probes import Outcome
from tests.fixtures.drawing import few
from tests.launches.plan.conftest import HARBOR, NOW, TODAY
from tests.launches.plan.test_restore import rows, seen

REASON = "Loaded from plan.yaml"
STATES = {"start": "in_progress", "resolve": "resolved", "reopen": "open"}


class Act(NamedTuple):
    """What somebody does to the cell, item or blocker of that name."""

    what: str
    name: str
    value: Any


cells = st.sampled_from(["whatsapp", "invoices"])
functions = st.sampled_from(["support", "legal"])
points = st.sampled_from([(1, 2, 4), (3, 3, 9), (5, 12, 40)])
acts = st.one_of(
    st.builds(Act, st.just("declare"), cells, st.sampled_from(["not_started", "in_progress", "ready"])),
    st.builds(Act, st.just("importance"), cells, st.sampled_from(["must_have", "nice_to_have"])),
    st.builds(Act, st.just("estimate"), cells, points),
    st.builds(
        Act,
        st.just("sign off"),
        st.sampled_from(["dpa", "docs"]),
        st.tuples(st.booleans(), st.integers(0, 4)),
    ),
    st.builds(Act, st.just("step"), st.just("eur"), st.sampled_from(["start", "resolve", "reopen"])),
    st.builds(Act, st.just("waive"), st.just("eur"), st.integers(0, 3)),
    st.builds(Act, st.just("target"), st.just("europe-ga"), st.integers(30, 90)),
    st.builds(
        Act, st.just("answer"), st.sampled_from(["support", "legal"]), st.sampled_from(["go", "no_go"])
    ),
    st.builds(Act, st.just("wait"), st.just(""), st.integers(1, 60)),
)


def cell(name: str) -> Readiness:
    return Readiness.objects.get(integration__slug=name)


def item(slug: str) -> Item:
    return Item.objects.select_related("cell").get(requirement__slug=slug)


def day(now: datetime, days: int) -> Any:
    return (now + timedelta(days=days)).date()


def by_hand(act: Act, mara: User, now: datetime) -> None:
    if act.what == "declare":
        cell(act.name).declare(act.value, by=mara, now=now, override_reason=REASON)
    elif act.what == "importance":
        cell(act.name).set_importance(act.value, by=mara, now=now)
    elif act.what == "estimate":
        best, likely, worst = map(Decimal, act.value)
        cell(act.name).set_estimate((best, likely, worst), by=mara, now=now)
    elif act.what == "sign off":
        said = Outcome("passed" if act.value[0] else "failed", "Seen.")
        item(act.name).sign_off(said, by=mara, now=now, expires_on=day(now, act.value[1]))
    elif act.what == "waive":
        blocker, odile = Blocker.objects.get(slug=act.name), User.objects.get(username="odile")
        Waiver.ask(blocker, by=odile, now=now, reason="Few pay.", expires_on=day(now, act.value))
        Waiver.objects.get(blocker=blocker).approve(by=mara, now=now)
    elif act.what == "target":
        target = TODAY + timedelta(days=act.value)
        Launch.objects.get(slug=act.name).move_target(target, reason=REASON, by=mara, now=now)
    elif act.what == "answer":
        SignOff.objects.get(slug=act.name).decide(act.value, by=mara, now=now, note="Seen.")
    else:
        getattr(Blocker.objects.get(slug=act.name), act.value)(by=mara, now=now)


def in_bulk(act: Act, mara: User, now: datetime) -> None:
    author = Author(now, mara)
    if act.what == "declare":
        Readiness.objects.declare({cell(act.name).pk: Declaration(act.value, mara, now, REASON)}, author)
    elif act.what == "importance":
        Readiness.objects.set_importance({cell(act.name).pk: act.value}, author)
    elif act.what == "estimate":
        best, likely, worst = map(Decimal, act.value)
        Readiness.objects.set_estimate({cell(act.name).pk: (best, likely, worst)}, author)
    elif act.what == "sign off":
        said = Outcome("passed" if act.value[0] else "failed", "Seen.")
        signature = Signature(said, mara, None, day(now, act.value[1]))
        Item.objects.sign_off({item(act.name).pk: signature}, author)
    elif act.what == "target":
        launch, target = Launch.objects.get(slug=act.name), TODAY + timedelta(days=act.value)
        if launch.target != target:
            Launch.objects.move_targets({launch: target}, [], replace(author, note=REASON))
    elif act.what in ("waive", "answer") or act.value == "reopen":
        by_hand(act, mara, now)
    else:
        blocker = Blocker.objects.get(slug=act.name)
        chosen = [Chosen(blocker, blocker.version)]
        lead = User.objects.get(username="mara")
        carried_out(ACTIONS[act.value], chosen, by=lead, now=now, values={})


def by_file(act: Act, mara: User, now: datetime) -> None:
    declared = {"declared_by": "mara", "declared_on": now.isoformat()}
    signed = {"evidence": "Seen.", "by": "mara"}
    plan: dict[str, Any]
    if act.what == "declare":
        plan = {"cells": {"europe": {act.name: {"state": act.value, **declared}}}}
    elif act.what in ("importance", "estimate"):
        value = act.value if act.what == "importance" else list(act.value)
        plan = {"cells": {"europe": {act.name: {act.what: value}}}}
    elif act.what == "sign off":
        signed |= {"passed": act.value[0], "expires": str(day(now, act.value[1]))}
        plan = {"cells": {"europe": {"whatsapp": {"items": {act.name: signed}}}}}
    elif act.what == "target":
        plan = {"launches": {act.name: {"target": str(TODAY + timedelta(days=act.value))}}}
    elif act.what == "answer":
        answer = {"decision": act.value, "by": "mara", "on": now.isoformat(), "note": "Seen."}
        approved = fingerprint(Blocker.objects.live())
        plan = {"launches": {"europe-ga": {"sign_offs": {act.name: answer | {"approved": approved}}}}}
    else:
        facts: dict[str, Any] = {"state": STATES.get(str(act.value), "waived")}
        if act.what == "waive":
            asked = {"reason": "Few pay.", "requested_by": "odile", "on": now.isoformat()}
            decided = {"approved_by": "mara", "approved_on": now.isoformat()}
            facts["waiver"] = asked | decided | {"expires": str(day(now, act.value))}
        plan = {"launches": {"europe-ga": {"blockers": {act.name: facts}}}}
    load(written(plan), "plan.yaml", now, now.date())


def told() -> dict[str, list[Any]]:
    """Before and after of each change, by what it is about; rows are what they are called."""
    found: dict[str, list[Any]] = {}
    for change in Change.objects.exclude(verb="created").order_by("pk"):
        if change.content_type.model in ("readiness", "item", "blocker", "launch", "signoff"):
            told = nameless([change.verb, change.before, change.after])
            found.setdefault(change.label, []).append(told)
    return found


def nameless(value: Any) -> Any:
    """Without keys, which are others in each database."""
    if isinstance(value, dict):
        return {name: nameless(each) for name, each in value.items() if name not in ("id", "item")}
    return [nameless(each) for each in value] if isinstance(value, list) else value


def is_said(act: Act) -> bool:
    """Whether a cell is declared so already: what fell back was, and a file does not say it once more."""
    ready = act.what == "declare" and act.value == "ready" and cell(act.name).state in DECLARED_READY
    return ready or (act.what == "declare" and cell(act.name).state == act.value)


def live(way: Callable[[Act, User, datetime], None], story: list[Act], skipped: set[int]) -> Any:
    """What the world has come to; with nothing `skipped` yet, what people may not do is put there."""
    now, first = NOW, way is by_hand
    with transaction.atomic():
        load(HARBOR, "harbor.yaml", NOW, TODAY)
        mara = User.objects.get(username="mara")
        for number, act in enumerate(story):
            now += timedelta(hours=act.value if act.what == "wait" else 1)
            for late in Item.objects.late(now):
                late.go_stale(now)
            if act.what != "wait" and number not in skipped and not is_said(act):
                try:
                    with transaction.atomic():
                        way(act, mara, now)
                except (NeedsApproval, NotPossible):
                    assert first
                    skipped.add(number)
            reopen_expired(now)
            settle_changes(now)
        came_to = rows(), told(), seen(now)
        transaction.set_rollback(True)
    return came_to


@pytest.mark.django_db
@settings(
    max_examples=few(6, on_postgresql=2),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(acts, min_size=1, max_size=8))
def test_whoever_acts_it_ends_in_the_same(story: list[Act]) -> None:
    skipped: set[int] = set()
    expected = live(by_hand, story, skipped)
    for way in (in_bulk, by_file):
        found = live(way, story, skipped)
        for mine, theirs in zip(found, expected, strict=True):
            assert mine == theirs, way.__name__
