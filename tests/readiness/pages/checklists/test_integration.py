"""GET /integrations/ and /integrations/<slug>/."""

import pytest

from readiness.models import Integration

LIST, PAGE = "/integrations/", "/integrations/whatsapp/"


@pytest.mark.parametrize("url", [LIST, PAGE])
@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("stranger", 200), ("viewer", 200), ("signed out", 302)]
)
def test_everybody_signed_in_reads_them(as_, url, who, status):
    assert as_(who).get(url).status_code == status


@pytest.mark.parametrize("url", [LIST, PAGE])
def test_queries_do_not_grow(as_, grow, queries, url):
    client = as_("teammate")
    before = queries(client, url)
    grow()
    assert queries(client, url) == before
    assert before <= 10


@pytest.mark.parametrize("url", [LIST, PAGE])
def test_wrong_method(as_, url):
    assert as_("admin").post(url).status_code == 405


def test_counts_do_not_multiply(as_, world, grow):
    """Three joined counts would multiply without `distinct`."""
    grow()
    [row] = as_("viewer").get(LIST, {"q": "what"}).context["integrations"]
    requirements, cells = world.integration.requirements.count(), world.integration.cells.count()
    assert (row.requirement_count, row.needed, row.ready) == (requirements, cells, 0)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["WhatsApp", "Vault"]),
        ({"kind": "infrastructure"}, ["Vault"]),
        ({"q": "WHATS"}, ["WhatsApp"]),
        ({"q": "WHATS", "kind": "infrastructure"}, []),
        ({"kind": "nonsense"}, ["WhatsApp", "Vault"]),
    ],
)
def test_filters(as_, filters, names):
    Integration.objects.create(slug="vault", name="Vault", kind="infrastructure")
    rows = as_("viewer").get(LIST, filters).context["integrations"]
    assert [row.name for row in rows] == names


@pytest.mark.parametrize(
    ("who", "may"),
    [("admin", True), ("teammate", True), ("lead", False), ("stranger", False), ("viewer", False)],
)
def test_who_is_offered_the_editor(as_, who, may):
    response = as_(who).get(PAGE)
    assert response.context["may_edit"] is may
    assert (b"/requirements/new/" in response.content) is may


def test_nothing_there_is_404(as_):
    assert as_("viewer").get("/integrations/none/").status_code == 404
