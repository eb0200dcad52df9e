"""How a day is said, everywhere: with its year, unless that is the year of whoever reads."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def day_in_words(day: date, today: date | None = None) -> str:
    """`14 Dec 2026`, or `14 Dec` in the year of `today`; of a moment, the day it is where it is read."""
    day, today = _local(day), _local(today) if today else None
    return date_format(day, "j M" if today and day.year == today.year else "j M Y")


def moment_in_words(moment: datetime, now: datetime | None = None) -> str:
    """The same with the time of day, in the zone of whoever reads."""
    return f"{day_in_words(moment, now)}, {date_format(timezone.localtime(moment), 'H:i')}"


def _local(day: date) -> date:
    return timezone.localdate(day) if isinstance(day, datetime) else day
