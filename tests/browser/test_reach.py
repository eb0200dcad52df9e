"""Who uses no mouse, needs few colours or wants nothing to move."""

import pytest
from playwright.sync_api import Page, expect

LAUNCH = "/launches/europe-ga/"
# Where the focus is: what it is, how it is marked, whether any of it can be seen.
FOCUS = """() => {
    const on = document.activeElement, look = getComputedStyle(on), box = on.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, box.y + box.height / 2);
    return {
        what: `${on.tagName} ${on.textContent.trim().slice(0, 30)}`,
        marked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
        seen: at !== null && (on.contains(at) || at.contains(on)),
    };
}"""
# The colour of each shape of a state, by its class.
SHAPES = """() => Object.fromEntries([...document.querySelectorAll(".state")].map((state) =>
    [state.className, getComputedStyle(state, "::before").backgroundColor]))"""


def walk(page: Page, steps: int) -> list[dict[str, object]]:
    seen = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
    return seen


@pytest.mark.parametrize("address", ["/", LAUNCH, "/regions/", "/checks/"])
def test_the_focus_can_be_seen_wherever_it_goes(browse, address):
    page = browse("mara")
    page.goto(address)
    steps = walk(page, 40)
    assert [step for step in steps if not (step["marked"] and step["seen"])] == []
    assert len({step["what"] for step in steps}) > 10


def test_the_first_step_skips_what_is_above_every_page(browse):
    page = browse("mara")
    page.goto(LAUNCH)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_states_keep_their_shapes_where_colours_are_forced(browse, theme):
    page = browse("mara", color_scheme=theme)
    page.goto(LAUNCH)
    before = page.evaluate(SHAPES)
    page.emulate_media(forced_colors="active")
    assert page.evaluate(SHAPES) == before
    assert len(before) >= 3


def test_nothing_moves_for_who_asked_for_that(browse):
    page = browse("mara")
    page.goto(LAUNCH)
    page.locator(".blockers a[data-panel]").first.click()
    expect(page.locator("#panel h1, #panel h2").first).to_be_focused()
    assert page.evaluate("document.getAnimations().length") == 0
