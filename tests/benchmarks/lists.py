"""The list of blockers across launches beside a view that does nothing, and with fifty times as many rows."""

import gc
import random
import time
from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from launches.models import Blocker, Launch
from readiness.models import Region, Team, User
from tests.benchmarks.report import Measured

ROUNDS = 25
FEW, MANY = 200, 10_000
LAUNCHES = 20
STATES = ("open", "open", "open", "in_progress", "in_progress", "proposed", "deferred", "resolved")


def run() -> list[Measured]:
    with override_settings(ROOT_URLCONF="tests.benchmarks.triage"):
        return _measured(_client())


def _measured(get: Callable[[str], bytes]) -> list[Measured]:
    launches, dice = _launches(), random.Random(4)
    _raise(launches, FEW, dice)
    few, _ = _times(get, "/blockers/", "/empty/")
    _raise(launches, MANY - FEW, dice)
    many, empty = _times(get, "/blockers/", "/empty/")
    other = _times(get, "/blockers/?sort=due", "/blockers/?group=team", "/blockers/?flag=stuck&q=number")
    return [
        Measured("empty view, beside the lists", empty * 1000, "ms"),
        Measured("100 of 10,000 blockers / an empty view", many / empty, "×", 25),
        Measured("100 of 10,000 blockers / 100 of 200", many / few, "×", 1.15),
        Measured("100 of 10,000 blockers", many * 1000, "ms"),
        *(
            Measured(f"100 of 10,000 blockers, {how}", taken * 1000, "ms")
            for how, taken in zip(
                ("by due date", "grouped by team", "stuck, found by a word"), other, strict=True
            )
        ),
    ]


def _launches() -> list[Launch]:
    now = timezone.now()
    regions = Region.objects.bulk_create(Region(slug=f"r-{n}", name=f"R {n}") for n in range(LAUNCHES))
    return Launch.objects.bulk_create(
        Launch(
            slug=region.slug,
            name=region.name,
            region=region,
            target=now.date(),
            baseline=now.date(),
            lead=None,
        )
        for region in regions
    )


def _raise(launches: list[Launch], count: int, dice: random.Random) -> None:
    now, teams, people = timezone.now(), list(Team.objects.all()), list(User.objects.all())
    start = Blocker.objects.count()
    Blocker.objects.bulk_create(
        (
            Blocker(
                launch=dice.choice(launches),
                slug=f"b-{number}",
                title=f"Something number {number} is not as it has to be in this region",
                description="It was found late. Somebody has to look at it.",
                kind=dice.choice(Blocker.Kind.values),
                certainty=dice.choice(Blocker.Certainty.values),
                severity=dice.choice(Blocker.Severity.values),
                team=dice.choice(teams),
                owner=dice.choice([None, *people]),
                state=dice.choice(STATES),
                best=1,
                likely=3,
                worst=dice.randrange(3, 40),
                due=now.date() + timedelta(days=dice.randrange(-20, 90)),
                days_bought=max(0, dice.randrange(-60, 30)),
                opened_at=now - timedelta(days=dice.randrange(60)),
            )
            for number in range(start, start + count)
        ),
        batch_size=500,
    )


def _client() -> Callable[[str], bytes]:
    client = Client()
    client.force_login(User.objects.create(username="reader", is_superuser=True))

    def get(address: str) -> bytes:
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content

    return get


def _times(get: Callable[[str], bytes], *addresses: str) -> list[float]:
    """The least of each, taken in turn: what else the machine does only adds to it."""
    taken: dict[str, list[float]] = {address: [] for address in addresses}
    for _ in range(ROUNDS):
        for address in addresses:
            cache.clear()
            taken[address].append(_time(lambda address=address: get(address)))
    return [min(taken[address]) for address in addresses]


def _time(call: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    start = time.process_time()
    call()
    taken = time.process_time() - start
    gc.enable()
    return taken
