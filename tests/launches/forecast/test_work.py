"""Nothing senseless gets in."""

import re

import pytest

from launches.forecast import Capacity, Closed, Estimate, Job, Workload, discovery_rate

NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ((3, 2, 5), "An estimate runs from best to likely to worst and not below 0: 3, 2, 5."),
        ((1, 6, 5), "An estimate runs from best to likely to worst and not below 0: 1, 6, 5."),
        ((-1, 2, 5), "An estimate runs from best to likely to worst and not below 0: -1, 2, 5."),
        ((1, NAN, 5), "An estimate needs three numbers, not 1, nan, 5."),
        ((1, 2, INFINITE), "An estimate needs three numbers, not 1, 2, inf."),
        ((1, 2, 2601), "An estimate over 2600 working days is not one: 1, 2, 2601."),
    ],
)
def test_an_estimate_that_is_none_is_refused(points, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Estimate(*points)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Job("a", "A", spent=-1),
        lambda: Job("a", "A", spent=NAN),
        lambda: Job("a", "A", earliest=INFINITE),
        lambda: Job("a", "A", earliest=3_000),
        lambda: Job("a", "A", risk=NAN),
        lambda: Capacity(0),
        lambda: Capacity(51),
        lambda: Capacity(1, share=0),
        lambda: Closed(-1),
        lambda: Closed(NAN),
        lambda: Workload((Job("a", "A"), Job("a", "B"))),
        lambda: Workload((), rate=-0.1),
        lambda: Workload((), rate=NAN),
        lambda: Workload((), correction=0),
        lambda: Workload((), correction=NAN),
        lambda: Workload(tuple(Job(str(at), "A") for at in range(10_001))),
        lambda: Workload((Job("a", "A", waits_for=frozenset(map(str, range(100_001)))),)),
    ],
)
def test_what_cannot_be_is_refused(make):
    with pytest.raises(ValueError, match=r"."):
        make()


def test_the_rate_of_discovery_rests_on_its_own_weeks_or_on_a_reference():
    assert discovery_rate(10, 40) == 0.25
    assert discovery_rate(10, 40, (100, 100)) == 0.25
    assert discovery_rate(1, 10, (19, 90)) == 0.2
    assert discovery_rate(3, 1) == 0.0
