"""Talking about a blocker, with the panel open and without a script."""

import re

from playwright.sync_api import expect

from launches.models import Comment

LAUNCH = "/launches/europe-ga/"
WHATSAPP = f"{LAUNCH}blockers/whatsapp/"


def test_what_is_being_typed_outlives_everything_else_in_the_panel(browse):
    page = browse("mara")
    page.goto(LAUNCH)
    page.get_by_role("link", name="WhatsApp not ready in Europe", exact=True).click()
    panel = page.locator("#panel")
    field = panel.get_by_label("Comment", exact=True)
    expect(panel.get_by_role("heading", name="WhatsApp not ready")).to_be_focused()
    page.keyboard.press("c")
    expect(field).to_be_focused()
    page.keyboard.type("**Tried** @tomasz")
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(panel.locator(".written")).to_have_text("Tried @tomasz")
    expect(field).to_have_value("")

    field.fill("half a thought")
    panel.get_by_role("link", name="Edit your comment").click()
    expect(panel.get_by_label("Your comment")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" again")
    panel.locator(".comments").get_by_role("button", name="Save").click()
    expect(panel.locator(".written")).to_have_text("Tried @tomasz again")
    panel.get_by_role("button", name="Unwatch").click()
    expect(panel.get_by_role("button", name="Watch WhatsApp")).to_be_visible()
    panel.get_by_role("button", name="Start work").click()
    expect(panel.get_by_text("Work on it has started.")).to_be_visible()
    expect(field).to_have_value("half a thought")
    expect(panel.locator(".written")).to_have_text("Tried @tomasz again")


def test_told_read_and_answered(browse, script):
    """Mara asks, Tomasz finds it under his work, answers, and takes it back."""
    mara = browse("mara", script=script)
    mara.goto(WHATSAPP)
    mara.get_by_label("Comment", exact=True).fill("Can we go without, @tomasz?")
    mara.get_by_role("button", name="Comment", exact=True).click()
    expect(mara.get_by_text("Comment posted.")).to_be_visible()

    page = browse("tomasz", script=script)
    page.goto("/")
    page.get_by_role("link", name=re.compile("My work")).click()
    notices = page.locator("#notices")
    expect(notices.get_by_role("link", name="Mara Lindqvist mentioned you on WhatsApp")).to_be_visible()
    notices.get_by_role("button", name="Mark all as read").click()
    expect(notices.get_by_text("Nothing new.")).to_be_visible()
    expect(page.locator("#unread")).to_be_hidden()

    page.goto(f"{WHATSAPP}#comment-{Comment.objects.get().pk}")
    page.get_by_label("Comment", exact=True).fill("No.")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_role("link", name="Edit your comment").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted by Tomasz Wieczorek")).to_be_visible()
    expect(page.get_by_text("No.", exact=True)).to_have_count(0)
