"""Random worlds: a plan, and weeks in which people, checks and the clock act on what it made."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from launches.models import Blocker, Deferral, Launch, NotPossible, SignOff, TrackerLink, Waiver
from launches.plan.load import load
from launches.plan.yaml_format import written
from launches.status import launch_facts, reopen_expired, settle_changes
from launches.status.issues import apply_event
from launches.status.snapshots import save_snapshot
from launches.trackers import IssueEvent, IssueState, parsed
from readiness.models import (
    ChangeFreeze,
    ChangeRequest,
    Conflict,
    Item,
    NeedsApproval,
    NotDecided,
    OpenMusts,
    Readiness,
    Region,
    Team,
    User,
)
from readiness.models.freeze import FreezeRefused
from readiness.probes import Outcome

START = datetime(2026, 9, 14, 8, 30, 0, 250_000, tzinfo=UTC)
PEOPLE = ("mara", "odile", "tom")
IMPOSSIBLE = (NotPossible, NotDecided, NeedsApproval, Conflict, OpenMusts, FreezeRefused, ValueError)


class World:
    """What happens follows from `seed` alone; `now` is the hour it has come to."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = START

    def live(self) -> None:
        load(written(self.plan()), "plan.yaml", self.now, self.now.date())
        acts = [getattr(self, name) for name in dir(self) if name.startswith("act_")]
        for _ in range(self.random.randint(3, 25)):
            self.now += timedelta(hours=self.random.randint(1, 60), seconds=self.random.random() * 100)
            try:
                self.random.choice(acts)()
            except IMPOSSIBLE:
                continue
        self.act_silence()
        settle_changes(self.now)

    def some(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        if not found:
            raise NotPossible
        return self.random.choice(found)

    def maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def person(self) -> User:
        return User.objects.get(username=self.random.choice(PEOPLE))

    def day(self, first: int, last: int) -> str:
        return str(START.date() + timedelta(days=self.random.randint(first, last)))

    def points(self) -> list[float]:
        return sorted(self.random.randint(1, 300) / 10 for _ in range(3))

    # What the plan says.

    def plan(self) -> dict[str, Any]:
        columns = [f"i{number}" for number in range(self.random.randint(1, 4))]
        places = {
            "us": {"state": "live", "timezone": "America/New_York", "holiday_calendar": "US"},
            "eu": {"modelled_on": "us", "timezone": "Europe/Dublin", "holiday_calendar": "IE"},
        }
        return {
            "people": {name: {} for name in PEOPLE},
            "teams": {"one": {"parallel_work": self.random.randint(1, 3)}, "two": {"share": 60}},
            "regions": places,
            "integrations": {column: self.integration() for column in columns},
            "cells": {place: {column: self.cell() for column in columns} for place in places},
            "launches": {
                "us-ga": self.launch("us", -60),
                "eu-ga": self.launch("eu", 70),
                "eu-beta": self.launch("eu", 35) | {"stage": "beta", "scope": columns[:1]},
            },
        }

    def integration(self) -> dict[str, Any]:
        check = {"kind": "tls", "host": "a.example", "failures": 1, "recovery": 2, "interval": 3600}
        lines: dict[str, Any] = {}
        for number in range(self.random.randint(0, 3)):
            level = "must" if self.maybe(0.8) else "should"
            lines[f"r{number}"] = {"level": level} | ({"check": check} if self.maybe(0.6) else {})
        return {"team": self.random.choice(["one", "two"]), "requirements": lines}

    def cell(self) -> dict[str, Any]:
        cell: dict[str, Any] = {"state": self.random.choice(["not_started", "in_progress", "ready"])}
        if self.maybe(0.2):
            cell["importance"] = "nice_to_have"
        return cell | ({"estimate": self.points()} if self.maybe() else {})

    def launch(self, region: str, target: int) -> dict[str, Any]:
        blockers: dict[str, Any] = {}
        for number in range(self.random.randint(0, 4)):
            blockers[f"b{number}"] = self.blocker(list(blockers))
        functions = ("support", "sales", "legal")[: self.random.randint(0, 3)]
        return {
            "region": region,
            "target": str(START.date() + timedelta(days=target)),
            "lead": "mara",
            "sign_offs": {name: {"signer": self.random.choice(PEOPLE)} for name in functions},
            "blockers": blockers,
        }

    def blocker(self, others: list[str]) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "state": self.random.choice(["proposed", "open", "in_progress", "resolved"]),
            "team": self.random.choice(["one", "two"]),
            "owner": self.random.choice(PEOPLE),
            "opened": self.day(-200, -100),
            "certainty": self.random.choice(["known_known", "unknown_unknown"]),
            "depends_on": self.random.sample(others, self.random.randint(0, min(2, len(others)))),
        }
        if facts["state"] in ("in_progress", "resolved"):
            facts["started"] = self.day(-99, -60)
        if facts["state"] == "resolved":
            facts["closed"] = self.day(-59, -1)
        return facts | ({"estimate": self.points()} if self.maybe(0.8) else {})

    # What happens.

    def act_checks_run(self) -> None:
        for claim in Item.objects.claim_due(self.now):
            state = self.random.choice(["passed", "passed", "failed", "error"])
            outcome = Outcome(state, f"said {state}", latency=self.random.random() * 90)
            Item.objects.get(pk=claim.item).record(outcome, self.now, claim.run)

    act_checks_run_again = act_checks_run_once_more = act_checks_run

    def act_check_paused(self) -> None:
        self.some(Item.objects.automated()).pause(self.maybe(0.7), by=self.person(), now=self.now)

    def act_silence(self) -> None:
        for item in Item.objects.late(self.now):
            item.go_stale(self.now)
        reopen_expired(self.now)

    def act_signed_off(self) -> None:
        item = self.some(Item.objects.filter(requirement__probe=""))
        expires = (self.now + timedelta(days=self.random.randint(1, 30))).date() if self.maybe() else None
        said = Outcome(self.random.choice(["passed", "passed", "failed"]), "Seen.")
        item.sign_off(said, by=self.person(), now=self.now, effective_on=self.now.date(), expires_on=expires)

    def act_withdrawn(self) -> None:
        self.some(Item.objects.all()).withdraw(by=self.person(), now=self.now)

    def act_declared(self) -> None:
        state = self.random.choice(["not_started", "in_progress", "ready", "ready"])
        reason = "Good enough." if self.maybe(0.6) else ""
        cell = self.some(Readiness.objects.all())
        cell.declare(state, by=self.person(), now=self.now, override_reason=reason)

    act_declared_too = act_declared

    def act_estimated(self) -> None:
        points = [Decimal(str(point)) for point in self.points()]
        cell = self.some(Readiness.objects.all())
        cell.set_estimate((points[0], points[1], points[2]), by=self.person(), now=self.now)

    def act_settled(self) -> None:
        settle_changes(self.now)

    def act_stepped(self) -> None:
        blocker = self.some(Blocker.objects.all())
        step = self.random.choice(["accept", "start", "resolve", "reopen", "reject"])
        getattr(blocker, step)(by=self.person(), now=self.now, note="So it is.")

    act_stepped_on = act_stepped

    def act_edited(self) -> None:
        blocker = self.some(Blocker.objects.all())
        severity = self.random.choice(["blocks", "degrades"])
        best, likely, worst = (Decimal(str(point)) for point in self.points())
        facts = {"severity": severity, "best": best, "likely": likely, "worst": worst}
        blocker.amend(by=self.person(), now=self.now, team=self.some(Team.objects.all()), **facts)

    def act_decided(self) -> None:
        kind = self.random.choice([Waiver, Deferral])
        blocker = self.some(Blocker.objects.outstanding())
        facts: dict[str, Any] = {"expires_on": self.now.date() + timedelta(days=self.random.randint(0, 90))}
        if kind is Deferral:
            facts |= {"fill_by": date(2027, 3, 1), "workaround": "By hand."}
        mara, odile = (User.objects.get(username=name) for name in PEOPLE[:2])
        kind.ask(blocker, by=mara, now=self.now, reason="Few need it.", **facts)
        if self.maybe(0.8):
            decision: Any = kind._default_manager.get(blocker=blocker)
            decision.approve(by=odile, now=self.now + timedelta(minutes=3))

    def act_asked(self) -> None:
        cell, person = self.some(Readiness.objects.filter(importance="must_have")), self.person()
        try:
            cell.set_importance("nice_to_have", by=person, now=self.now)
        except NeedsApproval as needed:
            ChangeRequest.objects.ask(needed, by=person, now=self.now, reason="Few need it.")

    def act_asked_to_sign_no_more(self) -> None:
        sign_off, person = self.some(SignOff.objects.all()), self.person()
        try:
            sign_off.amend(by=person, now=self.now, is_required=False)
        except NeedsApproval as needed:
            ChangeRequest.objects.ask(needed, by=person, now=self.now, reason="They are away.")

    def act_followed(self) -> None:
        blocker, number = self.some(Blocker.objects.all()), self.random.randint(1, 3)
        address = parsed(f"https://github.com/harbor/api/issues/{number}")
        TrackerLink.objects.follow(blocker, address, by=self.person(), now=self.now)

    def act_heard(self) -> None:
        link, state = self.some(TrackerLink.objects.all()), self.random.choice(["open", "closed", "closed"])
        digest = str(self.random.random())
        apply_event(
            IssueEvent(link.address, IssueState(state), self.now, "Text", "mona"), digest, digest, self.now
        )

    act_heard_again = act_heard

    def act_answered(self) -> None:
        answer = self.random.choice(["go", "go", "conditional", "no_go"])
        self.some(SignOff.objects.all()).decide(answer, by=self.person(), now=self.now, note="Staffed.")

    def act_target_moved(self) -> None:
        launch = self.some(Launch.objects.active())
        target = launch.target + timedelta(days=self.random.randint(-9, 20))
        launch.move_target(target, reason="Later.", by=self.person(), now=self.now)

    def act_seen(self) -> None:
        rows = list(Launch.objects.active().select_related("region").order_by("slug"))
        for state in launch_facts(rows, None, self.now):
            save_snapshot(state, self.now, 100)

    act_seen_again = act_seen

    def act_launched(self) -> None:
        self.some(Launch.objects.active()).go_live(by=self.person(), now=self.now, reason="Now.")

    def act_closed(self) -> None:
        User.objects.filter(username="tom").update(is_active=False)

    def act_repaced(self) -> None:
        self.some(Team.objects.all()).set_capacity(2, "mon tue thu", 80, by=self.person(), now=self.now)

    def act_frozen(self) -> None:
        first = timezone.localdate(self.now) + timedelta(days=self.random.randint(3, 40))
        region = Region.objects.get(slug="eu")
        region.freeze(
            ChangeFreeze(first, first + timedelta(days=4), "Year-end"), by=self.person(), now=self.now
        )
