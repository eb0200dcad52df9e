"""A check run by hand, against the real stand-in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from readiness.models import Item
from readiness.tasks import dispatch_due
from tests.readiness.standin.serving import serving


@pytest.fixture
def standin(settings, tmp_path):
    with serving(tmp_path / "standin") as (values, _):
        for name, value in values.items():
            setattr(settings, name, value)
        yield


@pytest.fixture
def due(example, standin) -> Item:
    """The one check that can run. By plain HTTP: certificates are judged by the clock of the machine."""
    Item.objects.update(next_run_at=timezone.now() + timedelta(hours=1))
    item = Item.objects.get(
        cell__region__slug="europe", cell__integration__slug="whatsapp", requirement__slug="region"
    )
    requirement = item.requirement
    requirement.parameters = {**requirement.parameters, "url": "http://whatsapp.{region.domain}/health"}
    requirement.save()
    return item


def dispatch() -> None:
    try:
        dispatch_due()
    finally:
        connection.close()


def run_what_is_due() -> None:
    """In a thread, as this one already runs the loop that speaks with the browser."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(dispatch).result()


def test_a_run_by_hand_is_seen(due, browse, script):
    page = browse("tomasz", script=script)
    page.goto("/checks/?region=europe&kind=http&state=failed")
    expect(page.locator(".answer")).to_have_text("2 failing.")
    page.get_by_role("link", name="WhatsApp: Answers from the region").click()
    expect(page.get_by_role("heading", name="Answers from the region")).to_be_visible()
    newest = page.locator(".runs-table tbody tr").first
    before = str(newest.locator("time").get_attribute("datetime"))
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_role("status")).to_have_text("It is due now, and runs within seconds.")

    run_what_is_due()

    page.reload()
    expect(page.locator(".panel-answer")).to_contain_text("failing")
    expect(newest.locator("time")).not_to_have_attribute("datetime", before)
    expect(newest).to_contain_text("x-region: expected eu-west-1, got us-east-1")


def test_a_round_is_seen_to_its_end(due, browse, script):
    page = browse("tomasz", script=script)
    page.goto("/checks/?region=europe&kind=http&state=failed")
    page.get_by_role("button", name="Run all 2").click()
    expect(page.locator(".round-count")).to_have_text("0 of 2 ran.")

    run_what_is_due()

    if not script:
        page.reload()
    expect(page.locator(".round-count")).to_have_text("2 of 2 ran.")
    page.get_by_role("link", name="Show what they found").click()
    expect(page.locator(".round")).to_have_count(0)
    expect(page.locator(".answer")).to_have_text("2 failing.")


def test_a_check_is_snoozed_and_woken(browse, script):
    page = browse("tomasz", script=script)
    page.goto("/checks/?region=europe&kind=http&state=failed")
    page.get_by_role("link", name="WhatsApp: Answers from the region").click()
    page.locator(".maintenance summary").click()
    page.get_by_label("4 hours").check()
    page.get_by_label("Reason").fill("Moving to the new number")
    page.locator(".maintenance").get_by_role("button", name="Snooze").click()
    expect(page.get_by_role("status")).to_have_text(
        "It is snoozed: it still runs, and what does not pass changes nothing."
    )
    expect(page.locator(".panel-answer")).to_contain_text("in maintenance until 2 Nov, 13:00")
    page.get_by_role("button", name="End now: Moving to the new number").click()
    expect(page.locator(".panel-answer")).not_to_contain_text("in maintenance")
