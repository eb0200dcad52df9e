"""The matrix by arrow keys; a changed cell travels alone."""

import pytest
from django.db.models import F
from playwright.sync_api import Page, Request, expect

from readiness.models import Readiness


@pytest.fixture
def page(browse) -> Page:
    page = browse("mara")
    page.goto("/regions/")
    return page


def cell(page: Page, address: str):
    return page.locator(f".matrix a[href='{address}']")


def tallies(page: Page) -> list[str]:
    return page.locator("thead [data-tally]").all_inner_texts()


def test_arrows_move_and_enter_opens(page):
    cell(page, "/regions/us-east/cells/audit-log/").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "Home", "End", "ArrowLeft"):
        page.keyboard.press(key)
    expect(cell(page, "/regions/europe/cells/backups/")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel").get_by_role("heading", name="Backups and restore")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell(page, "/regions/europe/cells/backups/")).to_be_focused()


def test_there_is_one_stop_for_tab(page):
    assert page.locator(".matrix td > a[tabindex='0']").count() == 1


def test_a_changed_cell_travels_alone_and_the_sums_follow(page):
    assert tallies(page) == ["53/83", "30/30", "22/28", "1/25"]
    asked: list[Request] = []
    page.on("request", lambda request: request.resource_type == "xhr" and asked.append(request))
    backups = cell(page, "/regions/europe/cells/backups/")
    backups.click()
    page.locator("#panel").get_by_role("button", name="In progress").click()
    expect(page.locator("#panel").get_by_role("status")).to_have_text("The state is saved.")
    expect(backups).to_have_class("progress")
    assert tallies(page) == ["52/83", "30/30", "21/28", "1/25"]
    assert [request.method for request in asked] == ["GET", "POST"]


def test_what_is_ready_by_word_only_is_counted_so(page):
    backups = Readiness.objects.filter(region__slug="europe", integration__slug="backups")
    backups.update(accepted=[1], unseen=1, version=F("version") + 1)
    page.goto("/regions/")
    assert tallies(page) == ["53/83, 1 declared", "30/30", "22/28, 1 declared", "1/25"]
    cell(page, "/regions/europe/cells/backups/").click()
    page.locator("#panel").get_by_role("button", name="In progress").click()
    expect(cell(page, "/regions/europe/cells/backups/")).to_have_class("progress")
    assert tallies(page) == ["52/83, 0 declared", "30/30", "21/28, 0 declared", "1/25"]


def test_a_filter_keeps_the_page_and_its_address(page):
    page.get_by_label("Team").select_option("payments")
    expect(page.locator(".matrix tbody tr:not(.kind) th a")).to_have_text(["Billing and invoices", "Tax"])
    assert page.url.endswith("/regions/?team=payments&kind=&state=")


def test_without_script_a_cell_is_a_page(browse):
    page = browse("mara", script=False)
    page.goto("/regions/")
    cell(page, "/regions/europe/cells/backups/").click()
    page.get_by_role("button", name="In progress").click()
    expect(page.locator(".messages")).to_have_text("The state is saved.")
    page.get_by_role("link", name="Matrix").click()
    expect(cell(page, "/regions/europe/cells/backups/")).to_have_class("progress")
    assert tallies(page) == ["52/83", "30/30", "21/28", "1/25"]
