"""What the pages of a launch say of its region's freezes."""

from datetime import date

import pytest

from launches.models import Blocker
from readiness.models import ChangeFreeze

LAUNCH = "/launches/europe-ga/"
AUDIT = ChangeFreeze(date(2026, 11, 4), date(2026, 11, 6), "Audit <of> Legal")
OVER = ChangeFreeze(date(2026, 10, 1), date(2026, 10, 9), "Over")
AFTER = ChangeFreeze(date(2027, 10, 1), date(2027, 10, 9), "After all of it")


@pytest.fixture
def client(sign_in, people, europe, spam, now):
    Blocker.objects.update(best=5, likely=5, worst=5)
    for freeze in (OVER, AFTER, AUDIT):
        europe.region.freeze(freeze, by=people.lead, now=now)
    return sign_in(people.viewer)


def test_the_launch_page_counts_without_them_and_names_those_ahead(client):
    page = client.get(LAUNCH)
    # Six weeks, less three days.
    assert page.context["status"].working_days_left == 27
    assert page.context["status"].freezes_ahead == [AUDIT]
    assert page.text.count("frozen 4 Nov 2026 – 6 Nov 2026") == 1


def test_so_does_the_report(client):
    assert "frozen 4 Nov 2026 – 6 Nov 2026" in client.get(f"{LAUNCH}report/").text


def test_the_timeline_draws_and_lists_those_in_the_picture(client):
    page = client.get(f"{LAUNCH}charts/")
    trends = page.context["trends"]
    assert (trends.freezes, len(trends.timeline.freezes)) == ([AUDIT], 1)
    assert page.text.count("Audit &lt;of&gt; Legal") == 2
    assert page.text.count('fill="url(#frozen)"') == 1
    assert trends.spans["spam"].p85 == date(2026, 11, 11)


def test_the_news_tell_what_happened_last(client, europe, people, now):
    assert "A freeze is planned: 4 Nov 2026 – 6 Nov 2026" in client.get("/").text
    europe.region.thaw(AUDIT.first, by=people.lead, now=now)
    assert "The freeze of 4 Nov 2026 – 6 Nov 2026 is lifted" in client.get("/").text
    assert "frozen" not in client.get(LAUNCH).text


def test_they_cost_no_query(sign_in, people, europe, spam, queries, now):
    client = sign_in(people.viewer)
    addresses = (LAUNCH, f"{LAUNCH}charts/", f"{LAUNCH}report/", "/", "/teams/messaging/")
    before = [queries(client, address) for address in addresses]
    europe.region.freeze(AUDIT, by=people.lead, now=now)
    assert [queries(client, address) for address in addresses] == before
