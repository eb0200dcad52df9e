"""A check is written, tried and saved in the browser, with and without its scripts."""

import pytest
from playwright.sync_api import expect

from readiness.models import Requirement
from tests.browser.test_every_page import FINE, look_at
from tests.readiness.standin.serving import serving

NEW = "/integrations/whatsapp/requirements/new/"


@pytest.fixture
def standin(settings, tmp_path):
    with serving(tmp_path / "standin") as (values, _):
        for name, value in values.items():
            setattr(settings, name, value)
        yield


def test_a_check_is_written_and_tried_before_it_is_saved(browse, standin, script):
    page = browse("tomasz", script=script)
    page.goto(NEW)
    page.get_by_label("Title").fill("Lives in the region")
    page.get_by_label("How it is checked").select_option("Answer (HTTP)")
    if not script:
        page.get_by_role("button", name="Show its fields").click()
    expect(page.get_by_label("Title")).to_have_value("Lives in the region")
    page.get_by_label("URL").fill("http://127.0.0.1/health")
    page.get_by_label("Region to try it in").select_option("Europe")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#check .errors")).to_contain_text("127.0.0.1 is a loopback address")

    page.get_by_label("URL").fill("http://whatsapp.{region.domain}/health")
    if not page.get_by_label("Headers, name 1", exact=True).is_visible():
        page.get_by_text("More:").click()
    page.get_by_label("Headers, name 1", exact=True).fill("x-region")
    page.get_by_label("Headers, value 1", exact=True).fill("{region.provider_code}")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".trial h2")).to_have_text("failing in Europe")
    expect(page.locator(".trial")).to_contain_text("x-region: expected eu-west-1, got us-east-1")
    if script:
        assert look_at(page) == FINE

    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("heading", name="WhatsApp", level=1)).to_be_visible()
    saved = Requirement.objects.get(slug="lives-in-the-region")
    assert (saved.probe, saved.parameters) == (
        "http",
        {"url": "http://whatsapp.{region.domain}/health", "headers": {"x-region": "{region.provider_code}"}},
    )
