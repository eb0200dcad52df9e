"""The pictures in docs/screenshots/: every page of the example by the name of its address, in both themes."""

import base64
from pathlib import Path

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

from readiness.models import Item
from tests.browser.conftest import sign_in
from tests.browser.palette import png
from tests.browser.test_every_page import LAUNCH, PAGES

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
SIZE = {"width": 1080, "height": 660}
MORE = [
    "/calibration/",
    f"{LAUNCH}what-if/",
    f"{LAUNCH}scenarios/",
    f"{LAUNCH}blockers/new/",
    f"{LAUNCH}cells/whatsapp/",
]
PIXELS = """async (png) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const {width, height} = picture;
    const canvas = Object.assign(document.createElement("canvas"), {width, height});
    const drawn = canvas.getContext("2d");
    drawn.drawImage(picture, 0, 0);
    const {data} = drawn.getImageData(0, 0, width, height);
    let text = "";
    for (let at = 0; at < data.length; at += 32768)
        text += String.fromCharCode(...data.subarray(at, at + 32768));
    return btoa(text);
}"""


def by_name() -> dict[str, str]:
    """The first page of each name."""
    addresses: dict[str, str] = {}
    for address in [*(each for group in PAGES.values() for each in group if each != "/nowhere/"), *MORE]:
        path = address.partition("?")[0].replace("CHECK", "/checks/1/")
        addresses.setdefault(str(resolve(path).url_name), address)
    return addresses


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_taking(browse, theme):
    page = browse(viewport=SIZE, color_scheme=theme)
    page.goto("/sign-in/")
    take(page, f"sign-in-{theme}")
    sign_in(page, "samira")
    for name, address in by_name().items():
        page.goto(address.replace("CHECK", f"/checks/{a_check().pk}/"))
        take(page, f"{name}-{theme}")
    page.goto(LAUNCH)
    page.get_by_role("link", name="WhatsApp not ready in Europe").click()
    expect(page.locator("#panel h1")).to_be_focused()
    page.mouse.move(0, 0)
    take(page, f"panel-{theme}")


def a_check() -> Item:
    return Item.objects.get(
        cell__region__slug="europe", cell__integration__slug="search", requirement__slug="speed"
    )


def take(page: Page, name: str) -> None:
    shot = base64.b64encode(page.screenshot()).decode()
    blank = page.context.new_page()
    pixels = base64.b64decode(blank.evaluate(PIXELS, shot))
    blank.close()
    (FOLDER / f"{name}.png").write_bytes(png(pixels, SIZE["width"], SIZE["height"]))
