"""Go or no-go: what stands in the way, a decision on what was shown, its record, and the launch itself."""

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from model_bakery import baker

from launches.models import Blocker, Deferral, GoRecord, Launch, SignOff, Waiver
from launches.status import settle_launch
from readiness.language.phrase import render
from readiness.models import Change, Readiness, Region

URL = "/launches/europe-ga/go/"
LIVE = "/launches/europe-ga/live/"
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def clear(europe):
    """Nothing stands in the way."""
    Readiness.objects.update(state="ready")


@pytest.fixture
def legal(europe, people):
    return baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.teammate)


def shown(client):
    """What the page says that it showed."""
    return SEEN.search(client.get(URL).text).group(1)


def record(client, decision="go", **typed):
    return client.post(URL, {"decision": decision, "seen": shown(client)} | typed)


def listed(response):
    return {
        str(group.title): [(str(row.name), str(row.state), row.url) for row in group.hurdles]
        for group in response.context["hurdles"].groups
    }


def decided(blocker, kind, people, now, **facts):
    kind.ask(blocker, by=people.teammate, now=now, reason="Few", **facts)
    kind.objects.get(blocker=blocker).approve(by=people.lead, now=now)


def make(europe, now, slug, **facts):
    facts = {"title": slug.title(), "kind": "internal_process", "team": europe.team} | facts
    return baker.make(Blocker, launch=europe.launch, slug=slug, opened_at=now, **facts)


def test_everything_in_the_way_by_what_solves_it(sign_in, people, europe, legal, now):
    for slug, facts in {
        "spam": {},
        "faint": {"severity": "degrades"},
        "rumour": {"state": "proposed"},
        "phone": {},
        "risk": {},
        "asked": {"severity": "degrades"},
    }.items():
        make(europe, now, slug, **facts)
    rows = {row.slug: row for row in Blocker.objects.all()}
    decided(rows["phone"], Deferral, people, now, fill_by=date(2027, 2, 1), functions=["legal"])
    decided(rows["risk"], Waiver, people, now, expires_on=date(2026, 12, 1))
    Waiver.ask(rows["asked"], by=people.teammate, now=now, reason="Rare", expires_on=date(2026, 12, 31))
    baker.make(SignOff, launch=europe.launch, slug="press", function="Press", is_required=False)
    response = sign_in(people.viewer).get(URL)
    at = "/launches/europe-ga/"
    assert listed(response) == {
        "Blockers": [("Spam", "open", f"{at}blockers/spam/")],
        "Proposals": [("Rumour", "proposed", f"{at}blockers/rumour/")],
        "Sign-offs": [("Legal", "waiting", f"{at}sign-offs/legal/")],
        "Nobody knows yet": [("WhatsApp", "not started", f"{at}cells/whatsapp/")],
        "Not acknowledged": [("Phone", "deferred", f"{at}blockers/phone/")],
        "Waiting for a decision": [("Asked", "waiver asked", f"{at}decisions/")],
        "Running out before the target": [("Risk", "waived", f"{at}blockers/risk/")],
        "Advice": [("Press", "waiting", f"{at}sign-offs/press/")],
    }
    assert (len(response.context["hurdles"].red), len(response.context["hurdles"].others)) == (5, 3)
    assert "5 things stand between now and GO; 3 more to be aware of." in " ".join(response.text.split())
    assert 'name="decision"' not in response.text


def test_what_ran_out_is_in_the_way_before_time_has_looked(sign_in, people, europe, clear, now):
    blocker = make(europe, now, "risk")
    decided(blocker, Waiver, people, now - timedelta(days=9), expires_on=date(2026, 11, 1))
    assert listed(sign_in(people.lead).get(URL)) == {
        "Run out": [("Risk", "waived", "/launches/europe-ga/blockers/risk/")]
    }


def test_an_empty_checklist_is_no_good_news(sign_in, people, europe):
    Readiness.objects.update(importance="not_needed")
    client = sign_in(people.lead)
    assert listed(client.get(URL)) == {"Nobody knows yet": [("The checklist", "empty", "/regions/europe/")]}
    assert record(client).status_code == 422


def test_go_keeps_what_was_known_and_launches_nothing(sign_in, people, europe, clear, legal, now):
    decided(make(europe, now, "risk"), Waiver, people, now, expires_on=date(2026, 12, 31))
    legal.decide("conditional", by=people.teammate, now=now, note="Only in Ireland")
    client = sign_in(people.lead)
    response = record(client, note="We go.")
    found = GoRecord.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{URL}{found.pk}/")
    assert (found.decision, found.by, found.at, found.note) == ("go", people.lead, now, "We go.")
    known = found.known
    assert render(known["verdict"]["sentence"]) == "Ready: nothing blocks the launch."
    assert (known["target"], known["fingerprint"]) == ("2026-12-14", {"risk": "waived"})
    rows = [{"name": "Legal", "state": {"text": "conditional go"}, "why": "Only in Ireland"}]
    assert known["hurdles"] == [{"title": {"text": "Conditions"}, "required": False, "rows": rows}]
    assert known["waivers"] == [
        {
            "slug": "risk",
            "name": "Risk",
            "reason": "Few",
            "requested_by": "Tomasz Wieczorek",
            "approved_by": "lead",
            "approved_at": "2026-11-02T09:00:00Z",
            "until": "2026-12-31",
        }
    ]
    assert [
        (row["function"], render(row["answer"]), row["by"], row["note"]) for row in known["sign_offs"]
    ] == [("Legal", "conditional go", "Tomasz Wieczorek", "Only in Ireland")]
    assert Launch.objects.get().launched_at is None
    assert Change.objects.filter(verb="go recorded", author=people.lead, note="We go.").count() == 1
    page = client.get(response["Location"]).text
    for words in ("Only in Ireland", "31 Dec 2026", "“We go.”"):
        assert words in page


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_over_a_red_gate_only_an_admin_goes_and_says_why(sign_in, people, europe, clear, legal, role):
    client = sign_in(getattr(people, role))
    response = record(client, note="Kept")
    assert (response.status_code, GoRecord.objects.count()) == (422, 0)
    assert ">Kept</textarea>" in response.text.replace("\n", "")
    assert listed(response) == {"Sign-offs": [("Legal", "waiting", "/launches/europe-ga/sign-offs/legal/")]}
    status = record(client, override_reason="The contract says so.").status_code
    assert status == (302 if role == "admin" else 422)
    reasons = list(GoRecord.objects.values_list("override_reason", "known__hurdles__0__rows__0__name"))
    assert reasons == ([("The contract says so.", "Legal")] if role == "admin" else [])


def test_an_override_of_nothing_is_none(sign_in, people, clear):
    record(sign_in(people.admin), override_reason="Just in case")
    assert GoRecord.objects.get().override_reason == ""


def test_a_no_go_says_why_and_leaves_the_way_open(sign_in, people, europe, clear):
    client = sign_in(people.lead)
    response = record(client, "no_go")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["note"])
    assert record(client, "no_go", note="Not on a Friday").status_code == 302
    assert record(client).status_code == 302
    assert sorted(GoRecord.objects.values_list("decision", flat=True)) == ["go", "no_go"]


def test_a_gate_that_turned_red_is_shown_and_nothing_typed_is_lost(sign_in, people, europe, clear, now):
    client = sign_in(people.admin)
    seen = shown(client)
    make(europe, now, "spam")
    typed = {"decision": "go", "note": "We go", "override_reason": "Anyway", "seen": seen}
    response = client.post(URL, typed)
    assert response.status_code == 409
    assert [tuple(change) for change in response.context["changes"]] == [("Spam", "", "open")]
    assert "We go</textarea>" in response.text
    assert "Anyway</textarea>" in response.text
    again = SEEN.search(response.text).group(1)
    assert client.post(URL, typed | {"seen": again}).status_code == 302


def test_what_got_better_is_a_difference_too(sign_in, people, europe, clear, now):
    blocker = make(europe, now, "spam")
    client = sign_in(people.lead)
    seen = shown(client)
    decided(blocker, Waiver, people, now, expires_on=date(2027, 12, 31))
    response = client.post(URL, {"decision": "no_go", "note": "No", "seen": seen})
    assert [tuple(change) for change in response.context["changes"]] == [("Spam", "open", "waived")]


@pytest.mark.parametrize("seen", ["", "forged", "x" * 500_001])
def test_a_page_that_nobody_was_shown_records_nothing(sign_in, people, clear, seen):
    response = sign_in(people.lead).post(URL, {"decision": "go", "seen": seen})
    assert (response.status_code, GoRecord.objects.count()) == (422, 0)


def test_the_second_of_two_sees_the_first(sign_in, people, europe, clear):
    first, second = sign_in(people.lead), sign_in(people.admin)
    seen = shown(second)
    record(first)
    response = second.post(URL, {"decision": "go", "seen": seen})
    assert response.status_code == 409
    assert [tuple(change) for change in response.context["changes"]] == [("The decision", "", "GO by lead")]
    again = second.post(URL, {"decision": "go", "seen": SEEN.search(response.text).group(1)})
    assert (again.status_code, again.context["refused"]) == (
        409,
        "lead recorded GO already. Withdraw that first.",
    )
    assert GoRecord.objects.count() == 1


def test_a_withdrawn_go_stays_and_makes_room(sign_in, people, europe, clear, now):
    client = sign_in(people.lead)
    address = record(client)["Location"]
    empty = client.post(f"{address}withdrawal/", {"version": 1, "reason": ""})
    stale = client.post(f"{address}withdrawal/", {"version": 7, "reason": "Storm"})
    assert (empty.status_code, stale.status_code, "Storm</textarea>" in stale.text) == (422, 409, True)
    assert client.post(f"{address}withdrawal/", {"version": 1, "reason": "Storm"}).status_code == 302
    found = GoRecord.objects.get()
    assert (found.withdrawn_by, found.withdrawn_at, found.withdrawn_reason) == (people.lead, now, "Storm")
    again = client.post(f"{address}withdrawal/", {"version": 2, "reason": "Again"})
    assert again.status_code == 409
    assert record(client).status_code == 302
    verbs = Change.objects.about(europe.launch).order_by("pk").values_list("verb", "note")
    assert list(verbs) == [("go recorded", ""), ("go withdrawn", "Storm"), ("go recorded", "")]


def test_the_database_keeps_a_record_as_it_was(sign_in, people, clear):
    record(sign_in(people.lead))
    for values in ({"known": {}}, {"decision": "no_go"}, {"note": "Otherwise"}, {"by": people.admin}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            GoRecord.objects.update(**values)


def test_after_the_go_the_lead_says_that_it_is_live(sign_in, people, europe, clear, now):
    client = sign_in(people.lead)
    assert client.post(LIVE, {"seen": shown(client), "reason": "No GO"}).status_code == 403
    record(client)
    assert client.post(LIVE, {"seen": shown(client)})["Location"] == "/launches/europe-ga/"
    assert Launch.objects.get().launched_at == now
    assert Region.objects.get().state == "live"
    told = Change.objects.filter(verb__in=("went live", "opened")).order_by("pk")
    assert [(row.verb, row.label, row.author) for row in told] == [
        ("opened", "Europe", people.lead),
        ("went live", "Europe", people.lead),
    ]
    page = client.get(URL)
    assert (page.context["hurdles"].groups, 'name="seen"' in page.text) == ([], False)
    withdrawal = client.post(f"{URL}{GoRecord.objects.get().pk}/withdrawal/", {"version": 1, "reason": "?"})
    assert withdrawal.status_code == 409


def test_a_beta_does_not_open_the_region(sign_in, people, europe, clear):
    Launch.objects.update(stage="beta")
    client = sign_in(people.lead)
    record(client)
    client.post(LIVE, {"seen": shown(client)})
    assert (Launch.objects.get().launched_at is None, Region.objects.get().state) == (False, "planned")


def test_an_admin_launches_without_a_go_and_says_why(sign_in, people, europe, legal, now):
    client = sign_in(people.admin)
    response = client.post(LIVE, {"seen": shown(client), "reason": ""})
    assert (response.status_code, list(response.context["live_form"].errors)) == (422, ["reason"])
    assert client.post(LIVE, {"seen": shown(client), "reason": "It is."}).status_code == 302
    assert Change.objects.get(verb="went live").note == "It is."


def test_a_go_withdrawn_in_the_meantime_launches_nothing(sign_in, people, europe, clear, now):
    client = sign_in(people.lead)
    record(client)
    seen = shown(client)
    GoRecord.objects.get().withdraw(by=people.admin, now=now, reason="Storm")
    response = sign_in(people.admin).post(LIVE, {"seen": seen, "reason": "Anyway"})
    assert [tuple(change) for change in response.context["changes"]] == [("The decision", "GO by lead", "")]
    with pytest.raises(ValueError, match="takes a reason"):
        europe.launch.go_live(by=people.lead, now=now)
    assert Launch.objects.get().launched_at is None


def test_it_takes_as_many_queries_however_much_there_is(sign_in, people, europe, spam, queries, grow, now):
    settle_launch(europe.launch, now)
    client = sign_in(people.lead)
    baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.lead)
    baker.make(GoRecord, launch=europe.launch, decision="no_go", by=people.lead, at=now, known={})
    few = queries(client, URL), queries(client, "/launches/europe-ga/sign-offs/")
    grow(launches=2, each=8)
    for number in range(5):
        at = now - timedelta(days=number)
        baker.make(GoRecord, launch=europe.launch, decision="no_go", by=people.admin, at=at, known={})
    assert (queries(client, URL), queries(client, "/launches/europe-ga/sign-offs/")) == few
    assert max(few) <= 14
