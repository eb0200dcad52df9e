"""Which tracker an address leads to, and to which issue there. The path tells: any host may be one."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LONGEST = 500
# That one blocker follows.
MOST_ISSUES = 20
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.ASCII)
_NAME = r"[A-Za-z0-9_.-]*[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NUMBER = r"(?P<number>[1-9][0-9]{0,9})"

EXPECTED = _(
    "Paste the address of an issue or a pull request on GitHub (…/issues/12), "
    "on GitLab (…/-/issues/12) or in Jira (…/browse/KEY-12)."
)


class Tracker(TextChoices):
    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"
    JIRA = "jira", "Jira"


class AddressShape(NamedTuple):
    """A path of one tracker, and what the same issue is called however its address was written."""

    tracker: Tracker
    path: re.Pattern[str]
    address: str
    key: str


# GitHub numbers issues and pull requests together, and sends one to the other; so does GitLab with issues
# and work items.
_SHAPES = (
    AddressShape(
        Tracker.GITLAB,
        re.compile(rf"/(?P<place>{_NAME}(?:/{_NAME})+)/-/(?P<what>issues|work_items)/{_NUMBER}(?:/.*)?"),
        "/{place}/-/{what}/{number}",
        "{place}#{number}",
    ),
    AddressShape(
        Tracker.GITLAB,
        re.compile(rf"/(?P<place>{_NAME}(?:/{_NAME})+)/-/merge_requests/{_NUMBER}(?:/.*)?"),
        "/{place}/-/merge_requests/{number}",
        "{place}!{number}",
    ),
    AddressShape(
        Tracker.JIRA,
        re.compile(rf"(?P<place>(?:/{_NAME})*)/browse/(?P<number>[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]{{0,9}})/?"),
        "{place}/browse/{number}",
        "{number}",
    ),
    AddressShape(
        Tracker.GITHUB,
        re.compile(rf"/(?P<place>{_NAME}/{_NAME})/(?P<what>issues|pull)/{_NUMBER}(?:/.*)?"),
        "/{place}/{what}/{number}",
        "{place}#{number}",
    ),
)


@dataclass(frozen=True)
class Address:
    """One issue: `url` leads there, `identity` is the same for all its addresses, `key` is its name."""

    tracker: Tracker
    url: str
    identity: str
    key: str


def parsed(text: str) -> Address:
    """The issue that `text` is the address of. Raises `ValueError`, which says what is expected."""
    parts = _split(text.strip())
    for shape in _SHAPES:
        found = shape.path.fullmatch(parts.path)
        if found:
            return _address(shape, parts, found.groupdict())
    raise ValueError(EXPECTED)


def _split(text: str) -> SplitResult:
    if len(text) > LONGEST:
        raise ValueError(_("An address has at most %(most)d characters.") % {"most": LONGEST})
    # Letters that only look like others lead elsewhere than they seem to.
    if not text.isascii() or any(not character.isprintable() for character in text):
        raise ValueError(_("An address is written in plain letters: copy it from the browser."))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as problem:
        raise ValueError(EXPECTED) from problem
    if parts.scheme not in _PORTS:
        raise ValueError(_("Start with https://."))
    if "@" in parts.netloc:
        raise ValueError(_("Leave out the name and the password: everybody could read them."))
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else (parts.hostname or "").rstrip(".")
    if not _HOST.fullmatch(host):
        raise ValueError(EXPECTED)
    named = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return parts._replace(netloc=named)


def _address(shape: AddressShape, parts: SplitResult, found: dict[str, str]) -> Address:
    if shape.tracker == Tracker.JIRA:
        found["number"] = found["number"].upper()
    key = shape.key.format(**found)
    # All three read paths without regard to case; http leads to https.
    where = parts.netloc + (found["place"] if shape.tracker == Tracker.JIRA else "")
    url = f"{parts.scheme}://{parts.netloc}{shape.address.format(**found)}"
    return Address(shape.tracker, url, f"{where}/{key}".lower(), key)
