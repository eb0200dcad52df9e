"""Triage where blockers are listed: by keys alone, without JavaScript, and while others work there too."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from launches.models import Blocker, Launch
from readiness.models import User
from tests.browser.test_every_page import FINE, look_at
from tests.launches.conftest import NOW

LAUNCH = "/launches/europe-ga/"
LIST = f"{LAUNCH}?q=Triage&sort=title"
TWENTY = range(20)
# What is decided on each in turn, and what it then is.
DECISIONS = ("resolve", "start", "waive", "defer")
STATES = ["resolved", "in_progress", "open", "open"] * 5


@pytest.fixture
def twenty(example) -> list[Blocker]:
    launch = Launch.objects.get(slug="europe-ga")
    mara = User.objects.get(username="mara")
    return [
        Blocker.objects.raised(
            launch, title=f"Triage {n:02}", by=mara, now=NOW, proposed=False, kind="internal_process"
        )
        for n in TWENTY
    ]


def decided(twenty: list[Blocker]) -> list[tuple[str, bool, bool]]:
    """Of each its state, and whether somebody asked to launch without it or to defer it."""
    rows = Blocker.objects.filter(pk__in=[row.pk for row in twenty]).order_by("title")
    return [(row.state, hasattr(row, "waiver"), hasattr(row, "deferral")) for row in rows]


WANTED = [(state, n % 4 == 2, n % 4 == 3) for n, state in enumerate(STATES)]


def titles(page: Page) -> list[str]:
    return page.locator("[data-live] th[scope=row] [data-open]").all_inner_texts()


def row(page: Page, title: str):
    return page.locator("tr[data-row]", has=page.get_by_role("link", name=title, exact=True))


def test_twenty_are_triaged_by_keyboard_alone(browse, twenty):
    page = browse("mara")
    page.goto(LIST)
    press, told = page.keyboard.press, page.locator("#told")
    press("j")
    for number in TWENTY:
        title = f"Triage {number:02}"
        expect(page.locator("[data-row][aria-current] [data-open]")).to_have_text(title)
        match DECISIONS[number % 4]:
            case "resolve":
                press("r")
                expect(told).to_contain_text(f"{title}: resolved.")
                # The next one has taken its place.
                continue
            case "start":
                press("s")
                expect(told).to_contain_text(f"{title}: started.")
            case "waive":
                press("w")
                expect(page.get_by_label("Reason")).to_be_focused()
                page.keyboard.type("Nobody needs it on the first day.")
                press("Tab")
                page.keyboard.type("06012027")
                press("Enter")
                expect(told).to_contain_text(f"{title}: asked for")
            case "defer":
                press("d")
                expect(page.get_by_label("Reason")).to_be_focused()
                page.keyboard.type("It can follow in spring.")
                press("Tab")
                page.keyboard.type("03012027")
                until_then = page.get_by_label("Until then")
                while not until_then.evaluate("field => field === document.activeElement"):
                    press("Tab")
                page.keyboard.type("By telephone")
                press("Enter")
                expect(told).to_contain_text(f"{title}: asked for")
        expect(page.locator("#panel")).to_be_empty()
        press("j")
    assert decided(twenty) == WANTED
    assert page.evaluate("document.activeElement.matches('[data-row]')")


def test_many_at_once_and_one_undo(browse, twenty):
    page = browse("mara")
    page.goto(LIST)
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("s")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=1)).to_have_text("Start 3 blockers")
    assert look_at(page) == FINE
    page.set_viewport_size({"width": 1440, "height": 900})
    panel.get_by_role("button", name="Start 3").click()
    expect(page.locator("#told")).to_contain_text("3 blockers: started.")
    assert [state for state, *_ in decided(twenty)][:4] == ["in_progress"] * 3 + ["open"]
    page.keyboard.press("z")
    expect(page.locator("#told")).to_contain_text("Undone")
    assert [state for state, *_ in decided(twenty)][:4] == ["open"] * 4


def test_twenty_are_triaged_without_javascript(browse, twenty):
    page = browse("mara", script=False)
    for start, action in enumerate(("Resolve", "Start", "Launch without", "Defer")):
        page.goto(f"{LAUNCH}?q=Triage&sort=title")
        for number in range(start, 20, 4):
            page.get_by_role("checkbox", name=f"Choose Triage {number:02}").check()
        page.get_by_role("button", name=action).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("5 blockers")
        if action in ("Launch without", "Defer"):
            page.get_by_label("Reason").fill("It can wait.")
        if action == "Launch without":
            page.get_by_label("Holds until").fill("2027-06-01")
        if action == "Defer":
            page.get_by_label("Filled by").fill("2027-03-01")
            page.get_by_label("Until then").fill("By telephone")
        page.locator("main").get_by_role("button").click()
        expect(page.locator(".messages")).to_contain_text("5 blockers")
        expect(page).to_have_url(
            f"{page.url.split('/launches/')[0]}{LAUNCH}?state=blocking&q=Triage&sort=title"
        )
    assert decided(twenty) == WANTED
    page.locator(".messages").get_by_role("button", name="Undo").click()
    assert decided(twenty) == [(state, waived, False) for state, waived, _ in WANTED]


def test_a_cell_is_edited_in_place(browse, twenty):
    page = browse("mara")
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label("Best")).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Best")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.get_by_label("Best")).to_be_focused()
    for points in ("1", "2", "5"):
        page.keyboard.type(points)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row(page, "Triage 00")).to_contain_text("1–2–5 d")
    expect(row(page, "Triage 00").get_by_role("link", name="1–2–5 d")).to_be_focused()
    twenty[0].refresh_from_db()
    assert twenty[0].points == (1, 2, 5)


def test_a_conflict_is_shown_in_the_cell(browse, twenty):
    page = browse("mara")
    page.goto(LIST)
    row(page, "Triage 00").get_by_role("link", name="set the due date").click()
    expect(page.get_by_label("Due")).to_be_focused()
    twenty[0].amend(by=User.objects.get(username="samira"), now=NOW, due=date(2026, 12, 24))
    page.get_by_label("Due").fill("2026-12-31")
    page.keyboard.press("Enter")
    alert = row(page, "Triage 00").get_by_role("alert")
    expect(alert).to_contain_text("you wrote 31 Dec 2026, it is now 24 Dec 2026")
    expect(page.get_by_label("Due")).to_have_value("2026-12-31")
    assert look_at(page) == FINE
    page.set_viewport_size({"width": 1440, "height": 900})
    row(page, "Triage 00").get_by_role("button", name="Save").click()
    expect(row(page, "Triage 00")).to_contain_text("31 Dec")


def test_what_another_does_appears_and_disturbs_nobody(browse, twenty):
    mara, samira = browse("mara"), browse("samira")
    mara.goto(LIST)
    row(mara, "Triage 05").get_by_role("checkbox").check()
    row(mara, "Triage 03").get_by_role("link", name="set the due date").click()
    mara.get_by_label("Due").fill("2026-12-31")
    samira.goto(LIST)
    row(samira, "Triage 07").get_by_role("link", name="set the due date").click()
    samira.get_by_label("Due").fill("2026-12-24")
    samira.keyboard.press("Enter")
    # A value changes in place, a row that goes stays until its reader asks.
    expect(row(mara, "Triage 07")).to_contain_text("24 Dec")
    samira.mouse.move(0, 0)
    row(samira, "Triage 00").get_by_role("checkbox").check()
    samira.keyboard.press("r")
    expect(row(samira, "Triage 00")).to_have_count(0)
    note = mara.get_by_role("button", name="1 change – show")
    expect(note).to_be_visible()
    expect(row(mara, "Triage 00")).to_have_count(1)
    expect(mara.get_by_label("Due")).to_have_value("2026-12-31")
    note.click()
    expect(row(mara, "Triage 00")).to_have_count(0)
    expect(row(mara, "Triage 05").get_by_role("checkbox")).to_be_checked()
    expect(mara.get_by_label("Due")).to_have_value("2026-12-31")


def test_the_panel_leads_along_the_list(browse, twenty):
    page = browse("mara")
    page.goto("/blockers/?q=Triage&sort=title")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    heading = page.locator("#panel").get_by_role("heading", level=1)
    expect(heading).to_have_text("Triage 00")
    page.keyboard.press("]")
    expect(heading).to_have_text("Triage 01")
    expect(page).to_have_url(
        f"{page.url.split('/launches/')[0]}{LAUNCH}blockers/triage-01/"
        "?state=blocking&q=Triage&sort=title&page=1&in=all"
    )
    page.keyboard.press("[")
    expect(heading).to_have_text("Triage 00")
    page.reload()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Triage 01")
