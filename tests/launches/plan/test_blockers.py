"""What a plan says of blockers beyond their course: how sure, what for, by what evidence, who knows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from launches.models import Blocker, Deferral
from launches.plan.dump import dump
from launches.plan.report import Report
from readiness.models import Change, User
from tests.launches.plan.conftest import NOW

Load = Callable[..., Report]
ABOUT_CHAT = "launches: {{europe-ga: {{sign_offs: {{sales: {{}}}}, blockers: {{chat: {}}}}}}}"
ABOUT_EUR = "launches: {{europe-ga: {{blockers: {{eur: {}}}}}}}"


def acknowledgements(said: str) -> str:
    return ABOUT_CHAT.format(f"{{deferral: {{reason: Rare., fill_by: today+120, acknowledgements: {said}}}}}")


def told(name: str) -> list[str]:
    """By function, who said so and when."""
    said = Deferral.objects.get(blocker__slug=name).acknowledgements
    return [
        f"{slug} {each['by']['label']} {each['at'][:16]}" if each else slug
        for slug, each in sorted(said.items())
    ]


def test_labels_and_evidence_are_kept_as_a_form_keeps_them(loaded: Load) -> None:
    loaded()
    evidence = "[{url: https://wiki.harbor.example/z, title: Ledger}, {url: https://a.harbor.example/}]"
    said = f"{{labels: [VAT, month  End, vat], violates: 'Billing: Euro ', links: {evidence}}}"
    loaded(ABOUT_EUR.format(said))
    eur = Blocker.objects.get(slug="eur")
    links = [
        {"url": "https://wiki.harbor.example/z", "title": "Ledger"},
        {"url": "https://a.harbor.example/", "title": "a.harbor.example"},
    ]
    assert (eur.labels, eur.violates, eur.links) == (["month end", "vat"], "Billing: Euro", links)
    change = Change.objects.about(eur).first()
    assert change.after == {"labels": ["month end", "vat"], "violates": "Billing: Euro", "links": links}
    assert loaded(ABOUT_EUR.format(said)).total.changed == 0


def test_the_day_goes_once_nothing_is_left_to_find_out(loaded: Load) -> None:
    loaded()
    loaded(ABOUT_EUR.format("{certainty: known_unknown, spike_by: today+3}"))
    assert Blocker.objects.get(slug="eur").spike_by == NOW.date() + timedelta(3)
    loaded(ABOUT_EUR.format("{certainty: known_known}"))
    assert Blocker.objects.get(slug="eur").spike_by is None


def test_a_function_that_is_not_named_has_said_what_it_said(loaded: Load) -> None:
    loaded()
    loaded(acknowledgements("{support: {by: mara, on: today-4}, sales: {}}"))
    assert told("chat") == ["sales", "support Mara Lindqvist 2026-11-21T00:00"]
    loaded(acknowledgements("{legal: {}}"))
    assert told("chat") == ["legal", "sales", "support Mara Lindqvist 2026-11-21T00:00"]
    loaded(acknowledgements("{support: {by: null}, sales: {by: odile}}"))
    assert told("chat") == ["legal", "sales odile 2026-11-25T10:00", "support"]


def test_what_somebody_acknowledged_since_counts_for_more(loaded: Load) -> None:
    loaded()
    plan = acknowledgements("{support: {}, sales: {}}")
    loaded(plan)
    deferral, mara = Deferral.objects.get(), User.objects.get(username="mara")
    deferral.acknowledge("support", by=mara, now=NOW + timedelta(minutes=7))
    assert (loaded(plan).details, told("chat")) == ([], ["sales", "support Mara Lindqvist 2026-11-25T10:07"])


def test_a_dump_says_who_acknowledged_and_of_whom_it_waits(loaded: Load) -> None:
    with transaction.atomic():
        loaded()
        loaded(acknowledgements("{support: {}, sales: {}}"))
        mara = User.objects.get(username="mara")
        Deferral.objects.get().acknowledge("support", by=mara, now=NOW + timedelta(minutes=7))
        text = dump()
        assert loaded(text).details == []
        assert told("chat") == ["sales", "support Mara Lindqvist 2026-11-25T10:07"]
        transaction.set_rollback(True)
    loaded(text, now=NOW + timedelta(9))
    assert (told("chat"), dump()) == (["sales", "support Mara Lindqvist 2026-11-25T10:07"], text)


def test_a_function_that_signs_no_more_is_not_in_the_dump(loaded: Load) -> None:
    loaded()
    loaded(acknowledgements("{support: {}, sales: {}}"))
    deferral = Deferral.objects.get()
    deferral.blocker.launch.sign_offs.get(slug="sales").delete()
    assert "sales" not in dump()
    assert loaded(dump()).details == []


@pytest.mark.parametrize("slug", ["status", "chat"])
def test_how_many_decided_stays_known_when_the_severity_falls(loaded: Load, slug: str) -> None:
    loaded()
    blocker = Blocker.objects.get(slug=slug)
    alone = blocker.decision.alone
    blocker.amend(by=User.objects.get(username="mara"), now=NOW, severity="degrades")
    assert loaded(dump()).details == []
    assert (alone, type(blocker.decision).objects.get().alone) == (False, False)
