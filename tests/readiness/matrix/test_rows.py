"""A row from the cache is the row one would make anew, whatever happened in between."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test.utils import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from model_bakery import baker

from readiness.matrix.rows import Tally, cell_fragment, rows, tallies
from readiness.models import Integration, Readiness, Region, Team, User
from readiness.state import CellState, Importance
from tests.fixtures.drawing import few

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NO_CACHE = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture(autouse=True)
def _cold():
    """Ids come back when a test is rolled back, so the rows of the last one must not."""
    cache.clear()


def cached():
    return rows(Integration.objects.all(), list(Region.objects.all()))


def fresh():
    with override_settings(CACHES=NO_CACHE):
        return cached()


@pytest.fixture
def europe(db):
    return baker.make(Region, slug="europe", name="Europe")


@pytest.fixture
def whatsapp(db):
    team = baker.make(Team, slug="messaging", name="Messaging")
    return baker.make(Integration, slug="whatsapp", name="WhatsApp", kind="customer_facing", team=team)


@pytest.mark.django_db
def test_nothing_at_all():
    assert cached() == []
    assert tallies([]) == []


def test_regions_but_no_integration(europe):
    assert cached() == []


def test_integrations_but_no_region(whatsapp):
    (row,) = cached()
    assert row.marks == ""
    assert tallies([row]) == []
    assert row.html.decode() == (
        '<tr><th scope="row"><a dir="auto" href="/integrations/whatsapp/">WhatsApp</a> '
        '<small dir="auto">Messaging</small>'
        '<td class="tally">0/0\n'
    )


def test_a_cell_that_does_not_exist_is_empty_and_not_counted(europe, whatsapp):
    (row,) = cached()
    assert row.html.decode().endswith('<td class="tally">0/0<td>\n')
    assert tallies([row]) == [Tally(0, 0)]


@pytest.mark.parametrize(
    ("importance", "state", "expected"),
    [
        ("must_have", "not_started", ("unknown", "not started", Tally(0, 1))),
        ("must_have", "in_progress", ("progress", "in progress", Tally(0, 1))),
        ("must_have", "ready", ("ready", "ready", Tally(1, 1))),
        ("must_have", "regressed", ("blocked", "regressed", Tally(0, 1))),
        ("nice_to_have", "ready", ("ready nice", "ready, nice to have", Tally(0, 0))),
        ("nice_to_have", "regressed", ("blocked nice", "regressed, nice to have", Tally(0, 0))),
        ("not_needed", "ready", ("unneeded", "not needed", Tally(0, 0))),
        ("not_needed", "not_started", ("unneeded", "not needed", Tally(0, 0))),
    ],
)
def test_what_a_cell_shows_and_what_it_counts(europe, whatsapp, importance, state, expected):
    cell = baker.make(Readiness, region=europe, integration=whatsapp, importance=importance, state=state)
    classes, word, tally = expected
    (row,) = cached()
    shown = f'<a class="{classes}" href="/regions/europe/cells/whatsapp/">{word}</a>'
    assert row.html.decode().endswith(f'<td class="tally">{tally}<td>{shown}\n')
    assert tallies([row]) == [tally]
    assert cell_fragment(cell) == shown.replace(
        ">", " hx-swap-oob=\"outerHTML:.matrix a[href='/regions/europe/cells/whatsapp/']\">", 1
    )


def test_names_are_text_and_nothing_else(europe):
    team = baker.make(Team, name="<script>alert(1)</script>")
    baker.make(Integration, slug="x", name='"><img src=x onerror=alert(1)> {{ 7|add:7 }} {0}', team=team)
    (row,) = cached()
    assert row.html.decode() == (
        '<tr><th scope="row"><a dir="auto" href="/integrations/x/">'
        "&quot;&gt;&lt;img src=x onerror=alert(1)&gt; {{ 7|add:7 }} {0}</a> "
        '<small dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</small><td class="tally">0/0<td>\n'
    )


def test_an_integration_without_a_team_says_so(europe):
    baker.make(Integration, slug="x", name="X", team=None)
    (row,) = cached()
    assert '<small dir="auto">no team</small>' in row.html.decode()


def test_rows_are_by_kind_and_name_and_cells_in_the_order_of_the_regions(db):
    regions = [baker.make(Region, slug=slug) for slug in ("us", "eu", "au")]
    for name, kind in (("B", "internal_process"), ("C", "customer_facing"), ("A", "internal_process")):
        integration = baker.make(Integration, slug=name.lower(), name=name, kind=kind)
        for region in reversed(regions):
            baker.make(Readiness, region=region, integration=integration)
    shown = rows(Integration.objects.all(), regions)
    assert [row.line.name for row in shown] == ["C", "A", "B"]
    assert re.findall(r"/regions/(\w+)/cells/c/", shown[0].html.decode()) == ["us", "eu", "au"]
    backwards = rows(Integration.objects.all(), regions[::-1])
    assert re.findall(r"/regions/(\w+)/cells/c/", backwards[0].html.decode()) == ["au", "eu", "us"]


def test_a_row_has_a_state_when_a_needed_cell_is_in_it(europe, whatsapp):
    cell = baker.make(Readiness, region=europe, integration=whatsapp, importance="nice_to_have")
    assert [state for state in CellState if cached()[0].has(state)] == [CellState.NOT_STARTED]
    cell.set_importance(Importance.NOT_NEEDED, by=baker.make(User), now=NOW)
    assert [state for state in CellState if cached()[0].has(state)] == []


def test_a_warm_matrix_reads_no_cells(europe, whatsapp, django_assert_num_queries):
    baker.make(Readiness, region=europe, integration=whatsapp)
    regions = list(Region.objects.all())
    with django_assert_num_queries(3):
        cold = rows(Integration.objects.all(), regions)
    with django_assert_num_queries(2):
        warm = rows(Integration.objects.all(), regions)
    assert warm == cold


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({3: 4}, {4: 4}, id="as many cells, the same sum of versions"),
        pytest.param({2: 1, 3: 1}, {5: 2}, id="the same sums of ids and of versions"),
        pytest.param({3: 4}, {3: 5}, id="the same cells"),
    ],
)
def test_other_cells_with_the_same_sums_are_not_mistaken_for_them(whatsapp, before, after):
    """By id, versions: cells replaced by others, which look different."""
    regions = [baker.make(Region, slug=f"r{number}") for number in range(2)]
    for cells, state in ((before, "ready"), (after, "regressed")):
        Readiness.objects.all().delete()
        for region, (pk, version) in zip(regions, cells.items(), strict=False):
            baker.make(Readiness, pk=pk, version=version, region=region, integration=whatsapp, state=state)
        assert cached() == fresh()


NAMES = st.sampled_from(["Billing", "E-mail", "<b>", "Ünïcode", "{}", "&amp;"])


class Pieces:
    """Ways in which the world under the matrix moves, each by the door that people and plans use."""

    def __init__(self) -> None:
        self.who = User.objects.create(username="lead")
        self.count = 0
        for _ in range(2):
            self.add_region("Europe")
            self.add_integration("Billing")
        self.add_cells("")

    def pick(self, things):
        self.count += 1
        return things[self.count % len(things)] if things else None

    def add_region(self, name: str) -> None:
        self.count += 1
        Region.objects.create(slug=f"r{self.count}", name=name)

    def add_integration(self, name: str) -> None:
        self.count += 1
        team = Team.objects.create(slug=f"t{self.count}", name=name) if self.count % 2 else None
        Integration.objects.create(
            slug=f"i{self.count}", name=name, kind=self.pick(Integration.Kind.values), team=team
        )

    def add_cells(self, _: str) -> None:
        for region in Region.objects.all():
            for integration in Integration.objects.all():
                Readiness.objects.get_or_create(region=region, integration=integration)

    def delete_cell(self, _: str) -> None:
        """Only one without history can go."""
        cell = self.pick(list(Readiness.objects.filter(changes=None)))
        if cell:
            cell.delete()

    def declare(self, _: str) -> None:
        cell = self.pick(list(Readiness.objects.order_by("pk")))
        if cell:
            cell.declare(self.pick(["ready", "in_progress", "not_started"]), by=self.who, now=NOW)

    def set_importance(self, _: str) -> None:
        cell = self.pick(list(Readiness.objects.order_by("pk")))
        if cell:
            cell.set_importance(self.pick(Importance.values), by=self.who, now=NOW)

    def rename_integration(self, name: str) -> None:
        Integration.objects.filter(pk=self.pick(list(Integration.objects.all())).pk).update(name=name)

    def move_integration(self, _: str) -> None:
        thing = self.pick(list(Integration.objects.all()))
        thing.put(kind=self.pick(Integration.Kind.values), team=self.pick([None, *Team.objects.all()]))

    def rename_team(self, name: str) -> None:
        """Past the versions: the admin's form saves a row as it is."""
        Team.objects.update(name=name)

    def move_region(self, _: str) -> None:
        self.count += 1
        Region.objects.filter(pk=self.pick(list(Region.objects.all())).pk).update(slug=f"moved-{self.count}")

    def look(self, _: str) -> None:
        cached()


MOVES = [name for name in vars(Pieces) if not name.startswith("_") and name != "pick"]


class CachedEqualsFresh(TestCase):
    @settings(max_examples=few(20, on_postgresql=8), deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(MOVES), NAMES), min_size=1, max_size=15))
    def test_after_any_moves(self, moves):
        cache.clear()
        world = Pieces()
        cached()
        for move, name in moves:
            getattr(world, move)(name)
            assert cached() == fresh()
