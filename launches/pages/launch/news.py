"""What changed of late, in sentences: only what moves a verdict, told once per launch and kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, Launch, SignOff
from launches.status import LaunchStatus
from launches.status.verdict import SignOffGate
from readiness.days import day_in_words
from readiness.language.phrase import stop_after
from readiness.models import Change, ChangeFreeze, Origin, User

# More than anybody reads; the activity page has the rest.
READ_AT_MOST = 300
NAMED = 4

Facts = dict[str, Any]


class NewsKind(NamedTuple):
    """One kind of news: what of, by which verbs, how it is drawn, and how one and several are told.

    What has no words here is told each time it happens, apart by its `change`.
    """

    model: str
    verbs: tuple[str, ...]
    drawn: str
    one: str | Promise = ""
    several: str | Promise = ""
    change: int = 0


_FREEZES = {
    "freeze planned": _("A freeze is planned: %(days)s"),
    "freeze changed": _("The freeze moved to %(days)s"),
    "freeze lifted": _("The freeze of %(days)s is lifted"),
}
_KINDS = (
    NewsKind("launch", ("went live",), "ready"),
    NewsKind("launch", ("go recorded", "no-go recorded", "go withdrawn"), "progress"),
    NewsKind("launch", ("target moved",), "progress"),
    NewsKind("signoff", ("signed off",), "unknown"),
    NewsKind("region", tuple(_FREEZES), "progress"),
    NewsKind("readiness", ("regressed",), "blocked", _("fell back"), _("integrations fell back:")),
    NewsKind(
        "blocker",
        ("opened", "reopened", "accepted"),
        "blocked",
        _("came up"),
        _("blockers came up:"),
    ),
    NewsKind("blocker", ("proposed",), "unknown", _("was proposed"), _("blockers were proposed:")),
    NewsKind("blocker", ("waived",), "waived", _("was waived"), _("blockers were waived:")),
    NewsKind("blocker", ("deferred",), "waived", _("was deferred"), _("blockers were deferred:")),
    NewsKind("blocker", ("resolved",), "ready", _("was resolved"), _("blockers were resolved:")),
    NewsKind("readiness", ("declared", "recovered"), "ready", _("is ready"), _("integrations are ready:")),
)
_KIND_OF = {(kind.model, verb): kind for kind in _KINDS for verb in kind.verbs}
_DECIDED = {
    "went live": _("It is live"),
    "go recorded": _("GO is recorded"),
    "no-go recorded": _("NO-GO is recorded"),
    "go withdrawn": _("The GO is withdrawn"),
}


class NewsName(NamedTuple):
    label: str
    url: str


@dataclass
class News:
    """One sentence about one launch: `names` did what `kind` says, or `text` says it all."""

    launch: Launch
    kind: NewsKind
    text: str = ""
    note: str = ""
    names: list[NewsName] = field(default_factory=list)

    @property
    def is_one(self) -> bool:
        return len(self.names) == 1

    @property
    def named(self) -> list[NewsName]:
        return self.names[:NAMED]

    @property
    def others(self) -> int:
        return len(self.names) - len(self.named)

    @property
    def sentence(self) -> str:
        """As plain text, without the note."""
        if self.text:
            return self.text + stop_after(self.text)
        if self.is_one:
            return f"{self.names[0].label} {self.kind.one}."
        names = ", ".join(name.label for name in self.named)
        if self.others:
            names = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", self.others) % {
                "names": names,
                "count": self.others,
            }
        return f"{len(self.names)} {self.kind.several} {names}{self.stop}"

    @property
    def stop(self) -> str:
        """After several names."""
        return "." if self.others else stop_after(self.named[-1].label)


def last_monday(today: date) -> date:
    """The Monday before `today`: on a Monday morning people ask about the week that was."""
    return today - timedelta(days=today.weekday() or 7)


def news(user: User, since: date, seen: Sequence[LaunchStatus]) -> list[News]:
    """The news of the launches `seen` since then, in their order; one query."""
    launches = [status.launch for status in seen]
    by_key = {launch.pk: launch for launch in launches}
    # Of two launches in one region the sooner one is meant.
    of_region = {launch.region_id: launch for launch in reversed(launches)}
    gates = {gate.sign_off.pk: gate for status in seen for gate in status.gates}
    told: dict[tuple[int, NewsKind], News] = {}
    latest = _latest(user, timezone.make_aware(datetime.combine(since, time())))
    for change in latest:
        kind = _KIND_OF[change.content_type.model, change.verb]
        blocker = change.blocker if kind.model == "blocker" else None
        if kind.model == "launch":
            launch = by_key.get(change.object_id)
        elif kind.model == "signoff":
            launch = gates[change.object_id].sign_off.launch if change.object_id in gates else None
        else:
            launch = by_key.get(blocker["launch"]) if blocker else of_region.get(change.region_id)
        if launch is None or not _is_worth_telling(change, kind, blocker):
            continue
        if kind.model == "signoff":
            entry = _signed(change, kind, gates[change.object_id], _moved(latest))
            told[launch.pk, kind._replace(change=change.pk)] = entry
        elif not kind.one:
            told[launch.pk, kind._replace(change=change.pk)] = _sentence(change, kind, launch)
        else:
            entry = told.setdefault((launch.pk, kind), News(launch, kind))
            entry.names.append(_name(change, launch, blocker))
    return sorted(told.values(), key=_order(launches))


def _order(launches: Sequence[Launch]) -> Callable[[News], tuple[int, int]]:
    """By launch as they come, then the kinds as they are listed."""
    places = {launch.pk: place for place, launch in enumerate(launches)}
    kinds = [(kind.model, kind.verbs) for kind in _KINDS]
    return lambda entry: (places[entry.launch.pk], kinds.index((entry.kind.model, entry.kind.verbs)))


def _latest(user: User, start: datetime) -> list[Any]:
    """What happened last to each thing since then, the newest first; a move of a date is never outdone.

    Changes, each with what is to be said of its `blocker` when it is about one, read along in the same query.
    """
    changes = (
        Change.objects.visible_to(user)
        .filter(at__gte=start, content_type__model__in={kind.model for kind in _KINDS})
        .filter(verb__in=[verb for _, verb in _KIND_OF])
        .exclude(origin=Origin.PLAN)
        .select_related("content_type", "author", "cell__integration")
        .annotate(blocker=Subquery(_BLOCKER))
    )
    latest: dict[Any, Any] = {}
    for change in changes[:READ_AT_MOST]:
        if (change.content_type.model, change.verb) in _KIND_OF:
            moved = change.pk if change.verb == "target moved" else 0
            latest.setdefault((change.content_type_id, change.object_id, moved), change)
    return list(latest.values())


_BLOCKER = Blocker.objects.filter(pk=OuterRef("object_id")).values(
    said=JSONObject(
        launch="launch_id", slug="slug", title="title", source="source", integration="cell__integration__name"
    )
)[:1]


def _is_worth_telling(change: Change, kind: NewsKind, blocker: Facts | None) -> bool:
    """What a cell says of itself is not said again of the blocker that stands for it."""
    if blocker is not None:
        return not (blocker["source"] == Blocker.Source.CELL and kind.drawn in ("blocked", "ready"))
    return change.verb != "declared" or change.after.get("state") == "ready"


def _sentence(change: Change, kind: NewsKind, launch: Launch) -> News:
    if change.verb == "target moved":
        before, after = (_day(side.get("target")) for side in (change.before, change.after))
        text = gettext("The target moved from %(before)s to %(after)s") % {"before": before, "after": after}
        return News(launch, kind, text, change.note)
    if change.verb in _DECIDED:
        return News(launch, kind, str(_DECIDED[change.verb]), change.note)
    days = ChangeFreeze.of(change.after["freeze"] or change.before["freeze"])
    return News(launch, kind, _FREEZES[change.verb] % {"days": days}, change.note)


def _moved(latest: Sequence[Any]) -> dict[tuple[int, str], datetime]:
    """When something came of each blocker, by its launch and slug."""
    told = [row for row in latest if row.blocker and row.content_type.model == "blocker"]
    return {(row.blocker["launch"], row.blocker["slug"]): row.at for row in told}


def _signed(
    change: Change, kind: NewsKind, gate: SignOffGate, moved: Mapping[tuple[int, str], datetime]
) -> News:
    """What a function said, and whether that holds now; `moved` says when something came of each blocker."""
    launch, decision = gate.sign_off.launch, change.after.get("decision", "")
    words = dict(SignOff.Decision.choices).get(decision, decision)
    said = {"function": gate.sign_off.function, "decision": words}
    if not gate.differences:
        drawn = {SignOff.Decision.GO: "ready", SignOff.Decision.NO_GO: "blocked"}.get(decision, "progress")
        text = gettext("%(function)s said %(decision)s") % said
        return News(launch, kind._replace(drawn=drawn), text, change.note)
    kind = kind._replace(drawn="blocked")
    days = [moved[launch.pk, slug] for slug in gate.differences if (launch.pk, slug) in moved]
    since = min((day for day in days if day > change.at), default=None)
    if since is None:
        return News(launch, kind, gettext("%(function)s said %(decision)s; stale now") % said, change.note)
    said["day"] = day_in_words(launch.region.today(since))
    text = gettext("%(function)s said %(decision)s; stale since %(day)s") % said
    return News(launch, kind, text, change.note)


def _day(text: str | None) -> str:
    day = parse_date(text or "")
    return day_in_words(day) if day else gettext("nowhere")


def _name(change: Change, launch: Launch, blocker: Facts | None) -> NewsName:
    if blocker is not None:
        is_cell = blocker["source"] == Blocker.Source.CELL
        label = blocker["integration"] if is_cell else blocker["title"]
        return NewsName(label, reverse("blocker", args=[launch.slug, blocker["slug"]]))
    if change.cell is None:
        return NewsName(change.label, "")
    integration = change.cell.integration
    return NewsName(integration.name, reverse("launch-cell", args=[launch.slug, integration.slug]))
