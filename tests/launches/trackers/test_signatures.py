"""Forged deliveries: none gets in, whichever way it is wrong."""

import base64
from datetime import UTC, datetime

import pytest
from django.http import HttpHeaders

from launches.trackers import Delivered, Forged, verified
from launches.trackers.system_checks import tracker_secrets_can_be_used
from tests.launches.trackers.deliveries import (
    GITHUB_SECRET,
    GITLAB_TOKEN,
    SECRETS,
    SIGNING_KEY,
    SIGNING_SECRET,
    github,
    gitlab,
    gitlab_signed,
    jira,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
BODY = b'{"action": "closed", "title": "\xc3\xa9"}'
GOOD = {
    "github": github(BODY, "d-1"),
    "gitlab": gitlab("d-1"),
    "signed": gitlab_signed(BODY, "d-1", SECONDS),
    "jira": jira(BODY, "d-1"),
}
HEADER = {
    "github": "X-Hub-Signature-256",
    "gitlab": "X-Gitlab-Token",
    "signed": "webhook-signature",
    "jira": "X-Hub-Signature",
}
IDS = {"github": "X-GitHub-Delivery", "signed": "webhook-id", "jira": "X-Atlassian-Webhook-Identifier"}


def check(kind, headers, body=BODY, secrets=None, now=NOW):
    tracker = "gitlab" if kind == "signed" else kind
    sent = HttpHeaders({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})
    return verified(tracker, Delivered(sent, body), SECRETS[tracker] if secrets is None else secrets, now)


def forged():
    """Kind, headers, and what else is different from a good delivery."""
    for kind, good in GOOD.items():
        header = HEADER[kind]
        value = good[header]
        wrong = {
            "missing": None,
            "empty": "",
            "cut": value[:-1],
            "longer": f"{value}0",
            "leading space": f" {value}",
            "one letter": value[:-3] + ("0" if value[-3] != "0" else "1") + value[-2:],
            "other case": value.upper(),
            "twice": f"{value},{value}",
            "wide letters": "".join(chr(ord(letter) + 0xFEE0) for letter in value),
            "a letter beside": f"{value}\u200b",
            "surrogate": f"{value}\udc80",
            "nul": f"{value}\0",
        }
        if kind == "signed":
            wrong.pop("leading space")  # what is between signatures
        for name, header_value in wrong.items():
            headers = {key: each for key, each in good.items() if key != header}
            if header_value is not None:
                headers[header] = header_value
            yield pytest.param(kind, headers, {}, id=f"{kind} {name}")
        yield pytest.param(kind, good, {"secrets": []}, id=f"{kind} no secret")
        yield pytest.param(kind, good, {"secrets": [""]}, id=f"{kind} empty secret")
        yield pytest.param(kind, good, {"secrets": ["another-secret-altogether"]}, id=f"{kind} other secret")
        if kind != "gitlab":
            yield pytest.param(kind, good, {"body": BODY + b" "}, id=f"{kind} longer body")
            yield pytest.param(kind, good, {"body": b""}, id=f"{kind} no body")
            yield pytest.param(
                kind, good, {"body": BODY.replace(b"closed", b"opened")}, id=f"{kind} other body"
            )
            for name, value in (("missing", ""), ("long", "d" * 101), ("line", "d\r\n1"), ("unicode", "dé")):
                yield pytest.param(kind, good | {IDS[kind]: value}, {}, id=f"{kind} id {name}")
    yield from schemes()


def schemes():
    """One scheme in place of another, and times."""
    sha1 = {
        "X-Hub-Signature": "sha1=0123456789012345678901234567890123456789",
        "X-GitHub-Delivery": "d-1",
    }
    bare = GOOD["github"]["X-Hub-Signature-256"].removeprefix("sha256=")
    empty_key = gitlab_signed(BODY, "d-1", SECONDS, key=b"")
    token_beside = {"X-Gitlab-Token": GITLAB_TOKEN, "webhook-signature": "v1,wrong"}
    v1a = GOOD["signed"]["webhook-signature"].replace("v1,", "v1a,")
    late = ["", "now", "-1", "1e9", f"{SECONDS}.0", "٢", f"{SECONDS - 301}", f"{SECONDS + 301}", "9" * 13]
    yield pytest.param("github", sha1, {}, id="github sha1")
    yield pytest.param("github", GOOD["jira"] | {"X-GitHub-Delivery": "d"}, {}, id="github by jira’s header")
    yield pytest.param("github", GOOD["github"] | {HEADER["github"]: bare}, {}, id="github no algorithm")
    yield pytest.param(
        "github", GOOD["github"] | {HEADER["github"]: f"sha512={bare}"}, {}, id="github sha512"
    )
    yield pytest.param("jira", GOOD["github"], {}, id="jira by github’s header")
    yield pytest.param("jira", {"Authorization": "Bearer x.y.z"}, {}, id="jira by a token")
    yield pytest.param("gitlab", gitlab("d-1", SIGNING_SECRET), {}, id="gitlab signing secret as a token")
    yield pytest.param("gitlab", gitlab("d-1", "é"), {"secrets": ["e"]}, id="gitlab near letter")
    yield pytest.param("gitlab", GOOD["gitlab"] | token_beside, {}, id="gitlab wrong signature, good token")
    yield pytest.param(
        "gitlab", GOOD["gitlab"], {"secrets": [SIGNING_SECRET]}, id="gitlab token where signed"
    )
    yield pytest.param(
        "signed", GOOD["signed"], {"secrets": [GITLAB_TOKEN]}, id="signed where a token is due"
    )
    yield pytest.param("signed", empty_key, {"secrets": ["whsec_"]}, id="signed with an empty key")
    yield pytest.param("signed", empty_key, {"secrets": ["whsec_?"]}, id="signed with no key")
    yield pytest.param("signed", GOOD["signed"] | {"webhook-signature": v1a}, {}, id="signed v1a")
    yield pytest.param("signed", GOOD["signed"] | {"webhook-id": "d-2"}, {}, id="signed other id")
    yield pytest.param("signed", GOOD["signed"] | {"webhook-signature": "v1,a " * 10
                       + GOOD["signed"]["webhook-signature"]}, {}, id="signed too many")  # fmt: skip
    for at in late:
        yield pytest.param("signed", GOOD["signed"] | {"webhook-timestamp": at}, {}, id=f"signed at {at}")
    for by in (-301, 301):
        old = gitlab_signed(BODY, "d-1", SECONDS + by)
        yield pytest.param("signed", old, {}, id=f"signed {by} s off")


FORGED = list(forged())


@pytest.mark.parametrize(("kind", "headers", "different"), FORGED)
def test_a_forged_delivery_is_refused(kind, headers, different):
    with pytest.raises(Forged) as refusal:
        check(kind, headers, **different)
    # What is logged of it says nothing of what was sent.
    assert str(refusal.value) in {
        "wrong signature",
        "no signature",
        "no delivery id",
        "no time",
        "too old, or from the future",
    }


def test_there_are_more_than_forty_of_them():
    assert len(FORGED) > 100


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_delivery_is_known_by_its_id(kind):
    assert check(kind, GOOD[kind]) == "d-1"


@pytest.mark.parametrize("kind", GOOD)
def test_while_a_secret_is_replaced_both_are_good(kind):
    tracker = "gitlab" if kind == "signed" else kind
    newer = "whsec_bmV3ZXI=" if kind == "signed" else "the-newer-secret-of-both"
    for secrets in ([newer, *SECRETS[tracker]], [*SECRETS[tracker], newer]):
        assert check(kind, GOOD[kind], secrets=secrets) == "d-1"


def test_one_good_signature_of_several_is_enough_and_five_minutes_are_close():
    for by in (-300, 300):
        headers = gitlab_signed(BODY, "d-1", SECONDS + by)
        both = {"webhook-signature": f"v1,b2xk {headers['webhook-signature']} v1a,bmV3"}
        assert check("signed", headers | both) == "d-1"


def test_an_older_gitlab_has_no_idempotency_key():
    headers = GOOD["gitlab"] | {"Idempotency-Key": ""}
    assert check("gitlab", headers) == "9d4e2f6c-event"


def test_a_token_of_any_letters_is_compared_by_its_bytes():
    secret = "zażółć-gęślą-jaźń"
    sent = secret.encode().decode("latin-1")  # as WSGI has it
    assert check("gitlab", gitlab("d-1", sent), secrets=[secret]) == "d-1"


def test_the_example_of_standard_webhooks():
    """The specification’s own secret, id, time, body and signature."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    assert check("signed", headers, b'{"test": 2432232314}', [secret], at) == headers["webhook-id"]


def test_secrets_that_prove_nothing_are_named_before_they_are_used(settings):
    settings.TRACKER_SECRETS = {
        "github": [GITHUB_SECRET, "short"],
        "gitlab": [
            SIGNING_SECRET,
            "whsec_no-base64-at-all",
            "whsec_" + base64.b64encode(SIGNING_KEY).decode(),
        ],
        "jira": ["sixteen-letters-é"],
    }
    assert [problem.msg for problem in tracker_secrets_can_be_used(None)] == [
        "GITHUB_WEBHOOK_SECRET: a secret has at least 16 characters, or it can be guessed.",
        "GITLAB_WEBHOOK_SECRET: behind whsec_ comes base64.",
        "JIRA_WEBHOOK_SECRET: a secret has plain letters only, or it gets lost on its way.",
    ]
