"""Two browsers on one blocker."""

from playwright.sync_api import Page, expect

from launches.models import Blocker

BLOCKER = "/launches/europe-ga/blockers/whatsapp/"


def begin(page: Page) -> None:
    page.goto(BLOCKER)
    page.locator("summary", has_text="Edit the details").click()


def test_the_second_sees_both_versions_and_loses_nothing(browse, script):
    mara, tomasz = (browse(name, script=script) for name in ("mara", "tomasz"))
    begin(mara)
    begin(tomasz)
    mara.get_by_label("Due").fill("2027-01-15")
    mara.get_by_role("button", name="Save").click()
    expect(mara.locator(".saved, .messages")).to_be_visible()

    tomasz.get_by_label("Due").fill("2026-12-18")
    tomasz.get_by_label("Description").fill("The provider called back.")
    tomasz.get_by_role("button", name="Save").click()
    clash = tomasz.get_by_role("alert")
    expect(clash).to_contain_text("Mara Lindqvist changed it just now")
    expect(clash.get_by_role("row")).to_have_text(
        ["you wroteit is now", "DescriptionThe provider called back.—", "Due18 Dec 202615 Jan 2027"]
    )
    expect(tomasz.get_by_label("Due")).to_have_value("2026-12-18")
    expect(tomasz.get_by_label("Description")).to_have_value("The provider called back.")
    assert Blocker.objects.get(slug="whatsapp", launch__slug="europe-ga").due.isoformat() == "2027-01-15"

    tomasz.get_by_role("button", name="Save").click()
    expect(tomasz.locator(".saved, .messages")).to_be_visible()
    kept = Blocker.objects.get(slug="whatsapp", launch__slug="europe-ga")
    assert (kept.due.isoformat(), kept.description) == ("2026-12-18", "The provider called back.")
