"""The tests' settings, with a host that the test client's address belongs to."""

from tests.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver"]
