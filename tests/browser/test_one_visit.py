"""Nothing that a page does outlives the test that opened it."""

import threading

from tests.fixtures.browser import one_visit
from tests.fixtures.live_server import serving

POLL = "setInterval(() => { for (let n = 0; n < 4; n++) fetch('/sign-in/').catch(() => {}) }, 50)"


def test_a_page_that_polls_when_its_test_ends_asks_for_nothing_more(started_browser, live_server, client):
    before = set(threading.enumerate())
    with serving() as site, one_visit(started_browser, site) as browser:
        page = browser.new_context(base_url=site.url).new_page()
        page.goto("/sign-in/")
        page.evaluate(POLL)
        page.wait_for_event("response")
    assert started_browser.contexts == []
    assert set(threading.enumerate()) == before
