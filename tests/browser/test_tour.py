"""“Can we launch without WhatsApp?”, from the launch to the last page that tells of it, as its lead."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_sign_in import OFF_TRACK

LAUNCH = "/launches/europe-ga/"
WITHOUT_WHATSAPP = "On track 3 sign-offs missing; 97 % to make 14 Dec 2026."
LEFT = [
    "Resellers' contracts only allow hosting in the United States",
    "File storage: Certificate lasts three more weeks",
    "Search: Answers within 800 ms",
    "Support tooling not ready in Europe",
    "Search not ready in Europe",
    "Data export and deletion not ready in Europe",
    "Finance cannot close a month in two currencies",
    "Billing and invoices not ready in Europe",
    "Customers' firewalls only know our American addresses",
    "Nobody in support answers before 13:00 in Dublin",
    "Mail from the new sending addresses lands in spam",
    "Our answers to security questionnaires all name us-east-1",
]


@pytest.fixture
def page(browse, script) -> Page:
    page = browse(script=script)
    sign_in(page, "mara")
    return page


def item(page: Page, title: str):
    return page.locator(".item", has_text=title)


def blocking(page: Page) -> list[str]:
    return page.locator("#blocking tbody th[scope=row] a").all_inner_texts()


def open_checklist(page: Page) -> None:
    page.get_by_role("link", name="Europe", exact=True).first.click()
    expect(page.locator("#sentence")).to_have_text(f"Off track 3 sign-offs missing; {OFF_TRACK}")
    page.get_by_role("link", name="WhatsApp not ready in Europe").click()
    expect(page.get_by_role("heading", name="WhatsApp not ready in Europe")).to_be_visible()
    page.get_by_role("link", name="Open WhatsApp’s checklist in Europe").click()
    expect(page.get_by_role("heading", name="WhatsApp", exact=True)).to_be_visible()


def test_from_off_track_to_a_launch_without_whatsapp(page, browse):
    open_checklist(page)

    account = item(page, "Business account approved")
    account.locator("summary").click()
    account.get_by_role("button", name="Sign off").click()
    expect(account.get_by_role("alert")).to_have_text("Give evidence: a link, or what you saw.")
    account.get_by_label("Link to the evidence").fill("https://docs.harbor.example/approval")
    account.get_by_role("button", name="Sign off").click()
    expect(page.get_by_role("status")).to_have_text("The sign-off is saved.")
    expect(account.locator(".item-head")).to_have_text("Business account approved for the region passed")

    page.get_by_role("button", name="Mark ready").click()
    refusal = page.get_by_role("alert")
    expect(refusal.get_by_role("heading")).to_have_text("It cannot be called ready yet")
    expect(refusal.get_by_role("listitem")).to_have_text(
        ["Answers from the region failing", "Phone numbers moved without silence unknown"]
    )

    refusal.get_by_role("textbox").fill("Seven customers start without it; the rest were told.")
    refusal.get_by_role("button", name="Ask to declare it ready anyway").click()
    expect(page.get_by_role("status")).to_have_text("Asked: it stays as it is until somebody else approves.")
    samira = browse("samira")
    samira.goto(f"{LAUNCH}decisions/")
    samira.get_by_role("button", name="Approve").click()
    expect(samira.get_by_text("Approved, and done.")).to_be_visible()
    page.goto(f"{LAUNCH}cells/whatsapp/")
    expect(page.locator(".panel-answer")).to_contain_text("ready")
    page.goto(LAUNCH)
    expect(page.locator("#sentence")).to_have_text(WITHOUT_WHATSAPP)
    assert sorted(blocking(page)) == sorted(LEFT)
    expect(page.locator("#facts")).to_contain_text("23/28")


def test_what_was_done_is_told_wherever_it_matters(page):
    open_checklist(page)
    page.get_by_role("button", name="Not started").click()
    expect(page.get_by_role("status")).to_have_text("The state is saved.")
    page.goto("/activity/")
    newest = page.locator(".history li").first
    expect(newest).to_contain_text("WhatsApp in Europe declared in progress → not started Mara Lindqvist")
    page.get_by_label("Person").select_option("tomasz")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".history li .sub").first).to_contain_text("Tomasz Wieczorek")
    page.goto("/teams/messaging/")
    expect(page.locator(".answer")).to_have_text(
        "Owes Europe 5 things and Australia, beta 4 things. "
        "Next due: WhatsApp: Answers from the region, 14 Nov 2026."
    )
    expect(page.get_by_role("row", name="WhatsApp not ready in Europe")).to_contain_text(
        "3 of 7 required items"
    )
