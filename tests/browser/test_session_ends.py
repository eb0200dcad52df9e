"""The session ends while somebody types: sign in, read it once more, send it."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from launches.models import Blocker, Comment
from readiness.models import User
from tests.browser.conftest import PASSWORDS
from tests.browser.test_every_page import FINE, look_at

LAUNCH = "/launches/europe-ga/"
WHATSAPP = f"{LAUNCH}blockers/whatsapp/"
LONG = "Why it matters:\n\n- first\n- “second” & <third>\n" + "and so on " * 200


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


def test_a_what_if(browse, script):
    page = browse("mara", script=script)
    page.goto(f"{LAUNCH}what-if/")
    end_session()
    # Not check(), which looks at the box again afterwards: the page may have gone to sign in by then.
    page.locator("[name=drop][value=whatsapp]").click()
    if not script:
        page.locator("#levers").get_by_role("button").first.click()
    page.wait_for_url("**/sign-in/**")
    sign_in_again(page)
    page.wait_for_url("**drop=whatsapp**")
    expect(page.locator("[name=drop][value=whatsapp]")).to_be_checked()


def test_signed_in_again_elsewhere_the_old_page_loses_nothing(browse, script):
    page = browse("mara", script=script)
    page.goto(WHATSAPP)
    page.get_by_label("Comment", exact=True).fill("Half a thought.")
    other = page.context.new_page()
    end_session()
    other.goto("/checks/")
    sign_in_again(other)
    other.wait_for_url("**/checks/")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    expect(page.get_by_role("textbox")).to_have_value("Half a thought.")
    send(page)
    page.wait_for_url(f"**{WHATSAPP}#comment-*")
    assert Comment.objects.get().text == "Half a thought."


def test_a_fact_edited_in_its_row(browse):
    page = browse("mara")
    page.goto(f"{LAUNCH}?q=WhatsApp")
    page.locator("a[data-edit][href$='/blockers/whatsapp/edit/due/']").click()
    page.locator(".cell-form [name=due]").fill("2026-12-24")
    end_session()
    page.locator(".cell-form").get_by_role("button", name="Save").click()
    sign_in_again(page)
    expect(page.get_by_role("definition").filter(has_text="2026-12-24")).to_be_visible()
    send(page)
    page.wait_for_url(f"**{LAUNCH}")
    assert str(whatsapp().due) == "2026-12-24"


def test_the_longest_form(browse, script):
    page = browse("mara", script=script)
    page.goto(f"{LAUNCH}blockers/")
    page.get_by_label("Title").fill("A second sender, for the other half")
    page.get_by_label("Description").fill(LONG)
    page.get_by_label("Team").select_option(label="Messaging")
    page.get_by_label("Likely").fill("4")
    page.get_by_label("Evidence").fill("https://wiki.example/sender The plan")
    end_session()
    page.get_by_role("button", name="Raise it").click()
    sign_in_again(page)
    expect(page.get_by_label("Description")).to_have_value(LONG)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Raise a blocker")
    page.get_by_label("Best").fill("2")
    page.get_by_label("Worst").fill("9")
    page.get_by_role("button", name="Raise it").click()
    expect(page.get_by_role("heading", name="A second sender, for the other half")).to_be_visible()
    raised = Blocker.objects.get(title__startswith="A second sender")
    assert (raised.description.split(), str(raised.team)) == (LONG.split(), "Messaging")
    assert raised.links == [{"url": "https://wiki.example/sender", "title": "The plan"}]


def test_what_is_typed_elsewhere_comes_back_to_who_typed_it(browse):
    page = browse("mara")
    page.goto(WHATSAPP)
    comment, title = page.get_by_label("Comment", exact=True), page.get_by_label("Title")
    comment.fill("Half a thought.")
    page.get_by_text("Edit the details").click()
    title.fill("Half a title")
    end_session()
    page.get_by_role("link", name="Open WhatsApp’s checklist in Europe").click()
    sign_in_again(page, "samira")
    page.wait_for_url(f"**{WHATSAPP}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(comment).to_have_value("")
    end_session()
    page.goto(WHATSAPP)
    sign_in_again(page)
    expect(comment).to_have_value("Half a thought.")
    expect(title).to_have_value("Half a title")
    expect(title).to_be_visible()
    page.reload()
    expect(comment).to_have_value("")


def test_one_form_is_sent_and_the_other_one_waits(browse):
    page = browse("mara")
    page.goto(WHATSAPP)
    page.get_by_label("Comment", exact=True).fill("Half a thought.")
    page.get_by_label("Note", exact=True).fill("Begun today.")
    end_session()
    page.get_by_role("button", name="Start work").click()
    sign_in_again(page)
    send(page)
    page.wait_for_url(f"**{WHATSAPP}")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half a thought.")
    expect(page.get_by_label("Note", exact=True)).to_have_value("")
    assert whatsapp().state == "in_progress"


@pytest.mark.parametrize("width", [390, 1440])
def test_how_it_looks(browse, width):
    page = browse("mara", viewport={"width": width, "height": 800})
    User.objects.filter(username="mara").update(language="fr")
    page.goto(f"{LAUNCH}blockers/")
    page.get_by_label("Titre").fill("Un expéditeur pour l’autre moitié, " + "w" * 150)
    page.get_by_label("Description").fill(LONG)
    end_session()
    page.locator("main form.form [type=submit]").click()
    page.get_by_label("Username").fill("mara")
    page.get_by_label("Password").fill(PASSWORDS["mara"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pas encore envoyé")
    assert look_at(page) == FINE
    expect(page.get_by_role("definition").filter(has_text="bloque")).to_be_visible()


def test_the_way_back_loses_nothing(browse, script):
    page = browse("samira", script=script)
    page.goto("/integrations/whatsapp/requirements/new/")
    page.get_by_label("Guidance").fill(LONG)
    page.get_by_role("link", name="Matrix").first.click()
    page.wait_for_url("**/regions/")
    page.go_back()
    expect(page.get_by_label("Guidance")).to_have_value(LONG)
