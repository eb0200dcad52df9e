"""Each page, also with its panel or dialog open: no barrier, no sideways scrolling, in light and in dark.

The example has the fullest pages; an address that is not among them is looked at in the small world in which
permissions are tested, so that none is left out.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve, reverse
from playwright.sync_api import Page, expect

from launches.models import Blocker
from readiness.models import Item, Readiness, User
from tests.test_permissions import TABLE

LAUNCH = "/launches/europe-ga/"
WHATSAPP = "/integrations/whatsapp/"
AXE = Axe().axe_script
# Only what is wrong comes back: all that is right would take longer to tell than to find.
FAULTS = """(more) => axe.run({resultTypes: ["violations"], ...more}).then((found) =>
    found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html}`)))"""
# This one has to be asked for: a target is at least 24 pixels wide and high, or has room around it.
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
# The structure of a page is the same in both themes; only colours are looked at again.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PAGES = {
    "launches": [
        "/",
        LAUNCH,
        f"{LAUNCH}?state=deferred",
        f"{LAUNCH}?state=blocking&team=messaging&certainty=unknown_unknown",
        f"{LAUNCH}?group=team&sort=due",
        f"{LAUNCH}ages/",
        "/blockers/?group=owner",
        "/search/?q=whatsapp",
        "/search/?q=e&in=checks",
        "/launches/us-east-ga/",
        f"{LAUNCH}graph/",
        f"{LAUNCH}charts/",
        "/nowhere/",
    ],
    "reports": [
        f"{LAUNCH}report/",
        f"{LAUNCH}shares/",
        "/launches/us-east-ga/report/",
        "/wall/",
        "/shared/x/",
    ],
    "blockers": [
        f"{LAUNCH}blockers/",
        f"{LAUNCH}blockers/whatsapp/",
        f"{LAUNCH}blockers/whatsapp/edit/estimate/",
        f"{LAUNCH}blockers/month-end-in-two-currencies/",
        f"{LAUNCH}blockers/whatsapp/waiver/",
        f"{LAUNCH}blockers/whatsapp/deferral/",
        f"{LAUNCH}decisions/",
        f"{LAUNCH}target/",
        f"{LAUNCH}sign-offs/analytics/",
        f"{LAUNCH}sign-offs/analytics/function/",
        f"{LAUNCH}sign-offs/",
        f"{LAUNCH}go/",
        "/teams/",
        "/teams/messaging/",
    ],
    "people": [
        "/my/",
        "/my/notices/",
        "/settings/notices/",
        "/people/",
        "/people/1/",
        f"{LAUNCH}blockers/whatsapp/comments/",
    ],
    "regions": [
        "/regions/",
        "/regions/?team=payments&state=ready",
        "/regions/europe/",
        "/regions/europe/cells/whatsapp/",
        "/integrations/",
        "/sheets/integrations/",
        "/welcome/",
        "/welcome/region/",
        "/welcome/integrations/",
        "/welcome/launch/",
        "/welcome/people/",
        WHATSAPP,
        f"{WHATSAPP}requirements/new/",
        f"{WHATSAPP}requirements/region/",
    ],
    "checks": [
        "/checks/?region=europe&kind=http",
        "/checks/?state=stale",
        "/checks/?region=europe&since=2026-11-02T08:00:00%2B00:00&of=60",
        "CHECK",
        "/activity/?person=tomasz",
    ],
}


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its body, which leaves room for a scrollbar."""
    return page.evaluate("document.documentElement.scrollWidth - document.body.clientWidth")


# A window of 1280 pixels, enlarged four times.
NARROW = {"width": 320, "height": 640}
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


def resize(page: Page, width: int, height: int) -> None:
    """Returns when the page, with all its styles, is drawn at that size."""
    page.wait_for_load_state()
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("(width) => innerWidth === width", arg=width)
    page.evaluate(DRAWN)


def look_at(page: Page) -> dict[str, object]:
    """In both themes, wide and narrow; first as the page before was left, since each switch is drawn anew."""
    page.wait_for_load_state()
    seen: dict[str, object] = {}
    if is_narrow := page.viewport_size == NARROW:
        page.evaluate(DRAWN)
        seen["overflow"] = overflow(page)
    resize(page, 1440, 900)
    page.evaluate(AXE)
    theme, other = ("dark", "light") if page.evaluate(IS_DARK) else ("light", "dark")
    seen[theme] = page.evaluate(FAULTS, EVERYTHING)
    page.emulate_media(color_scheme=other, reduced_motion="reduce")
    seen[other] = page.evaluate(FAULTS, COLOURS)
    if not is_narrow:
        resize(page, **NARROW)
        seen["overflow"] = overflow(page)
    return seen


def named(pages: dict[str, list[str]]) -> set[str | None]:
    every = [address for group in pages.values() for address in group]
    paths = [address.partition("?")[0].replace("CHECK", "/checks/1/") for address in every]
    return {resolve(path).url_name for path in paths if path != "/nowhere/"}


ELSEWHERE = sorted(name for name, (_, readers, _) in TABLE.items() if readers and name not in named(PAGES))
FINE = {"light": [], "dark": [], "overflow": 0}


@pytest.mark.parametrize("pages", PAGES.values(), ids=PAGES.keys())
def test_every_page(browse, pages):
    """As somebody who sees every form there is."""
    page = browse("samira")
    check = Item.objects.get(
        cell__region__slug="europe", cell__integration__slug="search", requirement__slug="speed"
    )
    seen = {}
    for address in pages:
        page.goto(address.replace("CHECK", f"/checks/{check.pk}/"))
        seen[address] = look_at(page)
    assert {address: found for address, found in seen.items() if found != FINE} == {}


def test_what_rests_on_guesses(browse):
    """Grey everywhere, in the language that needs most room for it."""
    for model in (Blocker, Readiness):
        model.objects.update(best=None, likely=None, worst=None)
    User.objects.filter(username="samira").update(language="fr")
    page = browse("samira")
    seen = {}
    for address in ("/", LAUNCH, f"{LAUNCH}report/", f"{LAUNCH}what-if/", f"{LAUNCH}charts/", "/wall/"):
        page.goto(address)
        assert page.locator(".paper").count() > 0
        seen[address] = look_at(page)
    assert {address: found for address, found in seen.items() if found != FINE} == {}
    page.set_viewport_size({"width": 1440, "height": 900})
    assert overflow(page) == 0


def test_every_other_page(people, page, sign_in):
    sign_in(people["admin"])
    seen = {}
    for name in ELSEWHERE:
        address = reverse(name, args=TABLE[name][0])
        answer = page.request.get(address)
        if answer.headers["content-type"].startswith("text/html"):
            page.goto(address)
            seen[name] = look_at(page)
    assert {name: found for name, found in seen.items() if found != FINE} == {}


def test_the_styleguide(browse, settings):
    settings.DEBUG = True
    page = browse("samira")
    page.goto("/styleguide/")
    assert look_at(page) == FINE


def test_signing_in(browse):
    page = browse()
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("mara")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert look_at(page) == FINE


@pytest.mark.parametrize(
    ("address", "link", "heading"),
    [
        (LAUNCH, "WhatsApp not ready in Europe", "WhatsApp not ready in Europe"),
        ("/regions/europe/", "WhatsApp", "WhatsApp"),
        ("/checks/?state=failed", "Search: Answers within 800 ms", "Answers within 800 ms"),
    ],
)
def test_with_a_panel_open(browse, address, link, heading):
    page = browse("mara")
    page.goto(address)
    page.get_by_role("link", name=link, exact=True).click()
    expect(page.locator("#panel").get_by_role("heading", name=heading)).to_be_focused()
    for summary in page.locator("#panel summary").all():
        summary.click()
    assert look_at(page) == FINE


def test_a_refusal_and_the_keys(browse):
    page = browse("mara")
    page.goto("/regions/europe/cells/whatsapp/")
    page.get_by_role("button", name="Mark ready").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert look_at(page) == FINE
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert look_at(page) == FINE
