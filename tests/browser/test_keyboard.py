"""The launch by keyboard, and what the back button does to a panel."""

import pytest
from playwright.sync_api import Page, expect

LAUNCH = "/launches/europe-ga/"
WHATSAPP = "WhatsApp not ready in Europe"


@pytest.fixture
def page(browse) -> Page:
    page = browse("mara")
    page.goto(LAUNCH)
    return page


def current(page: Page):
    return page.locator("[data-row][aria-current] th a")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_rows_are_walked_and_opened(page):
    press(page, "j", "j", "k")
    expect(current(page)).to_have_text(WHATSAPP)
    press(page, "Enter")
    expect(page.locator("#panel").get_by_role("heading", name=WHATSAPP)).to_be_focused()
    expect(page).to_have_url(f"{page.url.split('/launches/')[0]}{LAUNCH}blockers/whatsapp/")
    press(page, "Escape")
    expect(page.locator("#panel")).to_be_empty()
    expect(page.get_by_role("link", name=WHATSAPP)).to_be_focused()
    expect(page).to_have_url(f"{page.url.split('/launches/')[0]}{LAUNCH}")


def test_what_is_typed_is_left_before_the_panel_closes(page):
    press(page, "j", "Enter")
    note = page.locator("#panel").get_by_label("Note")
    note.fill("j and k are only letters here")
    press(page, "Escape")
    expect(note).to_have_value("j and k are only letters here")
    press(page, "Escape")
    expect(page.locator("#panel")).to_be_empty()


def test_one_key_leads_to_the_checklist_and_one_declares_it(page):
    press(page, "j", "Enter")
    expect(page.locator("#panel").get_by_role("heading", name=WHATSAPP)).to_be_focused()
    press(page, "o")
    expect(page.locator("#panel").get_by_role("heading", name="WhatsApp", exact=True)).to_be_focused()
    press(page, "r")
    expect(page.locator("#panel").get_by_role("alert")).to_contain_text("It cannot be called ready yet")


def test_the_back_button_leaves_the_panel(page):
    press(page, "j", "Enter")
    expect(page.locator("#panel").get_by_role("heading", name=WHATSAPP)).to_be_focused()
    page.go_back()
    expect(page.locator("#panel")).to_be_empty()
    expect(page.get_by_role("heading", level=1)).to_have_text("Europe general availability")


def test_all_keys_are_told(page):
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("next and previous row")
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_search_of_a_page_is_one_key_away(page):
    page.goto("/integrations/")
    press(page, "/")
    page.keyboard.type("whats")
    press(page, "Enter")
    expect(page.locator("tbody th a")).to_have_text(["WhatsApp"])
