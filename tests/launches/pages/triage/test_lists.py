"""The list across launches, its filters, orders and groups, and the same as a file."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.html import strip_tags
from model_bakery import baker

from launches.models import Blocker, Comment, Launch, SignOff
from launches.status.snapshots import save_snapshots
from readiness.models import Change, Region, User
from tests.launches.pages.conftest import fill

URL = "/blockers/"
BAR = 14


@pytest.fixture
def mixed(europe, people, spam, now):
    """One blocker for each way to be found."""

    def made(slug, **facts):
        values = {"kind": "infrastructure", "opened_at": now, "state": "open", **facts}
        return baker.make(Blocker, launch=europe.launch, slug=slug, title=slug.capitalize(), **values)

    made("dns", days_bought=3, severity="degrades", best=1, likely=2, worst=5)
    made("certificates", days_bought=9, owner=people.teammate, due=date(2026, 10, 30), state="in_progress")
    made("contracts", state="proposed", kind="internal_process", certainty="unknown_unknown")
    made("invoices", state="resolved", closed_at=now, team=europe.team)
    return europe


@pytest.fixture
def listed(sign_in, people, mixed):
    def slugs(query="", user=people.viewer):
        response = sign_in(user).get(URL + query)
        assert response.status_code == 200
        return [row.blocker.slug for row in response.context["page"].table.rows]

    return slugs


def test_nothing_at_all(sign_in, people):
    response = sign_in(people.viewer).get(URL)
    assert "Nothing stands between today and any launch." in response.text
    assert "No blocker is in this state." in response.text


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["certificates", "dns", "spam"]),
        ("?state=proposed", ["contracts"]),
        ("?state=resolved", ["invoices"]),
        ("?sort=due", ["certificates", "spam", "dns"]),
        ("?sort=severity", ["certificates", "spam", "dns"]),
        ("?sort=age", ["spam", "dns", "certificates"]),
        ("?sort=title", ["certificates", "dns", "spam"]),
        ("?sort=luck&page=99", ["certificates", "dns", "spam"]),
        ("?group=kind", ["certificates", "dns", "spam"]),
        ("?group=owner", ["certificates", "dns", "spam"]),
        ("?group=team&sort=title", ["spam", "certificates", "dns"]),
        ("?launch=europe-ga&team=messaging", ["spam"]),
        ("?owner=teammate", ["certificates"]),
        ("?severity=degrades", ["dns"]),
        ("?kind=internal_process", ["spam"]),
        ("?certainty=known_unknown", ["spam"]),
        ("?q=PROVIDERS+do+not", ["spam"]),
        ("?q=%25", []),
        ("?flag=no-owner", ["dns", "spam"]),
        ("?flag=no-estimate", ["certificates", "spam"]),
        ("?flag=stuck", ["spam"]),
        ("?flag=overdue", ["certificates"]),
    ],
)
def test_filters_orders_and_groups_are_in_the_address(listed, query, slugs):
    assert listed(query) == slugs


def test_the_launch_page_knows_the_same(sign_in, people, mixed):
    client = sign_in(people.teammate)

    def slugs(query):
        page = client.get(f"/launches/europe-ga/{query}").context["page"]
        return [row.blocker.slug for row in page.table.rows]

    assert slugs("?sort=title") == ["certificates", "dns", "spam"]
    assert slugs("?group=team&sort=due") == ["spam", "certificates", "dns"]
    assert slugs("?flag=stuck") == ["spam"]
    assert slugs("?mine=1&sort=age") == ["spam", "certificates"]


def test_counts_are_filters(sign_in, people, mixed):
    page = sign_in(people.viewer).get(f"{URL}?flag=stuck").context["page"]
    assert [(card.label, card.number, card.is_shown) for card in (*page.tabs, *page.flags)] == [
        ("Blocking", 3, True),
        ("Proposed", 1, False),
        ("Deferred", 0, False),
        ("Waived", 0, False),
        ("Resolved", 1, False),
        ("no owner", 2, False),
        ("no estimate", 2, False),
        ("stuck", 1, True),
        ("overdue", 1, False),
    ]
    assert [card.url for card in page.flags[:3:2]] == ["?state=blocking&flag=no-owner", "?state=blocking"]


def test_a_closed_account_owns_nothing_any_more(sign_in, people, mixed, listed):
    User.objects.filter(pk=people.teammate.pk).update(is_active=False)
    assert listed("?flag=no-owner") == ["certificates", "dns", "spam"]
    client = sign_in(people.viewer)
    for address in (URL, "/launches/europe-ga/"):
        response = client.get(address)
        assert [card.number for card in response.context["page"].flags if card.label == "no owner"] == [3]
        assert "Tomasz Wieczorek (account closed)" in response.text
    panel = client.get("/launches/europe-ga/blockers/certificates/").text
    assert "Tomasz Wieczorek (account closed)" in panel
    assert "Tomasz Wieczorek (account closed)" in client.get("/blockers.csv").getvalue().decode()


def test_a_closed_account_leads_and_signs_for_nothing_any_more(sign_in, people, mixed, europe):
    baker.make(SignOff, launch=europe.launch, slug="sales", function="Sales", signer=people.lead)
    User.objects.filter(pk=people.lead.pk).update(is_active=False)
    client = sign_in(people.viewer)
    name = f"{people.lead.label} (account closed)"
    assert client.get("/launches/europe-ga/").text.count(name) == 2
    for address in ("sign-offs/", "sign-offs/sales/", "go/"):
        assert name in client.get(f"/launches/europe-ga/{address}").text


def test_what_moves_is_not_stuck(listed, spam, people, now):
    spam.amend(by=people.lead, now=now - timedelta(days=6), due=None)
    assert listed("?flag=stuck") == []


def test_five_working_days_are_a_week_with_its_weekend(listed, spam, people, now):
    """Monday is today: what moved last Monday has been quiet for five working days."""
    Change.objects.about(spam)._raw_delete("default")
    spam.amend(by=people.lead, now=now - timedelta(days=7), due=None)
    assert listed("?flag=stuck") == ["spam"]


def test_a_group_tells_of_all_that_is_in_it(sign_in, people, mixed):
    groups = sign_in(people.viewer).get(f"{URL}?group=kind").context["page"].table.groups
    assert [(group.label, group.count, group.worst) for group in groups] == [
        ("infrastructure", 2, 5),
        ("internal process", 1, 0),
    ]


def test_only_what_one_may_change_is_edited(sign_in, people, mixed):
    def edited(user):
        rows = sign_in(user).get(URL).context["page"].table.rows
        return [row.blocker.slug for row in rows if row.may_edit]

    assert edited(people.lead) == ["certificates", "dns", "spam"]
    assert edited(people.teammate) == ["certificates", "spam"]
    assert edited(people.viewer) == []
    assert 'type="checkbox" name="row"' not in sign_in(people.viewer).get(URL).text


def test_a_poll_costs_four_small_queries_when_nothing_changed(
    sign_in, people, mixed, spam, now, django_assert_num_queries
):
    client = sign_in(people.lead)
    seen = client.get(URL)["ETag"]
    asked = {"Live": "true", "HX-Request": "true", "If-None-Match": seen}
    # The session, the person, and what changed last.
    with django_assert_num_queries(3):
        assert client.get(URL, headers=asked).status_code == 304
    spam.amend(by=people.lead, now=now - timedelta(hours=1), due=None)
    answer = client.get(URL, headers=asked)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="blockers" data-live="/blockers/"')
    assert "Live" in answer["Vary"]


def test_a_poll_of_a_launch_brings_all_that_may_differ(sign_in, people, mixed, spam, now):
    client = sign_in(people.lead)
    asked = {"Live": "true", "HX-Request": "true"}
    asked["If-None-Match"] = client.get("/launches/europe-ga/", headers=asked)["ETag"]
    assert client.get("/launches/europe-ga/", headers=asked).status_code == 304
    spam.amend(by=people.lead, now=now, title="Mail is lost")
    text = client.get("/launches/europe-ga/", headers=asked).text
    assert [f'id="{part}"' in text for part in ("sentence", "facts", "blocking", "moves", "main")] == [
        *[True] * 4,
        False,
    ]


@pytest.fixture
def other(europe):
    """Another launch in the same region."""
    target = date(2027, 4, 5)
    return baker.make(
        Launch, region=europe.region, slug="beta", name="Beta", stage="beta", target=target, baseline=target
    )


@pytest.fixture
def polled(sign_in, people):
    """Whether a poll of that address brings anything, after a first look and what is `done` then."""
    client = sign_in(people.lead)

    def brings(address, done):
        asked = {"Live": "true", "HX-Request": "true"}
        asked["If-None-Match"] = client.get(address, headers=asked)["ETag"]
        assert client.get(address, headers=asked).status_code == 304
        done()
        return client.get(address, headers=asked).status_code == 200

    return brings


def test_a_poll_of_a_launch_brings_nothing_of_what_others_do(polled, people, mixed, spam, other, now):
    by = {"by": people.lead, "now": now}
    block = {"kind": "infrastructure", "opened_at": now, "title": "D", "slug": "d"}
    theirs = baker.make(Blocker, launch=other, **block)
    abroad = baker.make(Blocker, launch=baker.make(Launch, region=baker.make(Region, slug="us")), **block)
    gate = baker.make(SignOff, launch=other, slug="legal", function="Legal", signer=people.lead)
    unrelated = [
        lambda: theirs.amend(**by, title="Certificates"),
        lambda: abroad.amend(**by, title="Certificates"),
        lambda: Comment.objects.written(theirs, "Hm.", **by),
        lambda: gate.amend(**by, lead_days=9),
        lambda: other.move_target(date(2027, 5, 3), reason="Later", **by),
    ]
    for done in unrelated:
        assert not polled("/launches/europe-ga/", done)
    related = [
        lambda: spam.amend(**by, title="Mail is lost"),
        lambda: mixed.team.set_capacity(3, "mon tue", 100, **by),
        lambda: mixed.launch.move_target(date(2027, 5, 3), reason="Later", **by),
        lambda: save_snapshots(timezone.now()),
    ]
    for done in related:
        assert polled("/launches/europe-ga/", done)


def test_a_poll_of_a_list_brings_nothing_of_what_it_does_not_show(polled, people, spam, now):
    by = {"by": people.lead, "now": now}
    assert not polled(URL, lambda: Comment.objects.written(spam, "Hm.", **by))
    assert polled(URL, lambda: spam.amend(**by, title="Mail is lost"))
    assert polled(URL, lambda: save_snapshots(timezone.now()))


def test_polls_bring_nothing_for_minutes_and_all_in_a_new_quarter(sign_in, people, mixed):
    client = sign_in(people.lead)
    asked, statuses = {"Live": "true", "HX-Request": "true"}, []
    asked["If-None-Match"] = client.get("/launches/europe-ga/", headers=asked)["ETag"]
    for minute in (1, 14, 15):
        with time_machine.travel(f"2026-11-02T09:{minute:02}Z", tick=False):
            statuses.append(client.get("/launches/europe-ga/", headers=asked).status_code)
    assert statuses == [304, 304, 200]


@pytest.mark.parametrize("query", ["", "?group=team", "?state=resolved&sort=title", "?q=b&flag=stuck&mine=1"])
def test_it_takes_the_same_few_queries_for_ten_times_as_much(
    sign_in, people, europe, spam, queries, now, query
):
    client = sign_in(people.teammate)
    fill(europe.launch, 3, now)
    before = queries(client, URL + query)
    fill(baker.make("launches.Launch", region=europe.region, slug="more", lead=people.lead), 30, now)
    assert queries(client, URL + query) <= max(before, BAR)


def test_next_and_previous_are_those_of_the_list(sign_in, people, mixed):
    def beside(address):
        text = sign_in(people.viewer).get(address).text
        return [
            word
            for word in ("certificates/?", "dns/?", "spam/?")
            if f'href="/launches/europe-ga/blockers/{word}' in text
        ]

    launch = "/launches/europe-ga/blockers/"
    assert beside(f"{launch}dns/?state=blocking&in=all") == ["certificates/?", "spam/?"]
    assert beside(f"{launch}dns/?sort=title") == ["certificates/?", "spam/?"]
    assert beside(f"{launch}certificates/?sort=title") == ["dns/?"]


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_file_holds_what_is_shown(sign_in, people, mixed):
    client = sign_in(people.viewer)
    for url in ("/blockers.csv?sort=title", "/launches/europe-ga/blockers.csv?sort=title"):
        rows = rows_of(client.get(url))
        assert [row["blocker"] for row in rows] == ["Certificates", "Dns", "Mail lands in spam"]
    assert rows[1] | {"address": ""} == {
        "days bought": "0",
        "state": "open",
        "blocker": "Dns",
        "why": "",
        "launch": "Europe",
        "team": "",
        "owner": "",
        "best": "1.0",
        "likely": "2.0",
        "worst": "5.0",
        "due": "",
        "severity": "degrades",
        "certainty": "known known",
        "kind": "infrastructure",
        "source": "raised by a person",
        "since": "2026-11-02",
        "address": "",
    }
    assert rows[1]["address"] == "http://testserver/launches/europe-ga/blockers/dns/"


def test_the_file_speaks_the_language_of_whoever_asks(sign_in, people, mixed):
    """Its lines are written when the request is over."""
    people.viewer.language = "fr"
    people.viewer.save()
    rows = rows_of(sign_in(people.viewer).get("/blockers.csv?sort=title"))
    said = [(row["état"], row["gravité"], row["certitude"], row["depuis"]) for row in rows[:2]]
    assert said == [
        ("en cours", "bloque", "connu", "2026-11-02"),
        ("ouvert", "dégrade", "connu", "2026-11-02"),
    ]
    assert translation.get_language() == "en"


def test_each_reads_the_states_in_their_own_language(sign_in, people, mixed):
    """What was rendered for one is not shown to the other."""
    people.teammate.language = "fr"
    people.teammate.save()
    for _ in range(2):
        for user, open_, in_progress in (
            (people.viewer, "open", "in progress"),
            (people.teammate, "ouvert", "en cours"),
        ):
            table = sign_in(user).get("/blockers/?sort=title").context["page"].table
            with translation.override(user.language or "en"):
                states = [strip_tags(line["state"]) for line in table.groups[0].lines()]
            assert states == [in_progress, open_, open_]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "＝1"])
def test_a_spreadsheet_runs_nothing_of_it(sign_in, people, spam, title):
    Blocker.objects.filter(pk=spam.pk).update(title=title)
    (row,) = rows_of(sign_in(people.viewer).get("/blockers.csv"))
    assert row["blocker"] == f"'{title}"
