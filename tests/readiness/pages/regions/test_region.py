"""GET /regions/<slug>/."""

import pytest
from model_bakery import baker

from readiness.models import Item, Readiness, Region

URL = "/regions/europe/"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("lead", 200),
        ("teammate", 200),
        ("stranger", 200),
        ("viewer", 200),
        ("signed out", 302),
    ],
)
def test_everybody_signed_in_reads_it(as_, who, status):
    assert as_(who).get(URL).status_code == status


def test_each_cell_tells_its_open_musts(as_, world):
    Item.objects.filter(pk=world.health.pk).update(state="passed")
    [cell] = as_("viewer").get(URL).context["cells"]
    assert (cell.open_count, cell.must_count) == (1, 2)


def test_only_must_haves_are_counted(as_, world):
    for importance, state in [("must_have", "ready"), ("must_have", "regressed"), ("nice_to_have", "ready")]:
        baker.make(Readiness, region=world.region, importance=importance, state=state)
    tally = as_("viewer").get(URL).context["tally"]
    assert (tally.needed, tally.ready, tally.regressed) == (3, 1, 1)


def test_its_launches_are_linked(as_):
    assert b'href="/launches/europe-ga/"' in as_("viewer").get(URL).content


def test_a_region_without_cells_says_what_to_do(as_):
    baker.make(Region, slug="moon", name="Moon")
    content = as_("viewer").get("/regions/moon/").content.decode()
    assert content.count("<table class=") == 1  # only the one of the keys
    assert "Load a plan" in content


def test_nothing_there_is_404(as_):
    assert as_("viewer").get("/regions/mars/").status_code == 404


def test_wrong_method(as_):
    assert as_("admin").post(URL).status_code == 405


def test_queries_do_not_grow(as_, grow, queries):
    client = as_("viewer")
    before = queries(client, URL)
    grow()
    assert queries(client, URL) == before
    assert before <= 10
