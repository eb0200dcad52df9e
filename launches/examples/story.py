"""Eight weeks at Harbor, told in order: plans loaded, then event after event."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import chain

from django.db import transaction

from launches.examples.blockers import blocker_events
from launches.examples.checks import check_events, write_results
from launches.examples.events import LOADED, StoryEvent, cell_events, forecast_events, launch_events
from launches.examples.harbor import PLAN, Harbor
from launches.examples.rewind import rewound
from launches.plan.load import load


@transaction.atomic
def tell(now: datetime) -> Harbor:
    """Load the example as if all of it had been entered when it happened, up to `now`."""
    harbor = Harbor(now)
    happened = chain(
        _loads(harbor),
        check_events(harbor),
        cell_events(harbor),
        blocker_events(harbor),
        launch_events(harbor),
        forecast_events(harbor),
    )
    for event in sorted(happened):
        event.act(event.at)
    write_results(harbor)
    return harbor


def _loads(harbor: Harbor) -> Iterator[StoryEvent]:
    """Each region's plan on its day; the first brings people, teams and integrations along."""
    ages = sorted({harbor.loaded(region) for region in harbor.history["regions"]}, reverse=True)
    for age in ages:
        regions = [slug for slug in harbor.plan["regions"] if harbor.loaded(slug) == age]
        load_then = partial(_load, harbor, regions, age != ages[0])
        yield StoryEvent(harbor.at(age, LOADED), load_then)


def _load(harbor: Harbor, regions: list[str], alone: bool, now: datetime) -> None:
    load(rewound(harbor, regions, alone=alone), PLAN.name, now=now, today=harbor.today)
