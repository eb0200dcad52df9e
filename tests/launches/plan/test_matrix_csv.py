from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from launches.plan.matrix_csv import load_matrix
from launches.plan.problems import LoadRefused
from launches.plan.report import Counts, Report
from readiness.models import Change, Integration, Item, Readiness, Region, User
from tests.launches.plan.conftest import HARBOR, NOW, counts

pytestmark = pytest.mark.django_db


def matrix(text: str, **options: object) -> Report:
    return load_matrix(text.splitlines(keepends=True), "m.csv", NOW, **options)


def test_missing_regions_integrations_and_teams_are_created() -> None:
    report = matrix(
        "region,integration,state,importance,team\nEurope,WhatsApp,in progress,nice_to_have,Chat\n"
    )
    cell = Readiness.objects.get()
    assert (cell.region.name, cell.region.slug) == ("Europe", "europe")
    assert (cell.integration.name, cell.integration.slug, cell.integration.team.slug) == (
        "WhatsApp",
        "whatsapp",
        "chat",
    )
    assert (cell.state, cell.importance, cell.declared_at) == ("in_progress", "nice_to_have", NOW)
    assert list(report.lines()) == [
        "created 4 · changed 0 · unchanged 0",
        "  teams         created 1 · changed 0 · unchanged 0",
        "  regions       created 1 · changed 0 · unchanged 0",
        "  integrations  created 1 · changed 0 · unchanged 0",
        "  cells         created 1 · changed 0 · unchanged 0",
        "  new → in progress (1)",
    ]


def test_those_that_are_there_keep_their_names(loaded: Callable[..., Report]) -> None:
    loaded()
    matrix("region,integration\nEUROPE,WHATSAPP\nEurope,Invoices\n", by=User.objects.get(username="mara"))
    assert Region.objects.get(slug="europe").name == "Europe"
    assert Integration.objects.get(slug="whatsapp").name == "WhatsApp"


def test_ready_over_open_items_and_off_the_blocking_list(loaded: Callable[..., Report]) -> None:
    """Where no launch waits for it; while a blocker stands on it, somebody else has to approve."""
    cells, launches = HARBOR.split("launches:\n")
    loaded(cells)
    report = matrix("region,integration\neurope,whatsapp\n")
    cell = Readiness.objects.get(integration__slug="whatsapp")
    health = Item.objects.get(requirement__slug="health")
    assert report.of("cells") == Counts(0, 1, 0)
    assert (cell.state, cell.override_reason, cell.accepted) == ("ready", "Loaded from m.csv", [health.pk])
    mara = User.objects.get(username="mara")
    cell.declare("in_progress", by=mara, now=NOW)
    loaded(f"launches:\n{launches}")
    assert matrix("region,integration\neurope,whatsapp\n", by=mara).of("cells") == Counts(0, 0, 1)


def test_a_new_cell_has_the_whole_checklist(loaded: Callable[..., Report]) -> None:
    loaded()
    matrix("region,integration\nus-east,whatsapp\n")
    cell = Readiness.objects.get(region__slug="us-east")
    assert cell.items.count() == 3
    assert set(cell.accepted) == set(
        cell.items.filter(requirement__level="must").values_list("pk", flat=True)
    )


def test_a_cell_that_fell_back_stays_so() -> None:
    matrix("region,integration\neurope,whatsapp\n")
    Readiness.objects.update(state="regressed")
    assert matrix("region,integration\neurope,whatsapp\n").of("cells") == Counts(0, 0, 1)
    assert Readiness.objects.get().state == "regressed"


def test_a_second_load_changes_nothing() -> None:
    text = "region,integration,state\n" + "".join(f"r{r},i{i},ready\n" for r in range(9) for i in range(9))
    matrix(text)
    before = counts()
    assert (matrix(text).total, counts()) == (Counts(0, 0, 99), before)


def test_a_bad_row_at_the_end_or_a_dry_run_writes_nothing() -> None:
    before = counts()
    text = "region,integration,state\n" + "eu,w,ready\n" * 50
    with pytest.raises(LoadRefused):
        matrix(text + "eu,w,blue\n")
    assert matrix(text, dry_run=True).of("cells") == Counts(1, 0, 0)
    assert counts() == before


def test_what_fails_in_the_middle_leaves_nothing() -> None:
    """The bar breaks after the first chunk of cells."""
    before = counts()

    def broken(done: int, total: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        matrix("region,integration\neu,w\n", progress=broken)
    assert counts() == before


def test_progress_is_told_in_cells() -> None:
    told: list[tuple[int, int]] = []
    rows = [f"r{r},i{i}\n" for r in range(50) for i in range(100)]
    matrix("region,integration\n" + "".join(rows), progress=lambda done, total: told.append((done, total)))
    assert told == [(2000, 5000), (4000, 5000), (5000, 5000)]


def test_every_cell_has_its_change_and_few_statements() -> None:
    rows = "region,integration\n" + "".join(f"r{r},i{i}\n" for r in range(40) for i in range(100))
    with CaptureQueriesContext(connection) as queries:
        matrix(rows)
    assert Change.objects.filter(verb="created", cell__isnull=False, handled_at=NOW).count() == 4000
    assert len(queries) < 300


def test_an_identical_reload_of_many_cells_is_read_only() -> None:
    rows = "region,integration\n" + "".join(f"r{r},i{i}\n" for r in range(10) for i in range(10))
    matrix(rows)
    with CaptureQueriesContext(connection) as queries:
        matrix(rows)
    assert [sql for sql in (query["sql"] for query in queries) if sql.startswith(("INSERT", "UPDATE"))] == []


def test_a_dry_run_says_which_states_would_become_which() -> None:
    matrix("region,integration,state\n" + "".join(f"eu,i{i},no\n" for i in range(99)))
    report = matrix("region,integration,state\n" + "".join(f"eu,i{i},yes\n" for i in range(99)), dry_run=True)
    assert "  not started → ready (99)" in list(report.lines())
    assert set(Readiness.objects.values_list("state", flat=True)) == {"not_started"}


def test_what_a_list_leaves_out_is_named_and_keeps_its_state() -> None:
    matrix("region,integration\n" + "".join(f"{region},i{i}\n" for region in ("eu", "us") for i in range(7)))
    report = matrix("region,integration\neu,i0\n")
    assert report.notes[1:] == [
        (
            "in the database and not in this list, their state is kept: 6 (i1 in eu, i2 in eu, i3 in eu, "
            "i4 in eu, i5 in eu and 1 more); --whole says that what is missing is not there"
        ),
        "regions that this list says nothing of: 1 (us)",
    ]
    assert Readiness.objects.ready().count() == 14


def test_a_whole_list_says_that_what_is_missing_is_not_there() -> None:
    matrix("region,integration\neu,old\nus,old\n")
    report = matrix("region,integration\neu,new\nuk,other\n", whole=True)
    assert set(Readiness.objects.values_list("region__slug", "integration__slug", "state")) == {
        ("eu", "new", "ready"),
        ("uk", "other", "ready"),
        ("eu", "old", "not_started"),
        ("eu", "other", "not_started"),
        ("uk", "new", "not_started"),
        ("us", "old", "ready"),
    }
    assert "left out of this list, and so not started: 3" in report.notes


def test_a_row_without_a_state_changes_none() -> None:
    matrix("region,integration,state\neu,w,yes\n")
    report = matrix("region,integration,state\neu,w,\neu,v,\n")
    assert report.of("cells") == Counts(1, 0, 1)
    assert set(Readiness.objects.values_list("integration__slug", "state")) == {
        ("w", "ready"),
        ("v", "not_started"),
    }
