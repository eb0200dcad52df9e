"""One bad row: it says so in its own place, is logged and tried again later, and holds up nothing else."""

import logging
from datetime import date, timedelta

import pytest
from django.test import Client
from model_bakery import baker

from launches.models import (
    Blocker,
    Delivery,
    Launch,
    Notice,
    Postponed,
    SearchDocument,
    SignOff,
    Snapshot,
    Unindexed,
    Waiver,
)
from launches.models.postponed import REMEMBERED, WAITS
from launches.notifications import deliver_notices, queue_notices, remind_signers
from launches.notifications.deliver import NOT_WRITTEN
from launches.search import index
from launches.status import (
    launch_statuses,
    reopen_expired,
    settle_cells,
    settle_changes,
    settle_each,
    warn_of_expiry,
)
from launches.status.snapshots import save_snapshots
from readiness.models import Change, Integration, Item, Readiness, Region, User
from readiness.models.history import Author, change
from tests.fixtures.bad_rows import allow, refuse, unchecked

UNKNOWN = "Something that is stored about it cannot be computed with; the site’s log says what."


@pytest.fixture
def asia(europe, now):
    """Another launch, of another region, with one blocker that can be forecast."""
    region = baker.make(Region, slug="asia", name="Asia")
    day = date(2027, 1, 11)
    launch = baker.make(Launch, slug="asia-ga", name="Asia", region=region, target=day, baseline=day)
    raised(launch, "Sound", now)
    return launch


def raised(launch, title, now, **facts):
    facts = {"kind": "customer_facing", "slug": title.lower(), "opened_at": now, **facts}
    return baker.make(Blocker, launch=launch, title=title, **facts)


def test_an_estimate_that_was_stored_before_the_limit(europe, asia, now, caplog):
    """No page answers 500 because of it, no other launch is unknown, and the log is told once."""
    with unchecked(Blocker, "blocker_estimate_in_order"):
        raised(europe.launch, "Long", now, team=europe.team, owner=europe.lead, best=1, likely=2, worst=9999)
    settle_cells([europe.cell.pk], now)
    client = Client()
    client.force_login(europe.lead)
    of_launch = ("", "report", "what-if", "charts", "decisions", "sign-offs", "go", "graph", "blockers/long")
    for address in (
        *(f"launches/europe-ga/{name}" for name in of_launch),
        "",
        "my",
        "teams/messaging",
        "wall",
    ):
        status = client.get(f"/{address}/".replace("//", "/")).status_code
        assert (address, status) == (address, 200)
    bad, good = launch_statuses([europe.launch, asia], europe.lead, now)
    assert (bad.verdict, bad.outlook.problem.text, bool(good.outlook.p85)) == ("unknown", UNKNOWN, True)
    assert UNKNOWN in client.get("/launches/europe-ga/").content.decode()
    told = [row for row in caplog.records if row.levelno >= logging.ERROR]
    assert [(row.getMessage(), bool(row.exc_info)) for row in told] == [
        ("The launch europe-ga cannot be forecast.", True)
    ]
    assert (save_snapshots(now), Snapshot.objects.get().launch) == (1, asia)


def test_a_zone_that_this_machine_does_not_know(europe, asia, now):
    Region.objects.filter(pk=europe.region.pk).update(timezone="Mars/Olympus")
    europe.region.refresh_from_db()
    assert (europe.region.today(now), europe.region.end_of(now.date()).utcoffset()) == (
        now.date(),
        timedelta(),
    )


@pytest.mark.parametrize("target", [date.min, date(1970, 1, 1), date(2001, 1, 1), date.max])
def test_a_target_in_any_year_is_forecast(europe, now, target):
    Launch.objects.update(target=target, baseline=target)
    raised(europe.launch, "Work", now, best=5, likely=5, worst=5)
    launch = Launch.objects.select_related("region").get()
    (state,) = launch_statuses([launch], europe.lead, now)
    assert (state.outlook.p85, state.outlook.problem) == (date(2026, 11, 6), "")


def test_a_blocker_that_took_longer_than_any_estimate_teaches_no_less(europe, asia, now):
    raised(asia, "Ages", now - timedelta(days=9_000), state="resolved", closed_at=now)
    assert [bool(state.outlook.p85) for state in launch_statuses([asia], europe.lead, now)] == [True]


def test_a_forecast_that_cannot_be_written_holds_up_no_other(europe, asia, now):
    raised(europe.launch, "Work", now)
    refuse(Snapshot, "INSERT", f"NEW.launch_id = {europe.launch.pk}")
    assert (save_snapshots(now), postponed()) == (1, [("keeping the forecast", europe.launch.pk, 1)])
    assert save_snapshots(now + timedelta(seconds=30)) == 0
    assert postponed() == [("keeping the forecast", europe.launch.pk, 1)]
    save_snapshots(now + WAITS[0])
    assert postponed() == [("keeping the forecast", europe.launch.pk, 2)]


def test_what_goes_well_at_last_is_postponed_no_more(europe, asia, now):
    """Each kind of work fails once, then goes well: alone, with others, or as a person acts."""
    signed_in = baker.make(User)
    Launch.objects.update(target=now.date() + timedelta(days=2))
    baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=europe.lead)
    over = raised(europe.launch, "Over", now, state="waived", owner=europe.lead)
    baker.make(Waiver, blocker=over, expires_on=now.date() - timedelta(days=1), requested_at=now)
    over.noted("reopened", Author(now, signed_in))
    Blocker.objects.filter(pk=over.pk).update(slug="no slug at all", labels=5)
    Item.objects.filter(cell=europe.cell).update(state="failed")
    Readiness.objects.filter(pk=europe.cell.pk).update(accepted=5)
    refuse(Snapshot, "INSERT", f"NEW.launch_id = {europe.launch.pk}")
    refuse(Change, "INSERT", f"NEW.verb = 'reminded' AND NEW.region_id = {europe.region.pk}")
    refuse(Blocker, "UPDATE", f"NEW.id = {over.pk} AND NEW.state = 'open'")
    cells = [europe.cell.pk, baker.make(Readiness, region=asia.region).pk]

    def work(at):
        reopen_expired(at)
        save_snapshots(at)
        remind_signers(at)
        queue_notices(at)
        index(at)
        settle_each(cells, at)

    work(now)
    assert {work for work, *_ in postponed()} == {
        "reopening",
        "keeping the forecast",
        "reminding",
        "telling",
        "indexing blocker",
        "settling",
    }
    for model in (Snapshot, Change, Blocker):
        allow(model)
    Blocker.objects.filter(pk=over.pk).update(slug="over", labels=[])
    Readiness.objects.filter(pk=europe.cell.pk).update(accepted=[])
    work(now + WAITS[0])
    assert postponed() == []


def postponed():
    return list(Postponed.objects.values_list("work", "key", "tries"))


def test_a_cell_that_cannot_be_settled_holds_up_no_other(europe, asia, now):
    other = baker.make(Integration, slug="billing", name="Billing", kind="customer_facing")
    good = baker.make(Readiness, region=europe.region, integration=other)
    Item.objects.filter(cell=europe.cell).update(state="failed")
    Readiness.objects.filter(pk=europe.cell.pk).update(accepted=5)
    for cell in (europe.cell, good):
        change(cell, "declared", at=now, by=europe.lead, cell_id=cell.pk, region_id=europe.region.pk).save()
    assert settle_changes(now) == 2
    assert list(Blocker.objects.filter(launch=europe.launch).values_list("slug", flat=True)) == ["billing"]
    assert (postponed(), settle_changes(now)) == ([("settling", europe.cell.pk, 1)], 0)
    Readiness.objects.filter(pk=europe.cell.pk).update(accepted=[])
    assert (settle_changes(now + WAITS[0]), Change.objects.unhandled().count()) == (1, 0)


def test_a_change_that_nobody_can_be_told_of_holds_up_no_other(europe, asia, now):
    for slug, owner in (("fine", europe.lead), ("broken", europe.lead)):
        blocker = raised(europe.launch, slug.title(), now, owner=owner)
        blocker.noted("reopened", Author(now, baker.make(User)))
    Blocker.objects.filter(slug="broken").update(slug="no slug at all")
    queue_notices(now)
    assert set(Notice.objects.values_list("change__label", flat=True)) == {"Fine"}
    assert [(work, tries) for work, _, tries in postponed()] == [("telling", 1)]
    assert Change.objects.untold().count() == 1


def test_a_letter_that_cannot_be_written_holds_up_no_other(europe, now, mail_server):
    User.objects.filter(pk=europe.lead.pk).update(email="lead@harbor.example")
    for slug in ("fine", "broken"):
        blocker = raised(europe.launch, slug.title(), now, owner=europe.lead)
        blocker.noted("reopened", Author(now, baker.make(User)))
    queue_notices(now)
    Notice.objects.filter(change__label="Broken").update(reason="nonsense")
    deliver_notices(now)
    rows = Delivery.objects.order_by("notice__change__label").values_list("sent_at", "tries", "problem")
    assert list(rows) == [(None, 1, NOT_WRITTEN), (now, 1, "")]


def test_a_row_that_cannot_be_indexed_holds_up_no_other(europe, now):
    raised(europe.launch, "Fine", now)
    bad = raised(europe.launch, "Broken", now, labels=5)
    index(now)
    assert set(SearchDocument.objects.filter(kind="blocker").values_list("title", flat=True)) == {"Fine"}
    assert (postponed(), list(Unindexed.objects.values_list("kind", "key"))) == (
        [("indexing blocker", bad.pk, 1)],
        [("blocker", bad.pk)],
    )
    assert index(now) == 0
    Blocker.objects.filter(pk=bad.pk).update(labels=[])
    index(now + WAITS[0])
    assert (SearchDocument.objects.filter(title="Broken").count(), Unindexed.objects.count()) == (1, 0)


def test_a_decision_that_cannot_run_out_holds_up_no_other(europe, now):
    rows = {slug: raised(europe.launch, slug.title(), now, state="waived") for slug in ("fine", "broken")}
    for blocker in rows.values():
        baker.make(Waiver, blocker=blocker, expires_on=now.date() - timedelta(days=1), requested_at=now)
    refuse(Blocker, "UPDATE", f"NEW.id = {rows['broken'].pk} AND NEW.state = 'open'")
    assert (reopen_expired(now), postponed()) == (1, [("reopening", rows["broken"].pk, 1)])
    assert (reopen_expired(now), warn_of_expiry(now), postponed()) == (
        0,
        0,
        [("reopening", rows["broken"].pk, 1)],
    )


def test_a_launch_whose_signers_cannot_be_reminded_holds_up_no_other(europe, asia, now):
    for launch in (europe.launch, asia):
        Launch.objects.filter(pk=launch.pk).update(target=now.date() + timedelta(days=2))
        baker.make(SignOff, launch=launch, slug="legal", function="Legal", signer=europe.lead)
    refuse(Change, "INSERT", f"NEW.verb = 'reminded' AND NEW.region_id = {europe.region.pk}")
    assert (remind_signers(now), postponed()) == (1, [("reminding", europe.launch.pk, 1)])


def test_what_was_postponed_long_ago_is_forgotten(db, now):
    for _ in range(len(WAITS) + 3):
        Postponed.objects.put_off("settling", 1, "x" * 1000, now)
    row = Postponed.objects.get()
    assert (row.tries, row.next_try_at, len(row.problem)) == (len(WAITS) + 3, now + WAITS[-1], 300)
    assert Postponed.objects.forget(now + REMEMBERED) == 0
    assert Postponed.objects.forget(row.next_try_at + REMEMBERED + timedelta(seconds=1)) == 1
