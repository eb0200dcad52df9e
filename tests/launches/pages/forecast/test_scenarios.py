"""Scenarios: kept by those on a team, compared by everybody, accepted by the lead as requests."""

from datetime import date

import pytest
from model_bakery import baker

from launches.models import Blocker, Deferral, Launch, Scenario, Waiver
from readiness.models import Change

LAUNCH = "/launches/europe-ga/"
URL = f"{LAUNCH}scenarios/"


@pytest.fixture
def scenario(europe, spam, people, now):
    return Scenario.objects.create(
        launch=europe.launch,
        name="Without mail",
        query="drop=spam&target=2026-12-21",
        saved_by=people.lead,
        saved_at=now,
    )


@pytest.fixture
def accept(sign_in, people, scenario):
    def accepted(user=people.lead, **facts):
        values = {
            "version": 1,
            "asks": "waiver",
            "reason": "Nobody there uses it.",
            "until": "2027-06-01",
        } | facts
        return sign_in(user).post(f"{URL}{scenario.pk}/acceptance/", values)

    return accepted


def save(client, name="Without mail", query="drop=spam"):
    return client.post(URL, {"name": name, "query": query})


def test_who_is_on_a_team_may_save(sign_in, people, spam):
    for number, user in enumerate((people.lead, people.teammate, people.stranger, people.admin)):
        assert save(sign_in(user), f"S {number}")["Location"] == f"{LAUNCH}what-if/?drop=spam"
    assert save(sign_in(people.viewer)).status_code == 403
    assert save(sign_in())["Location"] == "/sign-in/?next=/"
    assert Scenario.objects.count() == 4


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "drop=spam"), ("x" * 81, "drop=spam"), ("Fine", "goal=nan"), ("Fine", "target=soon")],
)
def test_nonsense_is_not_kept(sign_in, people, spam, name, query):
    assert save(sign_in(people.lead), name, query).status_code == 422
    assert Scenario.objects.count() == 0


def test_a_name_is_taken_once(sign_in, people, scenario):
    response = save(sign_in(people.lead))
    assert (response.status_code, Scenario.objects.count()) == (422, 1)
    assert "There is a scenario of that name already." in response.text


def test_up_to_four_are_compared(sign_in, people, scenario, now):
    for number in range(5):
        baker.make(Scenario, launch=scenario.launch, name=f"S {number}", query="", saved_by=people.lead)
    picks = "&".join(f"pick={row.pk}" for row in Scenario.objects.all())
    response = sign_in(people.viewer).get(f"{URL}?{picks}&pick=no&pick=99999999999999999999")
    columns = response.context["columns"]
    assert [row.name for row, _ in columns] == ["Without mail", "S 0", "S 1", "S 2"]
    assert (columns[0][1].target, len(response.context["chart"].curves)) == (date(2026, 12, 21), 5)
    assert "Only the first 4 are shown." in response.text


def test_nothing_kept_says_what_to_do(sign_in, people, europe):
    assert "Nothing is saved yet." in sign_in(people.viewer).get(URL).text


def test_accepting_asks_and_moves_the_date_and_waives_nothing(accept, people, spam, europe):
    assert accept()["Location"] == LAUNCH
    asked = Waiver.objects.get()
    assert (asked.blocker, asked.requested_by, asked.approved_by, asked.reason) == (
        spam,
        people.lead,
        None,
        "Nobody there uses it.",
    )
    spam.refresh_from_db()
    assert spam.state == "open"
    launch = Launch.objects.get()
    assert (launch.target, launch.moves.get().reason) == (date(2026, 12, 21), "Nobody there uses it.")
    told = list(Change.objects.order_by("pk").values_list("verb", "author"))
    assert told == [(verb, people.lead.pk) for verb in ("waiver requested", "target moved", "accepted")]


def test_a_promise_needs_a_day(accept):
    assert (accept(asks="deferral", until="").status_code, Deferral.objects.count()) == (422, 0)
    assert accept(asks="deferral", until="2027-02-01").status_code == 302
    assert Deferral.objects.get().fill_by == date(2027, 2, 1)


def test_a_risk_is_accepted_until_a_day_that_is_ahead(accept):
    assert [accept(until=day).status_code for day in ("", "2026-11-02", "soon")] == [422, 422, 422]
    assert accept().status_code == 302
    assert Waiver.objects.get().expires_on == date(2027, 6, 1)


def test_what_drops_nothing_needs_no_day(accept, scenario, europe):
    Scenario.objects.update(query="target=2026-12-21")
    assert accept(until="").status_code == 302
    assert Launch.objects.get(pk=europe.launch.pk).target == date(2026, 12, 21)


def test_a_reason_is_needed(accept):
    assert (accept(reason=" ").status_code, Waiver.objects.count()) == (422, 0)


def test_it_is_accepted_once(accept, scenario):
    accept()
    assert (accept().status_code, accept(version=2).status_code) == (409, 409)
    assert Waiver.objects.count() == 1


def test_what_somebody_asked_already_is_not_asked_again(accept, people, spam, now):
    Deferral.ask(spam, by=people.teammate, now=now, reason="Later", fill_by=date(2027, 3, 1))
    assert accept().status_code == 302
    assert (Waiver.objects.count(), Deferral.objects.get().reason) == (0, "Later")


def test_a_decision_that_ran_out_can_be_asked_for_again(accept, people, spam, now):
    baker.make(Waiver, blocker=spam, reason="Old", approved_by=people.admin, requested_at=now)
    accept()
    asked = Waiver.objects.get()
    assert (asked.reason, asked.approved_by) == ("Nobody there uses it.", None)


def test_what_is_resolved_by_then_is_not_asked_for(accept, people, spam, now):
    Blocker.objects.update(state="resolved")
    assert (accept().status_code, Waiver.objects.count()) == (302, 0)


def test_the_request_is_told_on_the_blocker(accept, sign_in, people, spam):
    accept()
    assert "asked to launch without it" in sign_in(people.viewer).get(spam.get_absolute_url()).text


def test_only_the_lead_accepts(accept, people, sign_in, scenario):
    for user in (people.teammate, people.stranger, people.viewer):
        assert accept(user).status_code == 403
    page = sign_in(people.lead).get(f"{URL}{scenario.pk}/acceptance/")
    assert [blocker.slug for blocker in page.context["dropped"]] == ["spam"]


def test_of_another_launch_there_is_none(sign_in, people, scenario):
    other = baker.make(Launch, slug="other")
    baker.make(Scenario, pk=77, launch=other, name="X", query="", saved_by=people.lead)
    assert sign_in(people.lead).get(f"{URL}77/acceptance/").status_code == 404


@pytest.fixture
def delete(sign_in, people, scenario):
    def deleted(user=people.lead, version=1):
        return sign_in(user).post(f"{URL}{scenario.pk}/deletion/", {"version": version})

    return deleted


def test_who_saved_it_or_leads_deletes_it_and_the_history_keeps_what_it_said(delete, people, scenario):
    assert [delete(user).status_code for user in (people.stranger, people.viewer)] == [403, 403]
    Scenario.objects.update(saved_by=people.stranger)
    assert delete(people.stranger)["Location"] == URL
    assert not Scenario.objects.exists()
    row = Change.objects.get(verb="scenario deleted")
    assert (row.author, row.before) == (
        people.stranger,
        {"scenario": "Without mail", "query": "drop=spam&target=2026-12-21"},
    )


def test_what_is_not_the_one_that_was_shown_is_not_deleted(delete, accept, scenario):
    assert [delete(version=2).status_code, delete(version="").status_code] == [409, 422]
    accept()
    answer = delete(version=2)
    assert (answer.status_code, Scenario.objects.count()) == (409, 1)
    assert "was accepted" in answer.text
