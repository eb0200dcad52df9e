"""The must-haves of a launch, day by day, from their history."""

from datetime import timedelta

import pytest
from model_bakery import baker

from launches.charts import Counted
from launches.planning import counted
from readiness.models import Integration, Item, Origin, Readiness
from readiness.models.history import change, serialize


@pytest.fixture
def ahead(now):
    """So many days later."""
    return lambda days: now + timedelta(days=days)


def on(europe, at, ready, total, **more):
    return Counted(europe.region.today(at), ready, total, **more)


def billing(europe, at, **facts):
    """A second cell, as the plan file makes it."""
    integration = baker.make(Integration, slug="billing", name="Billing")
    cell = baker.make(Readiness, region=europe.region, integration=integration, **facts)
    told = {"importance": cell.importance, "state": cell.state}
    change(cell, "created", at=at, origin=Origin.PLAN, after=told, region_id=cell.region_id).save()
    return cell


def test_of_what_nobody_wrote_down_nothing_is_said(europe, now):
    assert counted(europe.launch, now) == []


def test_ready_and_not_again_and_what_came_in_and_went(europe, now, ahead):
    Item.objects.update(state="passed")
    europe.cell.declare("in_progress", by=europe.lead, now=now)
    europe.cell.declare("ready", by=europe.lead, now=ahead(2))
    second = billing(europe, ahead(4), importance="nice_to_have")
    second.set_importance("must_have", by=europe.lead, now=ahead(5))
    Item.objects.update(state="failed")
    europe.cell.reassess(now=ahead(7), origin=Origin.CHECK)
    europe.cell.set_importance("not_needed", by=europe.lead, now=ahead(9))
    assert counted(europe.launch, ahead(10)) == [
        on(europe, now, 0, 1),
        on(europe, ahead(2), 1, 1),
        on(europe, ahead(5), 1, 2, joined=("Billing",)),
        on(europe, ahead(7), 0, 2),
        on(europe, ahead(9), 0, 1, left=("WhatsApp",)),
    ]


def test_a_new_cell_joins_on_its_day_and_one_that_came_and_went_the_same_day_does_not(europe, now, ahead):
    europe.cell.declare("in_progress", by=europe.lead, now=now)
    second = billing(europe, ahead(1))
    assert counted(europe.launch, ahead(2))[1:] == [on(europe, ahead(1), 0, 2, joined=("Billing",))]
    second.set_importance("not_needed", by=europe.lead, now=ahead(1))
    assert counted(europe.launch, ahead(2)) == [on(europe, now, 0, 1)]


def test_the_launch_came_to_need_only_some(europe, now, ahead):
    billing(europe, now)
    europe.launch.scope.add(europe.integration)
    europe.launch.scope_all = False
    change(
        europe.launch,
        "changed",
        at=ahead(3),
        origin=Origin.PLAN,
        before={"scope_all": True, "scope": []},
        after={"scope_all": False, "scope": [serialize(europe.integration)]},
        region_id=europe.region.pk,
    ).save()
    assert counted(europe.launch, ahead(4)) == [
        on(europe, now, 0, 2),
        on(europe, ahead(3), 0, 1, left=("Billing",)),
    ]


def test_it_looks_back_half_a_year_and_at_its_own_region(europe, now, ahead):
    europe.cell.declare("in_progress", by=europe.lead, now=now)
    other = baker.make(Readiness)
    other.declare("in_progress", by=europe.lead, now=ahead(1))
    assert len(counted(europe.launch, ahead(182))) == 1
    assert counted(europe.launch, ahead(183)) == []
