"""Replaying the changes of a blocker rebuilds its row exactly, whatever happened to it."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase
from model_bakery import baker

from launches.models import Blocker, Deferral, NotPossible, Scenario, SignOff, Waiver, undo
from launches.models.decision import KINDS, open_request
from launches.plan.load import load
from launches.status import reopen_expired, settle_launch, warn_of_expiry
from readiness.models import Change, Conflict, Item, NeedsApproval, Readiness, Team, User
from readiness.state import ItemState
from tests.fixtures.drawing import few
from tests.launches.conftest import NOW, a_region
from tests.launches.models.replaying import replayed, stored

PLAN = """
launches:
  europe-ga:
    blockers:
      raised:
        title: {title}
        certainty: known_known
        state: {state}
        estimate: [1, 2, {worst}]
        opened: 2026-10-01
        closed: {closed}
        waiver: {{reason: Nobody needs it, requested_by: lead, approved_by: admin, expires: 2026-12-0{worst}}}
      loaded-{worst}:
        title: Loaded
        due: 2026-12-0{worst}
        depends_on: [raised]
"""
STEPS = ("accept", "reject", "start", "resolve", "fill", "reopen", "clarify")
FACTS = (
    {"title": "Another title", "labels": ["eu", "mail"]},
    {"best": Decimal(1), "likely": Decimal("2.5"), "worst": Decimal(4)},
    {"best": None, "likely": None, "worst": None, "due": None},
    {"due": date(2026, 12, 1), "links": [{"url": "https://wiki.example/1", "title": "Ledger"}]},
    {"certainty": "known_unknown", "spike_by": date(2026, 11, 20)},
    {"severity": "degrades"},
    {"severity": "blocks", "violates": "Invoices: Euro"},
)


class World:
    """One launch, the people around it, and what can happen; `step` numbers choose among what there is."""

    def __init__(self):
        self.europe = a_region()
        self.now = NOW.replace(microsecond=123_456)
        self.lead = self.europe.lead
        self.admin = baker.make(User, username="admin", is_superuser=True)
        baker.make(SignOff, launch=self.europe.launch, slug="support", function="Support")
        self.changes = []
        self.raise_one(0)

    def blocker(self, pick):
        rows = list(Blocker.objects.select_related("launch").order_by("pk"))
        return rows[pick % len(rows)]

    def raise_one(self, pick):
        facts = {"kind": "internal_process", "team": Team.objects.first()} | FACTS[pick % len(FACTS)]
        facts.setdefault("title", "Raised")
        Blocker.objects.raised(
            self.europe.launch, by=self.lead, now=self.now, proposed=pick % 2 == 1, **facts
        )

    def step(self, pick):
        verb = STEPS[pick % len(STEPS)]
        return getattr(self.blocker(pick // len(STEPS)), verb)(by=self.lead, now=self.now, note="Why")

    def amend(self, pick):
        facts = FACTS[pick % len(FACTS)] | {"owner": (None, self.lead, self.admin)[pick % 3]}
        return self.blocker(pick).amend(by=self.lead, now=self.now, **facts)

    def order(self, pick):
        waiting, other = self.blocker(pick), self.blocker(pick // 2)
        verb = waiting.no_longer_wait_for if pick % 5 == 0 else waiting.wait_for
        return verb(other, by=self.lead, now=self.now)

    def ask(self, pick):
        blocker, told = self.blocker(pick), {"by": self.lead, "now": self.now, "reason": "Few need it"}
        if pick % 2:
            return Waiver.ask(blocker, **told, expires_on=date(2026, 11, 2) + timedelta(days=pick % 9))
        return Deferral.ask(blocker, **told, fill_by=date(2027, 1, 1), functions=["support"])

    def answer(self, pick):
        asked = open_request(self.blocker(pick))
        if asked is None:
            return None
        told = {"by": self.admin, "now": self.now, "note": "Because"}
        return (asked.approve, asked.approve, asked.refuse, asked.withdraw)[pick % 4](**told)

    def acknowledge(self, pick):
        deferral = Deferral.objects.filter(blocker=self.blocker(pick)).first()
        return deferral and deferral.acknowledge("support", by=self.admin, now=self.now)

    def settle(self, pick):
        cell = Readiness.objects.get()
        Item.objects.update(state=ItemState.FAILED if pick % 3 else ItemState.PASSED)
        state = ("ready", "in_progress", "not_started")[pick % 3]
        cell.declare(state, by=self.admin, now=self.now, override_reason="All is well")
        settle_launch(self.europe.launch, self.now)

    def lose_a_check(self, pick):
        requirement = self.europe.items[pick % 2].requirement
        if type(requirement).objects.filter(pk=requirement.pk).exists():
            requirement.remove(by=self.admin, now=self.now)
            settle_launch(self.europe.launch, self.now)

    def wait(self, pick):
        self.now += timedelta(days=pick % 9)
        reopen_expired(self.now)
        warn_of_expiry(self.now)

    def plan(self, pick):
        state, closed = (("open", "null"), ("waived", "null"), ("resolved", "2026-10-20"))[pick % 3]
        text = PLAN.format(title=f"Title {pick}", state=state, worst=2 + pick % 5, closed=closed)
        load(text, "plan.yaml", self.now, self.now.date())

    def accept_scenario(self, pick):
        baker.make(Scenario, launch=self.europe.launch, name=str(self.now), query="", saved_by=self.lead)
        asking = KINDS["deferral" if pick % 2 else "waiver"]
        facts = {"fill_by": date(2027, 1, 1)} if asking is Deferral else {}
        Scenario.objects.latest("pk").accept(
            asking, [self.blocker(pick)], date(2027, 1, 1), by=self.lead, now=self.now, reason="Now", **facts
        )

    def take_back(self, pick):
        undo(self.changes[-1 - pick % 3 :], self.lead, self.now)

    def happen(self, name, pick):
        self.now += timedelta(hours=1, microseconds=7)
        with suppress(NotPossible, NeedsApproval, Conflict, IntegrityError), transaction.atomic():
            change = getattr(self, name)(pick)
            self.changes += [change] if isinstance(change, Change) else []


EVENTS = [name for name in vars(World) if name not in ("__init__", "blocker", "happen", "__module__")]
EVENTS = [name for name in EVENTS if not name.startswith("__")]
OFTEN = ["step", "step", "amend", "ask", "ask", "answer", "answer", "take_back", "take_back", "settle"]


class Replaying(TestCase):
    @settings(
        max_examples=few(20, on_postgresql=8),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        # A story of verbs says enough as it comes; to shrink one takes minutes.
        phases=[Phase.generate],
    )
    @given(
        some.lists(
            some.tuples(some.sampled_from(EVENTS + OFTEN), some.integers(0, 200)), min_size=6, max_size=25
        )
    )
    def test_its_changes_rebuild_a_blocker(self, events):
        world = World()
        for name, pick in events:
            world.happen(name, pick)
        for blocker in Blocker.objects.order_by("pk"):
            assert replayed(blocker) == stored(blocker)
