"""From an empty database to a launch with a verdict, by keyboard alone, with and without scripts."""

import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from launches.models import Launch
from readiness.accounts import first_account
from readiness.models import Integration, Invitation, User
from tests.browser.test_every_page import FINE, look_at
from tests.fixtures.browser import PATIENCE, watched

PASSWORD = "lanterns over quiet water"
SHEET = "Outil;Équipe;Exigences\nFax;Finance;Répond\nÉtiquettes;Entrepôt;Imprime"


@pytest.fixture
def fresh(browser, live_server, script, problems):
    """A browser on a site that nobody has an account on."""
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=script, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    return watched(context, problems)


def write(page, label, text):
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_from_nothing_to_a_verdict(fresh):
    page, began = fresh, time.process_time()
    page.goto("/")
    expect(page.get_by_text("Nobody has an account yet.")).to_be_visible()
    page.goto(first_account.path())
    write(page, "User name", "mara")
    write(page, "Password", PASSWORD)
    write(page, "The same password again", PASSWORD)
    press(page, "Create the account")

    page.get_by_role("link", name="Start with the region").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Region of a provider").select_option("amazon-web-services:ap-southeast-2")
    press(page, "Fill in from it")
    expect(page.get_by_label("Time zone")).to_have_value("Australia/Sydney")
    write(page, "Name", "Australia")
    write(page, "Domain", "au.shop.example")
    press(page, "Save and continue")

    page.get_by_role("link", name="Bring your own from a sheet").focus()
    page.keyboard.press("Enter")
    write(page, "Or paste it", SHEET)
    press(page, "Review it")
    expect(page.get_by_text("Out of 2 rows, new integrations: 2")).to_be_visible()
    press(page, "Keep these")
    press(page, "Tick all shown")
    press(page, "Save and continue")

    page.get_by_label("Target date").fill("2027-06-01")
    press(page, "Save and continue")
    write(page, "E-mail addresses", "ann@shop.example, bo@shop.example")
    page.get_by_label("Platform").focus()
    page.keyboard.press("Space")
    press(page, "Save and continue")

    press(page, "Create all this and begin")
    expect(page.get_by_text("Here are the links.")).to_be_visible()
    page.get_by_role("link", name="Open Australia").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Australia")
    verdict = page.locator(".verdict .state").first.text_content()

    # Nobody has joined whom its teams consist of: what it rests on are usual estimates.
    assert verdict.strip() == "Unknown, on paper"
    assert (Integration.objects.count(), User.objects.count()) == (62, 3)
    assert Launch.objects.get().region.holiday_calendar == "AU"
    assert time.process_time() - began < 60


STEPS = ["region", "integrations", "integrations/sheet", "launch", "people"]


@pytest.mark.parametrize("script", [True], ids=[""])
def test_each_step_is_for_everybody(fresh, client, live_server, admin):
    client.force_login(admin)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    fresh.context.add_cookies([session])
    seen = {}
    for step in STEPS:
        fresh.goto(f"/welcome/{step}/")
        seen[step] = look_at(fresh)
    fresh.get_by_label("E-mail addresses").fill("nobody")
    fresh.get_by_role("button", name="Save and continue").click()
    expect(fresh.get_by_text("nobody").first).to_be_visible()
    expect(fresh.locator(".error, [aria-invalid=true]").first).to_be_visible()
    seen["refused"] = look_at(fresh)
    fresh.goto("/welcome/integrations/sheet/")
    fresh.get_by_label("Or paste it").fill(SHEET + "\n;Nobody;")
    fresh.get_by_role("button", name="Review it").click()
    expect(fresh.get_by_role("button", name="Keep these")).to_be_visible()
    seen["preview"] = look_at(fresh)
    assert seen == dict.fromkeys(seen, FINE)


@pytest.mark.parametrize("script", [True], ids=[""])
def test_the_first_account_is_for_everybody(fresh):
    fresh.goto(first_account.path())
    assert look_at(fresh) == FINE
    fresh.goto("/first-account/over/")
    assert look_at(fresh) == FINE


@pytest.mark.parametrize("script", [True], ids=[""])
def test_joining_is_for_everybody(fresh, admin):
    _, token = Invitation.objects.sent("ann@shop.example", by=admin, now=timezone.now())
    fresh.goto(f"/joining/{token}/")
    assert look_at(fresh) == FINE
    write(fresh, "Your name", "Ann Lee")
    write(fresh, "Password", PASSWORD)
    write(fresh, "The same password again", PASSWORD)
    press(fresh, "Begin")
    expect(fresh.get_by_text("No launch is planned yet.")).to_be_visible()
