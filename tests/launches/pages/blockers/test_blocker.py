import re
from datetime import date
from decimal import Decimal

import pytest
from model_bakery import baker

from launches.models import Blocker, Deferral
from launches.status import settle_launch
from readiness.models import Change, Item, User

URL = "/launches/europe-ga/blockers/spam/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}


@pytest.fixture
def facts(spam, people):
    return {
        "version": 1,
        "title": "Mail lands in spam",
        "description": "Two providers do not know us. It takes weeks.",
        "kind": "internal_process",
        "severity": "blocks",
        "certainty": "known_unknown",
        "team": spam.team.pk,
        "owner": people.teammate.pk,
        "due": "2026-12-24",
        "best": "1",
        "likely": "2",
        "worst": "3",
    }


@pytest.mark.parametrize(
    ("role", "status"), [("lead", 302), ("admin", 302), ("teammate", 302), ("stranger", 403), ("viewer", 403)]
)
def test_who_may_edit_it(sign_in, people, spam, facts, role, status):
    assert sign_in(getattr(people, role)).post(URL, facts).status_code == status
    spam.refresh_from_db()
    assert spam.due == (date(2026, 12, 24) if status == 302 else date(2026, 12, 1))


def test_its_owner_may_whatever_the_team(sign_in, people, spam, facts):
    Blocker.objects.filter(pk=spam.pk).update(owner=people.stranger, team=None)
    assert sign_in(people.stranger).post(URL, facts).status_code == 302


def test_history_has_what_changed_and_nothing_else(sign_in, people, spam, facts):
    sign_in(people.teammate).post(URL, facts)
    change = Change.objects.about(spam).get()
    assert (change.verb, change.author) == ("edited", people.teammate)
    assert change.before == {"owner": None, "due": "2026-12-01", "best": None, "likely": None, "worst": None}
    assert change.after == {
        "owner": {"id": people.teammate.pk, "label": "Tomasz Wieczorek"},
        "due": "2026-12-24",
        "best": "1",
        "likely": "2",
        "worst": "3",
    }
    spam.refresh_from_db()
    assert (spam.version, spam.estimate) == (2, (Decimal(1), Decimal(2), Decimal(3)))


def test_htmx_gets_the_panel_and_the_launch_behind_it(sign_in, people, spam, facts):
    response = sign_in(people.lead).post(URL, facts, headers=HTMX)
    assert response.status_code == 200
    assert response.text.lstrip().startswith('<article class="panel" id="blocker-panel"')
    assert 'id="sentence" hx-swap-oob="true"' in response.text
    assert response.context["status"].outlook.dates == {
        50: date(2026, 11, 3),
        85: date(2026, 11, 4),
        95: date(2026, 11, 4),
    }


def test_the_list_behind_keeps_the_filters_of_the_address(sign_in, people, spam, facts):
    headers = HTMX | {"HX-Current-URL": f"http://testserver{URL}?source=cell"}
    response = sign_in(people.lead).post(URL, facts, headers=headers)
    assert response.context["page"].rows == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_of_two_sees_both_versions_and_loses_nothing(sign_in, people, spam, facts, now, headers):
    spam.amend(by=people.admin, now=now, due=date(2027, 1, 4), owner=people.lead)
    client = sign_in(people.lead)
    response = client.post(URL, facts | {"title": "Mine"}, headers=headers)
    assert response.status_code == 409
    clash = response.context["clash"]
    assert clash.between.author == people.admin
    sides = {side.field: (side.typed, side.now) for side in clash.sides}
    assert sides["Due"] == ("24 Dec 2026", "4 Jan 2027")
    assert sides["Owner"] == ("Tomasz Wieczorek", "lead")
    assert 'value="Mine"' in response.text
    spam.refresh_from_db()
    assert (spam.title, spam.due) == ("Mail lands in spam", date(2027, 1, 4))

    assert client.post(URL, response.context["form"].data, headers=headers).status_code in (200, 302)
    spam.refresh_from_db()
    assert (spam.title, spam.due) == ("Mine", date(2026, 12, 24))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_wrong_is_said_and_what_was_typed_stays(sign_in, people, spam, facts, headers):
    response = sign_in(people.lead).post(URL, facts | {"title": "", "worst": "1"}, headers=headers)
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["title", "worst"]
    assert '<details class="edit" open>' in response.text
    spam.refresh_from_db()
    assert spam.version == 1


def test_it_shows_what_was_decided(sign_in, people, spam, now):
    Blocker.objects.filter(pk=spam.pk).update(state="deferred")
    baker.make(
        Deferral,
        blocker=spam,
        reason="Few need it",
        fill_by=date(2027, 2, 1),
        requested_by=people.teammate,
        requested_at=now,
        approved_by=people.lead,
        approved_at=now,
        workaround="By telephone",
        customer_wording="It comes in spring.",
    )
    text = sign_in(people.viewer).get(URL).text
    for said in (
        "Few need it",
        "1 Feb 2027",
        "By telephone",
        "It comes in spring.",
        "Tomasz Wieczorek, 2 Nov",
    ):
        assert said in text


def test_what_stands_for_a_cell_leads_to_it(sign_in, people, europe, now):
    settle_launch(europe.launch, now)
    response = sign_in(people.teammate).get("/launches/europe-ga/blockers/whatsapp/")
    assert 'href="/launches/europe-ga/cells/whatsapp/"' in response.text
    assert [step.label for step in response.context["steps"]] == ["Start work"]


def test_both_ends_of_a_dependency_show_it(sign_in, people, europe, spam, now):
    settle_launch(europe.launch, now)
    whatsapp = Blocker.objects.get(slug="whatsapp")
    whatsapp.depends_on.add(spam)
    client = sign_in(people.viewer)
    here = client.get(URL).context["order"]
    there = client.get(whatsapp.get_absolute_url()).context["order"]
    assert (here.waits, [row.blocker for row in here.holds]) == ([], [whatsapp])
    assert ([row.blocker for row in there.waits], there.holds) == ([spam], [])


def test_who_may_only_look_gets_no_form(sign_in, people, spam):
    response = sign_in(people.viewer).get(URL, headers=HTMX)
    assert (response.context["form"], response.context["steps"]) == (None, [])
    assert re.findall('<form[^>]* action="([^"]*)', response.text) == [f"{URL}watch/"]
    assert "HX-Request" in response["Vary"]


def test_signed_out_wrong_method_and_no_such_blocker(sign_in, people, spam, facts):
    assert sign_in().post(URL, facts)["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).delete(URL).status_code == 405
    assert sign_in(people.lead).get("/launches/europe-ga/blockers/ham/").status_code == 404
    assert User.objects.count() == 5


def test_a_check_that_fell_silent_says_so_on_the_page_and_in_the_list(sign_in, people, europe, now):
    item = europe.items[0]
    about = {"launch": europe.launch, "cell": europe.cell, "item": item, "kind": "customer_facing"}
    baker.make(
        Blocker,
        slug="health",
        title="Health",
        source="check",
        opened_at=now,
        reopened_at=now,
        reopenings=2,
        **about,
    )
    client = sign_in(people.lead)
    for state, paused_by, words in (
        ("stale", people.teammate, "its check went stale on 2 Nov 2026, paused by Tomasz Wieczorek"),
        ("stale", None, "its check went stale on 2 Nov 2026"),
        ("error", None, "its check does not work since 2 Nov 2026: No route"),
        ("failed", people.teammate, "No route; its check is paused by Tomasz Wieczorek"),
        ("unknown", None, "its check has not said anything yet"),
        ("failed", None, "No route"),
    ):
        facts = {"state": state, "since": now, "paused_by": paused_by, "fact": "No route"}
        Item.objects.filter(pk=item.pk).update(**facts)
        page = client.get("/launches/europe-ga/blockers/health/").text
        assert words[1:] + "." in page, words
        assert "reopened 2 times, last on 2 Nov 2026" in page
        for url in ("/launches/europe-ga/", "/blockers/"):
            listed = client.get(url).text
            assert f'<span dir="auto" class="sub">{words}</span>' in listed, (url, words)
        assert "reopened 2 Nov" in listed
