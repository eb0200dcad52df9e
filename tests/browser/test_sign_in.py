"""From the door to the one sentence."""

from playwright.sync_api import expect

from tests.browser.conftest import sign_in

OFF_TRACK = (
    "28 % to make 14 Dec 2026. Launch without WhatsApp: P85 moves 34 days earlier and we are on track."
)


def test_a_wrong_password_says_so_and_keeps_the_name(browse, script):
    page = browse(script=script)
    sign_in(page, "mara", "seven-tidal-gate")
    expect(page.get_by_role("alert")).to_contain_text("Please enter a correct username and password.")
    expect(page.get_by_label("Username")).to_have_value("mara")
    expect(page.get_by_label("Password")).to_have_value("")


def test_signing_in_leads_to_where_one_was_going(browse, script):
    page = browse(script=script)
    page.goto("/teams/messaging/")
    expect(page).to_have_title("Sign in · Region Readiness")
    page.get_by_label("Username").fill("mara")
    page.get_by_label("Password").fill("seven-tidal-gates")
    page.get_by_label("Password").press("Enter")
    expect(page).to_have_title("Messaging · Region Readiness")


def test_home_answers_in_one_sentence(browse, script):
    page = browse(script=script)
    sign_in(page, "mara")
    expect(page.get_by_role("heading", level=1)).to_have_text("Europe off track")
    expect(page.locator(".answer")).to_have_text(f"3 sign-offs missing; {OFF_TRACK}")


def test_signing_out_closes_the_door(browse, script):
    page = browse("mara", script=script)
    page.goto("/")
    page.locator("summary", has_text="Mara Lindqvist").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{page.url.split('/sign-in/')[0]}/sign-in/")
    page.goto("/")
    expect(page).to_have_title("Sign in · Region Readiness")


def test_who_is_signed_in_already_is_not_asked_again(browse, script):
    page = browse("mara", script=script)
    page.goto("/sign-in/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Europe off track")
