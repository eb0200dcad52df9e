"""What rests on guesses is grey on every page that speaks of a launch, and never green."""

import re
from datetime import date, timedelta

import pytest
from django.test import override_settings
from model_bakery import baker

from launches.models import Launch, Scenario, ShareLink, SignOff, Watch
from launches.status import settle_launch
from launches.status.snapshots import save_snapshots

LAUNCH = "/launches/europe-ga/"
VERDICT = re.compile(r'class="state (\w+)">(Unknown, on paper|unknown, on paper|On track|on track)<')
# Pages with a verdict, and those that draw what is forecast as well.
SPEAK = (
    "/",
    LAUNCH,
    f"{LAUNCH}report/",
    f"{LAUNCH}go/",
    f"{LAUNCH}what-if/",
    "/wall/",
    "/my/",
    "/teams/messaging/",
)
DRAW = ("/", LAUNCH, f"{LAUNCH}report/", f"{LAUNCH}what-if/", "/wall/")


@pytest.fixture
def client(sign_in, people, europe, now):
    """WhatsApp is all there is, and nobody has estimated it."""
    settle_launch(europe.launch, now)
    save_snapshots(now - timedelta(days=1))
    baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal")
    baker.make(Watch, launch=europe.launch, person=people.teammate, wanted=True)
    return sign_in(people.teammate)


def test_every_page_says_unknown_and_draws_it_grey(client):
    for address in SPEAK:
        found = VERDICT.findall(client.get(address).text)
        assert found, address
        assert {(drawn, word.lower()) for drawn, word in found} == {("unknown", "unknown, on paper")}, address
    for address in DRAW:
        assert re.search(r'class="(?:[\w -]* )?paper"', client.get(address).text), address


def test_with_an_estimate_nothing_is_grey(client, europe, people, now):
    europe.cell.set_estimate((2, 3, 5), by=people.lead, now=now)
    for address in DRAW:
        text = client.get(address).text
        assert "on paper" not in text, address
        assert not re.search(r'class="(?:[\w -]* )?paper"', text), address
        assert {drawn for drawn, _ in VERDICT.findall(text)} == {"ready"}, address


def test_missing_sign_offs_are_beside_every_verdict(client, europe, people, now):
    europe.cell.set_estimate((2, 3, 5), by=people.lead, now=now)
    for address in ("/", LAUNCH, f"{LAUNCH}report/", f"{LAUNCH}report.md", f"{LAUNCH}go/", "/wall/"):
        text = client.get(address).text
        assert "1 sign-off missing; over 99 % to make 14 Dec 2026." in text, address


def test_what_is_dropped_is_not_guessed(client, europe, people, now):
    assert "Unknown, on paper" in client.get(f"{LAUNCH}what-if/").text
    without = client.get(f"{LAUNCH}what-if/?drop=whatsapp")
    assert without.context["page"].verdict == "on_track"
    baker.make(Scenario, launch=europe.launch, name="Without", query="drop=whatsapp", saved_by=people.lead)
    both = client.get(f"{LAUNCH}scenarios/?pick={Scenario.objects.get().pk}").text
    assert both.count('class="paper"') > 0


def test_the_shared_report_says_the_same(client, europe, people, now):
    _link, token = ShareLink.objects.made(
        launch=europe.launch, by=people.lead, now=now, expires_on=now.date() + timedelta(days=9)
    )
    text = client.get(f"/shared/{token}/").text
    assert VERDICT.findall(text) == [("unknown", "Unknown, on paper")]


def test_a_target_that_has_passed_counts_no_days(client):
    Launch.objects.update(target=date(2020, 11, 3), baseline=date(2020, 11, 3))
    for address in ("/", LAUNCH, f"{LAUNCH}report/", f"{LAUNCH}report.md", "/my/", "/teams/messaging/"):
        text = client.get(address).text
        assert "was planned for 3 Nov 2020" in text, address
        assert not re.search(r"[−-]\d+ ?(?:<[^>]*>)*(?:working )?days", text), address
    page = client.get(f"{LAUNCH}what-if/")
    assert (page.status_code, "five years" in page.text) == (200, False)
    refused = client.get(f"{LAUNCH}what-if/?target=2020-11-04")
    assert (refused.status_code, "That day has passed." in refused.text) == (422, True)


def test_nothing_on_its_checklist_is_no_green_chance(client, europe):
    Launch.objects.update(scope_all=False)
    europe.launch.blockers.all().delete()
    for address in DRAW[:3]:
        text = client.get(address).text
        assert 'class="state unknown">Unknown<' in text, address


@override_settings(MOST_GUESSED=100)
def test_a_site_may_take_guesses_for_plans(client):
    assert {drawn for drawn, _ in VERDICT.findall(client.get(LAUNCH).text)} == {"ready"}
