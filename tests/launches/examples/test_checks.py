"""What the example's checks found, at any moment of the eight weeks."""

from datetime import timedelta

import pytest

from launches.examples.checks import Checks
from launches.examples.harbor import Harbor
from readiness.models import Integration, Item, Readiness, Region, Requirement
from tests.launches.conftest import NOW


def item(key, integration, requirement, probe="http", region="europe"):
    cell = Readiness(region=Region(slug=region), integration=Integration(slug=integration))
    return Item(pk=key, cell=cell, requirement=Requirement(slug=requirement, probe=probe))


@pytest.fixture(scope="module")
def checks():
    return Checks.of(Harbor(NOW))


def test_it_is_the_same_in_every_database(checks):
    first, second = (checks.found(item(key, "inbox", "region"), NOW) for key in (7, 7000))
    assert first == second
    assert first.state == "passed"


@pytest.mark.parametrize(
    ("age", "fact"),
    [
        (0, "certificate expires in 9 days (11 Nov 2026), at least 21 wanted"),
        (11, "certificate expires in 20 days (11 Nov 2026), at least 21 wanted"),
    ],
)
def test_a_certificate_runs_out_day_by_day(checks, age, fact):
    certificate = item(1, "object-storage", "certificate", probe="tls")
    found = checks.found(certificate, NOW - timedelta(days=age))
    assert (found.state, found.fact) == ("failed", fact)


def test_before_its_outage_it_passed(checks):
    certificate = item(1, "object-storage", "certificate", probe="tls")
    assert checks.found(certificate, NOW - timedelta(days=11, seconds=1)).state == "passed"


def test_an_outage_is_over_the_moment_it_ends(checks):
    mail = item(1, "email", "region")
    moments = [NOW - timedelta(days=age) for age in (9.41, 9.4, 9.11, 9.1)]
    assert [checks.found(mail, at).state for at in moments] == ["passed", "failed", "failed", "passed"]


def test_slow_is_slower_than_the_limit(checks):
    found = checks.found(item(1, "search", "speed"), NOW)
    assert found.fact == f"took {found.latency:,.0f} ms, limit 800 ms"
    assert found.latency > 1500
