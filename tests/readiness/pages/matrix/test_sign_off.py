"""POST and DELETE /regions/<region>/cells/<integration>/items/<pk>/sign-off/."""

from datetime import date

import pytest

from readiness.models import Result
from readiness.probes import Outcome

GIVEN = {
    "outcome": "passed",
    "fact": "Signed by both.",
    "url": "https://docs.harbor.example/dpa",
    "version": 1,
}
YES = Outcome("passed", "Seen.")


@pytest.fixture
def url(world):
    return f"{world.url}items/{world.agreement.pk}/sign-off/"


@pytest.fixture
def signed(world, people, now):
    world.agreement.sign_off(YES, by=people.teammate, now=now)


def state(world):
    world.agreement.refresh_from_db()
    return world.agreement.state


@pytest.mark.parametrize(
    ("who", "status", "after"),
    [
        ("admin", 302, "passed"),
        ("lead", 302, "passed"),
        ("teammate", 302, "passed"),
        ("stranger", 403, "unknown"),
        ("viewer", 403, "unknown"),
        ("signed out", 302, "unknown"),
    ],
)
def test_who_may_sign_off(as_, world, url, who, status, after):
    assert (as_(who).post(url, GIVEN).status_code, state(world)) == (status, after)


@pytest.mark.parametrize(
    ("who", "status", "after"),
    [
        ("lead", 302, "unknown"),
        ("teammate", 302, "unknown"),
        ("stranger", 403, "passed"),
        ("viewer", 403, "passed"),
        ("signed out", 302, "passed"),
    ],
)
@pytest.mark.parametrize("plain", [True, False])
def test_who_may_withdraw(as_, world, url, signed, who, status, after, plain):
    client = as_(who)
    if plain:
        response = client.post(url, {"_method": "DELETE", "version": 2})
    else:
        response = client.delete(f"{url}?version=2")
    assert (response.status_code, state(world)) == (status, after)


def test_the_evidence_is_kept(as_, world, url, people):
    as_("teammate").post(url, {**GIVEN, "effective_on": "2026-11-01", "expires_on": "2027-11-01"})
    state(world)
    assert world.agreement.signed_by == people.teammate
    assert world.agreement.evidence == {"url": GIVEN["url"]}
    assert (world.agreement.effective_on, world.agreement.expires_on) == (
        date(2026, 11, 1),
        date(2027, 11, 1),
    )
    assert [(r.state, r.fact, r.by) for r in Result.objects.all()] == [
        ("passed", "Signed by both.", people.teammate)
    ]


def test_not_fulfilled_is_a_sign_off_too(as_, world, url):
    as_("teammate").post(url, {**GIVEN, "outcome": "failed"})
    assert state(world) == "failed"


def test_a_withdrawal_regresses_a_ready_cell_in_the_person_s_name(as_, people, world, url, now, history):
    world.agreement.sign_off(YES, by=people.teammate, now=now)
    world.health.delete()
    world.cell.declare("ready", by=people.teammate, now=now)
    as_("lead").post(url, {"_method": "DELETE", "version": 2})
    world.cell.refresh_from_db()
    assert world.cell.state == "regressed"
    assert history()[-2:] == [("withdrawn", "lead"), ("regressed", "lead")]


@pytest.mark.parametrize(
    "change",
    [
        {"fact": "", "url": ""},
        {"url": "javascript:alert(1)"},
        {"url": "not a link at all"},
        {"outcome": "error"},
        {"expires_on": "2026-10-01", "effective_on": "2026-11-01"},
        {"expires_on": "tomorrow"},
        {"expires_on": "9999-12-31"},
        {"version": ""},
    ],
)
def test_invalid_opens_the_form_again_with_what_was_typed(as_, world, url, change):
    response = as_("teammate").post(url, {**GIVEN, **change}, headers={"HX-Request": "true"})
    assert (response.status_code, state(world)) == (422, "unknown")
    wrong = [line for line in response.context["lines"] if line.is_wrong]
    assert [line.item for line in wrong] == [world.agreement]
    assert wrong[0].form.data["fact"] == {**GIVEN, **change}["fact"]


def test_a_second_signer_gets_both_versions(as_, world, url, signed, people):
    response = as_("lead").post(url, {**GIVEN, "outcome": "failed"})
    assert response.status_code == 409
    sides = {side.field: (side.typed, side.now) for side in response.context["conflict"].sides}
    assert sides["Is it fulfilled?"] == ("failing", "passed")
    assert sides["What you saw"] == ("Signed by both.", "Seen.")
    assert response.context["conflict"].between.author == people.teammate
    assert state(world) == "passed"


def test_withdrawing_what_somebody_renewed_is_a_conflict(as_, world, url, signed):
    response = as_("lead").post(url, {"_method": "DELETE", "version": 1})
    assert (response.status_code, state(world)) == (409, "passed")


def test_a_probe_s_item_cannot_be_signed(as_, world):
    assert as_("admin").post(f"{world.url}items/{world.health.pk}/sign-off/", GIVEN).status_code == 404


def test_an_item_of_another_cell_is_not_here(as_, world, grow):
    grow()
    other = "/regions/europe/cells/other-1/"
    assert as_("admin").post(f"{other}items/{world.agreement.pk}/sign-off/", GIVEN).status_code == 404


@pytest.mark.parametrize("method", ["get", "put"])
def test_wrong_method(as_, url, method):
    assert getattr(as_("admin"), method)(url).status_code == 405
