"""The ten minutes of the README, step by step, pressing what it says to press.

Each step ends with nothing of what the README sets in bold left unpressed or unseen, so that neither can
change without the other.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from launches.models import Blocker
from launches.status import settle_changes
from readiness.models import Item
from readiness.tasks import dispatch_due
from tests.readiness.standin.serving import serving

BOLD = re.compile(r"\*\*(.+?)\*\*")
LAUNCH = "/launches/europe-ga/"


class Step:
    """What the README promises in one of its steps, and what of it was found."""

    def __init__(self, number: int) -> None:
        text = (settings.BASE_DIR / "README.md").read_text().partition("## Ten minutes")[2]
        step = re.split(r"^\d+\. ", text.partition("\n## ")[0], flags=re.MULTILINE)[number]
        # The first is its heading.
        self.words = BOLD.findall(" ".join(step.split()))[1:]
        self.found: set[str] = set()

    def find(
        self, page: Page, word: str, role: str = "link", place: Locator | None = None, **more
    ) -> Locator:
        assert word in self.words
        self.found.add(word)
        return (place or page.locator("body")).get_by_role(role, name=word, **more).first


@pytest.fixture
def step() -> Iterator[Callable[[int], Step]]:
    begun: list[Step] = []

    def begin(number: int) -> Step:
        begun.append(Step(number))
        return begun[-1]

    yield begin
    assert [set(each.words) - each.found for each in begun] == [set() for _ in begun]


def test_1_is_it_in_time(browse, step):
    now, page = step(1), browse("mara")
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("Off track")
    now.find(page, "Wall").click()
    expect(page.get_by_role("heading", name="Europe")).to_be_visible()
    page.go_back()
    now.find(page, "Europe", exact=True).click()
    now.find(page, "Trends").click()
    expect(page.get_by_role("img").first).to_be_visible()
    page.go_back()
    now.find(page, "Report").click()
    now.find(page, "Share").click()
    page.get_by_role("button", name="Create a link").click()
    shared = page.locator("[data-copy]").get_attribute("href")
    stranger = browse()
    stranger.goto(str(shared))
    expect(stranger.get_by_role("heading", name="Europe")).to_be_visible()


def test_2_what_is_in_the_way(browse, step):
    now, page = step(2), browse("mara")
    page.goto(LAUNCH)
    first = now.find(page, "WhatsApp not ready in Europe")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#panel").get_by_role("heading", name=first.inner_text())).to_be_visible()
    now.find(page, "Open WhatsApp’s checklist in Europe").click()
    failing = page.locator("#panel .item", has_text="Answers from the region").first
    expect(failing).to_contain_text("expected eu-west-1, got us-east-1")


def test_3_call_it_ready(browse, step):
    now, page = step(3), browse("mara")
    page.goto(f"{LAUNCH}cells/whatsapp/")
    now.find(page, "Mark ready", "button").click()
    refusal = page.get_by_role("alert")
    expect(refusal.get_by_role("listitem")).to_have_count(3)
    refusal.get_by_role("textbox").fill("The seven that use it were told.")
    now.find(page, "Ask to declare it ready anyway", "button").click()
    expect(page.get_by_role("status")).to_have_text("Asked: it stays as it is until somebody else approves.")
    samira = browse("samira")
    samira.goto(f"{LAUNCH}decisions/")
    now.find(samira, "Approve", "button").click()
    expect(samira.get_by_text("Approved, and done.")).to_be_visible()
    page.goto(LAUNCH)
    expect(page.locator("#sentence")).to_contain_text("On track")
    expect(page.get_by_role("link", name="WhatsApp not ready in Europe")).to_have_count(0)
    page.goto(f"{LAUNCH}cells/whatsapp/")
    now.find(page, "In progress", "button").click()
    page.goto(LAUNCH)
    expect(page.locator("#sentence")).to_contain_text("Off track")


def test_4_sort_it_out(browse, step):
    now, page = step(4), browse("mara")
    page.goto(f"{LAUNCH}?group=team&state=blocking")
    page.get_by_text(now.words[0], exact=True).click()
    now.found.add("Saved filters")
    page.get_by_placeholder("Save this view as …").fill("By team")
    page.get_by_role("button", name="Keep").click()
    page.locator(".saved-filters summary").first.click()
    expect(page.get_by_role("link", name="By team")).to_have_attribute("href", re.compile("group=team"))
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        now.find(page, "CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    now.find(page, "3 Proposed").click()
    expect(page.locator("tbody [data-row]")).to_have_count(3)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("y")
    expect(page.locator("tbody [data-row]")).to_have_count(2)
    now.find(page, "Undo", "button").click()
    expect(page.get_by_text("2 Proposed")).to_have_count(0)
    now.find(page, "Blockers", exact=True).click()
    expect(page).to_have_url(re.compile("/blockers/"))


def test_5_launch_without_it(browse, step):
    now, asker = step(5), browse("tomasz")
    asker.goto(f"{LAUNCH}blockers/whatsapp/")
    asker.get_by_role("textbox", name="Comment", exact=True).fill("@mara, seven customers use it.")
    asker.get_by_role("button", name="Comment", exact=True).click()
    expect(asker.locator(".talk")).to_contain_text("seven customers use it")
    expect(now.find(asker, "Defer…")).to_be_visible()
    now.find(asker, "Launch without it…").click()
    asker.get_by_label("Why the risk is acceptable").fill("Seven customers use it, and wait for a month.")
    asker.get_by_label("Holds until").fill("2027-01-31")
    asker.get_by_role("button", name="Ask for it").click()
    expect(asker.get_by_text("asked, not decided")).to_be_visible()
    expect(asker.get_by_role("button", name="Approve")).to_have_count(0)

    decider = browse("mara")
    decider.goto("/")
    now.find(decider, "My work").click()
    expect(decider.get_by_text("mentioned you on WhatsApp not ready in Europe").first).to_be_visible()
    decider.goto(LAUNCH)
    now.find(decider, "Decisions").click()
    decider.get_by_label("Tick WhatsApp").check()
    decider.get_by_role("button", name="Approve").click()
    expect(decider.get_by_role("status")).to_contain_text("1")
    assert Blocker.objects.get(slug="whatsapp").state == "waived"
    now.find(decider, "Undo", "button").click()
    expect(decider.get_by_role("status")).to_have_text("Undone.")
    assert Blocker.objects.get(slug="whatsapp").state == "open"


def test_6_what_if(browse, step):
    now, page = step(6), browse("mara")
    page.goto(LAUNCH)
    now.find(page, "Order").click()
    expect(page.get_by_role("group").get_by_role("link", name="WhatsApp").first).to_be_visible()
    page.goto(LAUNCH)
    now.find(page, "What if", exact=True).click()
    page.locator(".drops li", has_text="WhatsApp").get_by_role("checkbox").first.check()
    expect(page.locator("#outcome .verdict")).to_contain_text("On track")
    now.find(page, "Find the smallest cut", "button").click()
    expect(page.locator("#cut")).to_contain_text("Nothing more has to go")
    page.get_by_label("Save as").fill("Without WhatsApp")
    page.get_by_role("button", name="Save").click()
    now.find(page, "Compare scenarios").click()
    page.get_by_label("Compare Without WhatsApp").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".compared")).to_contain_text("On track")
    now.find(page, "Accept").click()
    expect(page.get_by_role("heading", name="Accept “Without WhatsApp”")).to_be_visible()
    page.get_by_label("Holds until, or is filled by").fill("2027-01-31")
    page.get_by_label("Reason").fill("The steering group said so.")
    page.get_by_role("button", name="Ask for it").click()
    page.goto(f"{LAUNCH}decisions/")
    expect(page.get_by_role("row", name="WhatsApp")).to_contain_text("The steering group said so.")


def test_7_go_or_no_go(browse, step):
    now, page = step(7), browse("mara")
    page.goto(LAUNCH)
    expect(now.find(page, "Sign-offs")).to_be_visible()
    now.find(page, "Go / no-go").click()
    expect(page.locator(".hurdles").first).to_contain_text("WhatsApp")
    expect(page.get_by_role("button", name="Record GO", exact=True)).to_have_count(0)
    page.get_by_label("Note").fill("Not before WhatsApp is settled.")
    page.get_by_role("button", name="Record NO-GO").click()
    expect(page.locator("body")).to_contain_text("Not before WhatsApp is settled.")


@pytest.fixture
def switches(tmp_path, settings):
    with serving(tmp_path / "standin") as (values, switches):
        for name, value in values.items():
            setattr(settings, name, value)
        yield switches


def rounds(count: int) -> None:
    """What the scheduler and the worker do, as often as an endpoint is looked at."""

    def work() -> None:
        try:
            mail = Item.objects.filter(
                cell__region__slug="europe", cell__integration__slug="email", requirement__probe="http"
            )
            for requirement in {item.requirement for item in mail.select_related("requirement")}:
                # Certificates are judged by the clock of the machine, which is not the example's.
                requirement.parameters = {
                    **requirement.parameters,
                    "url": requirement.parameters["url"].replace("https:", "http:"),
                }
                requirement.save()
            for _ in range(count):
                Item.objects.exclude(pk__in=mail).update(next_run_at=None)
                mail.update(next_run_at=timezone.now())
                dispatch_due()
            settle_changes(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def test_8_break_something(browse, step, example, switches):
    now, page = step(8), browse("mara")
    switches.turn("mail.eu.harbor.example", stopped=True)
    rounds(3)
    page.goto(LAUNCH)
    expect(now.find(page, "E-mail: Answers from the region")).to_be_visible()
    switches.turn("mail.eu.harbor.example", stopped=False)
    rounds(2)
    page.goto(LAUNCH)
    expect(
        page.locator("#blocking").get_by_role("link", name="E-mail: Answers from the region")
    ).to_have_count(0)
    now.find(page, "Checks", exact=True).click()
    expect(page.get_by_role("link", name="E-mail: Answers from the region").first).to_be_visible()
    now.find(page, "Activity", exact=True).click()
    expect(page.locator(".history").first).to_contain_text("E-mail")
    now.find(page, "My work").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def test_9_change_a_check(browse, step, example, switches):
    now, page = step(9), browse("tomasz")
    page.goto("/")
    now.find(page, "Integrations", exact=True).click()
    now.find(page, "WhatsApp", exact=True).click()
    page.locator("summary", has_text="Plan maintenance").click()
    expect(now.find(page, "Plan maintenance", "button", exact=True)).to_be_visible()
    now.find(page, "Answers from the region").click()
    page.get_by_label("Region to try it in").select_option("Europe")
    now.find(page, "Try it", "button").click()
    expect(page.locator(".trial h2")).to_be_visible()
    page.goto("/checks/?region=europe&kind=http&state=failed")
    page.get_by_role("link", name="WhatsApp: Answers from the region").click()
    page.locator(".maintenance summary").click()
    expect(now.find(page, "Snooze", "button")).to_be_visible()
    assert page.request.get("/readyz").status in (200, 503)


def test_10_load_your_own(browse, step, example, tmp_path):
    now = step(10)
    file = tmp_path / "brazil.csv"
    file.write_text("region,integration,state\nBrazil,WhatsApp,in progress\nBrazil,SMS,ready\n")
    plan = tmp_path / "plan.yaml"

    def load() -> None:
        try:
            call_command("load_plan", str(file))
            call_command("dump_plan", str(plan))
            call_command("load_plan", str(plan), "--dry-run")
            call_command("load_plan", str(plan))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(load).result()
    page = browse("mara")
    page.goto("/")
    now.find(page, "Matrix").click()
    expect(page.get_by_role("link", name="Brazil", exact=True)).to_be_visible()
