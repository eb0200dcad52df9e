import re
from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker, Comment, Deferral, Launch, SignOff, Waiver, Watch
from readiness.models import Region, User
from tests.fixtures.markup import on_one_line

URL = "/my/"
BAR = 22


@pytest.fixture
def work(sign_in):
    return lambda person: sign_in(person).get(URL).context["work"]


def asked(work):
    return [(row.what, row.label, row.detail) for row in work.asked]


def shares(work):
    return [
        (
            share.launch.slug,
            [row.blocker.slug for row in share.own],
            [row.blocker.slug for row in share.unowned],
        )
        for share in work.shares
    ]


def test_nothing_waits_for_a_newcomer(sign_in, people, europe):
    response = sign_in(people.viewer).get(URL)
    assert response.context["work"].count == 0
    for teaches in ("make yourself its owner", "@viewer reaches you", "Press Watch", "Nothing new."):
        assert teaches in response.text


def test_what_is_mine_and_what_my_team_has_not_shared_out(work, europe, people, spam, now):
    baker.make(
        Blocker, launch=europe.launch, slug="mine", owner=people.teammate, state="in_progress", opened_at=now
    )
    baker.make(
        Blocker, launch=europe.launch, slug="taken", owner=people.lead, team=europe.team, opened_at=now
    )
    baker.make(
        Blocker, launch=europe.launch, slug="done", owner=people.teammate, state="resolved", opened_at=now
    )
    assert shares(work(people.teammate)) == [("europe-ga", ["mine"], ["spam"])]
    assert shares(work(people.lead)) == [("europe-ga", ["taken"], [])]
    assert shares(work(people.stranger)) == []
    assert work(people.teammate).next_due.blocker == spam


def test_what_a_closed_account_owned_is_for_the_team_to_share_out(work, europe, people, now):
    baker.make(Blocker, launch=europe.launch, slug="left", owner=people.lead, team=europe.team, opened_at=now)
    User.objects.filter(pk=people.lead.pk).update(is_active=False)
    assert [unowned for _, _, unowned in shares(work(people.teammate))] == [["left"]]


def test_the_page_has_a_row_for_each_of_them(sign_in, europe, people, spam, now):
    baker.make(Blocker, launch=europe.launch, title="Mine", slug="mine", owner=people.teammate, opened_at=now)
    page = sign_in(people.teammate).get(URL).text
    shown = re.findall(r'<a dir="auto" data-panel data-open href="(.+?)">(.+?)</a>', page)
    base = europe.launch.get_absolute_url()
    assert shown == [(f"{base}blockers/mine/", "Mine"), (f"{base}blockers/spam/", spam.title)]


def test_the_soonest_launch_comes_first_and_within_it_what_buys_most_days(work, europe, people, now):
    lisbon = baker.make(
        Launch,
        slug="lisbon",
        region=baker.make(Region, slug="lisbon"),
        target=europe.launch.target - timedelta(days=7),
        baseline=europe.launch.target,
    )
    for launch, slug, likely in [
        (europe.launch, "short", 2),
        (europe.launch, "long", 40),
        (lisbon, "soon", 3),
    ]:
        baker.make(
            Blocker,
            launch=launch,
            slug=slug,
            owner=people.teammate,
            kind="internal_process",
            best=likely,
            likely=likely,
            worst=likely,
            opened_at=now,
        )
    assert shares(work(people.teammate)) == [("lisbon", ["soon"], []), ("europe-ga", ["long", "short"], [])]


def test_a_request_waits_for_the_lead_and_never_for_who_asked(work, people, spam, now):
    Waiver.ask(spam, by=people.teammate, now=now, reason="Two customers.")
    row = ("decide", "Mail lands in spam", "Tomasz Wieczorek asks for a waiver: Two customers.")
    assert asked(work(people.lead)) == [row]
    assert [asked(work(person)) for person in (people.admin, people.teammate, people.viewer)] == [[], [], []]


def test_what_the_lead_asks_for_waits_for_an_admin(work, people, spam, now):
    Deferral.ask(spam, by=people.lead, now=now, reason="Later.", fill_by=date(2027, 2, 1))
    assert asked(work(people.admin)) == [("decide", "Mail lands in spam", "lead asks for a deferral: Later.")]
    assert asked(work(people.lead)) == []


def test_what_only_degrades_the_launch_its_lead_decides_alone(work, people, spam, now):
    Blocker.objects.update(severity="degrades")
    Deferral.ask(spam, by=people.lead, now=now, reason="Later.", fill_by=date(2027, 2, 1))
    assert [row.what for row in work(people.lead).asked] == ["decide"]


def test_a_deferral_waits_for_the_functions_that_must_know_of_it(work, europe, people, spam, now):
    for name, signer in (("Support", people.stranger), ("Sales", people.viewer), ("Legal", people.admin)):
        sign_off = baker.make(SignOff, launch=europe.launch, slug=name.lower(), function=name, signer=signer)
    Deferral.ask(
        spam,
        by=people.teammate,
        now=now,
        reason="Later.",
        fill_by=date(2027, 2, 1),
        functions=["support", "sales"],
    )
    Deferral.objects.get().approve(by=people.lead, now=now)
    sign_off.decide("go", by=people.admin, now=now)
    Launch.objects.update(launched_at=now)
    Deferral.objects.get().acknowledge("sales", by=people.viewer, now=now)
    row = ("acknowledge", "Mail lands in spam", "deferred; Support has to acknowledge it")
    assert [asked(work(person)) for person in (people.stranger, people.viewer, people.admin)] == [
        [row],
        [],
        [],
    ]


def test_a_proposal_waits_for_the_lead(work, people, spam):
    Blocker.objects.update(state="proposed")
    assert asked(work(people.lead)) == [("judge", "Mail lands in spam", "proposed; is it in the way?")]
    assert asked(work(people.teammate)) == []


def test_signatures_that_are_missing_or_stale(work, europe, people, spam, now):
    legal, _ = (
        baker.make(SignOff, launch=europe.launch, slug=name.lower(), function=name, signer=people.stranger)
        for name in ("Legal", "Sales")
    )
    Blocker.objects.update(state="resolved")
    legal.decide("go", by=people.stranger, now=now)
    missing = ("sign", "Sales on Europe", "go or no-go before 14 Dec 2026")
    assert asked(work(people.stranger)) == [missing]
    Blocker.objects.update(state="open")
    stale = ("sign", "Legal on Europe", "stale: something is worse since you signed")
    assert asked(work(people.stranger)) == [stale, missing]
    legal.decide("no_go", by=people.stranger, now=now)
    assert asked(work(people.stranger)) == [missing]
    Launch.objects.update(launched_at=now)
    assert asked(work(people.stranger)) == []


def test_gaps_in_live_regions(sign_in, europe, people, spam, now):
    Blocker.objects.update(state="deferred")
    baker.make(Deferral, blocker=spam, reason="Later", fill_by=date(2027, 2, 1), requested_at=now)
    assert sign_in(people.teammate).get(URL).context["work"].gaps == []
    Launch.objects.update(launched_at=now)
    response = sign_in(people.teammate).get(URL)
    assert [row.blocker for row in response.context["work"].gaps] == [spam]
    assert "fill by 1 Feb 2027" in on_one_line(response.text)
    assert sign_in(people.stranger).get(URL).context["work"].gaps == []


def test_mentions_newest_first_without_what_was_deleted(work, people, spam, now):
    for hour, text in enumerate(["@viewer one", "nobody", "@viewer two", "@viewer gone"]):
        last = Comment.objects.written(spam, text, by=people.lead, now=now + timedelta(hours=hour))
    last.erase(by=people.lead, now=now)
    assert [row.comment.text for row in work(people.viewer).mentions] == ["@viewer two", "@viewer one"]


def test_what_i_watch(work, europe, people, spam, now):
    def watched(person):
        found = work(person)
        return [row.launch.slug for row in found.launches], [row.slug for row in found.watched]

    assert watched(people.lead) == (["europe-ga"], [])
    assert watched(people.viewer) == ([], [])
    Watch.objects.put(people.viewer, spam, wanted=True, now=now)
    Watch.objects.put(people.viewer, europe.launch, wanted=True, now=now)
    Watch.objects.put(people.lead, europe.launch, wanted=False, now=now)
    assert watched(people.viewer) == (["europe-ga"], ["spam"])
    assert watched(people.lead) == ([], [])
    Comment.objects.written(spam, "Hm, @admin.", by=people.stranger, now=now)
    assert [watched(person) for person in (people.stranger, people.admin)] == [([], ["spam"])] * 2
    Watch.objects.put(people.admin, spam, wanted=False, now=now)
    assert watched(people.admin) == ([], [])
    Blocker.objects.update(state="resolved")
    assert watched(people.viewer) == (["europe-ga"], [])


def test_it_takes_the_same_few_queries_for_ten_times_as_much(
    sign_in, people, europe, spam, grow, queries, now
):
    Comment.objects.written(spam, "@teammate", by=people.lead, now=now)
    client = sign_in(people.teammate)
    before = queries(client, URL)
    grow(launches=5, each=4)
    Blocker.objects.update(team=europe.team)
    for blocker in Blocker.objects.all()[:30]:
        Comment.objects.written(blocker, "@teammate", by=people.lead, now=now)
        Watch.objects.put(people.teammate, blocker, wanted=True, now=now)
    assert queries(client, URL) == before
    assert before <= BAR
