"""Numbers and days in a word or two, the same on every page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def away(days: int) -> str:
    """How many days, either way: `1 day`, `3 days`."""
    return ngettext("%(count)d day", "%(count)d days", abs(days)) % {"count": abs(days)}


def times(count: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: _("once"), 2: _("twice")}.get(count, _("%(count)d times") % {"count": count})
