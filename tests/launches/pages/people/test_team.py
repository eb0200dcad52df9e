from datetime import date

from model_bakery import baker

from launches.models import Blocker, Deferral, Launch
from launches.status import settle_launch
from readiness.models import Integration, Readiness, Region

URL = "/teams/messaging/"
BAR = 12


def owed(response):
    return [
        (
            queue.launch.slug,
            [row.blocker.slug for row in queue.blockers],
            [row.cell.integration.slug for row in queue.cells],
        )
        for queue in response.context["queues"]
    ]


def test_a_team_that_owes_nothing(sign_in, people, europe):
    response = sign_in(people.viewer).get("/teams/payments/")
    assert response.context["queues"] == []
    assert "Nothing is owed to any launch ahead." in response.text


def test_what_it_owes_each_region_the_soonest_first(sign_in, people, europe, spam, now):
    sms = baker.make(Integration, slug="sms", name="SMS", kind="customer_facing", team=europe.team)
    baker.make(Readiness, region=europe.region, integration=sms, importance="nice_to_have")
    baker.make(Blocker, launch=europe.launch, slug="other", opened_at=now)
    australia = baker.make(Region, slug="australia", name="Australia")
    sooner = baker.make(
        Launch,
        slug="au",
        name="Australia",
        region=australia,
        target=date(2026, 12, 1),
        baseline=date(2026, 12, 1),
    )
    baker.make(Readiness, region=australia, integration=sms)
    for launch in (europe.launch, sooner):
        settle_launch(launch, now)
    assert owed(sign_in(people.viewer).get(URL)) == [
        ("au", ["sms"], []),
        ("europe-ga", ["spam", "whatsapp"], ["sms"]),
    ]


def test_two_launches_of_one_region_tell_a_cell_once(sign_in, people, europe, now):
    europe.cell.set_importance("nice_to_have", by=people.lead, now=now)
    baker.make(
        Launch,
        slug="beta",
        name="Beta",
        region=europe.region,
        target=date(2026, 12, 1),
        baseline=date(2026, 12, 1),
    )
    assert owed(sign_in(people.viewer).get(URL)) == [("beta", [], ["whatsapp"])]


def test_a_ready_or_unneeded_cell_and_a_live_region_are_not_owed(sign_in, people, europe, now):
    Readiness.objects.filter(pk=europe.cell.pk).update(importance="not_needed")
    assert owed(sign_in(people.viewer).get(URL)) == []
    Readiness.objects.filter(pk=europe.cell.pk).update(importance="must_have")
    Launch.objects.update(launched_at=now)
    assert owed(sign_in(people.viewer).get(URL)) == []


def test_promises_to_live_regions_stay(sign_in, people, europe, spam, now):
    Blocker.objects.filter(pk=spam.pk).update(state="deferred")
    baker.make(Deferral, blocker=spam, reason="Later", fill_by=date(2027, 2, 1), requested_at=now)
    Launch.objects.update(launched_at=now)
    response = sign_in(people.viewer).get(URL)
    assert [row.blocker for row in response.context["promises"]] == [spam]
    assert "fill by 1 Feb 2027" in response.text


def test_it_speaks_to_its_own_people(sign_in, people, europe, spam):
    assert "You owe" in sign_in(people.teammate).get(URL).text
    assert "You owe" not in sign_in(people.stranger).get(URL).text


def test_it_takes_the_same_few_queries_for_ten_times_as_much(
    sign_in, people, europe, spam, grow, queries, now
):
    settle_launch(europe.launch, now)
    client = sign_in(people.teammate)
    before = queries(client, URL)
    grow()
    Blocker.objects.update(team=europe.team)
    Integration.objects.update(team=europe.team)
    assert queries(client, URL) == before
    assert before <= BAR


def test_signed_out_wrong_method_and_no_such_team(sign_in, people, europe):
    assert sign_in().get(URL)["Location"] == f"/sign-in/?next={URL}"
    assert sign_in(people.admin).post(URL).status_code == 405
    assert sign_in(people.admin).get("/teams/ghosts/").status_code == 404
