"""A real company's plan as it grows: five regions, a hundred integrations with a thousand requirements, six
launches with 700 live blockers, then twelve with 1,400. The same one each time."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from launches.models import Blocker, Launch, SignOff, Waiver
from readiness.models import Change, Integration, Item, Readiness, Region, Requirement, Team, User
from readiness.models.history import change
from readiness.state import CellState, ItemState, Level
from tests.benchmarks.world import ASPECTS, SUBJECTS

REGIONS, INTEGRATIONS, LINES = 5, 100, 10
# Launches at first and then, and how many live blockers they have; a third as many are resolved.
FIRST, THEN, LIVE, RESOLVED = 6, 12, 700, 230
FUNCTIONS = ("support", "sales", "legal", "marketing", "analytics", "research")


def begin() -> User:
    """Fill an empty database with the first launches; returns an admin who is in a team and leads some."""
    dice = random.Random(14)
    lead = User.objects.create(username="company-lead", first_name="Ada", last_name="Lead", is_superuser=True)
    teams = list(_teams(lead))
    regions = Region.objects.bulk_create(
        Region(slug=f"place-{n}", name=f"Place {n}", domain=f"place-{n}.example") for n in range(REGIONS)
    )
    names = [f"{subject} {aspect}" for aspect in ASPECTS.split() for subject in SUBJECTS.split()]
    things = Integration.objects.bulk_create(
        Integration(
            slug=name.replace(" ", "-"),
            name=name.replace("-", " ").capitalize(),
            kind=dice.choice(Integration.Kind.values),
            team=teams[number % len(teams)],
        )
        for number, name in enumerate(names[:INTEGRATIONS])
    )
    _checklists(regions, things, dice)
    _launches(range(FIRST), lead, dice)
    return lead


def grow() -> None:
    """As many launches again, with as many blockers."""
    lead = User.objects.get(username="company-lead")
    _launches(range(FIRST, THEN), lead, random.Random(15))


def _teams(lead: User) -> Iterator[Team]:
    for number in range(12):
        team = Team.objects.create(
            slug=f"crew-{number}", name=f"Crew number {number}", parallel_work=1 + number % 3
        )
        people = User.objects.bulk_create(
            User(username=f"person-{number}-{n}", first_name="Person", last_name=f"{number} {n}")
            for n in range(3)
        )
        team.members.set([*people, lead] if number == 0 else people)
        yield team


def _checklists(regions: Sequence[Region], things: Sequence[Integration], dice: random.Random) -> None:
    lines = Requirement.objects.bulk_create(
        Requirement(
            integration=thing,
            slug=f"line-{number}",
            title=f"{thing.name}: requirement number {number}",
            level=Level.SHOULD if number % 5 == 4 else Level.MUST,
            probe="http" if number < 3 else "",
            parameters={"url": "https://{region.domain}/health"} if number < 3 else {},
        )
        for thing in things
        for number in range(LINES)
    )
    cells = Readiness.objects.bulk_create(
        Readiness(
            region=region,
            integration=thing,
            state=dice.choice((CellState.READY, CellState.NOT_STARTED, CellState.IN_PROGRESS)),
        )
        for region in regions
        for thing in things
    )
    Item.objects.bulk_create(
        (
            Item(
                cell=cell,
                requirement=line,
                state=_state(cell, dice),
                fact="status 503, wanted 200" if line.probe else "",
            )
            for cell in cells
            for line in lines[(cell.integration.pk - things[0].pk) * LINES :][:LINES]
        ),
        batch_size=1000,
    )


def _state(cell: Readiness, dice: random.Random) -> str:
    if cell.state == CellState.READY:
        return ItemState.PASSED
    return dice.choice((ItemState.PASSED, ItemState.UNKNOWN, ItemState.FAILED))


def _launches(numbers: range, lead: User, dice: random.Random) -> None:
    now, regions = timezone.now(), list(Region.objects.filter(slug__startswith="place-").order_by("pk"))
    launches = Launch.objects.bulk_create(
        Launch(
            slug=f"opening-{number}",
            name=f"Opening number {number}",
            region=regions[number % REGIONS],
            target=(now + timedelta(days=90 + 30 * number)).date(),
            baseline=(now + timedelta(days=60)).date(),
            lead=lead if number % 3 == 0 else None,
        )
        for number in numbers
    )
    SignOff.objects.bulk_create(
        SignOff(launch=launch, slug=function, function=function.capitalize(), signer=lead)
        for launch in launches
        for function in FUNCTIONS
    )
    blockers = Blocker.objects.bulk_create(_blockers(launches, dice), batch_size=500)
    _decisions([row for row in blockers if row.state == Blocker.State.WAIVED], lead)
    _links([row for row in blockers if row.is_outstanding], dice)
    Change.objects.bulk_create(
        (
            change(row, "opened", at=row.opened_at, by=lead, region_id=row.launch.region_id)
            for row in sorted(blockers, key=lambda row: row.opened_at)
        ),
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _blockers(launches: Sequence[Launch], dice: random.Random) -> Iterator[Blocker]:
    """Of each launch those of its cells that are not ready first, the rest raised by people."""
    teams = list(Team.objects.filter(slug__startswith="crew-").prefetch_related("members"))
    unready = Readiness.objects.exclude(state=CellState.READY).select_related("integration")
    waiting = {launch.pk: list(unready.filter(region=launch.region_id)[:60]) for launch in launches}
    for number in range(LIVE + RESOLVED):
        launch, team = launches[number % len(launches)], dice.choice(teams)
        cell = waiting[launch.pk].pop() if waiting[launch.pk] else None
        if cell is not None:
            team = next(one for one in teams if one.pk == cell.integration.team_id)
        yield _blocker(number, launch, cell, team, dice)


def _blocker(number: int, launch: Launch, cell: Readiness | None, team: Team, dice: random.Random) -> Blocker:
    now, best = timezone.now(), dice.randrange(1, 5)
    row = Blocker(
        launch=launch,
        slug=cell.integration.slug if cell else f"b-{number}",
        title=f"{cell.integration.name} is not ready" if cell else f"Nobody has agreed on part {number} yet",
        description="" if cell else "It was found late. Somebody has to look at it.",
        source=Blocker.Source.CELL if cell else Blocker.Source.PERSON,
        cell=cell,
        kind=cell.integration.kind if cell else dice.choice(Blocker.Kind.values),
        certainty=dice.choices(Blocker.Certainty.values, (80, 15, 5))[0],
        team=team,
        owner=dice.choice([None, *team.members.all()]),
        best=best,
        likely=best + dice.randrange(1, 4),
        worst=best + dice.randrange(4, 15),
        due=dice.choice([None, now.date() + timedelta(days=dice.randrange(-10, 90))]),
        days_bought=dice.randrange(20),
        opened_at=now - timedelta(days=dice.randrange(1, 90)),
    )
    if number >= LIVE:
        row.state, row.closed_at = Blocker.State.RESOLVED, now - timedelta(hours=dice.randrange(1, 24 * 30))
    elif cell is None:
        row.state = dice.choice(("open", "open", "open", "in_progress", "in_progress", "waived"))
    return row


def _decisions(waived: Sequence[Blocker], lead: User) -> None:
    now, asker = timezone.now(), User.objects.get(username="person-1-1")
    Waiver.objects.bulk_create(
        Waiver(
            blocker=row,
            reason="Customers get by without it for a while.",
            requested_by=asker,
            requested_at=now,
            approved_by=lead,
            approved_at=now,
        )
        for row in waived
    )


def _links(rows: Sequence[Blocker], dice: random.Random) -> None:
    """A third wait for an earlier one of their launch."""
    through = Blocker.depends_on.through
    earlier: dict[int, list[Blocker]] = {}
    links = []
    for row in rows:
        before = earlier.setdefault(row.launch.pk, [])
        if before and dice.random() < 0.33:
            links.append(through(from_blocker=row, to_blocker=dice.choice(before)))
        before.append(row)
    through.objects.bulk_create(links)
