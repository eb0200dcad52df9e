from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from launches.models import Blocker, Launch, SignOff
from launches.plan.report import Counts, Report
from readiness.models import Change, Integration, Item, Readiness, Region, Requirement, Result, Team, User
from tests.launches.plan.conftest import NOW, TODAY, counts

Load = Callable[..., Report]


def kinds(report: Report) -> dict[str, tuple[int, int, int]]:
    return {kind: (each.created, each.changed, each.unchanged) for kind, each in report.kinds.items()}


def test_everything_named_is_created(loaded: Load) -> None:
    assert kinds(loaded()) == {
        "people": (2, 0, 0),
        "teams": (1, 0, 0),
        "regions": (2, 0, 0),
        "integrations": (2, 0, 0),
        "requirements": (3, 0, 0),
        "cells": (2, 0, 0),
        "sign-offs of items": (1, 0, 0),
        "launches": (1, 0, 0),
        "moves of targets": (1, 0, 0),
        "blockers": (4, 0, 0),
        "waivers": (1, 0, 0),
        "deferrals": (1, 0, 0),
        "sign-offs": (2, 0, 0),
    }


def test_a_second_load_changes_nothing_and_leaves_no_history(loaded: Load) -> None:
    loaded()
    before = counts()
    report = loaded()
    assert (report.total, report.details, counts()) == (Counts(0, 0, 23), [], before)


def test_a_dry_run_tells_the_same_and_writes_nothing(loaded: Load) -> None:
    before = counts()
    dry = loaded(dry_run=True)
    assert counts() == before
    assert dry == loaded()


def test_what_the_file_says_is_there(loaded: Load) -> None:
    loaded()
    region = Region.objects.get(slug="europe")
    team = Team.objects.get()
    cell = Readiness.objects.get(integration__slug="whatsapp")
    assert (region.modelled_on.name, region.state, region.timezone) == ("United States", "building", "UTC")
    assert sorted(team.members.values_list("username", flat=True)) == ["mara", "odile"]
    assert (cell.state, cell.importance, cell.estimate) == (
        "in_progress",
        "must_have",
        (Decimal(5), Decimal("12.5"), Decimal(40)),
    )
    assert Integration.objects.get(slug="invoices").name == "Invoices"


def test_a_person_who_is_only_mentioned_cannot_sign_in(loaded: Load) -> None:
    loaded()
    odile = User.objects.get(username="odile")
    assert (odile.has_usable_password(), odile.get_full_name()) == (False, "")


def test_each_cell_has_the_whole_checklist_and_its_checks_are_due_at_once(loaded: Load) -> None:
    loaded()
    items = Item.objects.order_by("requirement__position").values_list(
        "requirement__slug", "state", "next_run_at", "signed_by__username", "expires_on"
    )
    assert list(items) == [
        ("health", "unknown", NOW, None, None),
        ("dpa", "passed", None, "mara", TODAY + timedelta(300)),
        ("docs", "unknown", None, None, None),
    ]


def test_a_sign_off_of_an_item_leaves_what_its_door_leaves(loaded: Load) -> None:
    loaded()
    item = Item.objects.get(requirement__slug="dpa")
    url = "https://wiki.harbor.example/dpa"
    assert (item.outcome, item.streak, item.evidence, item.fact, item.since, item.effective_on) == (
        "passed",
        1,
        {"url": url},
        url,
        NOW,
        TODAY - timedelta(10),
    )
    assert item.stale_at == datetime(2027, 9, 22, tzinfo=UTC)
    assert list(Result.objects.values_list("item", "state", "by__username")) == [(item.pk, "passed", "mara")]


def test_a_launch_has_its_steps_and_a_target(loaded: Load) -> None:
    loaded()
    launch = Launch.objects.get()
    move = launch.moves.get()
    assert (launch.target, launch.baseline, launch.scope_all) == (date(2027, 1, 6), date(2026, 12, 15), False)
    assert (move.before, move.after, move.at) == (
        launch.baseline,
        launch.target,
        datetime(2026, 10, 26, tzinfo=UTC),
    )


def test_the_file_s_blocker_is_the_cell_s_own(loaded: Load) -> None:
    loaded()
    rows = Blocker.objects.order_by("slug").values_list("slug", "source", "state", "title")
    assert list(rows) == [
        ("chat", "person", "deferred", "Chat in Irish"),
        ("eur", "person", "in_progress", "Invoices in EUR"),
        ("status", "person", "waived", "Status page"),
        ("whatsapp", "cell", "open", "WhatsApp not ready in Europe"),
    ]
    assert list(Blocker.objects.get(slug="eur").depends_on.values_list("slug", flat=True)) == ["whatsapp"]


def test_a_go_is_bound_to_the_blockers_once_all_is_settled(loaded: Load) -> None:
    loaded()
    go = SignOff.objects.get(slug="support")
    assert (go.decided_by.username, go.fingerprint) == (
        "mara",
        {"chat": "deferred (degrades)", "eur": "in_progress", "status": "waived", "whatsapp": "open"},
    )
    assert SignOff.objects.get(slug="legal").fingerprint == {}


def test_every_created_and_changed_thing_has_a_change(loaded: Load) -> None:
    created = loaded().total.created
    # Who waives and defers asks for it first, and a function is there before it signs.
    more = Change.objects.filter(verb__in=("waived", "deferred", "signed off"), origin="plan")
    changes = Change.objects.filter(origin="plan", handled_at=NOW)
    assert changes.exclude(content_type__model="item").count() == created - 1 + more.count() - 1 == 25
    report = loaded("teams: {messaging: {name: Chat}}", now=NOW + timedelta(1))
    change = Change.objects.latest("pk")
    assert kinds(report) == {"teams": (0, 1, 0)}
    assert (change.verb, change.before, change.after, change.note, change.author) == (
        "changed",
        {"name": "Messaging"},
        {"name": "Chat"},
        "Loaded from plan.yaml",
        None,
    )


def test_a_change_has_its_author(loaded: Load) -> None:
    loaded("teams: {a: {}}", by=User.objects.create(username="lead"))
    assert [row.author.username for row in Change.objects.all()] == ["lead"]


def test_what_the_file_does_not_mention_stays(loaded: Load) -> None:
    loaded()
    before = counts()
    report = loaded("regions: {europe: {name: EU}}")
    europe = Region.objects.get(slug="europe")
    assert (report.total.created, report.total.changed) == (0, 1)
    assert (europe.name, europe.domain, europe.version) == ("EU", "eu.harbor.example", 2)
    # What changed also waits to be indexed for the search.
    more = {name: before[name] + 1 for name in ("readiness.Change", "launches.Unindexed")}
    assert counts() == before | more


def test_null_empties_a_field(loaded: Load) -> None:
    loaded()
    loaded("integrations: {whatsapp: {team: null}}\nregions: {europe: {modelled_on: null}}")
    assert (Integration.objects.get(slug="whatsapp").team, Region.objects.get(slug="europe").modelled_on) == (
        None,
        None,
    )


def test_lists_are_replaced(loaded: Load) -> None:
    loaded()
    loaded("teams: {messaging: {members: [odile]}}\nlaunches: {europe-ga: {scope: [whatsapp]}}")
    assert list(Team.objects.get().members.values_list("username", flat=True)) == ["odile"]
    assert list(Launch.objects.get().scope.values_list("slug", flat=True)) == ["whatsapp"]


def test_a_reload_over_what_a_person_changed_says_so(loaded: Load) -> None:
    loaded()
    cell = Readiness.objects.get(integration__slug="whatsapp")
    mara = User.objects.get(username="mara")
    cell.set_estimate((Decimal(1), Decimal(2), Decimal(3)), by=mara, now=NOW)
    report = loaded()
    change = Change.objects.latest("pk")
    assert report.details == ["changed cells: WhatsApp in Europe (estimate)"]
    assert (change.before, change.after) == (
        {"estimate": ["1.0", "2.0", "3.0"]},
        {"estimate": ["5", "12.5", "40"]},
    )
    assert Readiness.objects.get(pk=cell.pk).version == 3


def test_a_moved_target_leaves_a_step_though_the_file_gives_no_reason(loaded: Load) -> None:
    loaded()
    loaded("launches: {europe-ga: {target: today+50}}")
    assert list(Launch.objects.get().moves.values_list("before", "after", "reason"))[-1] == (
        date(2027, 1, 6),
        date(2027, 1, 14),
        "Loaded from plan.yaml",
    )


def test_the_checklist_follows_the_file_s_order(loaded: Load) -> None:
    loaded()
    order = Requirement.objects.order_by("position", "pk").values_list("slug", flat=True)
    loaded("integrations: {whatsapp: {requirements: {new: {}}}}")
    assert list(order.all()) == ["health", "dpa", "docs", "new"]
    loaded("integrations: {whatsapp: {requirements: {docs: {}, dpa: {}, health: {}, new: {}}}}")
    assert list(order.all()) == ["docs", "dpa", "health", "new"]


@pytest.mark.parametrize("cells", [100, 1000])
def test_the_number_of_queries_does_not_grow_with_the_rows(loaded: Load, cells: int) -> None:
    plan = "integrations:\n" + "".join(f"  i{n}: {{requirements: {{a: {{}}}}}}\n" for n in range(cells))
    plan += "regions: {r: {}}\ncells:\n  r:\n" + "".join(
        f"    i{n}: {{state: ready}}\n" for n in range(cells)
    )
    with CaptureQueriesContext(connection) as first:
        loaded(plan)
    with CaptureQueriesContext(connection) as again:
        loaded(plan)
    # SQLite takes some 80 rows per insert.
    assert len(first) <= 60 + cells // 8
    assert len(again) <= 40
