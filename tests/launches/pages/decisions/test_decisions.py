"""Launch without it: one asks, another decides, and everybody can take back what they did."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from model_bakery import baker

from launches.models import Blocker, Deferral, NotPossible, SignOff, Waiver
from readiness.models import Change

URL = "/launches/europe-ga/blockers/spam/"
LIST = "/launches/europe-ga/decisions/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}
WAIVER = {"version": 1, "reason": "Few write mail.", "recommendation": "Wait", "expires_on": "2026-12-31"}
DEFERRAL = {
    "version": 1,
    "reason": "Few write mail.",
    "fill_by": "2027-02-01",
    "workaround": "By telephone",
    "customer_wording": "It comes in spring.",
    "functions": ["support"],
}


@pytest.fixture
def support(europe, people):
    return baker.make(
        SignOff, launch=europe.launch, slug="support", function="Support", signer=people.stranger
    )


@pytest.fixture
def asked(spam, people, now):
    """The teammate's request, of the blocker's second version."""
    Waiver.ask(spam, by=people.teammate, now=now, reason="Few", expires_on=date(2026, 12, 31))
    return Waiver.objects.get()


def state(blocker):
    return Blocker.objects.get(pk=blocker.pk).state


@pytest.mark.parametrize(
    ("role", "status"), [("lead", 302), ("admin", 302), ("teammate", 302), ("stranger", 403), ("viewer", 403)]
)
def test_who_may_ask(sign_in, people, spam, role, status):
    client = sign_in(getattr(people, role))
    assert client.get(f"{URL}waiver/").status_code == (200 if status == 302 else 403)
    assert client.post(f"{URL}waiver/", WAIVER).status_code == status
    told = list(
        Waiver.objects.values_list("reason", "recommendation", "requested_by__username", "expires_on")
    )
    assert told == ([("Few write mail.", "Wait", role, date(2026, 12, 31))] if status == 302 else [])
    assert state(spam) == "open"


def test_a_deferral_carries_its_promise_and_who_must_know_of_it(sign_in, people, spam, support):
    assert sign_in(people.teammate).post(f"{URL}deferral/", DEFERRAL, headers=HTMX).status_code == 200
    deferral = Deferral.objects.get()
    assert (deferral.fill_by, deferral.workaround, deferral.customer_wording, deferral.acknowledgements) == (
        date(2027, 2, 1),
        "By telephone",
        "It comes in spring.",
        {"support": None},
    )
    acknowledging = f"{URL}acknowledgements/support/"
    assert sign_in(people.lead).post(acknowledging).status_code == 403
    assert sign_in(people.stranger).post(acknowledging).status_code == 302
    assert Deferral.objects.get().acknowledgements["support"]["by"]["label"] == "stranger"
    assert sign_in(people.stranger).post(acknowledging).status_code == 409


def test_who_acknowledges_what_is_withdrawn_meanwhile_is_told(people, spam, support, now):
    Deferral.ask(spam, by=people.lead, now=now, reason="Few", fill_by=date(2027, 2, 1), functions=["support"])
    seen = Deferral.objects.get()
    seen.withdraw(by=people.lead, now=now)
    with pytest.raises(NotPossible, match="nothing left to acknowledge"):
        seen.acknowledge("support", by=people.stranger, now=now)


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("waiver", {"reason": " "}, "reason"),
        ("waiver", {"expires_on": ""}, "expires_on"),
        ("waiver", {"expires_on": "2026-11-02"}, "expires_on"),
        ("deferral", {"fill_by": "2026-11-01"}, "fill_by"),
        ("deferral", {"workaround": ""}, "workaround"),
        ("deferral", {"functions": ["sales"]}, "functions"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(sign_in, people, spam, support, kind, wrong, field):
    data = (WAIVER if kind == "waiver" else DEFERRAL) | {"recommendation": "Mine"} | wrong
    response = sign_in(people.lead).post(f"{URL}{kind}/", data, headers=HTMX)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert "Mine" in response.text
    assert not Waiver.objects.exists()


def test_who_asks_second_is_told_and_keeps_what_was_typed(sign_in, people, spam, support, asked):
    response = sign_in(people.lead).post(f"{URL}deferral/", DEFERRAL)
    assert response.status_code == 409
    assert "changed by somebody else" in response.text
    assert "By telephone" in response.text
    again = sign_in(people.lead).post(f"{URL}deferral/", DEFERRAL | {"version": 2})
    assert (again.status_code, "somebody has asked already" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("role", "status"), [("lead", 302), ("admin", 302), ("teammate", 403), ("stranger", 403), ("viewer", 403)]
)
@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_who_asks_never_decides(sign_in, people, spam, asked, role, status, answer):
    data = {"version": 2, "answer": answer, "note": "So be it"}
    assert sign_in(getattr(people, role)).post(f"{URL}decision/", data).status_code == status
    if status == 403:
        assert (state(spam), Waiver.objects.get().is_open) == ("open", True)
    elif answer == "approve":
        assert (state(spam), Waiver.objects.get().approved_by.username) == ("waived", role)
    else:
        assert (state(spam), Waiver.objects.exists()) == ("open", False)
        told = Change.objects.about(spam).values_list("verb", "note").first()
        assert told == ("waiver refused", "So be it")


def test_the_lead_who_asked_needs_another(sign_in, people, spam, now):
    Waiver.ask(spam, by=people.lead, now=now, reason="Few")
    data = {"version": 2, "answer": "approve"}
    assert sign_in(people.lead).post(f"{URL}decision/", data).status_code == 403
    with pytest.raises(NotPossible, match="The person who asks never decides"):
        Waiver.objects.get().approve(by=people.lead, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.update(approved_by=people.lead)
    assert state(spam) == "open"


def test_what_only_degrades_the_lead_decides_alone_and_it_never_blocks_unseen(sign_in, people, spam, now):
    Blocker.objects.update(severity="degrades")
    Waiver.ask(spam, by=people.lead, now=now, reason="Few")
    client = sign_in(people.lead)
    assert client.post(f"{URL}decision/", {"version": 2, "answer": "approve"}).status_code == 302
    assert (state(spam), Waiver.objects.get().alone) == ("waived", True)
    with pytest.raises(NotPossible, match="One person decided"):
        spam.amend(by=people.lead, now=now, severity="blocks")


def test_who_makes_light_of_it_does_not_decide_alone(sign_in, people, spam, now):
    lowering = {"version": 1, "severity": "degrades"}
    assert sign_in(people.lead).post(f"{URL}edit/severity/", lowering, headers=HTMX).status_code == 200
    Waiver.ask(spam, by=people.lead, now=now, reason="Few")
    answers = [(f"{URL}decision/", {"version": 3}), (LIST, {"pick": "spam:3"})]
    for url, data in answers:
        response = sign_in(people.lead).post(url, {"answer": "approve", **data})
        assert (response.status_code, "somebody else decides" in response.text) == (409, True)
    assert state(spam) == "open"
    assert sign_in(people.admin).post(answers[0][0], {"answer": "approve", "version": 3}).status_code == 302
    assert state(spam) == "waived"


def test_to_say_that_it_blocks_what_one_decided_alone_is_refused_in_words(sign_in, people, spam, now):
    Blocker.objects.update(severity="degrades")
    Waiver.ask(spam, by=people.lead, now=now, reason="Few")
    Waiver.objects.get().approve(by=people.lead, now=now)
    facts = {"title": "Mail", "kind": "internal_process", "certainty": "known_known", "severity": "blocks"}
    response = sign_in(people.teammate).post(URL, facts | {"version": 3}, headers=HTMX)
    assert (response.status_code, "reopen it before it blocks" in response.text) == (409, True)
    assert 'name="title" value="Mail"' in response.text


def test_what_was_asked_until_a_day_that_has_passed_is_asked_anew(spam, asked, people, now):
    asked.approve(by=people.lead, now=now + timedelta(days=59))
    spam.reopen(by=people.lead, now=now)
    Waiver.ask(spam, by=people.teammate, now=now, reason="Few", expires_on=date(2026, 12, 31))
    with pytest.raises(NotPossible, match="which has passed"):
        Waiver.objects.get().approve(by=people.lead, now=now + timedelta(days=60))
    assert state(spam) == "open"


def test_who_decides_on_an_older_version_is_told(sign_in, people, spam, asked, now):
    spam.amend(by=people.teammate, now=now, title="All mail is lost")
    data = {"version": 2, "answer": "approve", "note": "Fine by me"}
    response = sign_in(people.lead).post(f"{URL}decision/", data, headers=HTMX)
    assert (response.status_code, state(spam)) == (409, "open")
    for said in ("changed by somebody else", "Fine by me", "All mail is lost"):
        assert said in response.text


def test_to_refuse_takes_a_reason_and_without_a_version_nothing_happens(sign_in, people, spam, asked):
    client = sign_in(people.lead)
    assert client.post(f"{URL}decision/", {"version": 2, "answer": "refuse"}).status_code == 422
    assert client.post(f"{URL}decision/", {"answer": "approve"}).status_code == 422
    assert Waiver.objects.get().is_open


def test_who_asked_withdraws(sign_in, people, spam, asked):
    assert sign_in(people.lead).delete(f"{URL}waiver/").status_code == 403
    assert sign_in(people.teammate).post(f"{URL}waiver/", {"_method": "DELETE"}).status_code == 302
    assert not Waiver.objects.exists()
    assert sign_in(people.teammate).delete(f"{URL}waiver/").status_code == 403
    assert sign_in(people.admin).delete(f"{URL}waiver/").status_code == 409


def test_the_page_lists_what_waits_with_the_days_it_buys(sign_in, people, spam, asked):
    response = sign_in(people.lead).get(LIST)
    (row,) = response.context["requests"]
    assert (row.blocker, row.asked, row.may_decide) == (spam, asked, True)
    assert row.row.days == response.context["status"].outlook.part("spam").days > 0
    assert sign_in(people.viewer).get(LIST).context["may_decide"] is False


def test_several_are_answered_at_once_and_taken_back_by_one_click(sign_in, people, europe, spam, asked, now):
    other = Blocker.objects.raised(
        europe.launch, title="Other", by=people.teammate, now=now, proposed=False, kind="customer_facing"
    )
    Deferral.ask(other, by=people.teammate, now=now, reason="Later", fill_by=date(2027, 1, 1))
    client = sign_in(people.lead)
    response = client.post(LIST, {"answer": "approve", "pick": ["spam:2", "other:2"]}, follow=True)
    assert (response.status_code, state(spam), state(other)) == (200, "waived", "deferred")
    token = re.search(r'name="token" value="([^"]+)"', response.text)[1]
    assert sign_in(people.admin).post("/undo/", {"token": token}).status_code == 409
    assert client.post("/undo/", {"token": token})["Location"] == europe.launch.get_absolute_url()
    assert (state(spam), state(other)) == ("open", "open")
    assert (Waiver.objects.get().is_open, Deferral.objects.get().is_open) == (True, True)
    assert client.post("/undo/", {"token": token}).status_code == 409


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"answer": "approve"}, 422),
        ({"answer": "refuse", "pick": ["spam:2"]}, 422),
        ({"answer": "approve", "pick": ["spam:1"]}, 409),
        ({"answer": "approve", "pick": ["spam:2", "ham:1"]}, 409),
        ({"answer": "approve", "pick": ["spam:x"]}, 409),
    ],
)
def test_of_several_all_are_answered_or_none(sign_in, people, spam, asked, data, status):
    response = sign_in(people.lead).post(LIST, data)
    assert (response.status_code, state(spam), Waiver.objects.get().is_open) == (status, "open", True)


def test_signed_out_and_wrong_method(sign_in, people, spam):
    for url in (LIST, f"{URL}waiver/", f"{URL}deferral/", f"{URL}decision/"):
        assert sign_in().post(url)["Location"] == "/sign-in/?next=/"
        assert sign_in(people.lead).put(url).status_code == 405


@pytest.mark.parametrize(("by", "is_alone"), [("lead", True), ("teammate", False)])
def test_alone_is_said_of_one_who_asked_and_approved(sign_in, people, spam, now, by, is_alone):
    spam.amend(by=people.admin, now=now, severity="degrades")
    Waiver.ask(spam, by=getattr(people, by), now=now, reason="Few", expires_on=date(2026, 12, 31))
    Waiver.objects.get().approve(by=people.lead, now=now)
    page = sign_in(people.viewer).get(URL).content.decode()
    assert ("alone, as it only degrades the launch" in page) == is_alone
    # What two decided may block again, and is launched without all the same.
    assert Waiver.objects.get().alone == is_alone


def test_a_waiver_that_ends_before_the_target_warns_from_the_asking_on(sign_in, people, spam):
    """In the form, the answer, the panel, the list of requests, and the list of what is waived."""
    client = sign_in(people.teammate)
    asking = f"{URL}waiver/"
    warned = "it blocks again: the launch, too, if that is before its target, 14 Dec 2026."
    assert warned in client.get(asking).text
    told = client.post(asking, WAIVER | {"expires_on": "2026-12-13"}, headers=HTMX).text
    assert "It ends on 13 Dec 2026, before the target, 14 Dec 2026: from then on it blocks" in told
    assert "ends before the target, 14 Dec 2026: it blocks the launch from then" in told
    lead = sign_in(people.lead)
    assert "ends before the target" in lead.get(LIST).text
    lead.post(f"{URL}decision/", {"version": 2, "answer": "approve"})
    for url in ("/launches/europe-ga/?state=waived", "/blockers/?state=waived"):
        assert "ends 13 Dec 2026, before the launch" in lead.get(url).text
    page = lead.get("/launches/europe-ga/").text
    assert "The waiver of Mail lands in spam ends on 13 Dec 2026, before the launch." in page


def test_a_waiver_that_holds_until_the_target_warns_of_nothing(sign_in, people, spam):
    told = sign_in(people.teammate).post(f"{URL}waiver/", WAIVER | {"expires_on": "2026-12-14"}, headers=HTMX)
    assert "before the target," not in told.text
