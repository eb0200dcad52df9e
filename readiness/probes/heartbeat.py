"""`heartbeat`: somebody else's job tells that it ran; silence past its time fails."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from celery.schedules import ParseException, crontab
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from pydantic import Field, field_validator, model_validator

from readiness.probes.comparing import shown
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context
from readiness.probes.outcome import Outcome
from readiness.probes.region_data import Pulse

_WEEK = 7 * 24 * 3600


class HeartbeatParameters(Parameters):
    period: int | None = Field(
        None,
        title=gettext_noop("Period"),
        description=gettext_noop("Between two pings."),
        ge=10,
        le=53 * _WEEK,
        json_schema_extra={"unit": "s"},
    )
    cron: str = Field(
        "",
        title=gettext_noop("Schedule"),
        description=gettext_noop("When the job starts, instead of a period: 30 4 * * 1-5."),
        max_length=100,
    )
    timezone: str = Field(
        "UTC",
        title=gettext_noop("Time zone"),
        description=gettext_noop("Of the schedule: {region.timezone}."),
    )
    grace: int = Field(
        300,
        title=gettext_noop("Grace"),
        description=gettext_noop("How late a ping may be, and how long a job may run."),
        ge=10,
        le=_WEEK,
        json_schema_extra={"unit": "s"},
    )

    @field_validator("cron")
    @classmethod
    def _readable(cls, cron: str) -> str:
        try:
            if cron:
                schedule(cron)
        except (ValueError, ParseException) as problem:
            raise ValueError(
                gettext("it is not minute, hour, day, month, weekday, such as 30 4 * * 1-5")
            ) from problem
        return cron

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise ValueError(
                gettext("“%(name)s” is not a time zone, such as Europe/Dublin") % {"name": timezone}
            ) from problem
        return timezone

    @model_validator(mode="after")
    def _one_of_both(self) -> "HeartbeatParameters":
        if bool(self.period) == bool(self.cron):
            raise ValueError(gettext("give a period or a schedule, not both"))
        return self

    def due_after(self, moment: datetime) -> datetime:
        """When the ping that follows one at `moment` counts as missing."""
        grace = timedelta(seconds=self.grace)
        if self.period:
            return moment + timedelta(seconds=self.period) + grace
        return next_start(self.cron, moment, ZoneInfo(self.timezone)) + grace


def schedule(cron: str) -> crontab:
    return crontab.from_string(" ".join(cron.split()))


def next_start(cron: str, after: datetime, zone: tzinfo) -> datetime:
    """The first start of the schedule after that moment."""
    begin, step, _ = schedule(cron).remaining_delta(after.astimezone(zone), tz=zone)
    start: datetime = begin + step
    return start


async def probe(parameters: HeartbeatParameters, context: Context) -> Outcome:
    pulse = context.place.pulse
    if pulse is None:
        return Outcome("error", "it has no address to ping yet")
    return _judged(parameters, pulse, context.now)


def _judged(parameters: HeartbeatParameters, pulse: Pulse, now: datetime) -> Outcome:
    evidence = _evidence(pulse)
    if pulse.latest == "failure":
        code = "" if pulse.exit_code is None else f" with exit code {pulse.exit_code}"
        return Outcome("failed", f"the job failed{code}{_said(pulse)}", None, evidence)
    if pulse.latest == "start" and pulse.started_at and _overrun(parameters, pulse.started_at, now):
        fact = f"started at {_moment(pulse.started_at)}, and not finished within {parameters.grace} s"
        return Outcome("failed", fact, None, evidence)
    due = parameters.due_after(pulse.succeeded_at or pulse.since)
    if now > due:
        last = (
            f"the last one came at {_moment(pulse.succeeded_at)}" if pulse.succeeded_at else "none ever came"
        )
        return Outcome("failed", f"a ping was due by {_moment(due)}; {last}", None, evidence)
    if pulse.succeeded_at is None:
        return Outcome("error", f"no ping has come yet; the first is due by {_moment(due)}", None, evidence)
    return Outcome("passed", f"pinged at {_moment(pulse.succeeded_at)}", None, evidence)


def _overrun(parameters: HeartbeatParameters, started: datetime, now: datetime) -> bool:
    return now > started + timedelta(seconds=parameters.grace)


def _said(pulse: Pulse) -> str:
    line = next(iter(pulse.body.strip().splitlines()), "")
    return f": {shown(line)}" if line else ""


def _moment(moment: datetime) -> str:
    return f"{date_format(moment, 'j M H:i:s')} {moment.tzname()}"


def _evidence(pulse: Pulse) -> dict[str, object]:
    return {
        "latest": pulse.latest,
        "at": pulse.at.isoformat() if pulse.at else None,
        "succeeded_at": pulse.succeeded_at.isoformat() if pulse.succeeded_at else None,
        "exit_code": pulse.exit_code,
        "body": pulse.body,
    }


def awaited(parameters: HeartbeatParameters, now: datetime) -> str:
    due = _moment(parameters.due_after(now))
    said = gettext("a ping; after one that came now, the next would count as missing from %(moment)s on")
    return said % {"moment": due}


HEARTBEAT = ProbeKind(
    gettext_noop("Ping from a job (heartbeat)"), HeartbeatParameters, probe, awaited=awaited
)
