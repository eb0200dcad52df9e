"""The example as it stands once its story is told."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count
from django.test import TestCase

from launches.examples.harbor import PLAN
from launches.models import Blocker, Deferral, Launch, TargetMove
from launches.plan.load import load
from launches.status import settle_cells, status_of
from readiness.models import Change, Item, Readiness, Region, Result, Team, User
from readiness.state import ItemState
from tests.fixtures.example import become, told
from tests.fixtures.migrated import Migrated
from tests.launches.conftest import NOW
from tests.launches.examples.certainty import NothingCertain

# It is told in seconds, not in a moment: once, beside one database; on PostgreSQL test_accounts loads it.
pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("story")]

OPEN_IN_EUROPE = {
    "billing",
    "customers-firewalls",
    "data-export",
    "month-end-in-two-currencies",
    "mornings-in-dublin",
    "new-senders-in-spam",
    "object-storage-certificate",
    "resellers-contracts",
    "search",
    "search-speed",
    "security-questionnaires",
    "support-tooling",
    "whatsapp",
    "whatsapp-region",
}
OPEN_IN_AUSTRALIA = {"contracts", "database", "email", "inbox", "single-sign-on", "web-chat"}


class StoryTests(NothingCertain, TestCase):
    @classmethod
    def setUpClass(cls):
        """Before their transaction begins; when it is over, the next begin with an empty database again."""
        cls.addClassCleanup(become, Migrated().path)
        become(told())
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        cls.europe = Launch.objects.select_related("region").get(slug="europe-ga")
        cls.australia = Launch.objects.select_related("region").get(slug="australia-beta")
        cls.mara = User.objects.get(username="mara")

    def test_europe_waits_for_whatsapp(self):
        now = status_of(self.europe, self.mara, NOW)
        assert now.sentence == (
            "Off track; 3 sign-offs missing: 28 % to make 14 Dec 2026. "
            "Launch without WhatsApp: P85 moves 34 days earlier and we are on track."
        )
        assert (now.checklist.ready, now.checklist.needed) == (22, 28)
        assert now.blocking[0].slug == "whatsapp"
        assert [now.outlook.part(row.slug).days for row in now.blocking[:3]] == [34, 3, 0]
        assert {gate.sign_off.slug: gate.word for gate in now.gates} == {
            "support": "waiting",
            "sales": "go",
            "legal": "conditional go",
            "marketing": "go",
            "analytics": "stale",
            "research": "waiting",
            "security": "go",
        }

    def test_australia_has_begun_and_the_united_states_is_live(self):
        assert status_of(self.australia, self.mara, NOW).verdict == "on_track"
        us_east = Launch.objects.select_related("region").get(slug="us-east-ga")
        assert status_of(us_east, self.mara, NOW).verdict == "launched"

    def test_cells_are_where_the_story_left_them(self):
        rows = Readiness.objects.order_by().values_list("region__slug", "state").annotate(Count("pk"))
        assert {(region, state): count for region, state, count in rows} == {
            ("us-east", "ready"): 30,
            ("europe", "ready"): 22,
            ("europe", "regressed"): 1,
            ("europe", "in_progress"): 6,
            ("europe", "not_started"): 1,
            ("australia", "ready"): 1,
            ("australia", "in_progress"): 3,
            ("australia", "not_started"): 26,
        }
        assert not Readiness.objects.exclude(override_reason="").exists()

    def test_what_is_open_is_processes_and_what_customers_see(self):
        assert set(self.europe.blockers.outstanding().values_list("slug", flat=True)) == OPEN_IN_EUROPE
        assert set(self.australia.blockers.outstanding().values_list("slug", flat=True)) == OPEN_IN_AUSTRALIA
        kinds = Counter(self.europe.blockers.outstanding().values_list("kind", flat=True))
        assert kinds == {"internal_process": 7, "customer_facing": 6, "infrastructure": 1}
        certainties = Counter(self.europe.blockers.outstanding().values_list("certainty", flat=True))
        assert set(certainties) == set(Blocker.Certainty.values)

    def test_everything_open_has_an_owner_a_date_and_an_estimate(self):
        rows = Blocker.objects.outstanding().select_related("cell")
        assert [row.slug for row in rows if not (row.owner_id and row.due and row.points)] == []

    def test_decisions_are_by_two_people(self):
        states = Counter(self.europe.blockers.values_list("state", flat=True))
        assert (states["proposed"], states["waived"], states["deferred"], states["rejected"]) == (3, 1, 2, 1)
        decided = self.europe.blockers.filter(state__in=("waived", "deferred"))
        assert [row.decision.requested_by_id == row.decision.approved_by_id for row in decided] == [False] * 3

    def test_sales_has_to_acknowledge_what_support_has(self):
        deferral = Deferral.objects.get(blocker__slug="moving-existing-workspaces")
        said = deferral.acknowledgements["support"]
        assert (deferral.unacknowledged, said["by"]["label"]) == (["sales"], "Nadia Benali")

    def test_what_was_resolved_took_its_time(self):
        resolved = self.europe.blockers.filter(state="resolved")
        assert resolved.filter(source="person").count() == 6
        assert resolved.filter(source="cell").count() == 24
        assert resolved.filter(source="check").count() == 2
        assert [row.slug for row in resolved if row.closed_at <= row.opened_at] == []

    def test_the_date_moved_twice_with_reasons(self):
        moves = list(self.europe.moves.all())
        assert [(move.after - move.before).days for move in moves] == [28, 28]
        assert all(move.reason and move.by == self.mara for move in moves)
        assert TargetMove.objects.count() == 3

    def test_reloading_changes_nothing(self):
        report = load(PLAN.read_text(), PLAN.name, now=NOW, today=NOW.date())
        assert (report.total.created, report.total.changed, report.details) == (0, 0, [])

    def test_settling_again_changes_nothing(self):
        assert settle_cells(Readiness.objects.values_list("pk", flat=True), NOW) == 0
        assert Change.objects.unhandled().count() == 0

    def test_history_is_eight_weeks_in_order(self):
        times = list(Change.objects.order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[0].date() == NOW.date() - timedelta(days=56)
        assert NOW - timedelta(days=1, hours=12) < times[-1] < NOW
        weeks = Counter((NOW - at).days // 7 for at in times)
        assert [week for week in range(8) if weeks[week] < 10] == []

    def test_the_news_is_what_people_did(self):
        newest = Change.objects.select_related("author")[:3]
        assert all(change.author for change in newest)
        assert Change.objects.filter(origin="plan", at__gt=NOW - timedelta(days=20)).count() == 0

    def test_results_agree_with_what_is_known(self):
        checked = Item.objects.automated().exclude(state=ItemState.UNKNOWN)
        latest = {row.item_id: row.state for row in Result.objects.order_by("at", "pk")}
        assert [str(item) for item in checked if latest[item.pk] != item.state] == []
        assert 10_000 < Result.objects.count() <= 20_000
        failing = checked.exclude(state="passed")
        assert {str(item) for item in failing.filter(cell__region__slug="europe")} == {
            "Answers from the region (WhatsApp in Europe)",
            "Answers within 800 ms (Search in Europe)",
            "Certificate lasts three more weeks (File storage in Europe)",
        }
        by_region = failing.order_by().values_list("cell__region__slug").annotate(Count("pk"))
        assert dict(by_region) == {"europe": 3, "australia": 6}

    def test_checks_go_on_at_once_and_nothing_is_stale_before(self):
        checked = Item.objects.automated().exclude(state=ItemState.UNKNOWN)
        assert not checked.filter(stale_at__lt=NOW + timedelta(minutes=5)).exists()
        assert not checked.filter(next_run_at__gt=NOW + timedelta(seconds=30)).exists()

    def test_it_is_the_company_it_says(self):
        assert (Region.objects.count(), Team.objects.count()) == (3, 8)
        for model in (User, Team):
            assert not model.objects.exclude(email__endswith="@harbor.example").exists()
