"""What comes along is data: every entry is one that the plan file and the checks take."""

from datetime import date

import pytest
from django.utils import translation

from launches.onboarding.places import places
from launches.onboarding.starter import offers, plan_of
from launches.plan import schema
from launches.plan.slugs import slug_of
from readiness import probes
from readiness.models.region import validate_timezone
from readiness.workdays import public_holidays

READ = {"name", "description", "title", "guidance"}


@pytest.fixture(params=["en", "fr"])
def _each_language(request):
    with translation.override(request.param):
        yield


@pytest.fixture
def plan(_each_language):
    said = plan_of(offers())
    whole = {"teams": said["teams"], "integrations": said["integrations"], "cells": {"here": said["cells"]}}
    return schema.PlanFile.model_validate(whole, context={"today": date(2026, 11, 2)})


@pytest.mark.usefixtures("_each_language")
def test_there_are_sixty_with_names_of_their_own():
    names = [offer.name for offer in offers().values()]
    assert (len(offers()), len(set(names))) == (60, 60)


@pytest.mark.usefixtures("_each_language")
def test_so_have_their_teams():
    """Two under one name would be taken for one where it was brought in a sheet."""
    teams = plan_of(offers())["teams"]
    assert (len(teams), len({slug_of(team["name"]) for team in teams.values()})) == (17, 17)


def test_each_reader_has_their_own_language():
    said = []
    for language in ("en", "fr", "en"):
        with translation.override(language):
            offer = offers()["billing"]
            said.append((offer.name, offer.owner, offer.requirements["usage"]["title"]))
    english = ("Billing", "Payments", "Usage of the region is counted")
    assert said == [english, ("Facturation", "Paiements", "L’usage de la région est compté"), english]


def test_both_languages_differ_in_their_words_alone():
    plans = []
    for language in ("en", "fr"):
        with translation.override(language):
            plans.append(plan_of(offers()))
    assert without_words(plans[0]) == without_words(plans[1])
    assert plans[0] != plans[1]


def without_words(said):
    if not isinstance(said, dict):
        return said
    return {name: value if name == "check" else without_words(value) for name, value in said.items()} | {
        name: "" for name in READ & said.keys() if isinstance(said[name], str)
    }


def test_english_is_as_the_files_have_it():
    database = plan_of(["database"])
    assert database["teams"] == {"platform": {"name": "Platform"}}
    one = database["integrations"]["database"]
    assert (one["name"], one["description"], one["kind"], one["team"]) == (
        "Primary database",
        "Accounts, settings and all that customers create.",
        "infrastructure",
        "platform",
    )
    assert one["requirements"]["connections"] == {
        "title": "Sized for the first two quarters",
        "level": "should",
        "guidance": "Connections, storage growth and the quota of the account in this region. New regions "
        "begin with low quotas, and raising one takes days.",
    }


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "dunning", ["dunning"]),
        ("fr", "relances", ["dunning"]),
        ("fr", "dunning", []),
        ("fr", "fiscalite", ["tax"]),
        ("fr", "Journal d'audit", ["audit-log"]),
        ("fr", "!", []),
    ],
)
def test_it_is_found_by_what_is_read_with_or_without_accents(language, text, found):
    with translation.override(language):
        assert [slug for slug, offer in offers().items() if offer.matches(text)] == found


def test_the_slug_is_not_taken_by_another_name(plan):
    """A sheet that names one of them means it, so its slug is that of its name, or at least nobody else's."""
    of_names = {slug_of(offer.name): slug for slug, offer in offers().items()}
    assert [(one, of_names[one]) for one in of_names if one in offers() and of_names[one] != one] == []


def test_every_checklist_has_three_to_six_lines_that_say_what_to_verify(plan):
    checklists = {slug: one.requirements for slug, one in plan.integrations.items()}
    assert {slug: len(lines) for slug, lines in checklists.items() if not 3 <= len(lines) <= 6} == {}
    lines = [(slug, name, line) for slug, each in checklists.items() for name, line in each.items()]
    assert [(slug, name) for slug, name, line in lines if len(line.guidance) < 40 or not line.title] == []
    assert [slug for slug, each in checklists.items() if "new" in each] == []


def test_some_line_of_each_checklist_is_required(plan):
    musts = {
        slug
        for slug, one in plan.integrations.items()
        for r in one.requirements.values()
        if r.level == "must"
    }
    assert musts == set(offers())


def test_every_check_takes_its_parameters(plan):
    wrong = {
        (slug, name): problems
        for slug, one in plan.integrations.items()
        for name, line in one.requirements.items()
        if line.check and (problems := probes.validate(line.check.kind, line.check.model_extra or {}))
    }
    assert wrong == {}


def test_every_one_is_owned_described_and_estimated(plan):
    assert {slug: one.team for slug, one in plan.integrations.items() if one.team not in plan.teams} == {}
    assert [slug for slug, one in plan.integrations.items() if not one.description] == []
    assert [slug for slug, cell in plan.cells["here"].items() if not cell.estimate] == []


def test_unknown_slugs_are_nothing():
    assert plan_of(["nowhere"]) == {"teams": {}, "integrations": {}, "cells": {}}


def test_every_place_has_a_time_zone_and_holidays():
    for place in places().values():
        validate_timezone(place.timezone)
        assert public_holidays(place.holiday_calendar, range(2027, 2028)), place
    assert len(places()) > 90
