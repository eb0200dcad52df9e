"""After the launch a promise is a gap, until it is filled."""

from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker, Deferral, Launch, Waiver
from launches.status import reopen_expired, warn_of_expiry
from readiness.models import Change, ChangeRequest, Item, Readiness
from tests.fixtures.markup import on_one_line


@pytest.fixture
def deferred(europe, spam, now):
    Blocker.objects.update(state="deferred")
    baker.make(Deferral, blocker=spam, reason="Later", fill_by=date(2026, 11, 1), requested_at=now)
    return spam


@pytest.mark.parametrize(("fill_by", "word"), [(date(2026, 11, 1), "overdue"), (date(2026, 11, 2), "gap")])
@pytest.mark.parametrize("page", ["/", "/regions/europe/"])
def test_it_is_on_home_and_on_the_page_of_its_region(sign_in, people, deferred, now, page, fill_by, word):
    Deferral.objects.update(fill_by=fill_by)
    shown = f'>{word}</span> <a dir="auto" href="{deferred.get_absolute_url()}">'
    client = sign_in(people.viewer)
    assert shown not in on_one_line(client.get(page).text)
    Launch.objects.update(launched_at=now)
    assert shown in on_one_line(client.get(page).text)


def test_it_is_filled_even_if_it_stands_for_a_cell(sign_in, people, europe, deferred, now):
    Blocker.objects.update(source="cell", cell=europe.cell)
    client, url = sign_in(people.teammate), f"{deferred.get_absolute_url()}filling/"
    assert client.post(url, {"version": 1}).status_code == 409
    Launch.objects.update(launched_at=now)
    Readiness.objects.update(state="ready")
    assert client.post(url, {"version": 1, "note": "Mail arrives."}).status_code == 302
    assert Blocker.objects.get().state == "resolved"
    assert "to fill" not in client.get("/regions/europe/").text


def test_it_is_not_filled_while_what_it_stands_for_is_open(sign_in, people, europe, deferred, now):
    """As a cell is not declared ready: refused with the list, or overridden by its lead with a reason."""
    Launch.objects.update(launched_at=now)
    url = f"{deferred.get_absolute_url()}filling/"
    for source, titles in (("cell", ["Health", "Region"]), ("check", ["Health"])):
        Blocker.objects.update(source=source, cell=europe.cell, item=europe.items[0])
        refused = sign_in(people.teammate).post(url, {"version": 1})
        assert refused.status_code == 409
        assert [item.requirement.title for item in refused.context["open_items"]] == titles
        assert "Close them first." in refused.text
        assert "Mark as filled anyway" in sign_in(people.lead).post(url, {"version": 1}).text
    override = {"version": 1, "note": "So far.", "override_reason": "One customer, who knows."}
    assert sign_in(people.teammate).post(url, override).status_code == 403
    assert Blocker.objects.get().state == "deferred"
    assert sign_in(people.lead).post(url, override).status_code == 302
    asked = ChangeRequest.objects.get()
    assert (Blocker.objects.get().state, asked.reason) == ("deferred", "One customer, who knows.")
    assert "has asked for it already" in sign_in(people.admin).post(url, override).text
    asked.approve(by=people.admin, now=now)
    assert Blocker.objects.get().state == "resolved"
    told = Change.objects.about(deferred).get()
    assert told.note == "So far. Filled while open: Health. One customer, who knows."


def test_with_all_items_done_it_has_to_be_declared_ready(sign_in, people, europe, deferred, now):
    Launch.objects.update(launched_at=now)
    Blocker.objects.update(source="cell", cell=europe.cell)
    Item.objects.update(state="passed")
    refused = sign_in(people.lead).post(f"{deferred.get_absolute_url()}filling/", {"version": 1})
    assert refused.status_code == 409
    assert "WhatsApp is not declared ready: do that first." in refused.text


def test_a_week_before_it_runs_out_history_says_so_once(europe, spam, now):
    Blocker.objects.update(state="waived")
    baker.make(Waiver, blocker=spam, reason="Few", expires_on=date(2026, 11, 10), requested_at=now)
    at = [now + timedelta(days=days) for days in range(12)]
    assert [warn_of_expiry(moment) for moment in at[:3]] == [0, 1, 0]
    Waiver.objects.update(expires_on=date(2026, 11, 11))
    assert [warn_of_expiry(moment) for moment in at[2:9]] == [1, 0, 0, 0, 0, 0, 0]
    assert (reopen_expired(at[9]), reopen_expired(at[10]), warn_of_expiry(at[11])) == (0, 1, 0)
    told = Change.objects.about(spam).order_by("pk").values_list("verb", "origin")
    assert list(told) == [("expires soon", "clock"), ("expires soon", "clock"), ("reopened", "clock")]
