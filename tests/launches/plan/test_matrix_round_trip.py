"""The file that the matrix gives is one that a load understands, in any language and dialect."""

import pytest
from django.test import Client
from model_bakery import baker

from launches.plan.matrix_csv import load_matrix
from launches.plan.slugs import slug_of
from readiness.models import Change, Integration, Readiness, Region, User
from readiness.state import CellState, Importance
from tests.launches.plan.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def cells():
    """One of each state and importance, with names that a spreadsheet or a delimiter would take amiss."""
    region = baker.make(Region, slug="sao-paulo", name="São Paulo; “A”")
    for state in CellState:
        for importance in Importance:
            name = f"=Ding, {state}\t{importance}"
            integration = baker.make(Integration, slug=f"{state}-{importance}".replace("_", "-"), name=name)
            baker.make(Readiness, region=region, integration=integration, state=state, importance=importance)
    declared = {"accepted": [1], "unseen": 1, "override_reason": "Good enough."}
    Readiness.objects.filter(state="ready", importance="must_have").update(**declared)
    # Names whose slugs follow from them, as those of a list do.
    for row in (*Integration.objects.all(), region):
        type(row).objects.filter(pk=row.pk).update(slug=slug_of(row.name))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("query", ["", "?for=spreadsheet"])
def test_what_goes_out_comes_in_and_changes_nothing(cells, language, query):
    client = Client(headers={"accept-language": language})
    client.force_login(baker.make(User))
    response = client.get(f"/regions/readiness.csv{query}")
    text = b"".join(response.streaming_content).decode()
    delimiter = ";" if language == "fr" and query else ","
    assert text.splitlines()[0].count(delimiter) == 4
    before = list(Readiness.objects.order_by("pk").values())
    report = load_matrix(text.splitlines(keepends=True), "m.csv", NOW)
    assert report.total.changed == report.total.created == 0
    assert list(Readiness.objects.order_by("pk").values()) == before
    assert not Change.objects.exists()


def test_a_filter_of_the_page_is_one_of_the_file(cells):
    client = Client()
    client.force_login(baker.make(User))
    response = client.get("/regions/readiness.csv?state=ready")
    assert len(b"".join(response.streaming_content).decode().splitlines()) == 1 + len(Importance)
