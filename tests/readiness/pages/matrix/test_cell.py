"""GET /regions/<region>/cells/<integration>/."""

import pytest
from model_bakery import baker

from readiness.models import Item


@pytest.mark.parametrize("who", ["admin", "lead", "teammate", "stranger", "viewer"])
def test_everybody_signed_in_reads_it(as_, world, who):
    assert as_(who).get(world.url).status_code == 200


def test_signed_out_goes_to_sign_in_and_comes_back(as_, world):
    response = as_("signed out").get(world.url)
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={world.url}")


def test_the_same_address_is_a_page_and_a_part(as_, world):
    page = as_("viewer").get(world.url)
    part = as_("viewer").get(world.url, headers={"HX-Request": "true"})
    assert page.content.count(b"<html") == 1
    assert part.content.count(b"<html") == 0
    assert part.content.strip().startswith(b"<article")
    assert "HX-Request" in page["Vary"]
    assert "HX-Request" in part["Vary"]


@pytest.mark.parametrize(
    ("who", "forms"),
    [
        ("admin", {"declaration/", "estimate/", "importance/", "sign-off/"}),
        ("lead", {"declaration/", "estimate/", "importance/", "sign-off/"}),
        ("teammate", {"declaration/", "estimate/", "sign-off/"}),
        ("stranger", set()),
        ("viewer", set()),
    ],
)
def test_a_person_sees_the_forms_they_may_send(as_, world, who, forms):
    content = as_(who).get(world.url, headers={"HX-Request": "true"}).content.decode()
    shown = {
        name for name in ("declaration/", "estimate/", "importance/", "sign-off/") if f'{name}"' in content
    }
    assert shown == forms


def test_an_automated_item_links_to_its_check_and_has_no_form(as_, world):
    content = as_("teammate").get(world.url).content.decode()
    assert f'href="/checks/{world.health.pk}/"' in content
    assert f"items/{world.health.pk}/sign-off/" not in content


@pytest.mark.parametrize("url", ["/regions/mars/cells/whatsapp/", "/regions/europe/cells/none/"])
def test_nothing_there_is_404(as_, url):
    assert as_("viewer").get(url).status_code == 404


def test_a_part_that_is_not_there_is_a_part_too(as_):
    response = as_("viewer").get("/regions/mars/cells/whatsapp/", headers={"HX-Request": "true"})
    assert response.status_code == 404
    assert b"<html" not in response.content


def test_wrong_method(as_, world):
    assert as_("admin").post(world.url).status_code == 405


def test_names_are_escaped(as_, world):
    world.integration.name = "<script>alert(1)</script>"
    world.integration.save()
    baker.make(Item, cell=world.cell, requirement__title="<b>bold</b>", fact="<i>fact</i>")
    content = as_("lead").get(world.url).content
    assert b"<script>alert" not in content
    assert b"<b>bold" not in content
    assert b"<i>fact" not in content


@pytest.mark.parametrize("who", ["lead", "teammate"])
def test_queries_do_not_grow(as_, world, grow, queries, who):
    client = as_(who)
    before = queries(client, world.url)
    grow()
    assert queries(client, world.url) == before
    assert before <= 10
