"""The charts of a launch: what they count is what the other pages say."""

from datetime import timedelta

from launches.models import Blocker
from launches.pages.forecast.trends import Trends
from readiness.models import Item

URL = "/launches/europe-ga/charts/"


def raised(launch, title, by, now, **facts):
    return Blocker.objects.raised(
        launch, title=title, by=by, now=now, proposed=False, kind="customer_facing", **facts
    )


def shown(client) -> Trends:
    return client.get(URL).context["trends"]


def test_a_launch_of_which_nothing_is_known(sign_in, people):
    response = sign_in(people.viewer).get(URL)
    assert "<svg" not in response.text
    assert "Nothing blocks this launch." in response.text
    assert "It is drawn from the first must-have that somebody declares." in response.text


def test_the_last_of_the_burn_up_is_what_stands_now(sign_in, people, europe, now):
    Item.objects.update(state="passed")
    europe.cell.declare("ready", by=people.lead, now=now)
    trends = shown(sign_in(people.viewer))
    assert [(seen.ready, seen.total) for seen in trends.counted] == [(1, 1)]
    assert (trends.status.checklist.ready, trends.status.checklist.needed) == (1, 1)


def test_what_turned_up_is_counted_by_certainty_without_what_blocks_nothing(
    sign_in, people, europe, spam, now
):
    raised(europe.launch, "Sure", people.lead, now, certainty="known_known")
    raised(europe.launch, "Sudden", people.lead, now, certainty="unknown_unknown").resolve(
        by=people.lead, now=now
    )
    raised(europe.launch, "Slow", people.lead, now, severity="degrades")
    Blocker.objects.raised(europe.launch, title="New", by=people.lead, now=now, proposed=True, kind="process")
    trends = shown(sign_in(people.viewer))
    today = europe.region.today(now)
    assert [tuple(found) for found in trends.found] == [
        (today, (1, 1, 1)),
        (today - timedelta(days=10), (0, 1, 0)),
    ]
    assert (sorted(trends.old), trends.half) == ([(0, "open"), (0, "open"), (0, "proposed"), (10, "open")], 0)


def test_rows_stand_in_the_order_of_work_with_what_they_wait_for(sign_in, people, europe, spam, now):
    first = raised(europe.launch, "First", people.lead, now, best=5, likely=5, worst=5)
    raised(europe.launch, "Slow", people.lead, now, severity="degrades")
    spam.wait_for(first, by=people.lead, now=now)
    response = sign_in(people.viewer).get(URL)
    rows = response.context["trends"].rows
    assert [(row.blocker, row.waits) for row in rows] == [(first, ()), (spam, (first,))]
    assert rows[0].span.p50 < rows[1].span.start
    assert f'href="{first.get_absolute_url()}"' in response.text


def test_a_circle_says_so_and_a_launch_that_is_over_has_no_timeline(sign_in, people, europe, spam, now):
    other = raised(europe.launch, "Other", people.lead, now)
    other.depends_on.add(spam)
    spam.depends_on.add(other)
    assert "These wait for each other" in sign_in(people.viewer).get(URL).text
    other.depends_on.clear()
    europe.launch.put(launched_at=now)
    response = sign_in(people.viewer).get(URL)
    assert (response.context["trends"].timeline, "It is launched." in response.text) == (None, True)


def test_the_number_of_queries_is_fixed(sign_in, people, spam, queries, grow):
    client = sign_in(people.lead)
    few = queries(client, URL)
    grow(launches=1, each=20)
    assert queries(client, URL) == few <= 14
