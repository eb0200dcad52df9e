"""The cell's verbs: refused over open musts, overridden with a reason, never a lost update."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from model_bakery import baker

from readiness.models import Change, Conflict, Item, OpenMusts, Origin, Readiness, Requirement, User
from readiness.probes import Outcome

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
YES = Outcome("passed", "Signed copy in the wiki.")


@pytest.fixture
def person(db):
    return baker.make(User, username="ada")


@pytest.fixture
def cell(db):
    cell = baker.make(Readiness)
    for level in ("must", "must", "should"):
        requirement = baker.make(Requirement, integration=cell.integration, level=level)
        baker.make(Item, cell=cell, requirement=requirement)
    return cell


def verbs():
    return list(Change.objects.order_by("pk").values_list("verb", flat=True))


def test_ready_over_open_musts_is_refused_and_lists_them(cell, person):
    with pytest.raises(OpenMusts) as refused:
        cell.declare("ready", by=person, now=NOW)
    assert [item.requirement.level for item in refused.value.items] == ["must", "must"]
    cell.refresh_from_db()
    assert (cell.state, cell.version, verbs()) == ("not_started", 1, [])


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_an_empty_reason_overrides_nothing(cell, person, reason):
    with pytest.raises(OpenMusts):
        cell.declare("ready", by=person, now=NOW, override_reason=reason)


def test_an_override_keeps_its_reason_and_what_it_accepted(cell, person):
    change = cell.declare("ready", by=person, now=NOW, override_reason="Beta customers know.")
    cell.refresh_from_db()
    assert cell.override_reason == "Beta customers know."
    assert cell.accepted == [item.pk for item in cell.open_musts()]
    assert len(change.after["accepted"]) == 2


def test_open_shoulds_do_not_stand_in_the_way(cell, person):
    Item.objects.filter(requirement__level="must").update(state="passed")
    cell.declare("ready", by=person, now=NOW)
    cell.refresh_from_db()
    assert (cell.state, cell.declared_by, cell.declared_at, cell.accepted) == ("ready", person, NOW, [])


def test_saying_it_twice_changes_nothing(cell, person):
    cell.declare("in_progress", by=person, now=NOW)
    assert cell.declare("in_progress", by=person, now=NOW) is None
    assert verbs() == ["declared"]


@pytest.mark.parametrize("state", ["regressed", "", "done"])
def test_nobody_declares_what_only_checks_can_find(cell, person, state):
    with pytest.raises(ValueError, match="declares"):
        cell.declare(state, by=person, now=NOW)


def test_a_withdrawn_sign_off_makes_a_ready_cell_regress_and_a_new_one_brings_it_back(cell, person):
    items = list(cell.items.filter(requirement__level="must"))
    for item in items:
        item.sign_off(YES, by=person, now=NOW)
    cell.declare("ready", by=person, now=NOW)
    items[0].withdraw(by=person, now=NOW)
    cell.refresh_from_db()
    assert cell.state == "regressed"
    items[0].sign_off(YES, by=person, now=NOW)
    cell.refresh_from_db()
    assert cell.state == "ready"
    assert verbs()[-4:] == ["withdrawn", "regressed", "signed off", "recovered"]


def test_reassessing_what_did_not_change_writes_nothing(cell):
    assert cell.reassess(now=NOW, origin=Origin.CHECK) is None
    assert verbs() == []


def test_the_second_of_two_editors_gets_a_conflict_and_nothing_is_lost(cell, person):
    seen = cell.version
    cell.set_estimate((Decimal(1), Decimal(2), Decimal(3)), by=person, now=NOW, version=seen)
    with pytest.raises(Conflict) as conflict:
        cell.set_importance("not_needed", by=person, now=NOW, version=seen)
    assert conflict.value.current.estimate == (1, 2, 3)
    cell.refresh_from_db()
    assert cell.importance == "must_have"


@pytest.mark.parametrize("points", [(3, 2, 1), (1, 3, 2), (-1, 0, 1), (1, None, 3)])
def test_the_database_refuses_an_estimate_out_of_order(cell, points):
    with pytest.raises(IntegrityError), transaction.atomic():
        Readiness.objects.update(best=points[0], likely=points[1], worst=points[2])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_editors_at_once_one_wins_and_the_rest_are_told():
    cell = baker.make(Readiness)
    person = baker.make(User)
    told = []

    def edit(number):
        try:
            cell.set_estimate((number, number, number), by=person, now=NOW, version=1)
        except Conflict:
            told.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cell.refresh_from_db()
    assert (len(told), cell.version, Change.objects.count()) == (7, 2, 1)


def test_an_accepted_item_that_passed_and_fails_again_is_news(cell, person):
    item, other = cell.items.filter(requirement__level="must")
    cell.declare("ready", by=person, now=NOW, override_reason="Beta customers know.")
    item.sign_off(YES, by=person, now=NOW)
    cell.refresh_from_db()
    assert (cell.state, cell.accepted) == ("ready", [other.pk])
    item.withdraw(by=person, now=NOW)
    cell.refresh_from_db()
    assert cell.state == "regressed"
