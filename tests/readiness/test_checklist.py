"""The checklist's verbs: what they do to every region's items and cells, in one go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from model_bakery import baker

from readiness.models import Change, Conflict, Integration, Item, Readiness, Requirement, User
from readiness.probes import Outcome

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
YES = Outcome("passed", "Seen.")
HTTP = {"url": "https://wa.{region.domain}/"}


@pytest.fixture
def ada(db):
    return baker.make(User, username="ada")


@pytest.fixture
def whatsapp(db):
    return baker.make(Integration, slug="whatsapp", name="WhatsApp")


@pytest.fixture
def cells(whatsapp):
    return [baker.make(Readiness, integration=whatsapp) for _ in range(3)]


@pytest.fixture
def agreement(whatsapp, cells, ada):
    return whatsapp.add_requirement({"title": "Agreement", "level": "must"}, by=ada, now=NOW)


def ready(cell, by):
    for item in cell.items.all():
        item.sign_off(YES, by=by, now=NOW)
    cell.declare("ready", by=by, now=NOW)


def state(cell):
    cell.refresh_from_db()
    return cell.state


def verbs(subject):
    return [(row.verb, row.author_id) for row in Change.objects.about(subject).order_by("pk")]


def test_an_added_requirement_is_open_in_every_region(whatsapp, cells, ada, agreement):
    items = Item.objects.filter(requirement=agreement).order_by("cell")
    assert [(item.cell, item.state, item.next_run_at) for item in items] == [
        (cell, "unknown", None) for cell in cells
    ]
    assert verbs(agreement) == [("requirement added", ada.pk)]
    assert [verbs(cell) for cell in cells] == [[("requirement added", ada.pk)]] * 3


def test_a_first_requirement_needs_no_region(whatsapp, ada):
    added = whatsapp.add_requirement({"title": "Agreement"}, by=ada, now=NOW)
    assert (added.position, added.items.count()) == (0, 0)


def test_an_automated_one_is_due_at_once(whatsapp, cells, ada):
    values = {"title": "Health", "probe": "http", "parameters": HTTP}
    whatsapp.add_requirement(values, by=ada, now=NOW)
    assert Item.objects.due(NOW).count() == 3


def test_its_row_of_the_matrix_is_made_anew(whatsapp, cells, ada, agreement):
    before = whatsapp.version
    whatsapp.refresh_from_db()
    assert whatsapp.version == before + 1


@pytest.mark.parametrize(("level", "after"), [("must", "regressed"), ("should", "ready")])
def test_a_ready_cell_regresses_over_a_new_must(whatsapp, cells, ada, agreement, level, after):
    ready(cells[0], ada)
    whatsapp.add_requirement({"title": "Templates", "level": level}, by=ada, now=NOW)
    assert [state(cell) for cell in cells] == [after, "not_started", "not_started"]


def test_removing_what_it_regressed_over_brings_it_back(whatsapp, cells, ada, agreement):
    ready(cells[0], ada)
    added = whatsapp.add_requirement({"title": "Templates", "level": "must"}, by=ada, now=NOW)
    added.remove(by=ada, now=NOW)
    assert state(cells[0]) == "ready"
    assert verbs(cells[0])[-2:] == [("requirement removed", ada.pk), ("recovered", ada.pk)]


def test_what_was_removed_stays_in_the_history(cells, ada, agreement):
    row = agreement.remove(by=ada, now=NOW)
    assert (row.label, row.before) == ("WhatsApp: Agreement", {"title": "Agreement", "level": "must"})
    assert (Requirement.objects.count(), Item.objects.count()) == (0, 0)


@pytest.mark.postgresql
def test_removing_waits_for_results_in_the_order_in_which_they_are_recorded(agreement, ada):
    """Otherwise each could hold what the other one wants."""
    with CaptureQueriesContext(connection) as queries:
        agreement.remove(by=ada, now=NOW)
    locking = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]
    first = next(sql for sql in locking if 'FROM "readiness_item"' in sql)
    assert first.endswith('ORDER BY 1 ASC FOR NO KEY UPDATE OF "readiness_item"')


@pytest.mark.parametrize(
    ("titles", "slugs"),
    [
        (["Agreement", "Agreement", "agreement!"], ["agreement", "agreement-2", "agreement-3"]),
        (["New"], ["new-2"]),
        (["???"], ["requirement"]),
        (["x" * 200, "x" * 200], ["x" * 45, f"{'x' * 45}-2"]),
    ],
)
def test_slugs_are_free(whatsapp, ada, titles, slugs):
    added = [whatsapp.add_requirement({"title": title}, by=ada, now=NOW) for title in titles]
    assert [requirement.slug for requirement in added] == slugs


def test_amending_nothing_is_no_change(cells, ada, agreement):
    assert agreement.amend({"title": "Agreement", "level": "must"}, by=ada, now=NOW) is None
    agreement.refresh_from_db()
    assert agreement.version == 1


def test_an_amendment_keeps_both_sides(cells, ada, agreement):
    row = agreement.amend({"title": "Contract", "level": "must"}, by=ada, now=NOW)
    assert (row.before, row.after) == ({"title": "Agreement"}, {"title": "Contract"})
    assert [verbs(cell) for cell in cells] == [[("requirement added", ada.pk)]] * 3


def test_a_second_amendment_of_the_same_version_is_refused(cells, ada, agreement):
    agreement.amend({"title": "Contract"}, by=ada, now=NOW, version=1)
    with pytest.raises(Conflict) as conflict:
        agreement.amend({"title": "Treaty"}, by=ada, now=NOW, version=1)
    assert conflict.value.current.title == "Contract"
    with pytest.raises(Conflict):
        agreement.remove(by=ada, now=NOW, version=1)


def test_an_invalid_amendment_leaves_nothing(whatsapp, cells, ada, agreement):
    with pytest.raises(ValidationError):
        agreement.amend({"probe": "http", "parameters": {"colour": "red"}}, by=ada, now=NOW)
    agreement.refresh_from_db()
    assert (agreement.probe, agreement.version, len(verbs(agreement))) == ("", 1, 1)


def test_a_should_that_becomes_a_must_regresses(whatsapp, cells, ada, agreement):
    runbook = whatsapp.add_requirement({"title": "Runbook", "level": "should"}, by=ada, now=NOW)
    agreement.items.get(cell=cells[0]).sign_off(YES, by=ada, now=NOW)
    cells[0].declare("ready", by=ada, now=NOW)
    runbook.amend({"level": "must"}, by=ada, now=NOW)
    assert state(cells[0]) == "regressed"


def test_from_by_hand_to_automated_nothing_is_known_any_more(cells, ada, agreement):
    ready(cells[0], ada)
    agreement.amend({"probe": "http", "parameters": HTTP}, by=ada, now=NOW)
    item = agreement.items.get(cell=cells[0])
    assert (item.state, item.fact, item.signed_by, item.next_run_at) == ("unknown", "", None, NOW)
    assert state(cells[0]) == "regressed"


def test_back_to_by_hand_no_probe_runs_any_more(whatsapp, cells, ada):
    values = {"title": "Health", "probe": "http", "parameters": HTTP}
    health = whatsapp.add_requirement(values, by=ada, now=NOW)
    health.amend({"probe": "", "parameters": {}}, by=ada, now=NOW)
    assert Item.objects.due(NOW + timedelta(days=1)).count() == 0


def test_a_run_of_the_old_parameters_is_dropped(whatsapp, cells, ada):
    values = {"title": "Health", "probe": "http", "parameters": HTTP}
    health = whatsapp.add_requirement(values, by=ada, now=NOW)
    claim = Item.objects.claim_due(NOW)[0]
    health.amend({"parameters": {"url": "https://new.{region.domain}/"}}, by=ada, now=NOW)
    item = Item.objects.get(pk=claim.item)
    assert item.record(YES, NOW, claim.run) is None
    assert Item.objects.get(pk=claim.item).state == "unknown"
    assert Item.objects.due(NOW).count() == 3


@pytest.mark.parametrize(
    ("start", "steps", "order"),
    [
        ("b", -1, "bac"),
        ("b", 1, "acb"),
        ("a", -1, "abc"),
        ("c", 1, "abc"),
        ("a", 99, "bca"),
        ("b", 0, "abc"),
    ],
)
def test_moving(whatsapp, ada, start, steps, order):
    for title in "abc":
        whatsapp.add_requirement({"title": title}, by=ada, now=NOW)
    Requirement.objects.update(position=0)  # as an old plan left them
    change = Requirement.objects.get(title=start).move(steps, by=ada, now=NOW)
    assert "".join(whatsapp.requirements.values_list("title", flat=True)) == order
    assert (change is None) is (order == "abc")
