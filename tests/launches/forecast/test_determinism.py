"""The same state gives the same numbers: in every process, on every Python and database."""

from datetime import date, timedelta
from hashlib import blake2b

import pytest

from launches.forecast import forecast, seed_of
from readiness.workdays import working_calendar
from tests.launches.forecast.plans import past, random_plan

TODAY = date(2026, 11, 2)
HISTORY = past((0.5, 0.9, 1, 1, 1.2, 1.5, 2, 3))
PLANS = {
    "bare": {"seed": 1, "jobs": 40, "edges": 60},
    "with all there is": {
        "seed": 2,
        "jobs": 40,
        "edges": 60,
        "slots": (1, 2),
        "history": HISTORY,
        "rate": 0.1,
    },
}
# The same on Python 3.11, 3.12 and 3.13. Another one is another forecast of the same launch: tell people.
TOLD = {
    "bare": "2dc343669e66f1e4",
    "with all there is": "56273d54de02581a",
}


@pytest.mark.parametrize("name", PLANS)
def test_the_numbers_are_those_of_every_other_machine(name):
    plan = random_plan(**PLANS[name])
    days = working_calendar("IE", 2026)
    seen = forecast(plan, days, TODAY, TODAY + timedelta(days=90), seed=seed_of("europe-ga"), draws=2000)
    numbers = [
        sorted((at, str(day)) for at, day in seen.dates.items()),
        round(float(seen.chance), 9),
        [(cost.key, *map(int, cost.days.values()), round(float(cost.chance), 9)) for cost in seen.costs],
        [(str(day), round(float(chance), 9)) for day, chance in seen.curve()],
    ]
    assert blake2b(repr(numbers).encode(), digest_size=8).hexdigest() == TOLD[name]
