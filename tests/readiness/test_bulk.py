"""Many rows at once: to the microsecond, in any alphabet, and nothing that was not named."""

from datetime import UTC, datetime

import pytest

from readiness.models import Item, Result
from readiness.models.bulk import write_back

AT = datetime(2026, 11, 25, 23, 59, 59, 999_999, UTC)
EVIDENCE = {"a": 'it\'s "quoted" \\ %s é \u2028', "b": [1, 2.5, None, True], "c": {}}


@pytest.mark.django_db
def test_nothing_is_written_for_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        write_back([], ["state"])
        Result.objects.of([])


def test_each_row_gets_its_own_and_keeps_the_rest(make_item, django_assert_num_queries):
    first, second, other = make_item(), make_item(), make_item()
    Item.objects.update(fact="before", misses=7)
    rows = list(Item.objects.filter(pk__in=[first.pk, second.pk]).only("state").order_by("pk"))
    for row, latency in zip(rows, (0.1 + 0.2, None), strict=True):
        row.state, row.last_at, row.latency, row.evidence, row.flapping = (
            "failed",
            AT,
            latency,
            EVIDENCE,
            True,
        )
        row.next_run_at = None
    with django_assert_num_queries(1):
        write_back(rows, ["state", "last_at", "latency", "evidence", "flapping", "next_run_at"])
    columns = ("state", "last_at", "latency", "evidence", "flapping", "next_run_at", "fact", "misses")
    written = Item.objects.exclude(pk=other.pk).order_by("pk").values_list(*columns)
    assert list(written) == [
        ("failed", AT, latency, EVIDENCE, True, None, "before", 7) for latency in (0.1 + 0.2, None)
    ]
    other.refresh_from_db()
    assert (other.state, other.fact) == ("unknown", "before")


def test_a_result_is_what_its_item_was_told(make_item, person, django_assert_num_queries):
    items = [make_item(), make_item()]
    said = {"fact": "answered 503", "latency": 1.5, "evidence": EVIDENCE, "excused": True}
    Item.objects.update(outcome="failed", last_at=AT, **said)
    with django_assert_num_queries(1):
        Result.objects.of([item.pk for item in items])
    Result.objects.of([items[0].pk], by=person)
    rows = Result.objects.order_by("pk").values_list("item", "by", "state", "at", *said)
    assert list(rows) == [
        (item.pk, by, "failed", AT, *said.values())
        for item, by in ((items[0], None), (items[1], None), (items[0], person.pk))
    ]
