"""Which blockers a list shows, in which order and groups: all of it in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict

from launches.models import Blocker
from readiness.models import Change, Readiness, User
from readiness.workdays import WorkingCalendar

Choices = Sequence[tuple[str, str]]
Order = tuple[Any, ...]

# Working days without a change after which somebody has to ask.
QUIET_DAYS = 5

STATES: Mapping[str, tuple[str, ...]] = {
    "blocking": Blocker.STANDING,
    "proposed": (Blocker.State.PROPOSED,),
    "deferred": (Blocker.State.DEFERRED,),
    "waived": (Blocker.State.WAIVED,),
    "resolved": Blocker.OVER,
}
FLAGS: Choices = (
    ("no-owner", "no owner"),
    ("no-estimate", "no estimate"),
    ("stuck", "stuck"),
    ("overdue", "overdue"),
)
SORTS: Mapping[str, tuple[str, Order]] = {
    "days": ("days bought", ("-days_bought", "pk")),
    "due": ("due date", (F("due").asc(nulls_last=True), "-days_bought", "pk")),
    "severity": ("severity", ("severity", "-days_bought", "pk")),
    "age": ("age", ("opened_at", "pk")),
    "title": ("title", (Lower("title"), "pk")),
}
NEWEST_FIRST: Order = ("-closed_at", "-pk")
# What rows are grouped by: the column, and the order of the groups.
GROUPS: Mapping[str, tuple[str, Order]] = {
    "team": ("team", (F("team__name").asc(nulls_last=True), "team")),
    "kind": ("kind", ("kind",)),
    "certainty": ("certainty", ("certainty",)),
    "owner": ("owner", (F("owner__first_name").asc(nulls_last=True), "owner__last_name", "owner")),
    "source": ("source", ("source",)),
}
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
            return Q(owner=None)
        if flag == "no-estimate":
            estimated = Readiness.objects.filter(best__isnull=False)
            return Q(best=None) & ~Q(source=Blocker.Source.CELL, cell__in=estimated.values("pk"))
        if flag == "overdue":
            return Q(due__lt=self.today, state__in=Blocker.STANDING)
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


_SORT_CHOICES = [(name, f"by {label}") for name, (label, _) in SORTS.items() if name != "days"]


def _choice(name: str, choices: Choices, blank: str = "") -> forms.ChoiceField:
    widget = forms.Select(attrs={"aria-label": name.capitalize()})
    return forms.ChoiceField(choices=[("", blank or f"any {name}"), *choices], required=False, widget=widget)


class BlockerFilter(forms.Form):
    """Which blockers to show, and how. What it does not know it ignores: an old bookmark still opens."""

    q = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "data-search": "", "aria-label": "Search", "placeholder": "Search"}
        ),
    )
    mine = forms.BooleanField(required=False)
    launch = _choice("launch", ())
    team = _choice("team", ())
    owner = _choice("owner", ())
    kind = _choice("kind", Blocker.Kind.choices)
    certainty = _choice("certainty", Blocker.Certainty.choices)
    source = _choice("source", Blocker.Source.choices)
    severity = _choice("severity", Blocker.Severity.choices)
    flag = _choice("lacking", FLAGS, "lacking …")
    sort = _choice("order", _SORT_CHOICES, "by days bought")
    group = _choice("groups", [(name, f"by {name}") for name in GROUPS], "no groups")

    # What says how the rows are shown, not which.
    LOOKS = ("sort", "group")

    def __init__(self, query: QueryDict, **choices: Choices) -> None:
        super().__init__(query, auto_id="filter_%s")
        for name in ("launch", "team", "owner"):
            if name in choices:
                field = cast(forms.ChoiceField, self.fields[name])
                field.choices = [("", f"any {name}"), *choices[name]]
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
        return SORTS[self.sorted_by][1]

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
            found = found.filter(Q(title__icontains=words) | Q(description__icontains=words))
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
