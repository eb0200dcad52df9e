"""As in production, with an empty view to compare with."""

from readiness.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "tests.benchmarks.triage"
