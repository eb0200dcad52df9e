"""Compute what pages wait for, once for all of them."""

from datetime import datetime

from launches.models import CurrentOutlook, Launch
from launches.planning import outlooks, share
from launches.status.launch_status import launch_facts


def compute_outlooks(now: datetime) -> int:
    """Compute the launches that some page found outdated and nobody else computes. Returns how many."""
    taken = CurrentOutlook.objects.take(now)
    if not taken:
        return 0
    launches = Launch.objects.active().filter(pk__in=taken).select_related("region")
    states = [state.inputs for state in launch_facts(list(launches), None, now)]
    share(zip(states, outlooks(states), strict=True), now)
    CurrentOutlook.objects.let_go(taken)
    return len(states)
