"""The counts of the list across launches are read from indexes alone: they equal what the lists hold."""

from contextlib import suppress
from datetime import UTC, date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.http import QueryDict
from model_bakery import baker

from launches.models import Blocker, Launch, NotPossible, Waiver
from launches.models.decision import open_request
from launches.pages.lists.filters import FLAGS, STATES
from launches.pages.lists.tally import tally, tally_of_all
from launches.pages.triage.blocker_list import ListPage
from launches.status import settle_cells
from readiness.models import Change, Region, User

WRITERS, ROUNDS, STEPS = 4, 12, 15
VERBS = ("accept", "reject", "start", "resolve", "reopen", "clarify", "fill")
EDITS = (
    {"owner": None},
    {"due": None},
    {"due": date(2026, 10, 28)},
    {"due": date(2026, 11, 2)},
    {"due": date(2026, 12, 1)},
    {"best": None, "likely": None, "worst": None},
    {"best": Decimal(1), "likely": Decimal(2), "worst": Decimal(3)},
)


def listed(page):
    """Each count as the list has it that it opens."""
    queries = {name: f"state={name}" for name in STATES} | {flag: f"flag={flag}" for flag, _ in FLAGS}
    return {
        name: len(ListPage(page.user, page.now, QueryDict(query)).ordered) for name, query in queries.items()
    }


def same(page):
    counts = tally_of_all(page.viewpoint)
    assert counts == tally(Blocker.objects.all(), page.viewpoint) == listed(page)
    return counts


@pytest.fixture
def page(europe, now):
    return ListPage(europe.lead, now, QueryDict())


def test_nothing_at_all(db, now):
    page = ListPage(baker.make(User, username="viewer"), now, QueryDict())
    assert set(same(page).values()) == {0}


def test_a_cell_that_is_estimated_estimates_its_blocker_and_no_other(page, europe, now):
    settle_cells([europe.cell.pk], now=now)
    baker.make(Blocker, launch=europe.launch, source="check", cell=europe.cell, opened_at=now, state="open")
    assert same(page)["no-estimate"] == 2
    europe.cell.best, europe.cell.likely, europe.cell.worst = 1, 2, 3
    europe.cell.save()
    assert same(page)["no-estimate"] == 1


def test_what_was_opened_as_quiet_begins_is_not_stuck_and_what_moved_then_neither(page, europe, now):
    quiet = page.viewpoint.quiet_since
    before = quiet - timedelta(microseconds=1)
    old = [
        baker.make(Blocker, launch=europe.launch, slug=f"b-{n}", opened_at=at, state="open")
        for n, at in enumerate((quiet, before, before, before))
    ]
    old[1].amend(by=europe.lead, now=quiet, due=date(2026, 12, 1))
    old[1].amend(by=europe.lead, now=now, due=None)
    old[2].amend(by=europe.lead, now=before, due=date(2026, 12, 1))
    assert same(page)["stuck"] == 2


def test_whatever_people_do_the_counts_are_those_of_the_lists(page, europe, now):
    dice = Random(11)
    people = [europe.lead, *(baker.make(User, username=f"w-{n}", is_superuser=True) for n in range(WRITERS))]
    launches = [europe.launch, *(_launch(n) for n in range(2))]
    seen = set()
    for _ in range(ROUNDS):
        for _ in range(STEPS):
            with suppress(NotPossible):
                _step(dice, launches, people, now - timedelta(days=dice.randrange(12)))
        counts = same(page)
        seen |= {name for name, count in counts.items() if count}
    assert seen == {*STATES, *dict(FLAGS)} - {"deferred"}
    assert Change.objects.filter(author__in=people).values("author").distinct().count() == WRITERS + 1


def _launch(number):
    region = baker.make(Region, slug=f"r-{number}", name=f"R {number}")
    day = date(2027, 1, 11)
    return baker.make(Launch, slug=f"l-{number}", name=f"L {number}", region=region, target=day, baseline=day)


def _step(dice, launches, people, at):
    blockers, by = list(Blocker.objects.all()), dice.choice(people)
    if not blockers or dice.random() < 0.25:
        certainty = dice.choice(Blocker.Certainty.values)
        facts = {"kind": "infrastructure", "certainty": certainty, "owner": dice.choice([None, *people])}
        launch, proposed = dice.choice(launches), dice.random() < 0.4
        Blocker.objects.raised(launch, title="It", by=by, now=at, proposed=proposed, **facts)
        return
    blocker = dice.choice(blockers)
    if dice.random() < 0.5:
        blocker.amend(by=by, now=at, **dice.choice(EDITS))
    elif dice.random() < 0.4:
        _waive(blocker, [by, *(one for one in people if one != by)], at)
    else:
        getattr(blocker, dice.choice(VERBS))(by=by, now=at, note="Why")


def _waive(blocker, people, at):
    Waiver.ask(blocker, by=people[0], now=at, reason="Few", expires_on=at.astimezone(UTC).date())
    open_request(Blocker.objects.get(pk=blocker.pk)).approve(by=people[1], now=at)
