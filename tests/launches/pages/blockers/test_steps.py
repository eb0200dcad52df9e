from datetime import date

import pytest

from launches.models import Blocker, NotPossible
from launches.status import settle_launch
from readiness.models import Change

URL = "/launches/europe-ga/blockers/spam/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}
ROLES = ("lead", "admin", "teammate", "stranger", "viewer")
STEPS = {
    "acceptance": ("proposed", "open", "accepted"),
    "rejection": ("proposed", "rejected", "rejected"),
    "start": ("open", "in_progress", "started"),
    "resolution": ("in_progress", "resolved", "resolved"),
    "reopening": ("resolved", "open", "reopened"),
    "filling": ("deferred", "resolved", "filled"),
}
JUDGES = ("lead", "admin")
EDITORS = (*JUDGES, "teammate")
ALLOWED = {
    "acceptance": JUDGES,
    "rejection": JUDGES,
    "start": EDITORS,
    "resolution": EDITORS,
    "reopening": EDITORS,
    "filling": EDITORS,
}
KNOWN_NOW = "Mark as clarified"


def put(blocker, state):
    Blocker.objects.filter(pk=blocker.pk).update(state=state)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_take_it(sign_in, people, spam, step, role):
    before, after, verb = STEPS[step]
    put(spam, before)
    response = sign_in(getattr(people, role)).post(f"{URL}{step}/", {"version": 1, "note": "Why"})
    spam.refresh_from_db()
    if role in ALLOWED[step]:
        assert (response.status_code, response["Location"], spam.state) == (302, URL, after)
        change = Change.objects.about(spam).get()
        assert (change.verb, change.note, change.author.username) == (verb, "Why", role)
    else:
        assert (response.status_code, spam.state) == (403, before)


def test_rejecting_a_proposal_asks_why(sign_in, people, spam, now):
    put(spam, "proposed")
    for note in ("", "   "):
        response = sign_in(people.lead).post(f"{URL}rejection/", {"version": 1, "note": note})
        spam.refresh_from_db()
        assert (response.status_code, spam.state) == (422, "proposed")
        assert "Say which criterion it does not meet" in response.text
        with pytest.raises(NotPossible):
            spam.reject(by=people.lead, now=now, note=note)
    assert not Change.objects.about(spam).exists()


@pytest.mark.parametrize("step", STEPS)
def test_htmx_gets_the_panel_and_the_list_behind_it(sign_in, people, spam, step):
    before, after, _ = STEPS[step]
    put(spam, before)
    response = sign_in(people.lead).post(f"{URL}{step}/", {"version": 1, "note": "Why"}, headers=HTMX)
    assert response.status_code == 200
    _, _, behind = response.text.partition('id="blocking" hx-swap-oob="true"')
    assert (f'id="blocker-{spam.pk}"' in behind) == (after in ("open", "in_progress"))


def test_what_the_lead_rejected_only_the_lead_brings_back(sign_in, people, spam):
    put(spam, "rejected")
    assert sign_in(people.teammate).post(f"{URL}reopening/", {"version": 1}).status_code == 403
    assert sign_in(people.lead).post(f"{URL}reopening/", {"version": 1}).status_code == 302


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_who_saw_an_older_version_is_told_and_nothing_happens(sign_in, people, spam, now, headers):
    spam.amend(by=people.teammate, now=now, title="Mail is lost")
    data = {"version": 1, "note": "All is well"}
    response = sign_in(people.lead).post(f"{URL}resolution/", data, headers=headers)
    assert response.status_code == 409
    for said in ("changed by somebody else", "resolve it", "All is well", "Tomasz Wieczorek", "Mail is lost"):
        assert said in response.text
    spam.refresh_from_db()
    assert spam.state == "open"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_does_not_exist_from_here_is_refused(sign_in, people, spam, step):
    state = "proposed" if step in ("reopening", "filling") else "waived"
    put(spam, state)
    response = sign_in(people.lead).post(f"{URL}{step}/", {"version": 1, "note": "Why"})
    assert response.status_code == 409
    assert f"A blocker that is {state} cannot be" in response.text
    assert not Change.objects.about(spam).exists()


def test_a_known_unknown_becomes_known_and_its_history_stays(sign_in, people, spam, now):
    Blocker.objects.update(spike_by=date(2026, 11, 9))
    client = sign_in(people.teammate)
    data = {"version": 1, "note": "It takes a new address."}
    assert client.post(f"{URL}clarification/", data).status_code == 302
    change = Change.objects.about(spam).get()
    assert (change.verb, change.note, change.before, change.after) == (
        "clarified",
        "It takes a new address.",
        {"certainty": "known_unknown", "spike_by": "2026-11-09"},
        {"certainty": "known_known", "spike_by": None},
    )
    assert client.post(f"{URL}clarification/", {"version": 2}).status_code == 409
    assert sign_in(people.stranger).post(f"{URL}clarification/", {"version": 2}).status_code == 403


@pytest.mark.parametrize("step", ["resolution", "reopening"])
def test_what_stands_for_a_cell_is_neither_resolved_nor_reopened_by_hand(sign_in, people, europe, now, step):
    settle_launch(europe.launch, now)
    whatsapp = Blocker.objects.get(slug="whatsapp")
    if step == "reopening":
        put(whatsapp, "resolved")
    response = sign_in(people.lead).post(f"{whatsapp.get_absolute_url()}{step}/", {"version": 1})
    assert response.status_code == 409
    assert "by itself once what it stands for" in response.text


def test_without_a_version_nothing_happens(sign_in, people, spam):
    assert sign_in(people.lead).post(f"{URL}start/").status_code == 422
    spam.refresh_from_db()
    assert spam.state == "open"


@pytest.mark.parametrize("step", STEPS)
def test_signed_out_and_wrong_method(sign_in, people, spam, step):
    url = f"{URL}{step}/"
    assert sign_in().post(url, {"version": 1})["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).get(url).status_code == 405
    spam.refresh_from_db()
    assert spam.version == 1


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("proposed", ["Accept", "Reject", KNOWN_NOW]),
        ("open", ["Start work", "Resolve", KNOWN_NOW]),
        ("in_progress", ["Resolve", KNOWN_NOW]),
        ("resolved", ["Reopen"]),
        ("rejected", ["Reopen"]),
        ("waived", ["Reopen"]),
        ("deferred", ["Filled", "Reopen", KNOWN_NOW]),
    ],
)
def test_what_is_offered_to_the_lead(sign_in, people, spam, state, labels):
    put(spam, state)
    assert [step.label for step in sign_in(people.lead).get(URL).context["steps"]] == labels


def test_what_was_waived_is_not_found_out_before_it_is_open_again(sign_in, people, spam):
    put(spam, "waived")
    client = sign_in(people.lead)
    assert client.post(f"{URL}clarification/", {"version": 1}).status_code == 409
    spam.refresh_from_db()
    assert (spam.state, spam.certainty, spam.version) == ("waived", "known_unknown", 1)
    assert client.post(f"{URL}reopening/", {"version": 1}).status_code == 302
    assert client.post(f"{URL}clarification/", {"version": 2}).status_code == 302


def test_a_deferred_cell_is_first_of_all_opened_again(sign_in, people, spam):
    """It is filled by its cell, never by hand."""
    Blocker.objects.update(source="check", state="deferred")
    steps = sign_in(people.lead).get(URL).context["steps"]
    assert [step.label for step in steps] == ["Reopen", KNOWN_NOW]
