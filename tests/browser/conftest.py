"""The whole example behind a real browser, at nine on a Monday morning six weeks before the launch."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from launches.examples.accounts import ACCOUNTS
from readiness.models import User
from tests.fixtures.browser import PATIENCE, enter, watched
from tests.fixtures.example import become, told
from tests.launches.conftest import NOW

PASSWORDS = {account.user_name: account.password for account in ACCOUNTS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.sqlite)


@pytest.fixture
def example(transactional_db, settings) -> Iterator[None]:
    """The example as it was told. The browser keeps its cookies although its own clock is another."""
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    cache.clear()
    become(told())
    with time_machine.travel(NOW):
        yield


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    return request.param


Open = Callable[..., Page]


@pytest.fixture
def browse(example, live_server, browser: Browser, problems: list[str]) -> Open:
    """Opens a browser that has signed in, on no page yet: `browse("mara")`.

    A complaint of its console fails the test.
    """

    def browse(user: str = "", *, script: bool = True, **look) -> Page:
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=script, reduced_motion="reduce", **look
        )
        context.set_default_timeout(PATIENCE)
        if user:
            enter(context, User.objects.get(username=user), live_server.url)
        return watched(context, problems)

    return browse


def sign_in(page: Page, user: str, password: str = "") -> None:
    """By the form, as people do: it ends on the first page."""
    page.goto("/sign-in/")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(password or PASSWORDS[user])
    page.get_by_role("button", name="Sign in").click()
