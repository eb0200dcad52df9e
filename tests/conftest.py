"""Nothing here skips: the runner leaves out what a database cannot say, and names what it left out."""

import pytest
from django.core.cache import cache

pytest_plugins = [
    "tests.fixtures.people",
    "tests.fixtures.browser",
    "tests.fixtures.servers",
    "tests.fixtures.running",
]


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What one test's database led to is nothing to the next."""
    cache.clear()
