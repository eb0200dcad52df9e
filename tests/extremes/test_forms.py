"""Every field of every form that a page offers × extremes; then every page, as several roles."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from traceback import format_exception_only

import pytest
from django.core.cache import cache
from django.test import Client

from tests.extremes.addresses import read_whole
from tests.extremes.forms import Form, forms_of, posts
from tests.extremes.values import EVERY, extremes_for
from tests.fixtures.everything import none, undone
from tests.test_permissions import TABLE, address_of

FORM = "application/x-www-form-urlencoded"
TOO_LARGE = ("9223372036854775808", "9" * 20, "-9223372036854775809")
TAKEN = {200, 201, 302, 303}
# What inline forms say: they are pages of their own, and no link of a page that is read here leads there.
INLINE = ("owner", "estimate", "due", "severity")
# For whoever runs them all, with `-s`.
COUNTED: Counter[str] = Counter()


@pytest.mark.page
def test_no_form_and_no_page_after_it_answers_500(clients):
    wrong: list[str] = []
    for role in ("admin", "lead", "member") if EVERY else ("admin",):
        taken = list(typed_into(clients[role], role, wrong, extremes_for))
        COUNTED["accepted"] += len(taken)
        most = max(Counter((action, name) for _, action, name, _ in taken).values())
        for turn in range(most):
            with undone():
                keep(clients[role], taken, turn)
                wrong += read_all(clients if turn == 0 else some(clients), f"after {role}’s extremes")
    print(f"{dict(COUNTED)}, {len(wrong)} × 500")
    none(wrong)


@pytest.mark.sqlite
def test_no_number_is_too_large_for_sqlite(clients):
    """It takes what PostgreSQL refuses, but for whole numbers of more than eight bytes."""
    wrong: list[str] = []
    list(typed_into(clients["admin"], "admin", wrong, lambda place: [TOO_LARGE[place % len(TOO_LARGE)]]))
    none(wrong)


def some(clients: dict[str, Client]) -> dict[str, Client]:
    """Who sees most, and who may do nothing."""
    return {role: clients[role] for role in ("admin", "viewer")}


def typed_into(
    client: Client, role: str, wrong: list[str], values: Callable[[int], Iterable[str]]
) -> Iterator[tuple[str, str, str, str]]:
    """Post them all. Yields page, form, field and value of each that was taken."""
    places = count()
    for address, form in all_forms(client):
        for name in form.fields:
            for value in values(next(places)):
                with undone():
                    answer = client.post(form.action, form.filled(**{name: value}), content_type=FORM)
                COUNTED["typed"] += 1
                if answer.status_code >= 500:
                    wrong.append(said(f"{role} {form.action} {name}={value[:30]!r}", answer))
                elif answer.status_code in TAKEN:
                    yield address, form.action, name, value


def all_forms(client: Client) -> Iterator[tuple[str, Form]]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for address in pages():
        for form in posts(forms_of(client, address)):
            key = form.action, tuple(form.fields)
            if key not in seen:
                seen.add(key)
                yield address, form


def pages() -> Iterator[str]:
    yield from (address_of(name) for name, (_, readers, _) in TABLE.items() if readers is not None)
    due = address_of("blocker-edit")
    yield from (due.replace("/due/", f"/{name}/") for name in INLINE)


def keep(client: Client, taken: list[tuple[str, str, str, str]], turn: int) -> None:
    """Type what each field took as its first, second … value, wherever it stands, and keep it."""
    by_field: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for address, action, name, value in taken:
        by_field.setdefault((action, name), []).append((address, value))
    for (action, name), values in by_field.items():
        for address, value in values[turn : turn + 1]:
            for form in posts(forms_of(client, address)):
                if form.action == action and name in form.fields:
                    client.post(action, form.filled(**{name: value}), content_type=FORM)


def read_all(clients: dict[str, Client], when: str) -> list[str]:
    cache.clear()
    wrong = []
    for place, address in enumerate(pages()):
        for role in readers(list(clients), place):
            answer = read_whole(clients[role], address)
            COUNTED["pages read"] += 1
            if answer.status_code >= 500:
                wrong.append(said(f"{when}: {role} reads {address}", answer))
    return wrong


def readers(roles: list[str], place: int) -> list[str]:
    """Of the page with that number: the first, who sees most, and another for each; or all."""
    first, *others = roles
    return roles if EVERY or not others else [first, others[place % len(others)]]


def said(what: str, answer) -> str:
    why = answer.exc_info and "".join(format_exception_only(answer.exc_info[1])).strip()[:300]
    return f"{what}: {answer.status_code} {why}"
