"""A company with 40 regions and 300 integrations, the same one each time."""

import random

from readiness.models import Integration, Readiness, Region, Team
from readiness.state import CellState, Importance

PLACES = """
us-east us-west us-central us-gov canada-central canada-west mexico brazil-south chile argentina
ireland london paris frankfurt zurich milan madrid stockholm oslo warsaw
tel-aviv dubai bahrain doha cape-town johannesburg lagos mumbai hyderabad delhi
singapore jakarta kuala-lumpur bangkok hong-kong taipei tokyo osaka seoul sydney
"""
SUBJECTS = """
billing invoices taxes refunds whatsapp sms e-mail push-messages voice-calls search data-export
data-import backups audit-log single-sign-on status-page support-tooling feature-flags webhooks
public-api reporting consent-records partner-portal file-storage translations
"""
ASPECTS = """
gateway pipeline storage alerts runbook on-call contracts quotas certificates routing dashboard access
"""


def build(regions: int = 40, integrations: int = 300, seed: int = 7) -> None:
    """Fill an empty database. Older regions are nearly ready, the newest ones have hardly begun."""
    dice = random.Random(seed)
    teams = Team.objects.bulk_create(
        Team(slug=subject, name=subject.replace("-", " ").capitalize()) for subject in SUBJECTS.split()
    )
    places = Region.objects.bulk_create(
        Region(slug=slug, name=slug.replace("-", " ").title(), state=Region.State.LIVE)
        for slug in PLACES.split()[:regions]
    )
    kinds = list(Integration.Kind)
    things = Integration.objects.bulk_create(
        Integration(
            slug=f"{subject}-{aspect}",
            name=f"{subject} {aspect}".replace("-", " ").capitalize(),
            kind=kinds[number % 3],
            team=teams[number % len(teams)],
        )
        for number, (subject, aspect) in enumerate(
            [(subject, aspect) for subject in SUBJECTS.split() for aspect in ASPECTS.split()][:integrations]
        )
    )
    # Region by region, as a company grows and as a CSV of it is written: ids within a row are far apart.
    Readiness.objects.bulk_create(
        (
            Readiness(
                region=place,
                integration=thing,
                importance=_importance(dice),
                state=_state(dice, done=1 - age / len(places)),
            )
            for age, place in enumerate(places)
            for thing in things
        ),
        batch_size=2000,
    )


def _importance(dice: random.Random) -> str:
    return dice.choices(list(Importance), weights=(80, 15, 5))[0]


def _state(dice: random.Random, done: float) -> str:
    """`done` is the share of integrations that are ready there."""
    if dice.random() < 0.1 + 0.85 * done:
        return CellState.REGRESSED if dice.random() < 0.03 else CellState.READY
    return dice.choices((CellState.IN_PROGRESS, CellState.NOT_STARTED), weights=(40, 60))[0]
