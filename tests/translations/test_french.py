"""What French must not break: what is kept, what forms send, what is cached."""

import ast
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.formats import date_format
from model_bakery import baker

from readiness.checklists.form import RequirementForm
from readiness.forms import EstimateForm
from readiness.language.history_words import VERBS
from readiness.matrix.rows import rows
from readiness.models import Change, Conflict, Integration, Readiness, Region, User
from readiness.probes.batch import ProbeRun, run_batch
from readiness.templatetags.readiness import ago, estimate, lasting
from readiness.uptime import Uptime, UptimeRecord
from readiness.wording import differences, happening, in_words, verb_word
from tests.readiness.probes.peers import FACTS, LOOPBACK

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# What writes history, with the verb as its first argument or its second.
WRITERS = {"change", "noted", "note", "_noted", "_freeze"}


@pytest.fixture
def _french():
    with translation.override("fr"):
        yield


@pytest.mark.usefixtures("_french")
def test_history_is_kept_in_english_and_told_in_french():
    change = Change(
        verb="waiver requested",
        before={"state": "open", "fill_by": None, "owner": {"id": 1, "label": "open house"}},
        after={"state": "waived", "fill_by": "2026-12-14", "owner": {"id": 2, "label": "Ada"}},
    )
    assert happening(change) == "dérogation demandée"
    assert [row.is_state for row in differences(change)] == [True, False, False]
    assert [tuple(row) for row in differences(change)] == [
        ("état", "ouvert", "dérogation"),
        ("à combler d’ici le", "", "14 déc. 2026"),
        ("responsable", "open house", "Ada"),
    ]


def test_history_has_a_word_for_each_verb_that_is_written():
    """Those that stand in the code as they are, which are nearly all."""
    files = [
        *Path(settings.BASE_DIR, "readiness").rglob("*.py"),
        *Path(settings.BASE_DIR, "launches").rglob("*.py"),
    ]
    calls = (
        node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)
    )
    written = {
        said.value
        for call in calls
        if (getattr(call.func, "attr", None) or getattr(call.func, "id", None)) in WRITERS
        for said in call.args[:2]
        if isinstance(said, ast.Constant) and isinstance(said.value, str) and said.value
    }
    assert len(written) > 30
    assert sorted(written - VERBS.keys()) == []


@pytest.mark.usefixtures("_french")
def test_what_history_does_not_know_is_told_as_it_stands():
    assert verb_word("frobnicated") == "frobnicated"
    assert verb_word("undone: undone: accepted") == "annulé\u00a0: annulé\u00a0: accepté"
    assert in_words("a_new_state") == "a new state"


def test_months_are_written_as_each_language_does():
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = [date_format(NOW, form) for form in ("j M Y, H:i", "DATETIME_FORMAT", "l j F Y")]
    assert said == {
        "en": ["2 Nov 2026, 09:00", "Nov. 2, 2026, 9 a.m.", "Monday 2 November 2026"],
        "fr": ["2 nov. 2026, 09:00", "2 novembre 2026 09:00", "lundi 2 novembre 2026"],
    }


@pytest.mark.usefixtures("_french")
def test_numbers_have_a_comma_where_they_are_read():
    assert estimate((Decimal("0.5"), Decimal("2.5"), Decimal(40))) == "0,5–2,5–40 j"
    assert Uptime("", 100_000, UptimeRecord(up=99_981, down=19)).share == "99,98\u00a0%"
    assert ago(NOW - timedelta(hours=3), NOW) == "il y a 3 h"
    assert lasting(timedelta(days=12)) == "12 j"


@pytest.mark.usefixtures("_french")
def test_and_none_where_a_form_sends_them():
    form = EstimateForm({"version": "1", "best": "0.5", "likely": "2.5", "worst": "40"})
    assert 'value="2.5"' in str(form["likely"])
    assert form.is_valid()
    assert form.estimate == (Decimal("0.5"), Decimal("2.5"), Decimal(40))


@pytest.mark.django_db
def test_each_language_has_rows_of_its_own_in_the_cache():
    cache.clear()
    region, integration = baker.make(Region, slug="europe"), baker.make(Integration, slug="mail", team=None)
    baker.make(Readiness, region=region, integration=integration)
    said = []
    for language in ("en", "fr", "en"):
        with translation.override(language):
            (row,) = rows(Integration.objects.all(), [region])
            said.append(
                [word in row.html.decode() for word in ("not started", "pas commencé", "sans équipe")]
            )
    assert said == [[True, False, False], [False, True, True], [True, False, False]]


@pytest.mark.usefixtures("_french")
def test_what_a_check_finds_is_kept_in_no_readers_language():
    runs = [
        ProbeRun("http", {"link": "x"}, FACTS),
        ProbeRun("http", {"url": "http://10.0.0.1/"}, FACTS),
        ProbeRun("nonsense", {}, FACTS),
    ]
    facts = [found.fact for found in run_batch(runs, now=NOW, reach=LOOPBACK) if found]
    assert [fact.partition(";")[0] for fact in facts] == [
        "the check's parameters are wrong: url: field required",
        "not checked: 10.0.0.1 is a private address",
        "“nonsense” is not a kind of check",
    ]
    assert translation.get_language() == "fr"


@pytest.mark.usefixtures("_french")
def test_what_is_wrong_with_a_check_is_said_to_whoever_types_it(db):
    def complaints(parameters):
        form = RequirementForm({"probe": "http", "written": "text", "parameters": parameters})
        return form.errors["parameters"]

    assert complaints("url: http://10.0.0.1/") == [
        "url: 10.0.0.1 est une adresse privée, ce que PROBE_ALLOWED_NETWORKS n’autorise pas"
    ]
    assert complaints("timeout: 99") == [
        "url: champ exigé",
        "timeout: 30.0 au plus est attendu",
    ]


def test_a_conflict_is_told_with_the_name_as_it_was_typed(people):
    with translation.override("fr"):
        conflict = Conflict(User(username="ready"))
    assert str(conflict) == "«\u00a0ready\u00a0» a été modifié par quelqu’un d’autre entre-temps."


@pytest.mark.django_db
@pytest.mark.parametrize(("spoken", "other"), [("en", "Français"), ("fr", "English")])
def test_the_other_language_is_called_in_its_own_words(spoken, other, client):
    answer = client.get("/sign-in/", headers={"Accept-Language": spoken})
    assert re.findall(r'name="language" value="\w\w" lang="\w\w">(.*?)<', answer.content.decode()) == [other]


@pytest.mark.parametrize("path", ["/regions/europe/", "/checks/", "/regions/"])
def test_a_page_in_french_says_so(path, people, client):
    member = people["admin"]
    member.speaks("fr")
    client.force_login(member)
    answer = client.get(path)
    assert answer.headers["Content-Language"] == "fr"
    assert '<html lang="fr" ' in answer.content.decode()
    assert ">Lancements</a>" in answer.content.decode()
