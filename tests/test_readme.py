"""What the README promises and would not notice by itself."""

import re

import pytest
from django.conf import settings

from launches.examples.accounts import ACCOUNTS
from readiness.standin.scene import Scene

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.sqlite


def test_it_names_the_accounts_as_they_are():
    told = re.findall(r"^\| `(\w+)` \| `([\w-]+)` \| (.+) \|$", README, re.MULTILINE)
    assert told == [tuple(account) for account in ACCOUNTS]


def test_what_it_points_to_is_there():
    pointed = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert [path for path in pointed if not (settings.BASE_DIR / path).exists()] == []
    assert len(pointed) > 5


def test_the_endpoint_to_stop_is_healthy_before():
    host = re.search(r"standin stop (\S+)", README)[1]
    found = Scene.read(settings.EXAMPLE_STANDIN).find(host)
    assert (found.stopped, found.delay_ms, found.status, found.region) == (False, 0, 200, "eu-west-1")
