"""What blockers cost, a batch at a time: the same as all at once, whoever asks and however many do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from launches.forecast import Capacity, Estimate, Job, simulate
from launches.planning import pricing
from launches.planning.inputs import Inputs
from launches.planning.outlook import learned_by, outlook_of
from launches.planning.pricing import outlooks, priced_further, priced_so_far

TODAY, TARGET = date(2026, 11, 2), date(2027, 3, 1)
BLOCKERS = 80


def state(blockers=BLOCKERS, slots=2, stamp="nothing", worst=9, slug="large"):
    """Four teams of so many slots; each blocker waits for the one before last of another team."""
    jobs = tuple(
        Job(
            f"b{at:03}",
            f"B {at}",
            Estimate(1, 3 + at % 4, worst + at % 5),
            frozenset({f"b{at - 7:03}"} if at > 7 else ()),
            team=f"t{at % 4}",
        )
        for at in range(blockers)
    )
    teams = {f"t{number}": Capacity(slots) for number in range(4)}
    return Inputs(1, slug, 1, "", TODAY, TARGET, jobs, teams, (), stamp)


pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


def finished(one):
    counts = []
    while (seen := priced_further(one)).pending:
        counts.append(seen.priced)
    return seen, counts


def test_few_or_one_at_a_time_are_priced_at_once():
    for quick in (state(12), state(slots=1), state(slots=BLOCKERS // 4)):
        (seen,) = outlooks([quick], whole=False)
        assert (seen.pending, seen.priced) == ((), len(quick.jobs))


def test_the_dates_come_at_once_with_what_the_most_critical_cost():
    one = state()
    (first,) = outlooks([one], whole=False)
    whole = outlook_of(one, learned_by(one))
    assert (one.draws, first.priced, len(first.pending)) == (10_000, 50, 30)
    assert (first.dates, first.chance, first.curve) == (whole.dates, whole.chance, whole.curve)
    critical = [first.part(slug).criticality for slug in first.pending]
    assert critical == sorted(critical, reverse=True)
    priced = first.parts.keys() - set(first.pending)
    assert min(first.part(slug).criticality for slug in priced) >= critical[0]
    assert {slug: first.parts[slug] for slug in priced} == {slug: whole.parts[slug] for slug in priced}


def test_batch_by_batch_is_exactly_what_all_at_once_is():
    one = state(160)
    seen, counts = finished(one)
    assert seen == outlook_of(one, learned_by(one))
    assert counts == [50, 75, 100, 125, 150]
    assert list(seen.parts) == list(outlook_of(one, learned_by(one)).parts)


def test_who_needs_the_whole_gets_it_and_others_have_it_then(django_assert_num_queries):
    one = state()
    outlooks([one], whole=False)
    (whole,) = outlooks([one])
    assert whole == outlook_of(one, learned_by(one))
    with django_assert_num_queries(0):
        assert outlooks([one], whole=False) == outlooks([one]) == [whole]
        assert priced_further(one) == whole


def test_two_at_once_share_the_work():
    one = state(160)
    outlooks([one], whole=False)
    with ThreadPoolExecutor(4) as pool:
        counts = [seen.priced for seen in pool.map(lambda _: priced_further(one), range(4))]
    assert sorted(counts) == [50, 75, 100, 125]
    assert finished(one)[0] == outlook_of(one, learned_by(one))


def test_who_comes_just_after_the_last_batch_computes_nothing(monkeypatch):
    one = state()
    (early,) = outlooks([one], whole=False)
    whole, _ = finished(one)
    monkeypatch.delattr(pricing, "simulate")
    assert pricing._priced(one, early, whole=False) == whole


def test_a_change_in_the_middle_starts_anew():
    one, other = state(), state(worst=10)
    first = priced_further(one)
    assert priced_further(other).priced == 80
    assert outlooks([other]) == [outlook_of(other, learned_by(other))]
    assert priced_further(one) == first == outlook_of(one, learned_by(one))


def test_each_batch_is_told_to_who_looks():
    one = state(160)
    told = [priced_so_far(1)]
    for _ in range(3):
        priced_further(one)
        told.append(priced_so_far(1))
    assert (told[0], len(set(told)), priced_so_far(2)) == ("", 4, "")


def test_what_cannot_be_forecast_says_so():
    circle = Job("a", "A", waits_for=frozenset({"b"})), Job("b", "B", waits_for=frozenset({"a"}))
    one = Inputs(1, "circle", 1, "", TODAY, TARGET, circle, {}, (), "")
    (seen,) = outlooks([one], whole=False)
    assert (seen.problem != "", seen.pending, priced_further(one)) == (True, (), seen)


def test_what_was_lived_through_once_prices_the_blockers_too(monkeypatch):
    lived = []

    def counted(*given):
        lived.append(given)
        return simulate(*given)

    monkeypatch.setattr(pricing, "simulate", counted)
    outlooks([state(slug="one"), state(slug="other")])
    assert len(lived) == 2
    finished(state(160))
    assert len(lived) == 3
