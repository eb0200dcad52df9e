"""Filters under a name."""

import pytest

from launches.models import SavedFilter

URL = "/filters/"


@pytest.fixture
def kept(sign_in, people, europe):
    """Keeps a filter and returns the row."""

    def keep(user=people.viewer, **data):
        response = sign_in(user).post(URL, {"name": "Stuck", "query": "?flag=stuck", **data})
        assert response.status_code == 302
        return SavedFilter.objects.order_by("-pk")[0]

    return keep


def test_it_leads_to_its_list(kept):
    assert kept().get_absolute_url() == "/blockers/?flag=stuck"
    assert kept(launch="europe-ga").get_absolute_url() == "/launches/europe-ga/?flag=stuck"
    assert kept(name="All", query="").get_absolute_url() == "/blockers/"


def test_everybody_sees_their_own(kept, sign_in, people):
    mine = kept()
    kept(people.lead)
    page = sign_in(people.viewer).get("/blockers/").context["page"]
    assert page.saved_filters == [mine]


def test_it_is_renamed_and_forgotten(kept, sign_in, people):
    mine, client = kept(), sign_in(people.viewer)
    client.post(f"{URL}{mine.pk}/", {"name": "Quiet"})
    mine.refresh_from_db()
    assert (mine.name, mine.query) == ("Quiet", "flag=stuck")
    client.post(f"{URL}{mine.pk}/", {"_method": "DELETE"})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("launch", ["", "europe-ga"])
def test_a_name_is_there_once(kept, sign_in, people, launch):
    kept(launch=launch)
    response = sign_in(people.viewer).post(URL, {"name": "Stuck", "query": "?q=x", "launch": launch})
    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["You have another filter of that name here."]}
    assert response.context["form"]["query"].value() == "?q=x"


def test_nobody_changes_that_of_another(kept, sign_in, people):
    mine = kept()
    for method in ("post", "delete"):
        assert getattr(sign_in(people.admin), method)(f"{URL}{mine.pk}/").status_code == 403
