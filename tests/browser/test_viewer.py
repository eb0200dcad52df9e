"""Somebody who may look at everything and change nothing."""

import pytest
from django.db.models import Max
from playwright.sync_api import Page, expect

from launches.models import Launch
from readiness.models import Change, Item

CELL = "/regions/europe/cells/whatsapp/"
LAUNCH = "/launches/europe-ga/"
# What only reads, ends the visit, or is one's own: a filter under a name, and what one hears of.
OWN = "[action^='/filters/'], [action$='/watch/']"
CHANGING = f"form:not([method=get], [method=dialog], [action='/sign-out/'], {OWN})"
PAGES = [
    "/",
    LAUNCH,
    f"{LAUNCH}report/",
    "/wall/",
    f"{LAUNCH}blockers/whatsapp/",
    f"{LAUNCH}cells/whatsapp/",
    f"{LAUNCH}sign-offs/legal/",
    "/regions/",
    "/regions/europe/",
    CELL,
    "/integrations/whatsapp/",
    "/checks/",
    "/teams/messaging/",
    "/activity/",
]
FORGED = [
    (f"{CELL}declaration/", {"state": "not_started"}),
    (f"{CELL}importance/", {"importance": "not_needed"}),
    (f"{CELL}estimate/", {"best": "1", "likely": "1", "worst": "1"}),
    (f"{LAUNCH}cells/whatsapp/declaration/", {"state": "ready", "override_reason": "Because."}),
    (f"{LAUNCH}target/", {"target": "2027-01-01", "reason": "Because."}),
    (f"{LAUNCH}shares/", {"expires_on": "2026-12-01"}),
    (f"{LAUNCH}blockers/", {"title": "Nothing", "kind": "infrastructure"}),
    (f"{LAUNCH}blockers/whatsapp/", {"title": "Nothing"}),
    (f"{LAUNCH}blockers/whatsapp/start/", {}),
    (f"{LAUNCH}sign-offs/legal/", {"decision": "go"}),
    ("/integrations/whatsapp/requirements/new/", {"title": "Nothing"}),
]


@pytest.fixture
def page(browse) -> Page:
    return browse("oskar", script=False)


def test_nothing_to_change_is_shown(page):
    offered = {}
    for address in PAGES:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        offered[address] = page.locator(f"main {CHANGING}").count()
    assert offered == dict.fromkeys(PAGES, 0)


def forge(page: Page, address: str, data: dict[str, str]) -> int:
    """The answer's status to a form that this person was never shown, with everything else right."""
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    whole = {"csrfmiddlewaretoken": token, "version": "1", **data}
    return page.request.post(address, form=whole, max_redirects=0).status


def test_forged_forms_are_refused_and_change_nothing(page):
    page.goto(CELL)
    item = Item.objects.filter(cell__region__slug="europe", cell__integration__slug="whatsapp")
    by_hand, automated = (item.filter(requirement__probe=kind).first().pk for kind in ("", "http"))
    forged = [
        *FORGED,
        (f"{CELL}items/{by_hand}/sign-off/", {"outcome": "passed", "fact": "seen"}),
        (f"/checks/{automated}/run/", {}),
        (f"/checks/{automated}/pause/", {"paused": "yes"}),
    ]
    before = Change.objects.aggregate(Max("pk")), Launch.objects.get(slug="europe-ga").target
    statuses = {address: forge(page, address, data) for address, data in forged}
    assert statuses == {address: 403 for address, _ in forged}
    assert (Change.objects.aggregate(Max("pk")), Launch.objects.get(slug="europe-ga").target) == before
