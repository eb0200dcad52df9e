"""The report on paper and in the clipboard, and the wall that nobody stands beside."""

import re
from datetime import date

import pytest
from model_bakery import baker
from playwright.sync_api import Page, expect

from launches.models import Blocker, Deferral, Launch, ShareLink, SignOff, Waiver
from readiness.models import Team, User
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
        blocker.noted("opened", now=NOW, by=approver, note=LONG)
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
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(boxes := re.findall(rb"/MediaBox\s*\[0 0 ([^\]]+)\]", pdf))
    return [box.split() for box in boxes]


def test_it_is_one_page_of_a4_whatever_there_is_to_say(page):
    printed = {}
    for slug in ("europe-ga", "australia-beta", "us-east-ga"):
        page.goto(f"/launches/{slug}/report/")
        printed[slug] = papers(page)
    crowd(Launch.objects.get(slug="europe-ga"))
    page.goto(REPORT)
    printed["crowded"] = papers(page)
    assert printed == dict.fromkeys(printed, [A4])
