"""The report on paper and in the clipboard, and the wall that nobody stands beside."""

import re
from datetime import date

import pytest
from model_bakery import baker
from playwright.sync_api import Browser, Page, expect

from launches.models import Blocker, Deferral, Launch, ShareLink, SignOff, Waiver
from readiness.models import Team, User
from readiness.models.history import Author
from tests.fixtures.browser import PATIENCE
from tests.launches.conftest import NOW

REPORT = "/launches/europe-ga/report/"
A4 = [b"594.95996", b"841.91998"]
LONG = "Verträge über die Auftragsverarbeitung sind mit den Wiederverkäufern nicht neu verhandelt, " * 3
UNBROKEN = "W" * 200


@pytest.fixture
def page(browse) -> Page:
    return browse("mara")


def crowd(launch: Launch) -> None:
    """More of everything than fits on a page, each with the longest name there may be."""
    Launch.objects.filter(pk=launch.pk).update(name=LONG[:100])
    approver = User.objects.get(username="samira")
    team = baker.make(Team, slug="long", name=LONG[:100], parallel_work=50)
    for number in range(60):
        kinds = {20: "waived", 30: "deferred"}
        state = next((state for most, state in kinds.items() if number < most), "open")
        blocker = baker.make(
            Blocker,
            launch=launch,
            slug=f"crowd-{number}",
            title=UNBROKEN if number % 2 else LONG[:200],
            kind="customer_facing",
            state=state,
            team=team,
            opened_at=NOW,
            best=20,
            likely=40,
            worst=400 if number == 59 else 60,
        )
        blocker.noted("opened", Author(NOW, approver), note=LONG)
        facts = {"blocker": blocker, "reason": LONG, "requested_at": NOW, "approved_by": approver}
        if state == "waived":
            baker.make(Waiver, **facts, approved_at=NOW, expires_on=date(2027, 3, 1))
        if state == "deferred":
            baker.make(Deferral, **facts, approved_at=NOW, fill_by=date(2027, 3, 1))
    for number in range(12):
        baker.make(SignOff, launch=launch, slug=f"f-{number}", function=LONG[:60], note=LONG).decide(
            "go", by=approver, now=NOW, note=LONG
        )
    for week in range(5):
        launch.refresh_from_db()
        launch.move_target(date(2027, 1, 4 + week), reason=LONG, by=approver, now=NOW)


def papers(page: Page) -> list[list[bytes]]:
    """Width and height of each page that the browser would print, in points."""
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([^\]]+)\]", pdf)
    assert len(boxes) == len(re.findall(rb"/Type\s*/Page\b", pdf))
    return [box.split() for box in boxes]


def test_it_is_one_page_of_a4_whatever_there_is_to_say(page):
    printed = {}
    for slug in ("europe-ga", "australia-beta", "us-east-ga"):
        page.goto(f"/launches/{slug}/report/")
        expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
        printed[slug] = papers(page)
    crowd(Launch.objects.get(slug="europe-ga"))
    page.goto(REPORT)
    printed["crowded"] = papers(page)
    assert printed == {slug: [A4] for slug in printed}


def test_it_is_copied_as_markdown(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(REPORT)
    page.get_by_role("link", name="Copy as Markdown").click()
    expect(page.get_by_role("link", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.request.get("/launches/europe-ga/report.md").text()


def test_without_script_the_markdown_is_a_page(browse):
    page = browse("mara", script=False)
    page.goto(REPORT)
    page.get_by_role("link", name="Copy as Markdown").click()
    expect(page.get_by_text("# Europe, general availability")).to_be_visible()


@pytest.fixture
def display(example, live_server, browser: Browser) -> Page:
    """A display without an account, on a wall whose time the test passes; htmx complains of what it loses."""
    _, token = ShareLink.objects.made(
        None, expires_on=date(2026, 12, 1), by=User.objects.get(username="samira"), now=NOW
    )
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.clock.install(time=NOW)
    page.goto(f"/shared/{token}/")
    expect(page.get_by_role("heading", name="Europe")).to_be_visible()
    return page


def test_the_wall_goes_on_to_the_next_launch_and_back(display):
    display.clock.run_for(20_000)
    expect(display.get_by_role("heading", name="Australia")).to_be_visible()
    display.clock.run_for(20_000)
    expect(display.get_by_role("heading", name="Europe")).to_be_visible()
    display.get_by_role("link", name="Stay on this one").click()
    expect(display.get_by_role("link", name="Rotate")).to_be_visible()
    display.wait_for_load_state()
    with display.expect_response(re.compile(r"at=0&hold$")):
        display.clock.run_for(20_000)
    expect(display.get_by_role("heading", name="Europe")).to_be_visible()


def test_the_wall_says_since_when_it_is_cut_off(display):
    lost = display.get_by_text("no connection since 09:00")
    expect(lost).to_be_hidden()
    display.context.set_offline(True)
    display.clock.run_for(20_000)
    expect(lost).to_be_visible()
    expect(display.get_by_role("heading", name="Europe")).to_be_visible()
    display.context.set_offline(False)
    display.clock.run_for(20_000)
    expect(display.get_by_role("heading", name="Australia")).to_be_visible()
    expect(lost).to_be_hidden()


def test_the_wall_goes_dark_when_its_link_is_revoked(display):
    ShareLink.objects.get().revoke(by=User.objects.get(username="samira"), now=NOW)
    display.clock.run_for(20_000)
    expect(display.get_by_role("heading", name="This link was revoked")).to_be_visible()
    expect(display.get_by_role("heading", name="Europe")).to_have_count(0)


def test_without_script_the_wall_turns_as_well(browse):
    page = browse("mara", script=False)
    page.goto("/wall/")
    refresh = page.locator("meta[http-equiv=refresh]")
    assert refresh.get_attribute("content") == "20; url=?at=1"
    page.goto("/wall/?at=1")
    expect(page.get_by_role("heading", name="Australia")).to_be_visible()
