"""What an address of webhooks answers before anything is taken in."""

import io
import logging

import pytest
from django.test import Client

from launches.models import Hook, HookDelivery
from readiness.probes.secrets import Redacting
from tests.launches.trackers import deliveries
from tests.launches.trackers.deliveries import GITHUB_SECRET, encoded, github, github_issue

CLOSED = encoded(github_issue("closed", "closed", "2026-11-02T08:01:00Z"))


@pytest.fixture
def post(db, settings):
    settings.TRACKER_SECRETS = deliveries.SECRETS

    def posted(body, tracker="github", content_type="application/json", **headers):
        told = github(body, "d-1") | headers
        answer = Client(enforce_csrf_checks=True).post(
            f"/hooks/{tracker}/", body, content_type=content_type, headers=told
        )
        return answer.status_code, answer.text

    return posted


@pytest.mark.parametrize("tracker", ["github", "gitlab", "jira"])
def test_nobody_signs_in_and_only_post_is_answered(db, tracker):
    for method in ("get", "put", "patch", "delete", "options"):
        assert getattr(Client(), method)(f"/hooks/{tracker}/").status_code == 405


@pytest.mark.parametrize("tracker", ["github", "gitlab", "jira"])
def test_without_a_secret_nothing_is_taken(post, settings, tracker):
    settings.TRACKER_SECRETS = {"github": [], "gitlab": [], "jira": []}
    name = {"github": "GitHub", "gitlab": "GitLab", "jira": "Jira"}[tracker]
    said = f"{name} is not set up here: {tracker.upper()}_WEBHOOK_SECRET is empty."
    assert post(CLOSED, tracker) == (503, said)


@pytest.mark.parametrize(
    ("body", "content_type", "answer"),
    [
        (CLOSED, "application/json", (200, "no blocker follows it")),
        (CLOSED, "application/json; charset=utf-8", (200, "no blocker follows it")),
        (CLOSED, "application/x-www-form-urlencoded", (415, "send application/json")),
        (CLOSED, "", (415, "send application/json")),
        (b"{" + b" " * 1024 * 1024, "application/json", (413, "at most 1.0\N{NO-BREAK SPACE}MB\n")),
        (b" " * (1024 * 1024 - 2) + b"{}", "application/json", (200, "nothing about an issue")),
        (b"{", "application/json", (400, "not JSON")),
        (b"\xff", "application/json", (400, "not JSON")),
        (b"[" * 100_000, "application/json", (400, "not JSON")),
        (b"null", "application/json", (200, "nothing about an issue")),
        (encoded({"zen": "Speak like a human."}), "application/json", (200, "nothing about an issue")),
    ],
    ids=[
        *("json", "charset", "form", "no type", "too long", "long", "half", "no text", "deep", "null", "zen"),
    ],
)
def test_what_a_proved_delivery_is_answered(post, body, content_type, answer):
    assert post(body, content_type=content_type) == answer
    assert Hook.objects.count() == 0


def test_a_forged_one_is_counted_and_logged_without_a_letter_of_it(post, now):
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(Redacting("%(name)s: %(message)s"))
    log = logging.getLogger("launches.pages.hooks")
    log.addHandler(handler)
    try:
        for _ in range(2):
            assert post(CLOSED, **{"X-Hub-Signature-256": "sha256=forged"}) == (401, "refused")
        log.warning("token %s", GITHUB_SECRET)
    finally:
        log.removeHandler(handler)
    assert (Hook.objects.get().tracker, Hook.objects.get().refused) == ("github", 2)
    assert HookDelivery.objects.count() == 0
    assert heard.getvalue().splitlines() == [
        *["launches.pages.hooks: A delivery to /hooks/github/ was refused: wrong signature."] * 2,
        "launches.pages.hooks: token {secret.GITHUB_WEBHOOK_SECRET}",
    ]
