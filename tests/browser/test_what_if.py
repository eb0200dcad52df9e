"""What if, by hand: numbers change in place and the address follows."""

import pytest
from model_bakery import baker
from playwright.sync_api import Page, expect

from launches.models import Blocker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
URL = "/launches/lisbon-ga/what-if/"


@pytest.fixture
def ledger(launch, now):
    facts = {"kind": "internal_process", "opened_at": now, "best": 60, "likely": 60, "worst": 60}
    return baker.make(Blocker, launch=launch, slug="ledger", title="Ledger", **facts)


def test_a_toggle_changes_the_numbers_and_the_address(page: Page, enter_as, viewer, ledger):
    enter_as(viewer)
    page.goto(URL)
    expect(page.locator("#outcome .verdict")).to_contain_text("P85 stays")
    page.get_by_role("checkbox", name="Ledger").check()
    expect(page.locator("#outcome .verdict")).to_contain_text("earlier")
    page.wait_for_url("**drop=ledger**")


def test_the_slider_moves_the_target(page: Page, enter_as, viewer, ledger):
    enter_as(viewer)
    page.goto(URL)
    before = page.get_by_label("Target", exact=True).input_value()
    page.get_by_role("slider").press("ArrowRight")
    page.wait_for_url("**target=2026-12-15**")
    assert (before, page.get_by_label("Target", exact=True).input_value()) == ("2026-12-14", "2026-12-15")
