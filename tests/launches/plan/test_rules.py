"""What happened since counts for more than the file, where the product's rules say so."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest

from launches.models import Blocker, SignOff
from launches.plan.problems import LoadRefused
from launches.plan.report import Counts, Report
from launches.status import reopen_expired, settle_changes
from readiness.models import Change, ChangeRequest, Item, Readiness, User
from readiness.probes import Outcome
from tests.launches.plan.conftest import HARBOR, NOW

# The verbs are tried on both databases where they live; here, which of them a file calls.
pytestmark = pytest.mark.anywhere

Load = Callable[..., Report]

READY = HARBOR.replace("      state: in_progress\n      estimate", "      state: ready\n      estimate")


def whatsapp() -> Readiness:
    return Readiness.objects.get(integration__slug="whatsapp")


def check(slug: str, state: str, times: int, start: int = 0) -> None:
    """What a worker would record, `times` in a row."""
    for number in range(times):
        at = NOW + timedelta(hours=start + number)
        Item.objects.filter(requirement__slug=slug).run_now(at)
        for claim in Item.objects.claim_due(at):
            Item.objects.get(pk=claim.item).record(Outcome(state, "as told"), at, claim.run)


def test_ready_over_open_musts_says_what_was_accepted(loaded: Load) -> None:
    loaded(READY)
    cell = whatsapp()
    assert (cell.state, cell.override_reason) == ("ready", "Loaded from plan.yaml")
    assert cell.accepted == [Item.objects.get(requirement__slug="health").pk]
    assert [change.verb for change in Change.objects.about(cell).order_by("pk")] == ["created", "declared"]
    assert Change.objects.about(cell).first().after["accepted"] == ["Answers"]


def test_ready_with_nothing_open_accepts_nothing(loaded: Load) -> None:
    loaded()
    cell = Readiness.objects.get(integration__slug="invoices")
    assert (cell.state, cell.override_reason, cell.accepted, cell.declared_at) == ("ready", "", [], NOW)


def test_declaring_ready_over_an_existing_cell(loaded: Load) -> None:
    loaded()
    check("health", "passed", 1)
    loaded(READY)
    cell = whatsapp()
    assert (cell.state, cell.override_reason, cell.accepted) == ("ready", "", [])


def test_what_a_check_made_fall_back_is_not_ready_again_because_the_file_says_so(loaded: Load) -> None:
    loaded()
    check("health", "passed", 1)
    loaded(READY)
    check("health", "failed", 3, start=1)
    assert whatsapp().state == "regressed"
    report = loaded(READY)
    assert (whatsapp().state, report.of("cells")) == ("regressed", Counts(0, 0, 2))


def test_a_sign_off_in_the_file_brings_the_cell_back(loaded: Load) -> None:
    plan = READY.replace("passed: true", "passed: false")
    loaded(HARBOR)
    check("health", "passed", 1)
    loaded(READY)
    loaded(plan)
    assert whatsapp().state == "regressed"
    loaded(READY)
    changes = Change.objects.about(whatsapp()).order_by("pk").values_list("verb", flat=True)
    assert (whatsapp().state, list(changes)) == ("ready", ["created", "declared", "regressed", "recovered"])


def test_what_was_accepted_open_and_then_signed_off_makes_the_cell_fall_back_when_that_runs_out(
    loaded: Load,
) -> None:
    cell = "cells: {europe: {invoices: {items: {vat: {passed: true, evidence: Seen., expires: today+3}}}}}"
    loaded(
        "integrations: {invoices: {requirements: {vat: {title: VAT}}}}\n" + HARBOR.split("integrations")[0]
    )
    loaded(HARBOR)
    invoices = Readiness.objects.get(integration__slug="invoices")
    assert (invoices.state, len(invoices.accepted)) == ("ready", 1)
    loaded(cell)
    Item.objects.get(requirement__slug="vat").go_stale(NOW + timedelta(days=5))
    invoices.refresh_from_db()
    assert (invoices.state, invoices.accepted) == ("regressed", [])


def test_a_new_must_makes_a_ready_cell_fall_back(loaded: Load) -> None:
    loaded()
    loaded("integrations: {invoices: {requirements: {vat: {title: VAT number}}}}")
    cell = Readiness.objects.get(integration__slug="invoices")
    assert (cell.state, list(cell.items.values_list("requirement__slug", "state"))) == (
        "regressed",
        [("vat", "unknown")],
    )
    assert Blocker.objects.filter(cell=cell).values_list("state", flat=True).get() == "open"


def test_from_by_hand_to_a_check_nothing_is_known_any_more(loaded: Load) -> None:
    loaded()
    check = "{kind: tls, host: x.example}"
    loaded(f"integrations: {{whatsapp: {{requirements: {{dpa: {{check: {check}}}}}}}}}")
    item = Item.objects.get(requirement__slug="dpa")
    assert (item.state, item.signed_by, item.expires_on, item.evidence, item.next_run_at) == (
        "unknown",
        None,
        None,
        {},
        NOW,
    )


def test_other_parameters_start_the_check_over(loaded: Load) -> None:
    loaded()
    check("health", "passed", 1)
    later = NOW + timedelta(days=1)
    loaded(HARBOR.replace("/health", "/live"), now=later, today=NOW.date())
    item = Item.objects.get(requirement__slug="health")
    assert (item.state, item.streak, item.next_run_at, item.run_number) == ("passed", 0, later, 2)


def test_an_expired_sign_off_of_an_item_is_stale_and_stays_so(loaded: Load) -> None:
    plan = HARBOR.replace("today+300", "today-1")
    loaded(plan)
    item = Item.objects.get(requirement__slug="dpa")
    assert item.state == "stale"
    assert loaded(plan).of("sign-offs of items") == Counts(0, 0, 1)


def test_loading_opens_and_resolves_the_blockers_of_cells(loaded: Load) -> None:
    loaded(HARBOR.replace("invoices: {state: ready,", "invoices: {state: in_progress,"))
    blocker = Blocker.objects.get(slug="invoices")
    assert (blocker.state, blocker.source) == ("open", "cell")
    loaded()
    blocker.refresh_from_db()
    assert blocker.state == "resolved"


def test_a_cell_s_blocker_ends_when_its_cell_is_ready_whatever_the_file_says(loaded: Load) -> None:
    loaded(READY)
    assert Blocker.objects.get(slug="whatsapp").state == "resolved"
    assert loaded(READY).total == Counts(0, 0, 23)


def test_a_waiver_that_ran_out_is_not_waived_again(loaded: Load) -> None:
    loaded()
    later = NOW + timedelta(days=100)
    assert reopen_expired(later) == 1
    report = loaded(now=later, today=NOW.date())
    assert (Blocker.objects.get(slug="status").state, report.of("blockers")) == ("open", Counts(0, 0, 4))


def test_a_person_s_blocker_follows_the_file(loaded: Load) -> None:
    loaded()
    loaded("launches: {europe-ga: {blockers: {eur: {state: resolved}}}}")
    blocker = Blocker.objects.get(slug="eur")
    assert (blocker.state, blocker.closed_at) == ("resolved", NOW)
    loaded("launches: {europe-ga: {blockers: {eur: {state: open}}}}")
    blocker.refresh_from_db()
    assert (blocker.state, blocker.closed_at) == ("open", None)


def test_history_tells_what_a_file_decides_as_it_tells_of_people(loaded: Load) -> None:
    loaded()
    eur, chat = Blocker.objects.get(slug="eur"), Blocker.objects.get(slug="chat")
    loaded("launches: {europe-ga: {blockers: {chat: {state: in_progress}, eur: {state: resolved}}}}")
    decision = "{reason: Few pay., requested_by: odile, approved_by: mara}"
    loaded(f"launches: {{europe-ga: {{blockers: {{eur: {{state: waived, waiver: {decision}}}}}}}}}")
    assert verbs(eur) == ["opened", "resolved", "reopened", "waiver requested", "waived"]
    assert verbs(chat) == ["opened", "deferral requested", "deferred", "reopened", "started"]


def test_what_was_accepted_is_no_proposal_any_more(loaded: Load) -> None:
    loaded()
    for state in ("proposed", "rejected"):
        report = loaded(f"launches: {{europe-ga: {{blockers: {{eur: {{state: {state}, reason: No.}}}}}}}}")
        assert report.notes == [f"kept: Invoices in EUR is in_progress already, and not {state} any more"]
    assert Blocker.objects.get(slug="eur").state == "in_progress"


def test_nobody_makes_light_of_a_blocker_to_waive_it_alone_by_file(loaded: Load) -> None:
    loaded()
    mara = User.objects.get(username="mara")
    Blocker.objects.get(slug="eur").amend(by=mara, now=NOW, severity="degrades")
    decision = "{reason: Few pay., requested_by: mara, approved_by: mara}"
    with pytest.raises(LoadRefused, match="somebody else decides"):
        loaded(f"launches: {{europe-ga: {{blockers: {{eur: {{state: waived, waiver: {decision}}}}}}}}}")


def verbs(row: Any) -> list[str]:
    return list(Change.objects.about(row).order_by("pk").values_list("verb", flat=True))


def test_a_go_keeps_what_it_approved(loaded: Load) -> None:
    loaded()
    approved = SignOff.objects.get(slug="support").fingerprint
    loaded("launches: {europe-ga: {blockers: {late: {title: Late}}}}")
    loaded()
    assert SignOff.objects.get(slug="support").fingerprint == approved


def test_a_launch_that_is_over_settles_nothing(loaded: Load) -> None:
    loaded(
        HARBOR.replace("    lead: mara\n    members", "    launched: today-1\n    lead: mara\n    members")
    )
    loaded(READY, by=User.objects.get(username="mara"))
    assert Blocker.objects.get(slug="whatsapp").state == "open"


@pytest.mark.parametrize("name", ["Anna Maria de la Cruz", "Prince", "Åsa Ö"])
def test_a_name_of_any_shape_stays_itself(loaded: Load, name: str) -> None:
    User.objects.create(username="x", first_name="Anna Maria", last_name="de la Cruz")
    loaded(f"people: {{x: {{name: {name}}}}}")
    assert User.objects.get().get_full_name() == name
    assert loaded(f"people: {{x: {{name: {name}}}}}").total == Counts(0, 0, 1)


def test_another_region_closes_what_the_old_one_lacks_and_opens_what_the_new_one_does(loaded: Load) -> None:
    loaded()
    mara = User.objects.get(username="mara")
    check("health", "failed", 3)
    settle_changes(NOW + timedelta(hours=3))
    before = {"whatsapp": "open", "whatsapp-health": "open", "eur": "in_progress"}
    cells = "cells: {us-east: {whatsapp: {state: in_progress}, invoices: {}}}\n"
    loaded(cells)
    assert told_of(before) == before
    loaded("launches: {europe-ga: {region: us-east}}\n", by=mara, now=NOW + timedelta(hours=4))
    # It takes what blocks it away, and so somebody else has to approve it.
    assert told_of(before) == before
    admin = User.objects.create_superuser("admin")
    ChangeRequest.objects.get().approve(by=admin, now=NOW + timedelta(hours=4))
    assert told_of(before) == before | {"whatsapp": "resolved", "whatsapp-health": "resolved"}
    change = Change.objects.about(Blocker.objects.get(slug="whatsapp")).first()
    assert (change.verb, change.author, change.note) == (
        "resolved",
        admin,
        "The launch opens another region now. Asked for by Mara Lindqvist.",
    )
    new = Blocker.objects.live().filter(cell__region__slug="us-east").order_by("slug")
    assert list(new.values_list("slug", "state")) == [("invoices", "open"), ("whatsapp-2", "open")]
    loaded("launches: {europe-ga: {region: europe}}\n", by=mara, now=NOW + timedelta(hours=5))
    ChangeRequest.objects.open().get().approve(by=admin, now=NOW + timedelta(hours=5))
    assert told_of(before) == before
    assert not Blocker.objects.live().filter(cell__region__slug="us-east").exists()


def told_of(slugs: Iterable[str]) -> dict[str, str]:
    return dict(Blocker.objects.filter(slug__in=slugs).values_list("slug", "state"))
