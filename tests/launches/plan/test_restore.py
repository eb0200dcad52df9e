"""A dump, loaded into an empty database, is the same: blockers, verdicts, forecasts to the last bit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from launches.models import Blocker, Launch, SignOff, TrackerLink
from launches.plan.dump import dump
from launches.plan.load import load
from launches.plan.report import Report
from launches.planning import outlook_of, past
from launches.status import launch_facts, settle_changes
from readiness.models import ChangeRequest, Item, Readiness
from tests.fixtures.drawing import few
from tests.launches.plan.conftest import NOW
from tests.launches.plan.test_rules import READY, check
from tests.launches.plan.worlds import World


def seen(now: datetime) -> dict[str, Any]:
    """All that is said of each launch, and its forecast as it was computed."""
    cache.clear()
    learned, told = past(), {}
    for state in launch_facts(list(Launch.objects.select_related("region").order_by("slug")), None, now):
        outlook = outlook_of(replace(state.inputs, most_draws=200), learned)
        judged = state.judged(outlook)
        gates = {gate.sign_off.slug: (gate.is_valid, gate.differences) for gate in judged.gates}
        facts = outlook.facts(), str(outlook.problem), judged.checklist, gates
        told[state.launch.slug] = (judged.verdict, judged.sentence, *facts)
    return told


def rows() -> dict[str, Any]:
    """The rows that a verdict rests on, by what they are called."""
    blockers = Blocker.objects.order_by("launch__slug", "slug").values_list(
        "launch__slug", "slug", "source", "state", "severity", "certainty", "best", "likely", "worst",
        "opened_at", "reopened_at", "reopenings", "started_at", "closed_at", "item__requirement__slug",
        "cell__integration__slug", "waiver__approved_at", "deferral__approved_at", "waiver__alone",
        "waiver__warned_for",
    )  # fmt: skip
    cells = Readiness.objects.order_by("region__slug", "integration__slug").values_list(
        "region__slug", "integration__slug", "state", "importance", "declared_at", "override_reason", "unseen"
    )
    items = Item.objects.order_by("cell__region__slug", "cell__integration__slug", "requirement__slug")
    known = items.values_list(
        "cell__region__slug",
        "requirement__slug",
        "state",
        "paused",
        "paused_by__username",
        "signed_by__username",
    )
    checks = items.exclude(requirement__probe="").values_list(
        "since", "outcome", "streak", "misses", "recent", "flapping", "fact", "latency", "last_at", "stale_at"
    )
    answers = SignOff.objects.order_by("launch__slug", "slug").values_list(
        "slug", "decision", "decided_by__username", "decided_at", "fingerprint"
    )
    issues = TrackerLink.objects.order_by("blocker__launch__slug", "blocker__slug", "identity").values_list(
        "blocker__slug", "identity", "state", "state_at", "as_of", "title", "actor", "how"
    )
    asked = ChangeRequest.objects.open().order_by("requested_at", "label").values_list(
        "label", "verb", "arguments", "before", "reason", "requested_by__username", "requested_at"
    )  # fmt: skip
    more = {"issues": issues, "asked": asked}
    tables = more | {
        "blockers": blockers,
        "cells": cells,
        "items": known,
        "checks": checks,
        "answers": answers,
    }
    return {name: list(table) for name, table in tables.items()}


@pytest.mark.django_db
@settings(
    max_examples=few(8, on_postgresql=3),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.integers(0, 2**32 - 1))
def test_a_dump_of_any_world_brings_all_of_it_back(seed: int) -> None:
    world = World(seed)
    with transaction.atomic():
        world.live()
        now = world.now
        text, told, there = dump(), seen(now), rows()
        assert load(text, "dump.yaml", now, now.date()).details == []
        transaction.set_rollback(True)
    with transaction.atomic():
        load(text, "dump.yaml", now, now.date())
        assert rows() == there
        assert seen(now) == told
        assert dump() == text
        again = load(text, "dump.yaml", now, now.date())
        assert (again.details, again.total.created, again.total.changed) == ([], 0, 0)
        transaction.set_rollback(True)


def test_a_check_that_fails_still_blocks_elsewhere(loaded: Callable[..., Report]) -> None:
    with transaction.atomic():
        loaded()
        check("health", "passed", 1)
        loaded(READY)
        check("health", "failed", 3, start=1)
        settle_changes(NOW + timedelta(hours=5))
        text, there, told = dump(), rows(), seen(NOW)
        transaction.set_rollback(True)
    loaded(text)
    assert rows() == there
    assert seen(NOW) == told
    live = Blocker.objects.live().filter(source="check").values_list("slug", "state")
    assert list(live) == [("whatsapp-health", "open")]
    assert Readiness.objects.get(integration__slug="whatsapp").state == "regressed"
