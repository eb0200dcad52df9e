"""Every address × every kind of person. A new address without a row here fails.

To add one: a row in `TABLE`, by the name of the address, with its arguments, the roles that may read it and
those that may write it. The rows that its arguments name are made in `people` (tests/fixtures/everything.py).
Each request starts from what `people` made. A failure names method, address and role.
"""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.fixtures.everything import ROLES, none, signed_in, undone

pytestmark = pytest.mark.anywhere

EVERYBODY = set(ROLES)
OWNERS = {"admin", "lead", "member"}
CELL = ("lisbon", "invoices")
LAUNCH = ("lisbon-ga",)
BLOCKER = ("lisbon-ga", "euro")

# Name → arguments, who may read it (None: it has no page), who may write it (None: nobody can).
TABLE: dict[str, tuple[tuple[object, ...], set[str] | None, set[str] | None]] = {
    "home": ((), EVERYBODY, None),
    "calibration": ((), EVERYBODY, None),
    "search": ((), EVERYBODY, None),
    "undo": ((), None, EVERYBODY),
    "welcome": ((), {"admin"}, None),
    "welcome-region": ((), {"admin"}, {"admin"}),
    "welcome-integrations": ((), {"admin"}, {"admin"}),
    "welcome-import": ((), {"admin"}, {"admin"}),
    "welcome-launch": ((), {"admin"}, {"admin"}),
    "welcome-people": ((), {"admin"}, {"admin"}),
    "welcome-start": ((), None, {"admin"}),
    "welcome-undoing": (("region",), None, {"admin"}),
    "integration-import": ((), {"admin"}, {"admin"}),
    "launch": (LAUNCH, EVERYBODY, None),
    "launch-days-bought": (LAUNCH, EVERYBODY, None),
    "launch-ages": (LAUNCH, EVERYBODY, None),
    "launch-blockers-csv": (LAUNCH, EVERYBODY, None),
    "blocker-list": ((), EVERYBODY, None),
    "blockers-csv": ((), EVERYBODY, None),
    # Each chosen row is judged by itself, and those that may not be changed are named.
    "blockers-many": ((), None, EVERYBODY),
    "saved-filters": ((), None, EVERYBODY),
    "saved-filter": ((1,), None, {"viewer"}),
    "blocker-edit": ((*BLOCKER, "due"), OWNERS, OWNERS),
    "launch-target": (LAUNCH, {"admin", "lead"}, {"admin", "lead"}),
    "launch-charts": (LAUNCH, EVERYBODY, None),
    "launch-graph": (LAUNCH, EVERYBODY, None),
    "report": (LAUNCH, EVERYBODY, None),
    "report-markdown": (LAUNCH, EVERYBODY, None),
    "shares": (LAUNCH, {"admin", "lead"}, {"admin", "lead"}),
    "share-revocation": (("lisbon-ga", 1), None, {"admin", "lead"}),
    "wall": ((), EVERYBODY, None),
    "wall-shares": ((), {"admin"}, {"admin"}),
    "wall-share-revocation": ((2,), None, {"admin"}),
    "what-if": (LAUNCH, EVERYBODY, None),
    "scenarios": (LAUNCH, EVERYBODY, EVERYBODY - {"viewer"}),
    "scenario-acceptance": (("lisbon-ga", 1), {"admin", "lead"}, {"admin", "lead"}),
    "scenario-deletion": (("lisbon-ga", 1), {"admin", "lead"}, {"admin", "lead"}),
    "sign-off": (("lisbon-ga", "finance"), EVERYBODY, {"admin", "stranger"}),
    "sign-off-list": (LAUNCH, EVERYBODY, {"admin", "lead"}),
    "sign-off-function": (("lisbon-ga", "finance"), {"admin", "lead"}, {"admin", "lead"}),
    "sign-off-request": (("lisbon-ga", "finance"), None, {"admin", "lead"}),
    "go": (LAUNCH, EVERYBODY, {"admin", "lead"}),
    "go-record": (("lisbon-ga", 1), EVERYBODY, None),
    "go-withdrawal": (("lisbon-ga", 1), None, {"admin", "lead"}),
    "launch-live": (LAUNCH, None, {"admin"}),
    "blocker-new": (LAUNCH, EVERYBODY - {"viewer"}, EVERYBODY - {"viewer"}),
    "blocker": (BLOCKER, EVERYBODY, OWNERS),
    "blocker-acceptance": (BLOCKER, None, {"admin", "lead"}),
    "blocker-rejection": (BLOCKER, None, {"admin", "lead"}),
    "blocker-start": (BLOCKER, None, OWNERS),
    "blocker-resolution": (BLOCKER, None, OWNERS),
    "blocker-reopening": (BLOCKER, None, OWNERS),
    "blocker-clarification": (BLOCKER, None, OWNERS),
    "blocker-filling": (BLOCKER, None, OWNERS),
    "blocker-waiver": (BLOCKER, OWNERS, OWNERS),
    "blocker-deferral": (BLOCKER, OWNERS, OWNERS),
    "blocker-decision": (BLOCKER, None, {"admin", "lead"}),
    "blocker-acknowledgement": ((*BLOCKER, "finance"), None, {"admin", "stranger"}),
    "blocker-dependencies": (BLOCKER, EVERYBODY, OWNERS),
    "blocker-trackers": (BLOCKER, None, OWNERS),
    "blocker-tracker": ((*BLOCKER, 1), None, OWNERS),
    "decisions": (LAUNCH, EVERYBODY, {"admin", "lead"}),
    # What the member asks for: who leads the launch decides, and who asked withdraws it.
    "change-request": ((1,), EVERYBODY, OWNERS),
    "comments": (BLOCKER, EVERYBODY, EVERYBODY - {"viewer"}),
    "comment": ((*BLOCKER, 1), EVERYBODY, {"stranger"}),
    "blocker-watch": (BLOCKER, None, EVERYBODY),
    "launch-watch": (LAUNCH, None, EVERYBODY),
    "my": ((), EVERYBODY, None),
    "notices": ((), EVERYBODY, None),
    "notices-read": ((), None, EVERYBODY),
    "theme": ((), None, EVERYBODY),
    "settings-notices": ((), EVERYBODY, EVERYBODY),
    "launch-cell": (("lisbon-ga", "invoices"), EVERYBODY, None),
    "launch-cell-declaration": (("lisbon-ga", "invoices"), None, OWNERS),
    "launch-cell-importance": (("lisbon-ga", "invoices"), None, {"admin", "lead"}),
    "launch-cell-estimate": (("lisbon-ga", "invoices"), None, OWNERS),
    "launch-item-sign-off": (("lisbon-ga", "invoices", 1), None, OWNERS),
    "team": (("payments",), EVERYBODY, None),
    "team-list": ((), EVERYBODY, None),
    "people": ((), EVERYBODY, {"admin"}),
    "person": ((8_000,), {"admin"}, {"admin"}),
    "invitation-renewal": ((1,), None, {"admin"}),
    "invitation-revocation": ((1,), None, {"admin"}),
    "matrix": ((), EVERYBODY, None),
    "matrix-csv": ((), EVERYBODY, None),
    "region": (("lisbon",), EVERYBODY, None),
    "cell": (CELL, EVERYBODY, None),
    "cell-declaration": (CELL, None, OWNERS),
    "cell-importance": (CELL, None, {"admin", "lead"}),
    "cell-estimate": (CELL, None, OWNERS),
    "item-sign-off": ((*CELL, 1), None, OWNERS),
    "integration-list": ((), EVERYBODY, None),
    "integration": (("invoices",), EVERYBODY, None),
    "requirement-new": (("invoices",), {"admin", "member"}, {"admin", "member"}),
    "requirement": (("invoices", "tax"), {"admin", "member"}, {"admin", "member"}),
    "requirement-new-trial": (("invoices",), None, {"admin", "member"}),
    "requirement-trial": (("invoices", "tax"), None, {"admin", "member"}),
    "requirement-position": (("invoices", "tax"), None, {"admin", "member"}),
    "check-list": ((), EVERYBODY, None),
    "check": ((2,), EVERYBODY, None),
    "check-run": ((2,), None, EVERYBODY - {"viewer"}),
    "check-pause": ((2,), None, OWNERS),
    "check-maintenance": ((2,), None, OWNERS),
    "check-run-all": ((), None, EVERYBODY - {"viewer"}),
    "check-progress": ((), EVERYBODY, None),
    "region-maintenance": (("lisbon",), None, {"admin", "lead"}),
    "region-freezes": (("lisbon",), None, {"admin", "lead"}),
    "region-freeze": (("lisbon", "2026-12-21"), {"admin", "lead"}, {"admin", "lead"}),
    "team-capacity": (("payments",), {"admin", "member"}, {"admin", "member"}),
    "integration-maintenance": (("invoices",), None, {"admin", "member"}),
    "maintenance": ((1,), None, OWNERS),
    "activity": ((), EVERYBODY, None),
}
# What answers without signing in.
OPEN_TO_ALL = {
    *("first-account", "joining"),
    *("shared", "language", "healthz", "readyz", "sign-in", "sign-out"),
    *("ping", "ping-start", "ping-fail", "ping-exit"),
    *("hook-github", "hook-gitlab", "hook-jira"),
}
# What is there only for those who work on the site: tests/launches/pages/test_styleguide.py.
WHILE_DEBUGGING = {"styleguide"}
# An empty form is refused as invalid (400, 422) or taken, where one may.
ANSWERED = {200, 201, 302, 303, 400, 409, 422}


def test_who_may_read(people):
    def expected(name: str, role: str) -> set[int]:
        readers = TABLE[name][1]
        return {405} if readers is None else {200} if role in readers else {403}

    none(unexpected("get", signed_in(people), expected))


def test_who_may_write(people):
    def expected(name: str, role: str) -> set[int]:
        writers = TABLE[name][2]
        return {405} if writers is None else ANSWERED if role in writers else {403}

    none(unexpected("post", signed_in(people), expected))


def test_signed_out_leads_to_signing_in(people):
    client, wrong = Client(raise_request_exception=False), []
    for name, method in ((name, method) for name in TABLE for method in ("get", "post", "delete")):
        with undone():
            answer = getattr(client, method)(address_of(name))
        led = (answer.status_code, answer.headers.get("Location"))
        # What only takes forms is no place to come back to.
        page = address_of(name) if method == "get" else "/"
        if led != (302, f"{reverse('sign-in')}?next={page}"):
            wrong.append(f"{method} {name}: {led}")
    none(wrong)


@pytest.mark.parametrize("method", ["put", "patch", "trace"])
def test_methods_that_nothing_answers_to(method, people):
    admin = {"admin": signed_in(people)["admin"]}
    none(unexpected(method, admin, lambda name, role: {405}))


def unexpected(
    method: str, clients: dict[str, Client], expected: Callable[[str, str], set[int]]
) -> list[str]:
    """Every answer that is not as expected of that address and role."""
    wrong = []
    for name in TABLE:
        for role, client in clients.items():
            with undone():
                status = getattr(client, method)(address_of(name)).status_code
            if status not in expected(name, role):
                wrong.append(f"{method} {name} as {role}: {status}, not {sorted(expected(name, role))}")
        cache.clear()
    return wrong


def address_of(name: str) -> str:
    return reverse(name, args=TABLE[name][0])


def test_every_address_has_a_row():
    assert set(named(get_resolver())) - OPEN_TO_ALL - WHILE_DEBUGGING == set(TABLE)


def named(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from named(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or f"nameless {pattern.pattern}"
