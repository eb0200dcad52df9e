"""Pages of many launches show the last forecasts and follow once there are newer ones."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from launches.models import Blocker
from launches.planning import pricing
from launches.tasks import compute_outlooks
from readiness.models import Beat
from tests.browser.test_every_page import FINE, look_at


def test_a_page_follows_what_a_worker_computes(browse, monkeypatch):
    # However long the worker takes.
    monkeypatch.setattr(pricing, "PATIENCE", timedelta(minutes=9))
    Beat.objects.told(Beat.Name.DISPATCH, timezone.now())
    page = browse("samira")
    page.goto("/")
    mark = page.locator("#outdated")
    expect(mark).to_be_empty()
    Blocker.objects.live().update(best=80, likely=90, worst=99)
    page.reload()
    # Nothing is taken from under somebody's hands.
    page.locator("#ahead a").nth(3).focus()
    expect(mark).to_contain_text("updating")
    assert look_at(page) == FINE
    before = page.locator("#ahead").inner_text()
    assert compute_outlooks() > 0
    expect(mark).to_contain_text("updating")
    page.evaluate("document.activeElement.blur()")
    expect(mark).to_be_empty()
    assert page.locator("#ahead").inner_text() != before
