"""The functions that sign a launch: added, taken from elsewhere, changed, asked, removed."""

from datetime import date

import pytest
from model_bakery import baker

from launches import access
from launches.models import Blocker, Deferral, Launch, SignOff
from launches.status import status_of
from readiness.models import Change, Readiness, User

URL = "/launches/europe-ga/sign-offs/"
FACTS = {"function": "Legal", "signer": "", "lead_days": 2, "is_required": "on"}


@pytest.fixture
def legal(europe, people):
    return baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.teammate)


def facts():
    rows = SignOff.objects.filter(launch__slug="europe-ga")
    return list(rows.values_list("slug", "signer__username", "lead_days", "is_required"))


def test_the_lead_adds_one(sign_in, people, europe):
    typed = FACTS | {"signer": people.teammate.pk, "lead_days": 5, "is_required": ""}
    assert sign_in(people.lead).post(URL, typed).status_code == 302
    assert facts() == [("legal", "teammate", 5, False)]
    change = Change.objects.get(verb="function added")
    assert (change.author, change.after["signer"]["label"], change.after["lead_days"]) == (
        people.lead,
        "Tomasz Wieczorek",
        5,
    )


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"function": "LEGAL"}, ("function", "LEGAL signs this launch already.")),
        ({"function": ""}, ("function", "This field is required.")),
        ({"lead_days": 0}, ("lead_days", "Ensure this value is greater than or equal to 1.")),
        ({"lead_days": 61}, ("lead_days", "Ensure this value is less than or equal to 60.")),
    ],
)
def test_what_cannot_be_added_is_said_beside_what_was_typed(sign_in, people, legal, typed, error):
    response = sign_in(people.lead).post(URL, FACTS | {"function": "Sales"} | typed)
    assert response.status_code == 422
    assert response.context["form"].errors == {error[0]: [error[1]]}
    assert SignOff.objects.count() == 1


def test_the_usual_ones_come_beside_those_that_are_there(sign_in, people, legal):
    client = sign_in(people.lead)
    assert client.post(URL, {"start_from": "usual"}).status_code == 302
    assert [row[:2] for row in facts()] == [
        ("legal", "teammate"),
        ("support", None),
        ("sales", None),
        ("marketing", None),
        ("analytics", None),
        ("research", None),
    ]
    client.post(URL, {"start_from": "usual"})
    assert (SignOff.objects.count(), Change.objects.filter(verb="function added").count()) == (6, 5)


def test_as_in_another_launch_without_its_answers(sign_in, people, europe, now):
    other = baker.make(Launch, slug="asia", name="Asia", target=date(2026, 1, 1), baseline=date(2026, 1, 1))
    privacy = baker.make(
        SignOff, launch=other, slug="privacy", function="Privacy", signer=people.stranger, lead_days=9
    )
    privacy.decide("go", by=people.stranger, now=now)
    baker.make(SignOff, launch=other, slug="legal", function="Legal", signer=people.lead, lead_days=3)
    client = sign_in(people.lead)
    assert client.post(URL, {"start_from": "nowhere"}).status_code == 422
    assert client.post(URL, {"start_from": "asia"}).status_code == 302
    # Nobody names themselves, by way of another launch neither.
    assert facts() == [("privacy", "stranger", 9, True), ("legal", None, 3, True)]
    assert set(SignOff.objects.filter(launch=europe.launch).values_list("decision", flat=True)) == {""}


def test_it_is_changed_by_the_version_that_was_seen(sign_in, people, legal):
    client = sign_in(people.lead)
    typed = {"version": 1, "signer": people.stranger.pk, "lead_days": 3}
    assert client.get(f"{URL}legal/function/").context["form"].initial["lead_days"] == 2
    assert client.post(f"{URL}legal/function/", typed).status_code == 302
    assert facts() == [("legal", "stranger", 3, False)]
    response = client.post(f"{URL}legal/function/", typed | {"lead_days": 4})
    assert (response.status_code, [side.field for side in response.context["clash"].sides]) == (
        409,
        ["Working days to answer"],
    )
    assert facts() == [("legal", "stranger", 3, False)]


def test_one_that_has_answered_or_is_counted_on_stays(sign_in, people, europe, legal, spam, now):
    sales = baker.make(SignOff, launch=europe.launch, slug="sales", function="Sales")
    press = baker.make(SignOff, launch=europe.launch, slug="press", function="Press")
    legal.decide("go", by=people.teammate, now=now)
    asked = {"by": people.teammate, "now": now, "reason": "Few", "functions": ["sales"]}
    Deferral.ask(spam, fill_by=date(2027, 1, 31), **asked)
    Blocker.objects.update(state="resolved", closed_at=now)
    client = sign_in(people.lead)
    answers = [
        client.post(f"{URL}{row.slug}/function/", {"_method": "DELETE"}).status_code
        for row in (legal, sales, press)
    ]
    assert answers == [409, 409, 302]
    assert [row[0] for row in facts()] == ["legal", "sales"]


def test_a_reason_that_cannot_be_kept_removes_nothing(sign_in, people, europe, legal, spam):
    """The form comes back with what is wrong with it, also where somebody else would have to approve."""
    for why in ("x" * 2001, "a\0b"):
        answer = sign_in(people.lead).post(f"{URL}legal/function/", {"_method": "DELETE", "why": why})
        assert (answer.status_code, list(answer.context["removal"].errors)) == (422, ["why"])
    assert [row[0] for row in facts()] == ["legal"]


def test_who_asks_does_not_answer(sign_in, people, europe, legal, now):
    admin, signer = sign_in(people.admin), sign_in(people.teammate)
    assert admin.post(f"{URL}legal/request/", {"version": 1}).status_code == 302
    legal.refresh_from_db()
    assert (legal.asked_by, legal.asked_at) == (people.admin, now)
    assert Change.objects.get(verb="sign-off requested").after["signer"]["label"] == "Tomasz Wieczorek"
    go = {"version": 2, "decision": "go", "note": ""}
    assert admin.post(f"{URL}legal/", go).status_code == 403
    assert signer.post(f"{URL}legal/", go).status_code == 302


def test_nobody_is_asked_who_is_not_named_is_oneself_or_was_changed_meanwhile(sign_in, people, europe, legal):
    client = sign_in(people.lead)
    stale = client.post(f"{URL}legal/request/", {"version": 7})
    SignOff.objects.update(signer=people.lead)
    own = client.post(f"{URL}legal/request/", {"version": 1})
    SignOff.objects.update(signer=None)
    nobody = client.post(f"{URL}legal/request/", {"version": 1})
    assert [answer.status_code for answer in (stale, own, nobody)] == [409, 409, 409]
    assert own.context["refused"] == "You sign for Legal yourself: there is nobody to ask."
    assert nobody.context["refused"] == "Nobody is named who signs for Legal."
    assert not Change.objects.filter(verb="sign-off requested").exists()


def test_all_who_have_to_answer_are_asked_at_once(sign_in, people, europe, legal, now):
    made = {"sales": people.stranger, "support": people.stranger, "own": people.lead, "nobody": None}
    for slug, signer in made.items():
        baker.make(SignOff, launch=europe.launch, slug=slug, function=slug, signer=signer)
    SignOff.objects.get(slug="sales").decide("go", by=people.stranger, now=now)
    client = sign_in(people.lead)
    assert client.post(URL, {"ask": "all"}).status_code == 302
    asked = SignOff.objects.filter(asked_by=people.lead, asked_at=now)
    assert sorted(asked.values_list("slug", flat=True)) == ["legal", "support"]


def test_nobody_names_themselves(sign_in, people, europe, legal):
    lead, admin = sign_in(people.lead), sign_in(people.admin)
    typed = {"version": 1, "signer": people.lead.pk, "lead_days": 3, "is_required": "on"}
    said = {"signer": ["Nobody names themselves: have somebody else name you."]}
    for answer in (lead.post(f"{URL}legal/function/", typed), lead.post(URL, typed | {"function": "Sales"})):
        assert (answer.status_code, answer.context["form"].errors) == (422, said)
    assert admin.post(f"{URL}legal/function/", typed).status_code == 302
    # Once somebody else has said so, they may change the rest.
    assert lead.post(f"{URL}legal/function/", typed | {"version": 2, "lead_days": 4}).status_code == 302
    assert facts() == [("legal", "lead", 4, True)]


def test_an_answer_turns_into_advice_only_by_an_admin(sign_in, people, europe, legal, now):
    typed = {"version": 2, "signer": people.teammate.pk, "lead_days": 2}
    legal.decide("no_go", by=people.teammate, now=now, note="No.")
    refused = sign_in(people.lead).post(f"{URL}legal/function/", typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["is_required"])
    assert sign_in(people.admin).post(f"{URL}legal/function/", typed).status_code == 302
    assert facts() == [("legal", "teammate", 2, False)]


@pytest.mark.parametrize(
    ("signer", "asked_by", "is_admin", "may"),
    [
        ("lead", None, False, True),
        ("lead", "lead", False, False),
        ("lead", "admin", False, True),
        ("teammate", None, False, False),
        # Also as an admin the lead answers for nobody else.
        ("teammate", None, True, False),
        ("lead", "lead", True, False),
    ],
)
def test_when_the_lead_may_sign(people, europe, legal, signer, asked_by, is_admin, may):
    User.objects.filter(pk=people.lead.pk).update(is_superuser=is_admin)
    legal.signer = getattr(people, signer)
    legal.asked_by = getattr(people, asked_by) if asked_by else None
    assert access.may_sign(User.objects.get(pk=people.lead.pk), legal) is may


def test_advice_holds_nothing_back_and_what_takes_longer_is_later(people, europe, legal, now):
    def seen(**facts):
        SignOff.objects.update(**facts)
        return status_of(Launch.objects.select_related("region").get(), people.viewer, now)

    Readiness.objects.update(state="ready")
    usual, slow = seen(), seen(lead_days=20)
    assert usual.outlook.p85 < slow.outlook.p85
    assert (usual.verdict, slow.verdict, seen(is_required=False).verdict) == (
        "on_track",
        "at_risk",
        "ready",
    )
    SignOff.objects.update(decision="no_go")
    assert (seen().verdict, seen(is_required=True).verdict) == ("ready", "off_track")


def test_what_got_worse_is_said_in_words(sign_in, people, europe, legal, spam, now):
    SignOff.objects.update(
        decision="go", decided_by=people.teammate, decided_at=now, fingerprint={"spam": "waived"}
    )
    assert "Mail lands in spam</a>: was waived, now open" in sign_in(people.viewer).get(f"{URL}legal/").text
    SignOff.objects.update(fingerprint={})
    assert "Mail lands in spam: new, now open" in sign_in(people.viewer).get(URL).text
