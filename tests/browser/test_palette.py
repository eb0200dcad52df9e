"""The palette by keyboard alone, and searching without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import FINE, look_at

LAUNCH = "/launches/europe-ga/"


@pytest.fixture
def page(browse) -> Page:
    page = browse("mara")
    page.goto(LAUNCH)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def ask(page: Page, typed: str) -> None:
    press(page, "Control+k")
    expect(page.get_by_role("combobox", name="Search, or what to do")).to_be_focused()
    page.keyboard.type(typed)


def pointed(page: Page):
    return page.locator("#pointed")


@pytest.mark.parametrize(
    ("typed", "name", "address"),
    [
        ("europe", "Europe", "/regions/europe/"),
        ("whatsapp", "WhatsApp", "/integrations/whatsapp/"),
        (
            "month in two",
            "Finance cannot close a month in two currencies",
            f"{LAUNCH}blockers/month-end-in-two-currencies/",
        ),
        ("messaging", "Messaging", "/teams/messaging/"),
        ("tomasz", "Tomasz", "/activity/?person=tomasz"),
    ],
)
def test_typing_leads_anywhere(page, typed, name, address):
    ask(page, typed)
    option = page.locator(f"#found a[href='{address}']").first
    expect(option).to_contain_text(name)
    for _ in range(20):
        if option.get_attribute("aria-selected") == "true":
            break
        press(page, "ArrowDown")
    expect(pointed(page)).to_contain_text(name)
    press(page, "Enter")
    page.wait_for_url(f"**{address}")


def test_arrows_go_round_and_escape_leads_back(page):
    press(page, "j")
    row = page.locator("[data-row][aria-current]")
    ask(page, "whatsapp")
    expect(page.locator("#found")).to_contain_text("Integrations")
    names = page.locator("#options [role=option]:visible")
    expect(names.first).to_have_id("pointed")
    press(page, "ArrowUp")
    expect(names.last).to_have_id("pointed")
    press(page, "ArrowDown")
    expect(names.first).to_have_id("pointed")
    press(page, "Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(row).to_be_focused()


def test_what_was_opened_lately_comes_first(page):
    page.goto("/regions/europe/")
    page.goto("/integrations/whatsapp/")
    page.goto("/blockers/")
    press(page, "Control+k")
    expect(page.locator("#recent a")).to_have_text(["WhatsApp", "Europe", "Europe general availability"])
    expect(pointed(page)).to_have_text("WhatsApp")
    press(page, "ArrowDown", "Enter")
    page.wait_for_url("**/regions/europe/")


def test_what_can_be_done_on_the_current_row(page):
    press(page, "j", "j")
    ask(page, "start")
    expect(pointed(page)).to_have_text("Start")
    press(page, "Enter")
    expect(page.locator("#told")).to_contain_text("started.")


def test_what_can_be_done_in_the_panel_and_on_the_page(page):
    press(page, "j", "Enter")
    expect(page.locator("#panel h1")).to_be_focused()
    ask(page, "launch without it")
    press(page, "Enter")
    expect(page.locator("#panel").get_by_label("Why the risk is acceptable")).to_be_visible()
    press(page, "Escape", "Escape")
    for typed, url in (("what if", "what-if/"), ("report", "report/"), ("go /", "go/")):
        page.goto(LAUNCH)
        ask(page, typed)
        press(page, "Enter")
        page.wait_for_url(f"**{LAUNCH}{url}")
    page.goto(LAUNCH)
    ask(page, "move date")
    press(page, "Enter")
    expect(page.locator("#panel").get_by_role("heading", level=1)).to_be_visible()


def test_enter_where_nothing_fits_leads_to_the_page(page):
    ask(page, "qwertz")
    expect(page.locator("#found a")).to_have_count(1)
    press(page, "Enter")
    page.wait_for_url("**/search/?q=qwertz")
    expect(page.locator(".empty")).to_contain_text("Nothing contains all of these words")


def test_whoever_signs_out_leaves_nothing_behind(page):
    assert "europe-ga" in page.evaluate("localStorage.seen")
    page.locator("header summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("localStorage.seen") == "[]"


def test_no_barrier_in_either_theme(page):
    press(page, "Control+k")
    expect(page.locator("#verbs a").first).to_be_visible()
    assert look_at(page) == FINE
    page.keyboard.type("whatsapp")
    expect(page.locator("#found a").first).to_be_visible()
    assert look_at(page) == FINE


def test_without_script_the_link_leads_to_the_same(browse):
    page = browse("mara", script=False)
    page.goto(LAUNCH)
    page.locator("header").get_by_role("link", name="Search").click()
    page.get_by_label("Words").fill("whatsapp")
    page.locator("main").get_by_role("button", name="Search").click()
    expect(page.locator("main h2").first).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    page.locator("main [data-open]").first.click()
    expect(page.locator("main h1")).to_be_visible()


def test_the_theme_is_chosen_without_a_script_as_well(browse):
    page = browse("mara", script=False)
    page.goto(LAUNCH)
    for theme in ("light", "dark", "system"):
        page.locator("header summary").click()
        page.get_by_role("button", name="Theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page).to_have_url(page.url)
