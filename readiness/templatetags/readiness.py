"""What templates say of the field: states, estimates, ages, changes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readiness.days import day_in_words, moment_in_words
from readiness.language.phrase import stop_after
from readiness.models import Readiness
from readiness.models.approval import why_approval
from readiness.site import theme as themes
from readiness.state import drawn
from readiness.wording import (
    act_asked_for,
    actor,
    declared_word,
    differences,
    differences_asked_for,
    estimate_in_words,
    happening,
    in_words,
    label_beside,
    state_word,
    verb_word,
)

register = template.Library()
register.filter(act_asked_for)
register.filter(actor)
register.filter(differences)
register.filter(differences_asked_for)
register.filter(happening)
register.filter(in_words)
register.filter(label_beside)
register.filter(state_word)
register.filter(verb_word)
register.filter(why_approval)

UNITS = {
    "s": _("%(count)d s"),
    "min": _("%(count)d min"),
    "h": _("%(count)d h"),
    "d": _("%(count)d d"),
}
_GLYPHS = {"ready": "●", "progress": "◐", "blocked": "▲", "unknown": "○", "waived": "◇"}

# Where the navigation leads: name, label, the addresses that belong to it.
_NAVIGATION = (
    ("home", _("Launches"), "/launches/"),
    ("my", _("My work"), "/my/"),
    ("blocker-list", _("Blockers"), "/blockers/"),
    ("matrix", _("Matrix"), "/regions/"),
    ("check-list", _("Checks"), "/checks/"),
    ("integration-list", _("Integrations"), "/integrations/"),
    ("team-list", _("Teams"), "/teams/"),
    ("activity", _("Activity"), "/activity/"),
)


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One entry of the navigation."""

    url: str
    label: str
    is_current: bool
    count: int = 0


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> themes.Theme:
    """The theme that whoever looks has chosen."""
    request = context.get("request")
    return themes.chosen(request.COOKIES if request else {})


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[NavigationEntry]:
    """The parts of the site that are installed; of `launches` this package knows only the names."""
    here = context["request"].path
    counts = {"my": getattr(context["request"].user, "unread", 0)}
    entries = []
    for name, label, below in _NAVIGATION:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        entries.append(
            NavigationEntry(url, str(label), here == url or here.startswith(below), counts.get(name, 0))
        )
    return entries


@register.filter
def state_class(state: str) -> str:
    """Which of the five drawn states: ready, progress, blocked, unknown, waived."""
    return drawn(state)


@register.filter
def state_glyph(state: str) -> str:
    """The drawn state as a character, for plain text."""
    return _GLYPHS[state_class(state)]


@register.filter
def state(value: str) -> SafeString:
    """The state as pages show it: shape, word and colour."""
    return format_html('<span class="state {}">{}</span>', state_class(value), state_word(value))


@register.filter
def cell_state(cell: Readiness) -> SafeString:
    """The state of a cell; of one that is ready only by word, so."""
    if not cell.declared_over:
        return state(cell.state)
    word = declared_word(cell.declared_over, cell.unseen)
    return format_html('<span class="state progress">{}</span>', word)


@register.filter
def estimate(points: tuple[Decimal, Decimal, Decimal] | None) -> str:
    """`5–12–40 d`; nothing when there is none."""
    return estimate_in_words(points) if points else ""


@register.filter
def ended(text: str) -> str:
    """What people wrote, as a sentence that ends once."""
    return text + stop_after(text)


@register.filter
def day(value: date | None, today: date | None = None) -> str:
    """With its year, unless that is the one of `today`."""
    return day_in_words(value, today) if value else ""


@register.filter
def moment(value: datetime | None, now: datetime | None = None) -> str:
    """The same with the time of day."""
    return moment_in_words(value, now) if value else ""


@register.filter
def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in one unit: `just now`, `5 min ago`, `3 h ago`, `12 d ago`."""
    if moment is None:
        return gettext("never")
    passed = now - moment
    if passed < timedelta(minutes=1):
        return gettext("just now")
    if passed < timedelta(hours=1):
        return gettext("%(count)d min ago") % {"count": passed // timedelta(minutes=1)}
    if passed < timedelta(days=2):
        return gettext("%(count)d h ago") % {"count": passed // timedelta(hours=1)}
    return gettext("%(count)d d ago") % {"count": passed.days}


@register.filter
def lasting(length: timedelta) -> str:
    """How long, in one unit: `40 s`, `5 min`, `3 h`, `12 d`."""
    for unit, size, least in (("d", 86_400, 2), ("h", 3_600, 1), ("min", 60, 1)):
        if (count := int(length.total_seconds() // size)) >= least:
            return _counted(count, unit)
    return _counted(max(0, int(length.total_seconds())), "s")


@register.filter
def duration(length: timedelta) -> str:
    """In the largest unit that divides it: `90 s`, `5 min`, `2 h`, `7 d`."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds % size == 0:
            return _counted(seconds // size, unit)
    return _counted(seconds, "s")


def _counted(count: int, unit: str) -> str:
    return UNITS[unit] % {"count": count}
