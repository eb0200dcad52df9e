"""GET /activity/."""

from datetime import timedelta
from itertools import chain

import pytest

from readiness.models import Change
from readiness.models.history import change
from readiness.site.activity import ON_ONE_PAGE
from tests.fixtures.markup import on_one_line

URL = "/activity/"


@pytest.fixture
def many(world, people, now):
    """Two and a half pages, three changes at each moment, so that pages break within one."""
    rows = [
        change(
            world.cell,
            f"step {number}",
            at=now + timedelta(seconds=number // 3),
            by=people.lead if number % 2 else people.teammate,
            cell_id=world.cell.pk,
            region_id=world.region.pk,
        )
        for number in range(ON_ONE_PAGE * 5 // 2)
    ]
    Change.objects.bulk_create(rows)
    return [row.verb for row in reversed(rows)]


def walk(client, url):
    """The verbs of every page, following “Older”."""
    while url:
        context = client.get(url).context
        yield [row.verb for row in context["changes"]]
        url = context["older"] and f"{URL}{context['older']}"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("lead", 200),
        ("teammate", 200),
        ("stranger", 200),
        ("viewer", 200),
        ("signed out", 302),
    ],
)
def test_everybody_signed_in_reads_it(as_, who, status):
    assert as_(who).get(URL).status_code == status


def test_pages_tell_everything_once_newest_first(as_, many):
    pages = list(walk(as_("viewer"), URL))
    assert [len(page) for page in pages] == [ON_ONE_PAGE, ON_ONE_PAGE, ON_ONE_PAGE // 2]
    assert [*chain.from_iterable(pages)] == many


def test_what_arrives_meanwhile_shifts_no_page(as_, many, world, people, now):
    client = as_("viewer")
    pages = walk(client, URL)
    first = next(pages)
    change(world.cell, "late", at=now + timedelta(days=1), by=people.lead).save()
    assert [*first, *chain.from_iterable(pages)] == many


def test_filters_go_along_to_the_next_page(as_, many):
    pages = list(walk(as_("viewer"), f"{URL}?person=lead"))
    assert [*chain.from_iterable(pages)] == [verb for verb in many if int(verb.split()[1]) % 2]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"region": "europe"}, 60),
        ({"person": "viewer"}, 0),
        ({"region": "mars"}, 60),
        ({"before": "nonsense"}, 60),
        ({"before": "2026-02-31T00:00:00+00:00~1"}, 60),
        ({"before": "2026-11-02T09:00:00~1"}, 60),
        ({"before": "2026-11-02T09:00:00+00:00~"}, 60),
        ({"before": f"2026-11-02T09:00:00+00:00~{'9' * 5000}"}, 60),
        ({"before": "2020-01-01T00:00:00+00:00~1"}, 0),
    ],
)
def test_filters(as_, many, filters, count):
    assert len(as_("viewer").get(URL, filters).context["changes"]) == count


def test_it_says_from_what_to_what(as_, world, people, now):
    world.cell.declare("in_progress", by=people.lead, now=now)
    text = on_one_line(as_("viewer").get(URL).text)
    assert "<b>WhatsApp in Europe</b> <span>declared</span>" in text
    assert '<span class="soft">not started</span> → <span class="state progress">in progress</span>' in text
    assert '<span class="sub"> Nadia Okafor </span>' in text


def test_wrong_method(as_):
    assert as_("admin").post(URL).status_code == 405


def test_queries_do_not_grow(as_, world, people, now, grow, queries):
    client = as_("viewer")
    world.cell.declare("in_progress", by=people.lead, now=now)
    before = queries(client, URL)
    grow()
    assert queries(client, URL) == before
    assert before <= 10
