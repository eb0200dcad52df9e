"""A launch in French, and that nothing of French is kept."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils.translation import override
from model_bakery import baker

from launches.charts import distribution, fan
from launches.charts.forecasts import ForecastDay
from launches.models import Blocker, GoRecord, Launch, SignOff, Snapshot
from launches.models.signoff import usual
from launches.pages.forecast_history import history_of
from launches.pages.report.brief import Brief
from launches.pages.report.brief_markdown import markdown
from launches.percentages import percent
from launches.status import settle_launch, status_of
from launches.status.snapshots import save_snapshots
from launches.templatetags.launches import away, times
from readiness.models import Change, Readiness

GO = "/launches/europe-ga/go/"
SEEN = re.compile(r'name="seen" value="([^"]+)"')
# What stands before a colon or a percent sign.
NARROW = "\u00a0"


@pytest.fixture
def french(people):
    """Everybody reads French."""
    type(people.lead).objects.update(language="fr")
    with override("fr"):
        yield people


def look(europe, now):
    return status_of(Launch.objects.select_related("region").get(pk=europe.launch.pk), europe.lead, now)


def raised(europe, now, name="Invoices", days=35, **facts):
    points = {"best": days, "likely": days, "worst": days}
    facts = {"kind": "internal_process", "owner": europe.lead} | points | facts
    return baker.make(Blocker, launch=europe.launch, slug=name.lower(), title=name, opened_at=now, **facts)


@pytest.mark.usefixtures("french")
def test_the_verdict_says_what_would_change_it(europe, now):
    Readiness.objects.update(state="ready")
    raised(europe, now)
    seen = look(europe, now)
    assert seen.sentence.replace(NARROW, " ") == (
        "Hors délai : moins de 1 % de chances de tenir le 14 déc. 2026. "
        "Lancer sans Invoices : P85 avancé de 46 jours, et nous sommes dans les temps."
    )
    with override("en"):
        assert seen.sentence == (
            "Off track: under 1 % to make 14 Dec 2026. "
            "Launch without Invoices: P85 moves 46 days earlier and we are on track."
        )


@pytest.mark.usefixtures("french")
def test_why_there_is_no_forecast_is_cached_in_no_language(europe, now):
    Readiness.objects.update(state="ready")
    first, second = raised(europe, now, "Ledger"), raised(europe, now, "Invoices")
    first.depends_on.add(second)
    second.depends_on.add(first)
    cache.clear()
    assert look(europe, now).why.startswith("il n’y a pas de prévision. Attendent l’un après l’autre")
    with override("en"):
        assert look(europe, now).why.startswith("there is no forecast. These wait for each other: ")


@pytest.mark.usefixtures("french")
def test_what_moved_the_date_is_kept_in_no_language(europe, now):
    Readiness.objects.update(state="ready")
    blocker = raised(europe, now, days=5)
    save_snapshots(now)
    blocker.amend(by=europe.lead, now=now + timedelta(hours=1), worst=30, likely=9)
    save_snapshots(later := now + timedelta(days=1))
    kept = Snapshot.objects.order_by("day").last()
    assert [change["text"]["text"] for change in kept.changes] == [
        "%(count)d working day passed",
        "%(what)s by %(name)s",
    ]
    told = history_of(look(europe, later), later).told
    assert [move.text for move in told] == ["estimation de Invoices relevée par lead"]
    Snapshot.objects.filter(pk=kept.pk).update(
        changes=[{"days": 4, "text": "estimate of Invoices raised by lead", "by_itself": False}]
    )
    told = history_of(look(europe, later), later).told
    assert [move.text for move in told] == ["estimate of Invoices raised by lead"]


def test_a_page_shown_in_one_language_is_decided_on_in_the_other(sign_in, people, europe, now):
    Readiness.objects.update(state="ready")
    baker.make(SignOff, launch=europe.launch, slug="press", function="Press", is_required=False)
    client = sign_in(people.lead)
    seen = SEEN.search(client.get(GO).text)[1]
    type(people.lead).objects.update(language="fr")
    raised(europe, now, "Spam", severity="degrades")
    answer = client.post(GO, {"decision": "go", "seen": seen})
    assert [tuple(change) for change in answer.context["changes"]] == [("Spam", "", "ouvert")]
    assert client.post(GO, {"decision": "go", "seen": SEEN.search(answer.text)[1]}).status_code == 302
    record = GoRecord.objects.get()
    assert record.known["hurdles"][0]["title"] == {"text": "Advice"}
    assert "Avis" in client.get(record.get_absolute_url()).text
    assert list(Change.objects.filter(verb__contains="record").values_list("verb", flat=True)) == [
        "go recorded"
    ]


@pytest.mark.usefixtures("french")
def test_the_report_reads_as_markdown(europe, now):
    settle_launch(europe.launch, now)
    told = markdown(Brief(look(europe, now), europe.lead, now), "https://example.org/").replace(NARROW, " ")
    assert told.startswith("# Europe, disponibilité générale\n\n**")
    assert "| Date cible | Probabilité | P50 | P85 |" in told
    assert told.endswith("Situation au 2 nov. 2026, 09:00 UTC : <https://example.org/>\n")


@pytest.mark.usefixtures("french")
def test_charts_name_months_and_write_numbers_as_readers_do(now):
    today = now.date()
    days = [today, today + timedelta(days=100)]
    drawn = fan([ForecastDay(day, today, today, today + timedelta(days=30), today) for day in days], [])
    assert [tick.label for tick in drawn.days][:2] == ["9 nov. 2026", "23 nov."]
    curve = [(today.toordinal() + number, (number + 1) / 16) for number in range(16)]
    bars = distribution(curve, [curve], today, []).bars
    assert bars[0].label == f"2 nov. 2026{NARROW}: 6{NARROW}%"


@pytest.mark.usefixtures("french")
def test_few_words_are_counted_as_french_counts():
    assert [percent(chance).replace(NARROW, " ") for chance in (0.004, 0.29)] == ["moins de 1 %", "29 %"]
    assert [away(days) for days in (0, -1, 2)] == ["0 jour", "1 jour", "2 jours"]
    assert [times(count) for count in (1, 2, 3)] == ["une fois", "deux fois", "3 fois"]


@pytest.mark.usefixtures("french")
def test_what_a_template_names_is_kept_in_the_language_of_the_site(settings):
    assert usual()["legal"] == "Legal"
    settings.LANGUAGE_CODE = "fr"
    with override("en"):
        assert usual()["legal"] == "Juridique"
