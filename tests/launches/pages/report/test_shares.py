import re
from datetime import date, timedelta

import pytest
import time_machine
from model_bakery import baker

from launches.models import Launch, ShareLink
from launches.status import settle_launch
from readiness.models import Region

URL = "/launches/europe-ga/shares/"
WALL = "/wall/shares/"
FORM = {"expires_on": "2026-12-02"}
ADDRESS = re.compile(r"http://testserver(/shared/[\w-]{22}/)<")


@pytest.fixture
def make(sign_in, people):
    """Makes a link as the lead, or for the wall as the admin, and returns the path it shows."""

    def made(url=URL):
        person = people.admin if url == WALL else people.lead
        return ADDRESS.search(sign_in(person).post(url, FORM).text)[1]

    return made


@pytest.mark.parametrize(
    ("url", "allowed"), [(URL, {"lead", "admin"}), (WALL, {"admin"})], ids=["launch", "wall"]
)
@pytest.mark.parametrize("role", ["lead", "admin", "teammate", "stranger", "viewer"])
def test_who_may_share(sign_in, people, europe, url, allowed, role):
    assert sign_in(getattr(people, role)).post(url, FORM).status_code == (201 if role in allowed else 403)
    assert ShareLink.objects.count() == (role in allowed)


def test_the_link_is_shown_once(sign_in, people, europe, make, now):
    path = make()
    again = sign_in(people.lead).get(URL)
    assert path not in again.text
    assert [(link.created_by, link.expires_on, why) for link, why in again.context["links"]] == [
        (people.lead, date(2026, 12, 2), "")
    ]
    assert "no-store" in again["Cache-Control"]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-11-01", 422), ("2026-11-02", 201), ("2027-11-02", 201), ("2027-11-03", 422), ("soon", 422)],
)
def test_it_lasts_a_year_at_most(sign_in, people, europe, day, status):
    response = sign_in(people.lead).post(URL, {"expires_on": day})
    assert response.status_code == status
    assert list(response.context["form"].errors) == (["expires_on"] if status == 422 else [])


def test_a_month_is_offered(sign_in, people, europe):
    form = sign_in(people.lead).get(URL).context["form"]
    assert form["expires_on"].value() == date(2026, 12, 2)


def test_whoever_has_it_sees_the_report_and_no_way_into_the_site(sign_in, europe, spam, make, now):
    settle_launch(europe.launch, now)
    response = sign_in().get(make())
    assert response.status_code == 200
    assert "Mail lands in spam" in response.text
    assert "<a " not in response.text
    assert "<form" not in response.text
    assert response.cookies == {}
    assert {name: response[name] for name in ("X-Robots-Tag", "Referrer-Policy", "Cache-Control")} == {
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }


def test_it_reads_and_nothing_else(sign_in, europe, make):
    path = make()
    assert [sign_in().generic(method, path).status_code for method in ("POST", "PUT", "DELETE")] == [405] * 3


def test_somebody_signed_in_sees_the_same(sign_in, people, europe, make):
    path = make()
    assert sign_in(people.viewer).get(path).text == sign_in().get(path).text


def test_revoked_it_shows_nothing_from_then_on(sign_in, people, europe, make):
    path = make()
    link = ShareLink.objects.get()
    client = sign_in(people.lead)
    response = client.post(f"{URL}{link.pk}/revocation/", follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert [why for _, why in response.context["links"]] == ["was revoked"]
    gone = sign_in().get(path)
    assert (gone.status_code, "This link was revoked" in gone.text) == (410, True)
    assert "Europe" not in gone.text
    assert gone["X-Robots-Tag"] == "noindex, nofollow"


def test_expired_it_says_so(sign_in, europe, make, now):
    path = make()
    with time_machine.travel(now + timedelta(days=31)):
        gone = sign_in().get(path)
    assert (gone.status_code, "This link has expired" in gone.text) == (410, True)


def test_with_its_maker_goes_what_it_shows(sign_in, people, europe, make):
    path = make()
    people.lead.is_active = False
    people.lead.save()
    assert sign_in().get(path).status_code == 410


LOST = "This link ended when who made it lost the right to share"


def test_with_the_lead_of_its_maker_goes_what_it_shows(sign_in, people, europe, make):
    path = make()
    Launch.objects.update(lead=people.teammate)
    gone = sign_in().get(path)
    assert (gone.status_code, LOST in gone.text, "Europe" in gone.text) == (410, True, False)
    (row,) = sign_in(people.admin).get(URL).context["links"]
    assert row[1] == "ended when who made it lost the right to share"


def test_nor_does_the_wall_outlive_the_admin(sign_in, people, europe, make):
    path = make(WALL)
    assert sign_in().get(path).status_code == 200
    people.admin.is_superuser = False
    people.admin.save()
    gone = sign_in().get(path)
    assert (gone.status_code, LOST in gone.text) == (410, True)


@pytest.mark.parametrize("token", ["A" * 22, "x", "A" * 5000, "%00", "é"])
def test_another_token_is_nothing(sign_in, europe, make, token):
    make()
    response = sign_in().get(f"/shared/{token}/")
    assert (response.status_code, "There is nothing at this address" in response.text) == (404, True)
    assert response["Cache-Control"] == "private, no-store"


def test_one_launch_does_not_revoke_the_links_of_another(sign_in, people, europe, make):
    region = baker.make(Region, slug="other")
    day = date(2027, 1, 4)
    baker.make(Launch, slug="other", region=region, target=day, baseline=day, lead=people.stranger)
    make()
    link = ShareLink.objects.get()
    assert sign_in(people.stranger).post(f"/launches/other/shares/{link.pk}/revocation/").status_code == 404
    assert sign_in(people.stranger).post(f"{URL}{link.pk}/revocation/").status_code == 403
    assert sign_in(people.admin).post(f"{WALL}{link.pk}/revocation/").status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_link_for_all_is_the_wall(sign_in, europe, make):
    response = sign_in().get(make(WALL))
    assert response.status_code == 200
    assert 'id="wall"' in response.text
    assert re.findall(r'<a [^>]*href="([^"]*)"', response.text) == []


def test_it_takes_the_same_few_queries_for_ten_times_as_much(sign_in, europe, spam, grow, queries, make, now):
    settle_launch(europe.launch, now)
    report, wall = make(), make(WALL)
    client = sign_in()
    before = queries(client, report), queries(client, wall)
    grow()
    assert (queries(client, report), queries(client, wall)) == before
    assert max(before) <= 11
