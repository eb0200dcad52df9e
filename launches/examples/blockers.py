"""What happened to Harbor's blockers: raised, judged, begun, edited, decided, resolved."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from launches.examples.events import (
    AGREED,
    BEGUN,
    CLOSED,
    EDITED,
    JUDGED,
    RAISED,
    SIGNED,
    StoryEvent,
    points,
)
from launches.examples.harbor import Harbor, Tree
from launches.models import Blocker
from launches.models.decision import KINDS
from readiness.models import Team

STATE = Blocker.State


def blocker_events(harbor: Harbor) -> Iterator[StoryEvent]:
    for launch, slug, facts in harbor.blockers():
        path = f"{launch}/{slug}"
        if "opened" in facts and harbor.age(facts["opened"]) < _loaded(harbor, launch):
            yield from _life(harbor, path, facts)
        for edit in harbor.edits("blocker", path):
            later = harbor.facts("blocker", path, edit.day)
            after = {name: later[name] for name in edit.was}
            yield StoryEvent(harbor.at(edit.day, SIGNED, path), partial(_amend, harbor, path, edit.by, after))
    yield from _triage(harbor)


def _loaded(harbor: Harbor, launch: str) -> int:
    return harbor.loaded(harbor.plan["launches"][launch]["region"])


def _life(harbor: Harbor, path: str, facts: Tree) -> Iterator[StoryEvent]:
    """One that a person raised: a proposal first, unless the lead raised it."""
    opened = harbor.age(facts["opened"])
    lead = harbor.plan["launches"][path.split("/")[0]]["lead"]
    yield StoryEvent(harbor.at(opened, RAISED, path), partial(_raise, harbor, path))
    if facts["state"] == STATE.REJECTED:
        closed = harbor.age(facts["closed"])
        yield StoryEvent(harbor.at(closed, CLOSED, path), partial(_reject, harbor, path, lead))
        return
    if facts["state"] != STATE.PROPOSED:
        yield StoryEvent(harbor.at(opened, JUDGED, path), partial(_step, harbor, path, "accept", lead))
    owner = facts.get("owner", lead)
    for key, hour, verb in (("started", BEGUN, "start"), ("closed", CLOSED, "resolve")):
        if key in facts:
            act = partial(_step, harbor, path, verb, owner)
            yield StoryEvent(harbor.at(harbor.age(facts[key]), hour, path), act)
    for kind in KINDS.keys() & facts.keys():
        asked, approved = (harbor.age(facts[kind][key]) for key in ("on", "approved_on"))
        yield StoryEvent(harbor.at(asked, AGREED, path), partial(_ask, harbor, path, kind))
        yield StoryEvent(harbor.at(approved, AGREED, path), partial(_approve, harbor, path, kind))
        for function, said in facts[kind].get("acknowledgements", {}).items():
            if said:
                act = partial(_acknowledge, harbor, path, function, said["by"])
                yield StoryEvent(harbor.at(harbor.age(said["on"]), AGREED, path), act)


def _raise(harbor: Harbor, path: str, now: datetime) -> None:
    launch, slug = path.split("/")
    opened = harbor.age(harbor.facts("blocker", path, 0)["opened"])
    values = _values(harbor, harbor.facts("blocker", path, opened))
    by = values.pop("raised_by")
    Blocker.objects.raised(harbor.launch(launch), slug=slug, by=by, now=now, proposed=True, **values)


def _step(harbor: Harbor, path: str, verb: str, by: str, now: datetime) -> None:
    getattr(harbor.blocker(path), verb)(by=harbor.users[by], now=now)


def _reject(harbor: Harbor, path: str, by: str, now: datetime) -> None:
    note = "No criterion of the launch asks for it."
    harbor.blocker(path).reject(by=harbor.users[by], now=now, note=note)


def _amend(harbor: Harbor, path: str, by: str, facts: Tree, now: datetime) -> None:
    harbor.blocker(path).amend(by=harbor.users[by], now=now, **_values(harbor, facts))


def _ask(harbor: Harbor, path: str, kind: str, now: datetime) -> None:
    """Who wants to launch without it says why; nothing is decided yet."""
    blocker, facts = harbor.blocker(path), harbor.facts("blocker", path, 0)[kind]
    texts = ("recommendation", "workaround", "customer_wording")
    values: dict[str, Any] = {name: facts[name] for name in texts if name in facts}
    if "fill_by" in facts:
        values["fill_by"] = harbor.day(facts["fill_by"])
    if "acknowledgements" in facts:
        values["functions"] = list(facts["acknowledgements"])
    values["expires_on"] = harbor.day(facts["expires"])
    by = harbor.users[facts["requested_by"]]
    KINDS[kind].ask(blocker, by=by, now=now, reason=facts["reason"], **values)


def _approve(harbor: Harbor, path: str, kind: str, now: datetime) -> None:
    facts = harbor.facts("blocker", path, 0)[kind]
    getattr(harbor.blocker(path), kind).approve(by=harbor.users[facts["approved_by"]], now=now)


def _acknowledge(harbor: Harbor, path: str, function: str, by: str, now: datetime) -> None:
    harbor.blocker(path).deferral.acknowledge(function, by=harbor.users[by], now=now)


def _triage(harbor: Harbor) -> Iterator[StoryEvent]:
    """What cells and checks opened gets an owner and a date, and later what it waits for."""
    for row in harbor.history["triage"]:
        path = row["blocker"]
        facts = harbor.facts("blocker", path, row["day"])
        yield StoryEvent(harbor.at(row["day"], EDITED, path), partial(_amend, harbor, path, row["by"], facts))
    for row in harbor.history["links"]:
        path = row["blocker"]
        yield StoryEvent(harbor.at(row["day"], AGREED, path), partial(_link, harbor, path, row["by"]))


def _link(harbor: Harbor, path: str, by: str, now: datetime) -> None:
    blocker = harbor.blocker(path)
    slugs = harbor.facts("blocker", path, 0)["depends_on"]
    others = Blocker.objects.filter(launch=blocker.launch_id, slug__in=slugs)
    for other in others:
        blocker.wait_for(other, by=harbor.users[by], now=now)


def _values(harbor: Harbor, facts: Tree) -> dict[str, Any]:
    """The fields of a blocker that `facts` of the plan speak of."""
    texts = ("title", "description", "kind", "certainty", "severity", "violates", "labels", "links")
    values: dict[str, Any] = {name: facts[name] for name in texts if name in facts}
    values |= {name: harbor.users[facts[name]] for name in ("owner", "raised_by") if name in facts}
    if "team" in facts:
        values["team"] = Team.objects.get(slug=facts["team"])
    for name in facts.keys() & {"due", "spike_by"}:
        values[name] = harbor.day(facts[name]) if facts[name] else None
    if "estimate" in facts:
        values |= dict(zip(("best", "likely", "worst"), points(facts["estimate"]), strict=True))
    return values
