"""The page of what is found, and what the palette lists of it."""

import pytest
from django.utils import timezone
from django.utils.html import escape

from launches.models import Blocker
from launches.search import index

HTMX = {"HX-Request": "true"}
# Session, person, what is not indexed yet, what is found in which order, what there is to read of it; the
# frame of a page asks what the person may do.
IN_PALETTE = 5


@pytest.fixture
def invoices(europe, now):
    def invoices(number):
        rows = [
            Blocker(
                launch=europe.launch,
                slug=f"i{n}",
                title=f"Invoice {n}",
                kind="internal_process",
                opened_at=now,
            )
            for n in range(number)
        ]
        return Blocker.objects.bulk_create(rows)

    return invoices


@pytest.fixture
def asked(sign_in, people):
    def asked(query, **headers):
        response = sign_in(people.viewer).get(f"/search/{query}", headers=headers)
        assert response.status_code == 200
        return response

    return asked


def shown(response):
    return [(group.name, len(group.hits), group.total) for group in response.context["page"].groups]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=%F0%9F%9A%80", "?in=nothing&page=-1", "?q=%FF"])
def test_without_a_question_it_says_what_can_be_found(asked, query):
    assert shown(asked(query)) == []


def test_some_of_each_group_and_all_of_one_page_by_page(asked, invoices):
    invoices(120)
    every = asked("?q=invoice")
    assert shown(every) == [("blockers", 5, 120)]
    assert every.context["page"].of_one[0][1] == "/search/?q=invoice&in=blockers"
    pages = [asked(f"?q=invoice&in=blockers&page={number}") for number in (1, 2, 3, 4, "x", "9" * 30)]
    assert [shown(page) for page in pages] == [
        *([[("blockers", 50, 120)]] * 2),
        [("blockers", 20, 120)],
        [],
        *([[("blockers", 50, 120)]] * 2),
    ]
    turns = [(page.context["page"].before, page.context["page"].after) for page in pages[:3]]
    address = "/search/?q=invoice&in=blockers"
    assert turns == [
        ("", f"{address}&page=2"),
        (address, f"{address}&page=3"),
        (f"{address}&page=2", ""),
    ]


def test_what_was_typed_stays_and_is_no_markup(asked):
    typed = '"><script>alert(1)</script>'
    page = asked(f"?q={typed}").content.decode()
    assert (escape(typed) in page, "<script>alert" in page) == (True, False)


def test_the_palette_lists_options_and_leads_to_the_page(asked, invoices):
    invoices(6)
    part = asked("?q=invoice", **HTMX).content.decode()
    assert (part.count('role="option"'), part.count("<mark>"), "<html" in part) == (5, 4, False)
    assert part.count('href="/search/?q=invoice"') == 1


@pytest.mark.parametrize(("headers", "queries"), [({}, IN_PALETTE + 1), (HTMX, IN_PALETTE)])
def test_it_takes_six_queries_however_much_there_is(
    sign_in, people, invoices, headers, queries, django_assert_num_queries
):
    client = sign_in(people.viewer)
    invoices(60)
    index(timezone.now())
    with django_assert_num_queries(queries):
        client.get("/search/?q=invoice", headers=headers)
