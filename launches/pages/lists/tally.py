"""How many blockers there are in each state, and of those in the way how many lack something."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count, Q

from launches.models import Blocker
from launches.models.blocker import BlockerQuerySet
from launches.pages.lists.filters import FLAGS, STATES, Viewpoint


def tally(blockers: BlockerQuerySet, seen: Viewpoint) -> dict[str, int]:
    """By state and by flag, of those of one launch; one query, which reads each of them."""
    outstanding = Q(state__in=Blocker.OPEN_STATES)
    counts = {name: Count("pk", filter=Q(state__in=states)) for name, states in STATES.items()}
    flags = {flag: Count("pk", filter=outstanding & seen.flagged(flag)) for flag, _ in FLAGS}
    return blockers.aggregate(**counts, **flags)


def tally_of_all(seen: Viewpoint) -> dict[str, int]:
    """The same of every launch; one query, which reads no blocker: indexes alone answer it.

    To read each of 10,000 takes a tenth of the page's time, and so does building this from querysets. The
    tests hold it against `tally`, whose words these are.
    """
    quiet = connection.ops.adapt_datetimefield_value(seen.quiet_since)
    today = connection.ops.adapt_datefield_value(seen.today)
    kind = ContentType.objects.get_for_model(Blocker).pk
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"quiet": quiet, "today": today, "kind": kind})
        return dict(zip(_COUNTS, cursor.fetchone(), strict=True))


def _among(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(repr(str(state)) for state in states)})"


def _by_launch(states: tuple[str, ...]) -> str:
    """Launch by launch, as the index lies; one by state alone would tempt SQLite to sort each page."""
    counted = f"SELECT COUNT(*) FROM launches_blocker WHERE launch_id = launch.id AND {_among(states)}"
    return f"SELECT COALESCE(SUM(({counted})), 0) FROM launches_launch AS launch"


_OUTSTANDING = f"SELECT COUNT(*) FROM launches_blocker AS it WHERE {_among(Blocker.OPEN_STATES)} AND "
_OLD = f"{_OUTSTANDING} opened_at < %(quiet)s"
_ESTIMATED = "SELECT 1 FROM readiness_readiness AS cell WHERE cell.id = it.cell_id AND cell.best IS NOT NULL"
_CLOSED = "SELECT id FROM readiness_user WHERE NOT is_active"
_MOVED = "SELECT object_id FROM readiness_change WHERE at >= %(quiet)s AND content_type_id = %(kind)s"
_COUNTS = {
    **{name: _by_launch(states) for name, states in STATES.items()},
    # Two counts by one index each, where `OR` would read every row.
    "no-owner": f"SELECT ({_OUTSTANDING} owner_id IS NULL) + ({_OUTSTANDING} owner_id IN ({_CLOSED}))",
    "no-estimate": f"{_OUTSTANDING} best IS NULL AND NOT (source = 'cell' AND EXISTS ({_ESTIMATED}))",
    # What moved is little, and what is old is nearly all: counting that takes no look at each.
    "stuck": f"SELECT ({_OLD}) - ({_OLD} AND id IN ({_MOVED}))",
    "overdue": f"{_OUTSTANDING} due < %(today)s",
}
_STATEMENT = f"SELECT {', '.join(f'({count})' for count in _COUNTS.values())}"
