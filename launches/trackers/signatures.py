"""Whether a delivery comes from who shares our secret: by each tracker's own scheme, in constant time.

- GitHub: `X-Hub-Signature-256`, HMAC-SHA256 of the body.
- Jira: `X-Hub-Signature`, the same.
- GitLab: `webhook-signature` over id, time and body, as Standard Webhooks has it, with a secret that begins
  with `whsec_`; or `X-Gitlab-Token`, which is the secret itself.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from launches.trackers.addresses import Tracker

SIGNING = "whsec_"
# By so much the clock of whoever signs a time may differ from ours.
TOLERANCE = timedelta(minutes=5)
MOST_SIGNATURES = 10
_ID = re.compile(r"[!-~]{1,100}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Forged(Exception):
    """Nobody who has the secret sent it; the text says what is wrong, and nothing of what was sent."""


class Delivered(NamedTuple):
    """What came: the headers, whose names are matched without regard to case, and the body as it was sent."""

    headers: Mapping[str, str]
    body: bytes


def verified(tracker: str, delivered: Delivered, secrets: Sequence[str], now: datetime) -> str:
    """The id of the delivery, once one of `secrets` proves it. Raises `Forged`."""
    known = [secret for secret in secrets if secret]
    if tracker == Tracker.GITHUB:
        _digest(delivered, "X-Hub-Signature-256", known)
        return _id(delivered, "X-GitHub-Delivery")
    if tracker == Tracker.JIRA:
        _digest(delivered, "X-Hub-Signature", known)
        return _id(delivered, "X-Atlassian-Webhook-Identifier")
    signing = [secret for secret in known if secret.startswith(SIGNING)]
    # A hook that signs is held to its signature, also when it sends a token beside it.
    if signing and "webhook-signature" in delivered.headers:
        return _standard(delivered, signing, now)
    _equal(_sent(delivered, "X-Gitlab-Token"), (secret.encode() for secret in known if secret not in signing))
    return _id(delivered, "Idempotency-Key", "X-Gitlab-Event-UUID")


def signing_key(secret: str) -> bytes:
    """The key of a `whsec_…` secret. Raises `ValueError` for one that is none."""
    try:
        return base64.b64decode(secret.removeprefix(SIGNING), validate=True)
    except binascii.Error as problem:
        raise ValueError("behind whsec_ comes base64") from problem


def _digest(delivered: Delivered, header: str, secrets: Iterable[str]) -> None:
    digests = (
        hmac.new(secret.encode(), delivered.body, hashlib.sha256).hexdigest().encode() for secret in secrets
    )
    _equal(_sent(delivered, header), (b"sha256=" + digest for digest in digests))


def _standard(delivered: Delivered, secrets: Iterable[str], now: datetime) -> str:
    identifier, seconds = _id(delivered, "webhook-id"), delivered.headers.get("webhook-timestamp", "")
    if not _SECONDS.fullmatch(seconds):
        raise Forged("no time")
    if abs(int(seconds) - now.timestamp()) > TOLERANCE.total_seconds():
        raise Forged("too old, or from the future")
    signed = f"{identifier}.{seconds}.".encode() + delivered.body
    expected = [
        b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in _keys(secrets) if key
    ]
    sent = _sent(delivered, "webhook-signature").split()
    matches = [_is_one_of(signature, expected) for signature in sent[:MOST_SIGNATURES]]
    if not any(matches):
        raise Forged("wrong signature")
    return identifier


def _keys(secrets: Iterable[str]) -> Iterable[bytes]:
    for secret in secrets:
        try:
            yield signing_key(secret)
        except ValueError:
            # `manage.py check` names it; here it proves nothing.
            continue


def _equal(sent: bytes, expected: Iterable[bytes]) -> None:
    if not _is_one_of(sent, expected):
        raise Forged("wrong signature")


def _is_one_of(sent: bytes, expected: Iterable[bytes]) -> bool:
    """All are compared, so that the time it takes does not tell which one is nearly right."""
    matches = [hmac.compare_digest(sent, one) for one in expected if one]
    return any(matches)


def _sent(delivered: Delivered, header: str) -> bytes:
    """The header's bytes: WSGI gives each of them as one letter."""
    value = delivered.headers.get(header, "")
    if not value:
        raise Forged("no signature")
    return value.encode("latin-1", "backslashreplace")


def _id(delivered: Delivered, *headers: str) -> str:
    """The first of `headers` that is there; without an id nothing could be told from its replay."""
    value = next((found for name in headers if (found := delivered.headers.get(name))), "")
    if not _ID.fullmatch(value):
        raise Forged("no delivery id")
    return value
