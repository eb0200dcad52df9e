"""A large launch fills in what its blockers cost while one looks, and leaves the rows in their place."""

import pytest
from playwright.sync_api import Page, expect

from launches.models import Blocker
from readiness.models import Team

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def many(launch, now):
    """More than two batches, for four teams that work on two things each."""
    teams = Team.objects.bulk_create(Team(slug=f"t{n}", name=f"T {n}", parallel_work=2) for n in range(4))
    facts = {"launch": launch, "kind": "customer_facing", "opened_at": now, "best": 1, "worst": 12}
    Blocker.objects.bulk_create(
        Blocker(slug=f"b{n}", title=f"B {n}", team=teams[n % 4], likely=3 + n % 5, **facts)
        for n in range(160)
    )


def test_days_bought_fill_in(page: Page, enter_as, viewer, many):
    enter_as(viewer)
    page.goto("/launches/lisbon-ga/")
    expect(page.locator("#pricing")).to_contain_text("of 160")
    page.mouse.move(0, 0)
    expect(page.locator("#pricing")).to_be_hidden()
    expect(page.get_by_title("Not computed yet")).to_have_count(0)
    expect(page.locator("#blocking [data-row]")).to_have_count(160)
