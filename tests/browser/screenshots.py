"""`python -m tests.browser.screenshots`: take the pictures in docs/screenshots/ anew, from the example."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZE = {"viewport": {"width": 1080, "height": 660}, "color_scheme": "light"}
LAUNCH = "/launches/europe-ga/"
TAKEN = [
    ("home", "/", ""),
    ("launch", LAUNCH, ""),
    ("panel", LAUNCH, "WhatsApp not ready in Europe"),
    ("matrix", "/regions/", ""),
]


@pytest.mark.parametrize(("name", "address", "link"), TAKEN)
def test_taking(browse, name, address, link):
    page = browse("mara", **SIZE)
    page.goto(address)
    if link:
        page.get_by_role("link", name=link).click()
        expect(page.locator("#panel").get_by_role("heading", name=link)).to_be_focused()
        page.mouse.move(0, 0)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q"]))
