import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from launches.models import Blocker, Launch
from readiness.models import Change

URL = "/launches/europe-ga/blockers/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}
FACTS = {
    "title": "Invoices in euros",
    "description": "The ledger holds one currency.",
    "kind": "internal_process",
    "severity": "blocks",
    "certainty": "unknown_unknown",
    "team": "",
    "due": "2026-12-01",
    "best": "2",
    "likely": "4",
    "worst": "9.5",
    "violates": "Invoices: Euro",
}


@pytest.mark.parametrize(
    ("role", "state"),
    [
        ("lead", "open"),
        ("admin", "open"),
        ("teammate", "proposed"),
        ("stranger", "proposed"),
        ("viewer", None),
    ],
)
def test_for_the_lead_it_stands_and_for_others_it_is_a_proposal(sign_in, people, europe, role, state):
    person = getattr(people, role)
    response = sign_in(person).post(URL, FACTS)
    assert response.status_code == (302 if state else 403)
    assert list(Blocker.objects.values_list("slug", "state", "source", "raised_by__username")) == (
        [("invoices-in-euros", state, "person", role)] if state else []
    )


def test_it_is_there_with_all_that_was_said(sign_in, people, europe, now):
    facts = FACTS | {"team": europe.team.pk}
    response = sign_in(people.lead).post(URL, facts, follow=True)
    assert response.redirect_chain == [(f"{URL}invoices-in-euros/", 302)]
    blocker = Blocker.objects.get()
    assert (blocker.team, blocker.due, blocker.opened_at) == (europe.team, date(2026, 12, 1), now)
    assert blocker.estimate == (Decimal(2), Decimal(4), Decimal("9.5"))
    change = Change.objects.about(blocker).get()
    assert (change.verb, change.author, change.before, change.region) == (
        "opened",
        people.lead,
        {},
        europe.region,
    )
    assert change.after == json.loads(json.dumps(blocker.facts(), cls=DjangoJSONEncoder)) | {
        "best": "2",
        "likely": "4",
    }


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Invoices in euros", "invoices-in-euros-2"), ("請求書", "blocker"), ("x" * 200, "x" * 76)],
)
def test_its_address_is_its_own(sign_in, people, europe, title, slug):
    client = sign_in(people.lead)
    client.post(URL, FACTS)
    client.post(URL, FACTS | {"title": title, "description": "Once more."})
    assert Blocker.objects.latest("pk").slug == slug


def test_htmx_gets_its_panel_and_the_list_with_it(sign_in, people, europe):
    response = sign_in(people.lead).post(URL, FACTS, headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Replace-Url"] == f"{URL}invoices-in-euros/"
    panel, _, behind = response.text.partition('id="blocking" hx-swap-oob="true"')
    assert 'id="blocker-panel"' in panel
    assert "Invoices in euros" in behind


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "odd"}, "kind"),
        ({"due": "2026-02-31"}, "due"),
        ({"worst": ""}, "worst"),
        ({"worst": "3"}, "worst"),
        ({"best": "-1"}, "best"),
        ({"team": "999"}, "team"),
        ({"certainty": "known_unknown"}, "spike_by"),
        ({"labels": "x" * 41}, "labels"),
        ({"links": "javascript:alert(1) Look"}, "links"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_wrong_is_said_and_what_was_typed_stays(sign_in, people, europe, wrong, field, headers):
    response = sign_in(people.lead).post(URL, FACTS | wrong, headers=headers)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "The ledger holds one currency." in response.text
    assert not Blocker.objects.exists()


def test_a_proposal_names_what_it_violates(sign_in, people, europe):
    wrong = FACTS | {"violates": " "}
    response = sign_in(people.stranger).post(URL, wrong)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["violates"])
    assert sign_in(people.lead).post(URL, wrong).status_code == 302


@pytest.mark.parametrize(
    ("baseline", "violates", "certainty"),
    [
        (date(2026, 12, 14), "", "known_known"),
        (date(2026, 11, 2), "", "known_known"),
        (date(2026, 11, 1), "", "unknown_unknown"),
        (date(2026, 11, 1), "WhatsApp: Health", "known_known"),
        (date(2026, 11, 1), "WhatsApp: Wealth", "unknown_unknown"),
    ],
)
def test_what_came_up_late_and_is_on_no_checklist_nobody_foresaw(
    sign_in, people, europe, baseline, violates, certainty
):
    Launch.objects.update(baseline=baseline)
    sign_in(people.lead).post(URL, FACTS | {"certainty": "", "violates": violates})
    assert Blocker.objects.get().certainty == certainty


def test_labels_and_evidence_are_kept_in_one_shape(sign_in, people, europe):
    facts = {
        "labels": " EU  billing, mail,,eu billing",
        "links": "https://wiki.example/1 The ledger\nhttp://b.example",
    }
    sign_in(people.lead).post(URL, FACTS | facts)
    blocker = Blocker.objects.get()
    assert blocker.labels == ["eu billing", "mail"]
    assert blocker.links == [
        {"url": "https://wiki.example/1", "title": "The ledger"},
        {"url": "http://b.example", "title": "b.example"},
    ]


def test_who_gets_the_form(sign_in, people, europe):
    assert sign_in(people.stranger).get(URL).context["proposes"] is True
    assert sign_in(people.lead).get(URL).context["proposes"] is False
    assert sign_in(people.viewer).get(URL).status_code == 403


def test_signed_out_and_wrong_method(sign_in, people, europe):
    assert sign_in().post(URL, FACTS)["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).delete(URL).status_code == 405
    assert not Blocker.objects.exists()
