"""A company's checks against one target: as many of each kind as a round of the benches runs."""

from datetime import timedelta

from django.utils import timezone

from readiness.models import Integration, Item, Readiness, Region, Requirement, Team
from tests.benchmarks.target import NAME, Target

_REGIONS, _INTEGRATIONS, _LINES = 10, 20, 20
CHECKS = _REGIONS * _INTEGRATIONS * _LINES


def build(target: Target) -> None:
    """Ten regions with twenty integrations, each with twenty checks of each kind; nothing is due."""
    team = Team.objects.create(slug="platform", name="Platform")
    places = Region.objects.bulk_create(
        Region(slug=f"place-{number}", name=f"Place {number}", domain="bench.example")
        for number in range(_REGIONS)
    )
    things = Integration.objects.bulk_create(
        Integration(slug=f"thing-{number}", name=f"Thing {number}", team=team)
        for number in range(_INTEGRATIONS)
    )
    cells = Readiness.objects.bulk_create(
        Readiness(region=place, integration=thing) for place in places for thing in things
    )
    lines = Requirement.objects.bulk_create(
        Requirement(
            integration=thing,
            slug=f"{kind}-{number}",
            title=f"{kind} {number}",
            probe=kind,
            parameters=parameters,
            interval=3600,
        )
        for thing in things
        for number in range(_LINES)
        for kind, parameters in {
            "http": {"url": target.url},
            "tls": {"host": NAME.replace("bench.example", "{region.domain}")},
        }.items()
    )
    later = timezone.now() + timedelta(days=1)
    Item.objects.bulk_create(
        Item(cell=cell, requirement=line, next_run_at=later)
        for cell in cells
        for line in lines
        if line.integration_id == cell.integration_id
    )


def keep_only(kind: str) -> None:
    """Pause every other kind of check."""
    Item.objects.filter(requirement__probe=kind).update(paused=False)
    Item.objects.exclude(requirement__probe=kind).update(paused=True)
