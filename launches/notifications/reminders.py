"""What only time says: the launch is near, and a function has not signed."""

from datetime import date, datetime

from django.db import transaction

from launches.models import Launch, Postponed, SignOff, postponing
from launches.planning.inputs import calendar_of
from launches.status import LaunchFacts, launch_facts
from readiness.models import Change, Origin
from readiness.models.history import Author

# In working days before the target.
REMINDED_AT = (2, 5, 10)
# Nobody is reminded in the middle of their night.
MORNING = 8
REMINDING = "reminding"


def remind_signers(now: datetime) -> int:
    """Remind the functions whose go is missing, or not valid any more. Returns how many were reminded.

    It follows from the days that are left, not from the day it runs on: a day without it loses no reminder.
    """
    launches = Launch.objects.active().filter(sign_offs__isnull=False).distinct().select_related("region")
    postponed = Postponed.objects.keys(REMINDING, now)
    found, reminded = launch_facts(list(launches.exclude(pk__in=postponed)), None, now), 0
    for state in found:
        with postponing(REMINDING, state.launch.pk, now):
            reminded += _remind(state, now) if _is_day(state, now) else 0
    return reminded


def _is_day(state: LaunchFacts, now: datetime) -> bool:
    return now.astimezone(state.launch.region.zone).hour >= MORNING


def _remind(state: LaunchFacts, now: datetime) -> int:
    launch = state.launch
    left = _days_left(launch, state.today)
    mark = next((mark for mark in REMINDED_AT if left <= mark), None)
    if mark is None:
        return 0
    waiting = [gate.sign_off for gate in state.gates if not gate.is_valid and not gate.is_no_go]
    return sum(_remind_one(sign_off, launch, mark, left, now) for sign_off in waiting if sign_off.signer_id)


def _days_left(launch: Launch, today: date) -> int:
    if launch.target <= today:
        return 0
    return calendar_of(launch.region, today, launch.target).between(today, launch.target)


@transaction.atomic
def _remind_one(sign_off: SignOff, launch: Launch, mark: int, left: int, now: datetime) -> bool:
    """Once per mark and target, under the row's lock: two that run at once remind once."""
    sign_off.locked()
    reminded = {"days before": mark, "target": launch.target.isoformat()}
    earlier = Change.objects.about(sign_off).filter(verb="reminded").values_list("after", flat=True)
    if reminded in earlier:
        return False
    note = f"{left} working day{'' if left == 1 else 's'} left until {launch.name}’s target."
    if launch.target < launch.region.today(now):
        note = f"{launch.name} was planned for {launch.target:%Y-%m-%d}."
    sign_off.noted("reminded", Author(now, origin=Origin.CLOCK), after=reminded, note=note)
    return True
