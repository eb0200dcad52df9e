"""The order of work: from the drawing to a blocker, and a link added there is drawn behind the panel."""

from playwright.sync_api import expect


def test_a_box_opens_its_blocker_and_what_is_added_there_is_drawn(browse):
    page = browse("mara")
    page.goto("/launches/europe-ga/graph/")
    lines, box = page.locator("path.line"), page.get_by_role("link", name="Billing", exact=False).first
    before = lines.count()
    box.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=1)).to_be_focused()
    field = panel.get_by_label("Another blocker that it waits for")
    field.focus()
    expect(page.locator("#others-known option")).not_to_have_count(0)
    field.fill("whatsapp")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("status")).to_contain_text("waits for “WhatsApp not ready in Europe”.")
    expect(lines).to_have_count(before + 1)
    field.blur()
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(page).to_have_url(f"{page.url.split('/launches/')[0]}/launches/europe-ga/graph/")
