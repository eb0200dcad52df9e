"""Freezes and part-time weeks in a plan file."""

from datetime import date

from launches.plan.document import read
from launches.plan.dump import dump
from launches.plan.report import Counts
from readiness.models import Change, ChangeFreeze, Region, Team
from tests.launches.plan.conftest import TODAY

PLAN = """
teams:
  m: {week: [thu, mon, mon], share: 80}
regions:
  e:
    freezes:
      - {first: 2027-03-26, last: 2027-03-29, reason: Easter}
      - {first: today+26, last: 2027-01-01, reason: Year-end}
"""
WINTER = ChangeFreeze(date(2026, 12, 21), date(2027, 1, 1), "Year-end")
EASTER = ChangeFreeze(date(2027, 3, 26), date(2027, 3, 29), "Easter")


def test_they_are_kept_in_their_order(loaded):
    loaded(PLAN)
    assert Region.objects.get().frozen == (WINTER, EASTER)
    team = Team.objects.get()
    assert (team.working_week, team.share, team.pace, team.paced_on) == ("mon thu", 80, 0.32, None)


def test_they_come_back_as_they_are(loaded):
    loaded(PLAN)
    data = read(dump(), "d").data
    assert data["teams"]["m"] == {"name": "M", "parallel_work": 1, "week": ["mon", "thu"], "share": 80}
    assert data["regions"]["e"]["freezes"] == [WINTER.facts(), EASTER.facts()]
    assert loaded(dump()).total == Counts(0, 0, 2)


def test_a_file_that_says_nothing_of_them_leaves_them_and_an_empty_list_lifts_them(loaded):
    loaded(PLAN)
    assert loaded("teams: {m: {}}\nregions: {e: {}}").total == Counts(0, 0, 2)
    assert loaded("regions: {e: {freezes: []}}").total == Counts(0, 1, 0)
    row = Change.objects.latest("pk")
    assert (row.verb, row.before, row.after) == (
        "changed",
        {"freezes": [WINTER.facts(), EASTER.facts()]},
        {"freezes": []},
    )


def test_another_week_holds_from_that_day_on(loaded):
    loaded("teams: {m: {}}")
    loaded(PLAN)
    assert Team.objects.get().paced_on == TODAY
    loaded("teams: {m: {parallel_work: 2}}", today=date(2026, 12, 1))
    assert Team.objects.get().paced_on == TODAY
