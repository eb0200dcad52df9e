"""Whatever stands in an address, in its place or in what is asked for at its end."""

from collections import Counter
from itertools import count

import pytest
from django.test import Client

from tests.extremes.addresses import BOTH, OPEN, names_read, read_whole, with_one_more
from tests.extremes.forms import escaped
from tests.extremes.test_forms import pages, said
from tests.extremes.values import EVERY, extremes_for
from tests.fixtures.everything import none, undone
from tests.test_permissions import TABLE

ROLES = ("admin", "viewer") if EVERY else ("admin",)


@pytest.mark.page
def test_no_end_of_an_address_answers_500(clients):
    """`?sort=` and the like: each name that a page looks for."""
    places, counted, wrong = count(), Counter(), []
    for role in ROLES:
        for address in pages():
            for name in names_read(clients[role], address):
                place = next(places)
                for value in extremes_for(place):
                    headers = BOTH[place % 2] if not EVERY else {}
                    for part in BOTH if EVERY else [headers]:
                        answer = read_whole(clients[role], f"{address}?{name}={escaped(value)}", **part)
                        counted[answer.status_code] += 1
                        if answer.status_code == 500:
                            wrong.append(said(f"{role} {address}?{name}={value[:30]!r} {part}", answer))
    print(dict(counted))
    none(wrong)


@pytest.mark.sqlite
def test_no_moment_is_too_early_or_too_late_for_sqlite(clients):
    """In its own zone a moment may be of the year before the first."""
    for page in ("/activity/?before={}~1", "/checks/?of=5&since={}", "/checks/progress/?of=5&since={}"):
        for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
            answer = clients["admin"].get(page.format(escaped(moment)))
            assert (page, answer.status_code) == (page, 200)


@pytest.mark.page
@pytest.mark.parametrize("sent", ["?q=a%00b", "?q=%%0000", "?q=\0"])
def test_no_nul_reaches_the_database(clients, sent):
    """Not on PostgreSQL either, which refuses to look for one; not even out of a session's cookie."""
    for page in ("/blockers/", "/launches/lisbon-ga/", "/integrations/", "/search/"):
        assert clients["admin"].get(page + sent).status_code == 200
    nobody = Client(headers={"Cookie": r'sessionid="aaaaaaaa\000aaaaaaaa"'})
    assert nobody.get("/my/").headers["Location"] == "/sign-in/?next=/my/"


@pytest.mark.page
def test_no_place_in_an_address_answers_500(clients):
    """Read and written, by somebody who may do everything, and by nobody."""
    clients = {"admin": clients["admin"], "nobody": Client(raise_request_exception=False)}
    places, counted, wrong = count(), Counter(), []
    for name in (*OPEN, *TABLE):
        for value in extremes_for(next(places)):
            for address in with_one_more(name, value):
                for role, client in clients.items():
                    for method in ("get", "post"):
                        with undone():
                            answer = getattr(client, method)(address)
                        counted[answer.status_code] += 1
                        if answer.status_code == 500:
                            wrong.append(said(f"{role} {method} {address[:60]} {value[:30]!r}", answer))
    print(dict(counted))
    none(wrong)
