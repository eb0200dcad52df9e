"""One step for many: what will happen is shown, what cannot is named, and all of it is undone at once."""

from datetime import date

import pytest
from model_bakery import baker

from launches.models import Blocker, Deferral, Waiver

URL = "/blockers/many/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def three(europe, now):
    return [
        baker.make(
            Blocker, launch=europe.launch, slug=f"b-{n}", title=f"B {n}", kind="infrastructure", opened_at=now
        )
        for n in range(3)
    ]


def chosen(*blockers, **more):
    return {"row": [f"{row.pk}:{row.version}" for row in blockers], "confirmed": "1", **more}


def states():
    return list(Blocker.objects.order_by("slug").values_list("state", flat=True))


def test_nothing_chosen(sign_in, people):
    no_rows = ["x", "1:y", "99:1", f"{10**18}:1", f"1:{10**30}", f"{'9' * 5000}:1"]
    for data in ({}, {"action": "start"}, {"action": "start", "row": no_rows}, {"row": "1:1"}):
        response = sign_in(people.lead).post(URL, data)
        assert (response.status_code, "Nothing is chosen" in response.text) == (422, True)


def test_first_it_says_what_will_happen_and_what_cannot(sign_in, people, spam, three):
    three[1].resolve(by=people.lead, now=three[1].opened_at)
    data = chosen(spam, *three, action="start") | {"confirmed": []}
    response = sign_in(people.teammate).post(URL, data)
    assert response.status_code == 200
    assert [one.blocker.slug for one in response.context["possible"]] == ["spam"]
    assert [(one.blocker.slug, one.why) for one in response.context["refused"]] == [
        ("b-0", "You may not: it is for its lead, or its team (nobody)."),
        ("b-1", "You may not: it is for its lead, or its team (nobody)."),
        ("b-2", "You may not: it is for its lead, or its team (nobody)."),
    ]
    assert set(states()) == {"open", "resolved"}


def test_what_is_over_is_named(sign_in, people, three, now):
    three[1].resolve(by=people.lead, now=now)
    response = sign_in(people.lead).post(URL, chosen(*three, action="start") | {"confirmed": []})
    assert [(one.blocker.slug, one.why) for one in response.context["refused"]] == [
        ("b-1", "It is resolved.")
    ]


def test_what_was_changed_since_is_left_alone_and_named(sign_in, people, three, now):
    data = chosen(*three, action="due", due="2026-12-24")
    three[2].amend(by=people.admin, now=now, due=date(2026, 12, 1))
    client = sign_in(people.lead)
    response = client.post(URL, data | {"next": "/launches/europe-ga/?sort=due"}, follow=True)
    assert response.redirect_chain == [("/launches/europe-ga/?sort=due", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "2 blockers: dated.",
        "Not B 2: Somebody changed it in the meantime: look again.",
    ]
    days = list(Blocker.objects.order_by("slug").values_list("due", flat=True))
    assert days == [date(2026, 12, 24), date(2026, 12, 24), date(2026, 12, 1)]


def test_one_undo_for_all(sign_in, people, three):
    client = sign_in(people.lead)
    response = client.post(URL, chosen(*three, action="resolve"), headers=HTMX)
    assert (response["HX-Retarget"], states()) == ("#told", ["resolved"] * 3)
    client.post("/undo/", {"token": response.context["token"]}, headers=HTMX)
    assert states() == ["open"] * 3


@pytest.mark.parametrize(
    ("action", "values", "found"),
    [
        ("assign", {"team": "messaging"}, {"team__slug": "messaging", "owner": None}),
        ("assign", {"owner": "teammate"}, {"owner__username": "teammate", "team": None}),
        ("estimate", {"best": "1", "likely": "2", "worst": "3.5"}, {"worst": "3.5"}),
        ("severity", {"severity": "degrades"}, {"severity": "degrades"}),
        ("certainty", {"certainty": "known_unknown"}, {"certainty": "known_unknown"}),
        ("start", {"note": "Go"}, {"state": "in_progress"}),
        ("waive", {"reason": "Late", "expires_on": "2027-06-01"}, {"waiver__reason": "Late"}),
        (
            "defer",
            {"reason": "Later", "fill_by": "2027-02-01", "workaround": "By hand"},
            {"deferral__fill_by": "2027-02-01"},
        ),
    ],
)
def test_each_thing_that_can_be_done(sign_in, people, europe, three, action, values, found):
    keys = {"team": europe.team.pk, "owner": people.teammate.pk}
    data = {name: keys.get(name, value) for name, value in values.items()}
    response = sign_in(people.lead).post(URL, chosen(*three, action=action, **data), headers=HTMX)
    assert (response.status_code, response.context["refused"]) == (200, [])
    assert Blocker.objects.filter(**found).count() == 3


@pytest.mark.parametrize("action", ["accept", "reject"])
def test_proposals_are_judged_by_those_who_may(sign_in, people, three, action):
    Blocker.objects.update(state="proposed")
    data = chosen(*three, action=action, note="Nobody there asks for it")
    sign_in(people.teammate).post(URL, data)
    assert states() == ["proposed"] * 3
    sign_in(people.lead).post(URL, data)
    assert states() == [{"accept": "open", "reject": "rejected"}[action]] * 3


def test_rejecting_proposals_asks_why(sign_in, people, three):
    Blocker.objects.update(state="proposed")
    for note in ("", "   "):
        response = sign_in(people.lead).post(URL, chosen(*three, action="reject", note=note))
        assert (response.status_code, states()) == (422, ["proposed"] * 3)
        assert "Say which criterion it does not meet" in response.text


def test_what_was_asked_before_is_named(sign_in, people, three, now):
    Waiver.ask(three[0], by=people.lead, now=now, reason="First")
    three[0].refresh_from_db()
    response = sign_in(people.admin).post(
        URL,
        chosen(*three, action="defer", reason="Later", fill_by="2027-02-01", workaround="By hand"),
        headers=HTMX,
    )
    assert [one.why for one in response.context["refused"]] == ["B 0: somebody has asked already."]
    assert Deferral.objects.count() == 2


def test_a_form_that_lacks_something_keeps_the_rest(sign_in, people, three):
    data = chosen(*three, action="defer", reason="Later", fill_by="2026-11-02")
    response = sign_in(people.lead).post(URL, data, headers=HTMX)
    assert (response.status_code, response.context["form"]["reason"].value()) == (422, "Later")
    assert set(response.context["form"].errors) == {"fill_by", "workaround"}


def test_one_that_needs_no_words_is_done_at_once(sign_in, people, three):
    data = chosen(three[0], action="resolve") | {"confirmed": []}
    sign_in(people.lead).post(URL, data, headers=HTMX)
    assert states() == ["resolved", "open", "open"]


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_leads_back_to_this_site_only(sign_in, people, three, there):
    response = sign_in(people.lead).post(URL, chosen(three[0], action="start", next=there))
    assert response["Location"] == "/blockers/"


@pytest.fixture
def at_most_two(monkeypatch):
    """As if of three that are chosen one were too many."""
    monkeypatch.setattr("launches.pages.triage.bulk_views.MOST", 2)


def test_more_than_are_done_at_once_are_named_before_and_afterwards(sign_in, people, three, at_most_two):
    client = sign_in(people.lead)
    first = client.post(URL, chosen(*three, action="start") | {"confirmed": []})
    assert [one.blocker.slug for one in first.context["possible"]] == ["b-0", "b-1"]
    assert "You chose 3, and at most 2 are changed at a time" in first.text
    assert '<input type="hidden" name="left" value="1">' in first.text
    answer = client.post(URL, chosen(*three[:2], action="start", left="1"), headers=HTMX)
    assert "2 blockers: started. 1 more that you had chosen is as it was: choose it again." in answer.text
    assert states() == ["in_progress", "in_progress", "open"]


def test_what_is_confirmed_at_once_names_the_rest_too(sign_in, people, three, at_most_two):
    """A row twice is one; what is no number says nothing."""
    client = sign_in(people.lead)
    answer = client.post(URL, chosen(*three, *three, action="start", left="x"), headers=HTMX)
    assert "2 blockers: started. 1 more" in answer.text
    answer = client.post(URL, chosen(three[2], action="start", left="x"), headers=HTMX)
    assert "B 2: started.</p>" in answer.text


def test_a_whole_launch_can_be_chosen(sign_in, people, three):
    """Django itself refuses a form of more than a thousand fields, without a word."""
    rows = [f"{row.pk}:{row.version}" for row in three] + [f"{10**6 + n}:1" for n in range(2500)]
    answer = sign_in(people.lead).post(URL, {"row": rows, "action": "start"})
    assert answer.status_code == 200
    assert "These are the first 500; the other 2003 stay as they are" in answer.text
    assert (len(answer.context["possible"]), answer.context["left"]) == (3, 2003)
