"""A forecast of guesses is on paper only: unknown, and grey, never on track."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from model_bakery import baker

from launches.models import Blocker, Launch
from launches.planning import Outlook, Part
from launches.status import settle_launch, status_of
from launches.status.paper import paper_of
from readiness.models import Integration, Item, Readiness, User


@pytest.fixture
def thirty(europe):
    """A new launch: thirty must-haves, none estimated, owned or confirmed."""
    type(europe.team).objects.update(parallel_work=30)
    for number in range(29):
        integration = baker.make(Integration, slug=f"i-{number}", name=f"I {number}", team=europe.team)
        baker.make(Readiness, region=europe.region, integration=integration)
    return europe


def judge(europe, now):
    settle_launch(europe.launch, now)
    return status_of(Launch.objects.select_related("region").get(pk=europe.launch.pk), europe.lead, now)


def estimate(count, now, by):
    for cell in Readiness.objects.order_by("pk")[:count]:
        cell.set_estimate((2, 5, 15), by=by, now=now)


def test_a_launch_of_guesses_is_unknown_on_paper(thirty, now):
    view = judge(thirty, now)
    assert (view.verdict, view.is_on_paper) == ("unknown", True)
    assert view.sentence.startswith(
        "Unknown, on paper: nobody has confirmed 30 of 30 estimates, and nobody owns 30 of 30 blockers. "
        "Estimate "
    )
    assert view.outlook.p85 is not None


def test_over_a_third_is_too_much_and_less_is_not(thirty, now):
    thirty.team.members.add(thirty.lead)
    estimate(15, now, thirty.lead)
    view = judge(thirty, now)
    assert view.sentence.startswith("Unknown, on paper: nobody has confirmed 15 of 30 estimates. Estimate ")
    estimate(25, now, thirty.lead)
    view = judge(thirty, now)
    assert (view.verdict, view.is_on_paper, len(view.paper.guessed)) == ("on_track", False, 5)


def test_each_site_says_how_much_is_too_much(thirty, now, settings):
    thirty.team.members.add(thirty.lead)
    estimate(25, now, thirty.lead)
    settings.MOST_GUESSED = 10
    assert judge(thirty, now).verdict == "unknown"
    settings.MOST_GUESSED = 100
    assert judge(thirty, now).verdict == "on_track"


def test_work_is_owned_by_who_can_do_it(thirty, now):
    estimate(30, now, thirty.lead)
    assert judge(thirty, now).sentence.startswith(
        "Unknown, on paper: nobody owns 30 of 30 blockers. Find owners for "
    )
    gone = baker.make(User, is_active=False)
    thirty.team.members.add(gone)
    Blocker.objects.update(owner=gone)
    assert judge(thirty, now).verdict == "unknown"
    Blocker.objects.update(owner=thirty.lead)
    assert judge(thirty, now).verdict == "on_track"
    Blocker.objects.update(owner=None)
    thirty.team.members.add(thirty.lead)
    assert judge(thirty, now).verdict == "on_track"


def test_it_goes_by_the_work_and_not_by_the_number():
    rows = [Blocker(pk=at, slug=slug, title=slug) for at, slug in enumerate("abc", 1)]
    for row in rows:
        row.is_staffed = True
    parts = {"a": Part(work=40), "b": Part(work=5), "c": Part(work=5)}
    paper = paper_of(rows, Outlook(parts=parts, assumed=("b", "c")))
    assert (paper.share, paper.is_too_much, paper.guessed) == (0.2, False, ["b", "c"])
    assert paper_of(rows, Outlook(parts=parts, assumed=("a",))).share == 0.8
    assert paper_of(rows, Outlook(parts=parts, assumed=("a",)), {"a"}).share == 0
    # Estimated at nothing, each of them counts the same.
    assert paper_of(rows, Outlook(assumed=("a",))).share == pytest.approx(1 / 3)
    assert paper_of([], Outlook()).is_too_much is False


def test_guesses_do_not_bring_a_target_back(thirty, now):
    Launch.objects.update(target=now.date().replace(year=2020))
    view = judge(thirty, now)
    assert view.verdict == "off_track"
    assert view.why.startswith("the target 2 Nov 2020 has passed; P85 is ")


@pytest.mark.parametrize("text", ["-1", "101", "nan", "a third"])
def test_a_share_that_is_none_keeps_the_site_from_starting(text):
    started = subprocess.run(
        [sys.executable, "-c", "import readiness.settings"],
        env={**os.environ, "MOST_GUESSED": text},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (started.returncode, "MOST_GUESSED" in started.stderr) == (1, True)


@pytest.fixture
def ending(thirty, now):
    """All is ready; the evidence of one cell, which nobody estimated, ends before the launch."""
    thirty.team.members.add(thirty.lead)
    Readiness.objects.update(state="ready")
    Item.objects.filter(cell=thirty.cell).update(state="passed", expires_on=date(2026, 12, 1))
    return thirty


def test_evidence_that_ends_counts_by_its_cell_s_estimate_and_owner(ending, now):
    view = judge(ending, now)
    assert (view.verdict, view.is_on_paper, view.paper.guessed) == ("unknown", True, ["WhatsApp"])
    assert view.sentence.startswith(
        "Unknown, on paper: nobody has confirmed 1 of 1 estimate. The evidence for "
    )
    ending.cell.set_estimate((1, 2, 3), by=ending.lead, now=now)
    assert judge(ending, now).verdict == "on_track"
    User.objects.filter(pk=ending.lead.pk).update(is_active=False)
    assert judge(ending, now).paper.unowned == ["WhatsApp"]
