"""The product's own settings, but for what a test must not touch or wait for."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="readiness-tests-"))
os.environ["DATABASE_URL"] = (
    os.environ.get("TEST_DATABASE_URL", "") or f"sqlite:///{os.environ['VAR_DIR']}/test.sqlite3"
)

from readiness.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = True
