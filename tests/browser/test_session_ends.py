"""The session ends while somebody types: sign in, read it once more, send it."""

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from launches.models import Blocker, Comment
from tests.browser.conftest import PASSWORDS

LAUNCH = "/launches/europe-ga/"
WHATSAPP = f"{LAUNCH}blockers/whatsapp/"


def whatsapp() -> Blocker:
    return Blocker.objects.get(slug="whatsapp", launch__slug="europe-ga")


def end_session() -> None:
    Session.objects.all().delete()


def sign_in_again(page: Page, user: str = "mara") -> None:
    expect(page).to_have_title("Sign in · Region Readiness")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(PASSWORDS[user])
    page.get_by_role("button", name="Sign in").click()


def send(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    page.get_by_role("button", name="Send it now").click()


def test_a_comment(browse, script):
    page = browse("mara", script=script)
    page.goto(WHATSAPP)
    page.get_by_label("Comment", exact=True).fill("They called back.\nIt takes a week.")
    end_session()
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("What you typed is kept")
    assert page.locator("header.top").count() == 0
    sign_in_again(page)
    expect(page.get_by_role("textbox")).to_have_value("They called back.\nIt takes a week.")
    assert not Comment.objects.exists()
    send(page)
    page.wait_for_url(f"**{WHATSAPP}#comment-*")
    assert Comment.objects.get().text.splitlines() == ["They called back.", "It takes a week."]


def test_a_cell_or_panel_that_was_only_asked_for(browse):
    page = browse("mara")
    page.goto(f"{LAUNCH}?sort=due")
    end_session()
    page.get_by_role("link", name="WhatsApp not ready in Europe", exact=True).click()
    page.wait_for_url("**/sign-in/**")
    sign_in_again(page)
    page.wait_for_url(f"**{LAUNCH}?sort=due")


def test_many_at_once(browse, script):
    page = browse("mara", script=script)
    page.goto(f"{LAUNCH}?q=WhatsApp")
    page.get_by_role("checkbox", name="Choose WhatsApp not ready in Europe").check()
    page.get_by_role("button", name="Launch without").click()
    page.get_by_label("Reason").fill("It can wait until spring.")
    page.get_by_label("Holds until").fill("2027-06-01")
    end_session()
    place = page.locator("#panel" if script else "main")
    place.get_by_role("button", name="Launch without 1").click()
    sign_in_again(page)
    expect(page.get_by_role("textbox")).to_have_value("It can wait until spring.")
    expect(page.get_by_role("definition").filter(has_text="2027-06-01")).to_be_visible()
    assert not hasattr(whatsapp(), "waiver")
    send(page)
    expect(page.locator(".messages")).to_be_visible()
    assert whatsapp().waiver.reason == "It can wait until spring."
