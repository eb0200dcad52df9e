"""Which blockers a list shows, in which order and groups: all of it in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker
from readiness.language.folding import fold
from readiness.models import Change, Readiness, User
from readiness.workdays import WorkingCalendar

Choices = Sequence[tuple[str, str | Promise]]
Order = tuple[Any, ...]

# Working days without a change after which somebody has to ask.
QUIET_DAYS = 5

STATES: Mapping[str, tuple[str, ...]] = {
    "blocking": Blocker.OPEN_STATES,
    "proposed": (Blocker.State.PROPOSED,),
    "deferred": (Blocker.State.DEFERRED,),
    "waived": (Blocker.State.WAIVED,),
    "resolved": Blocker.OVER,
}
STATE_LABELS: Mapping[str, Promise] = {
    "blocking": _("Blocking"),
    "proposed": _("Proposed"),
    "deferred": _("Deferred"),
    "waived": _("Waived"),
    "resolved": _("Resolved"),
}
FLAGS: Choices = (
    ("no-owner", _("no owner")),
    ("no-estimate", _("no estimate")),
    ("stuck", _("stuck")),
    ("overdue", _("overdue")),
)
SORTS: Mapping[str, Order] = {
    "days": ("-days_bought", "pk"),
    "due": (F("due").asc(nulls_last=True), "-days_bought", "pk"),
    "severity": ("severity", "-days_bought", "pk"),
    "age": ("opened_at", "pk"),
    "title": ("title__folded", "pk"),
}
_SORT_CHOICES: Choices = (
    ("due", _("by due date")),
    ("severity", _("by severity")),
    ("age", _("by age")),
    ("title", _("by title")),
)
NEWEST_FIRST: Order = ("-closed_at", "-pk")
# What rows are grouped by: the column, and the order of the groups.
GROUPS: Mapping[str, tuple[str, Order]] = {
    "team": ("team", (F("team__name").asc(nulls_last=True), "team")),
    "kind": ("kind", ("kind",)),
    "certainty": ("certainty", ("certainty",)),
    "owner": ("owner", (F("owner__first_name").asc(nulls_last=True), "owner__last_name", "owner")),
    "source": ("source", ("source",)),
}
_GROUP_CHOICES: Choices = (
    ("team", _("by team")),
    ("kind", _("by kind")),
    ("certainty", _("by certainty")),
    ("owner", _("by owner")),
    ("source", _("by source")),
)
# Working days left at worst: its own, or those of the cell it stands for.
WORST = Coalesce(
    "worst",
    Case(When(source=Blocker.Source.CELL, then="cell__worst"), output_field=DecimalField()),
)


@dataclass(frozen=True)
class Viewpoint:
    """Who looks, on which day; what has not changed since `quiet_since` is stuck."""

    user: User
    today: date
    quiet_since: datetime

    def flagged(self, flag: str) -> Q:
        """What `flag` is about."""
        if flag == "no-owner":
            return Q(owner=None) | Q(owner__is_active=False)
        if flag == "no-estimate":
            estimated = Readiness.objects.filter(best__isnull=False)
            return Q(best=None) & ~Q(source=Blocker.Source.CELL, cell__in=estimated.values("pk"))
        if flag == "overdue":
            return Q(due__lt=self.today, state__in=Blocker.OPEN_STATES)
        return Q(opened_at__lt=self.quiet_since) & ~Q(pk__in=self._moved())

    def _moved(self) -> QuerySet[Any]:
        """What changed of late; far fewer than all there are."""
        kind = ContentType.objects.get_for_model(Blocker)
        recent = Change.objects.filter(at__gte=self.quiet_since, content_type=kind)
        return recent.order_by().values("object_id")


def quiet_since(calendar: WorkingCalendar, today: date) -> date:
    """The first day of the last five working days: what moved before it has been quiet for as long."""
    day = today
    while calendar.between(day, today) < QUIET_DAYS:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


# What is on offer where nothing is chosen.
_ANY: Mapping[str, Promise] = {"launch": _("any launch"), "team": _("any team"), "owner": _("any owner")}


def _choice(label: Promise, blank: Promise, choices: Choices = ()) -> forms.ChoiceField:
    widget = forms.Select(attrs={"aria-label": label})
    return forms.ChoiceField(choices=[("", blank), *choices], required=False, widget=widget)


class BlockerFilter(forms.Form):
    """Which blockers to show, and how. What it does not know it ignores: an old bookmark still opens."""

    q = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "data-search": "", "aria-label": _("Search"), "placeholder": _("Search")}
        ),
    )
    mine = forms.BooleanField(required=False)
    launch = _choice(_("Launch"), _ANY["launch"])
    team = _choice(_("Team"), _ANY["team"])
    owner = _choice(_("Owner"), _ANY["owner"])
    kind = _choice(_("Kind"), _("any kind"), Blocker.Kind.choices)
    certainty = _choice(_("Certainty"), _("any certainty"), Blocker.Certainty.choices)
    source = _choice(_("Source"), _("any source"), Blocker.Source.choices)
    severity = _choice(_("Severity"), _("any severity"), Blocker.Severity.choices)
    flag = _choice(_("Missing"), _("missing …"), FLAGS)
    sort = _choice(_("Order"), _("by days bought"), _SORT_CHOICES)
    group = _choice(_("Groups"), _("no groups"), _GROUP_CHOICES)

    # What says how the rows are shown, not which.
    LOOKS = ("sort", "group")

    def __init__(self, query: QueryDict, **choices: Choices) -> None:
        super().__init__(query, auto_id="filter_%s")
        for name, blank in _ANY.items():
            if name in choices:
                field = cast(forms.ChoiceField, self.fields[name])
                field.choices = [("", blank), *choices[name]]
            else:
                del self.fields[name]
        self.is_valid()
        asked = query.get("state", "")
        self.state = asked if asked in STATES else "blocking"

    @property
    def narrows(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name not in self.LOOKS)

    @property
    def has_more(self) -> bool:
        """Whether one of those that are folded away is in use."""
        return any(self.cleaned_data.get(name) for name in ("kind", "certainty", "source", "severity"))

    @property
    def grouped_by(self) -> str:
        return str(self.cleaned_data.get("group") or "")

    @property
    def sorted_by(self) -> str:
        return str(self.cleaned_data.get("sort") or "days")

    @property
    def order(self) -> Order:
        """As the database sorts; what is over comes newest first unless somebody asks for another order."""
        if self.state == "resolved" and self.sorted_by == "days":
            return NEWEST_FIRST
        return SORTS[self.sorted_by]

    @property
    def grouped_order(self) -> Order:
        """Group by group, and in each as `order` has it."""
        return (*GROUPS[self.grouped_by][1], *self.order) if self.grouped_by else self.order

    def narrowed(self, blockers: QuerySet[Blocker], seen: Viewpoint) -> QuerySet[Blocker]:
        """Those of `blockers` that were asked for."""
        wanted = self.cleaned_data
        found = blockers.filter(state__in=STATES[self.state])
        if wanted.get("mine"):
            found = found.filter(Q(owner=seen.user) | Q(team__in=seen.user.team_ids))
        if words := wanted.get("q"):
            part = fold(words)
            found = found.filter(Q(title__folded__contains=part) | Q(description__folded__contains=part))
        if flag := wanted.get("flag"):
            found = found.filter(seen.flagged(flag))
        return found.filter(**self._facts())

    def _facts(self) -> dict[str, str]:
        paths = {"launch": "launch__slug", "team": "team__slug", "owner": "owner__username"}
        names = (*paths, "kind", "certainty", "source", "severity")
        return {paths.get(name, name): value for name in names if (value := self.cleaned_data.get(name))}

    @property
    def query(self) -> str:
        """All of it as the end of an address, `?…` or nothing."""
        plain = self.state == "blocking" and not any(self.cleaned_data.values())
        return "" if plain else self.link()

    def link(self, **changed: str) -> str:
        """The same list with other values for some of it; an empty one leaves it out."""
        kept = QueryDict(mutable=True)
        values = {"state": self.state, **self.cleaned_data, **changed}
        for name, value in values.items():
            if value:
                kept[name] = "1" if value is True else value
        return f"?{kept.urlencode()}"


def choices_of(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Value and label of each, by label, once."""
    return sorted({(value, label) for value, label in rows if value}, key=lambda choice: choice[1].lower())


def totals(blockers: QuerySet[Blocker], group: str) -> dict[Any, tuple[int, Decimal]]:
    """By the value of `group`: how many there are, and how many working days they take at worst."""
    column = GROUPS[group][0]
    rows = blockers.order_by().values(column).annotate(rows=Count("pk"), days=Sum(WORST))
    return {row[column]: (row["rows"], row["days"] or Decimal(0)) for row in rows}
