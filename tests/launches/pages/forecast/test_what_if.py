"""What if: the address is the scenario, the answer is on today's draws, and nonsense is refused."""

import time
from datetime import date

import pytest

from launches.models import Blocker
from readiness.models import Team

URL = "/launches/europe-ga/what-if/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def work(europe, now):
    """Two of Messaging, a long one outside of it, and a database that must be there."""

    def block(slug, days, **facts):
        return Blocker.objects.create(
            launch=europe.launch,
            slug=slug,
            title=slug.title(),
            opened_at=now,
            best=days,
            likely=days,
            worst=days,
            **{"kind": "customer_facing"} | facts,
        )

    europe.cell.delete()
    block("number", 10, team=europe.team)
    block("texts", 5, team=europe.team)
    block("ledger", 35)
    block("database", 3, kind="infrastructure")


@pytest.fixture
def look(sign_in, people, work):
    def looked(query="", user=people.viewer, **headers):
        return sign_in(user).get(f"{URL}?{query}", headers=headers)

    return looked


def test_nothing_changed_is_today(look):
    page = look().context["page"]
    assert (page.seen, page.sentence) == (
        page.today,
        "under 1 % to make 14 Dec 2026; P85 stays at 18 Dec 2026.",
    )
    assert [row.days for row in page.compared] == [0, 0, 0]


def test_what_is_live_has_no_forecast_and_says_so(look, europe, now):
    type(europe.launch).objects.update(launched_at=now)
    for query in ("", "drop=ledger", "target=2026-12-24", "find=cut"):
        answer = look(query)
        assert (query, answer.status_code) == (query, 200)
        assert answer.context["page"].verdict == "launched"
    page = look().context["page"]
    assert (page.word, page.sentence) == (
        "Launched",
        "There is no forecast. Launched: live since 2 Nov 2026.",
    )


def test_dropping_one_shows_what_it_buys(look):
    page = look("drop=ledger").context["page"]
    assert (page.verdict, page.sentence) == (
        "on_track",
        "over 99 % to make 14 Dec 2026; P85 moves 28 days earlier, to 20 Nov 2026.",
    )
    assert [row.days for row in page.compared] == [-28, -28, -28]


def test_more_hands_another_date_and_more_confidence(look):
    page = look("drop=ledger&capacity-messaging=2&target=2026-11-13&goal=95").context["page"]
    assert page.seen.dates[85] == date(2026, 11, 13)
    assert (page.verdict, page.goal, page.target) == ("on_track", 95, date(2026, 11, 13))


def test_what_is_so_anyway_is_no_part_of_the_scenario(look):
    query = "drop=ledger&capacity-messaging=1&target=2026-12-14&goal=85"
    assert look(query).context["page"].what_if.query == "drop=ledger"


def test_htmx_gets_what_is_different(look):
    response = look("drop=ledger", **HTMX)
    assert response.text.lstrip().startswith('<div id="outcome"')
    assert "HX-Request" in response["Vary"]


def test_an_old_address_says_what_is_gone(look):
    response = look("drop=ledger&drop=long-gone")
    assert (response.status_code, response.context["form"].gone) == (200, ["long-gone"])
    assert "Not in the way any more, so left out: long-gone." in response.text


def test_nobody_launches_without_what_is_essential(look):
    page = look("drop=database").context["page"]
    assert page.what_if.dropped == frozenset()


@pytest.mark.parametrize(
    "query",
    [
        "target=nan",
        "target=2026-13-45",
        "target=9999-12-31",
        "goal=-3",
        "goal=NaN",
        "goal=100",
        "capacity-messaging=0",
        "capacity-messaging=-1",
        "capacity-messaging=1000000",
        "capacity-messaging=1e400",
    ],
)
def test_nonsense_is_refused_and_today_is_shown(look, query):
    response = look(query)
    assert response.status_code == 422
    assert response.context["page"].seen == response.context["page"].today
    assert "That cannot be forecast" in response.text
    assert look(query, **HTMX).status_code == 422


def test_nobody_asks_for_more_draws(look):
    page = look("draws=1000000&seed=1").context["page"]
    assert page.seen == page.today


def test_what_waits_for_itself_is_said(look):
    first, second = Blocker.objects.get(slug="number"), Blocker.objects.get(slug="texts")
    first.depends_on.add(second)
    second.depends_on.add(first)
    response = look("drop=ledger&find=cut")
    assert (response.status_code, response.context["page"].verdict) == (200, "unknown")
    assert "These wait for each other" in response.text


def test_the_smallest_cut_and_where_it_leads(look):
    page = look("find=cut").context["page"]
    assert [[blocker.slug for blocker in way.blockers] for way in page.ways] == [["ledger"]]
    assert (page.ways[0].query, page.cut.exact) == ("drop=ledger", True)


def test_the_smallest_cut_of_an_earlier_date(look):
    page = look("find=cut&target=2026-11-06").context["page"]
    ways = [[blocker.slug for blocker in way.blockers] for way in page.ways]
    assert ways == [["ledger", "number"]]


def test_no_cut_is_enough_and_what_holds_it(look):
    page = look("find=cut&target=2026-11-03").context["page"]
    assert (page.ways, page.held_by) == (
        [],
        [("Database", 1.0)],
    )


def test_nothing_has_to_go(look):
    response = look("find=cut&target=2027-02-01")
    assert "Nothing more has to go" in response.text


def test_no_cut_is_searched_among_too_many(look, europe, now):
    Blocker.objects.bulk_create(
        Blocker(launch=europe.launch, slug=f"b{number}", title="B", kind="customer_facing", opened_at=now)
        for number in range(300)
    )
    response = look("find=cut")
    assert "Among 304 blockers no smallest set can be found while you wait." in response.text


def test_it_takes_the_same_few_queries_for_ten_times_as_much(sign_in, people, work, grow, queries):
    client = sign_in(people.teammate)
    before = queries(client, f"{URL}?drop=ledger")
    grow(launches=2, each=20)
    assert queries(client, f"{URL}?drop=ledger") == before
    assert before <= 14


def test_a_toggle_among_sixty_answers_while_the_hand_is_still_on_it(sign_in, people, europe, now):
    teams = [Team.objects.create(slug=f"t{n}", name=f"T{n}", parallel_work=1 + n % 3) for n in range(8)]
    rows = Blocker.objects.bulk_create(
        Blocker(
            launch=europe.launch,
            slug=f"b{number}",
            title=f"B {number}",
            kind="customer_facing",
            team=teams[number % 8],
            opened_at=now,
            best=1,
            likely=3 + number % 5,
            worst=12 + number % 7,
        )
        for number in range(60)
    )
    for number in range(20, 60):
        rows[number].depends_on.add(rows[number - 20])
    client = sign_in(people.lead)
    client.get(URL, headers=HTMX)
    taken = []
    for number in range(20):
        before = time.thread_time()
        assert client.get(f"{URL}?drop=b{number}", headers=HTMX).status_code == 200
        taken.append(time.thread_time() - before)
    assert sorted(taken)[-2] <= 0.15
