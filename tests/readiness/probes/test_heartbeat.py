"""`heartbeat`: what silence, a start, a failure and a ping mean, and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from readiness.probes import validate
from readiness.probes.heartbeat import next_start
from readiness.probes.region_data import Pulse, RegionData
from tests.readiness.probes.peers import look

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOURLY = {"period": 3600, "grace": 600}
NIGHTLY = {"cron": "30 4 * * 1-5", "timezone": "{region.timezone}", "grace": 600}
DUBLIN = {"timezone": "Europe/Dublin"}


def ago(minutes):
    return NOON - timedelta(minutes=minutes)


def found(parameters=HOURLY, now=NOON, **pulse):
    place = RegionData(pulse=Pulse(**{"since": ago(60 * 24), **pulse}))
    outcome = look("heartbeat", parameters, place=place, now=now, facts=DUBLIN)
    return outcome.state, outcome.fact


def test_without_an_address_nothing_can_be_known():
    assert look("heartbeat", HOURLY).state == "error"


def test_no_ping_yet_is_not_good_news():
    assert found(since=ago(1)) == ("error", "no ping has come yet; the first is due by 2 Nov 13:09:00 UTC")


def test_none_ever_came():
    assert found() == ("failed", "a ping was due by 1 Nov 13:10:00 UTC; none ever came")


@pytest.mark.parametrize(("minutes", "state"), [(0, "passed"), (70, "passed"), (71, "failed")])
def test_silence_fails_once_the_grace_is_over(minutes, state):
    assert found(latest="success", succeeded_at=ago(minutes))[0] == state


def test_the_last_one_is_told():
    assert found(latest="success", succeeded_at=ago(90)) == (
        "failed",
        "a ping was due by 2 Nov 11:40:00 UTC; the last one came at 2 Nov 10:30:00 UTC",
    )


def test_a_failure_holds_until_a_success():
    said = {"latest": "failure", "succeeded_at": ago(5), "exit_code": 3, "body": "disk full\nmore"}
    assert found(**said) == ("failed", "the job failed with exit code 3: disk full")
    assert found(latest="failure") == ("failed", "the job failed")


def test_a_job_that_started_and_never_ended():
    started = {"latest": "start", "succeeded_at": ago(60), "started_at": ago(11)}
    assert found(**started) == ("failed", "started at 2 Nov 11:49:00 UTC, and not finished within 600 s")
    assert found(**{**started, "started_at": ago(9)})[0] == "passed"
    assert found(**{**started, "started_at": ago(9), "succeeded_at": ago(71)})[0] == "failed"


def test_a_schedule_knows_the_weekend():
    friday = datetime(2026, 11, 6, 4, 31, tzinfo=UTC)
    monday = datetime(2026, 11, 9, 4, 40, tzinfo=UTC)
    said = {"latest": "success", "succeeded_at": friday}
    assert found(NIGHTLY, monday, **said)[0] == "passed"
    assert found(NIGHTLY, monday + timedelta(seconds=1), **said)[0] == "failed"


@pytest.mark.parametrize(
    ("cron", "after", "start"),
    [
        ("*/15 * * * *", "2026-11-02T12:00", "2026-11-02T12:15"),
        ("0 3 * * *", "2026-10-24T03:00", "2026-10-25T03:00"),
        ("0 3 * * *", "2026-10-25T03:00", "2026-10-26T03:00"),
        ("30 1 * * *", "2026-03-28T01:30", "2026-03-29T01:30"),
        ("0 0 29 2 *", "2026-11-02T12:00", "2028-02-29T00:00"),
        ("0 9 1 * *", "2026-12-01T09:00", "2027-01-01T09:00"),
        ("0 9 * * 0", "2026-11-02T12:00", "2026-11-08T09:00"),
    ],
)
def test_the_next_start(cron, after, start):
    zone = ZoneInfo("Europe/Dublin")
    moment = datetime.fromisoformat(after).replace(tzinfo=zone)
    assert next_start(cron, moment, zone) == datetime.fromisoformat(start).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({}, "parameters: give a period or a schedule, not both"),
        ({"period": 60, "cron": "* * * * *"}, "parameters: give a period or a schedule, not both"),
        ({"period": 1}, "period: input should be greater than or equal to 10"),
        ({"cron": "* *"}, "cron: it is not minute, hour, day, month, weekday, such as 30 4 * * 1-5"),
        ({"cron": "61 * * * *"}, "cron: it is not minute, hour, day, month, weekday, such as 30 4 * * 1-5"),
        ({"cron": "0 0 31 2 *"}, "cron: it is not minute, hour, day, month, weekday, such as 30 4 * * 1-5"),
        ({"cron": "x y z a b"}, "cron: it is not minute, hour, day, month, weekday, such as 30 4 * * 1-5"),
        ({"period": 60, "timezone": "Moon"}, "timezone: “Moon” is not a time zone, such as Europe/Dublin"),
    ],
)
def test_parameters(parameters, problem):
    assert validate("heartbeat", parameters) == [problem]
