import pytest
from model_bakery import baker

from launches.models import Draft, Launch, SignOff
from launches.onboarding.starter import offers
from readiness.models import Integration, Invitation, Region, User

REGION = {
    "name": "Australia",
    "slug": "",
    "domain": "au.shop.example",
    "timezone": "Australia/Sydney",
    "holiday_calendar": "au",
}
LAUNCH = {
    "region": "australia",
    "stage": "beta",
    "target": "2027-03-01",
    "lead": "admin",
    "confidence_goal": "80",
    "functions": ["legal"],
}


@pytest.fixture
def admin(db):
    return baker.make(User, username="admin", is_superuser=True)


@pytest.fixture
def walk(sign_in, admin):
    return sign_in(admin)


def said(admin):
    return Draft.objects.of(admin).steps


def test_through_all_of_it(walk, admin):
    assert walk.post("/welcome/region/", REGION)["Location"] == "/welcome/integrations/"
    assert walk.post("/welcome/integrations/", {"chosen": ["database"]})["Location"] == "/welcome/launch/"
    assert walk.post("/welcome/launch/", LAUNCH)["Location"] == "/welcome/people/"
    assert walk.post("/welcome/people/", {"skip": "1"})["Location"] == "/welcome/"
    assert walk.post("/welcome/start/")["Location"] == "/launches/australia-beta/"
    launch = Launch.objects.get()
    assert (launch.name, launch.lead, launch.region.holiday_calendar) == ("Australia: beta", admin, "AU")
    assert walk.get("/launches/australia-beta/").status_code == 200


def test_functions_are_called_as_the_site_speaks_whoever_begins(walk, admin):
    User.objects.update(language="fr")
    walk.post("/welcome/region/", REGION)
    walk.post("/welcome/launch/", LAUNCH)
    assert walk.post("/welcome/start/")["Location"] == "/launches/australia-beta/"
    assert list(SignOff.objects.values_list("slug", "function")) == [("legal", "Legal")]


def test_links_are_shown_once_all_is_there(walk):
    walk.post("/welcome/people/", {"emails": "ann@shop.example"})
    answer = walk.post("/welcome/start/")
    assert (answer.status_code, answer["Cache-Control"]) == (201, "private, no-store")
    assert answer.context["invited"].links[0].address in answer.text
    assert walk.post("/welcome/start/")["Location"] == "/welcome/"
    assert Invitation.objects.count() == 1


def test_a_place_fills_in_what_follows_from_it(walk):
    form = walk.get("/welcome/region/?place=amazon-web-services:eu-west-1").context["form"]
    names = ("name", "provider_code", "jurisdiction", "timezone", "holiday_calendar")
    facts = ["Ireland", "eu-west-1", "European Union", "Europe/Dublin", "IE"]
    assert [form[name].value() for name in names] == facts
    assert walk.get("/welcome/region/?place=moon").context["form"]["name"].value() is None


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "Old"}, ["slug"]),
        ({"timezone": "Mars/Base"}, ["timezone"]),
        ({"holiday_calendar": "XX"}, ["holiday_calendar"]),
        ({"holiday_calendar": "DE-XX"}, ["holiday_calendar"]),
        ({"domain": "https://au.shop.example/"}, ["domain"]),
        ({"domain": "{secret.X}"}, ["domain"]),
    ],
)
def test_a_region_that_cannot_be(walk, admin, changed, errors):
    baker.make(Region, slug="old")
    answer = walk.post("/welcome/region/", REGION | changed)
    assert (answer.status_code, list(answer.context["form"].errors), said(admin)) == (422, errors, {})


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"region": "gone"}, ["region"]),
        ({"target": "2026-11-01"}, ["target"]),
        ({"target": "2099-01-01"}, ["target"]),
        ({"confidence_goal": "100"}, ["confidence_goal"]),
        ({"functions": ["jokes"]}, ["functions"]),
        ({"lead": "nobody"}, ["lead"]),
    ],
)
def test_a_launch_that_cannot_be(walk, changed, errors):
    baker.make(Region, slug="australia", name="Australia")
    answer = walk.post("/welcome/launch/", LAUNCH | changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, errors)


def test_a_launch_without_any_region(walk):
    assert "there is none yet" in walk.get("/welcome/launch/").text
    assert walk.post("/welcome/launch/", LAUNCH).status_code == 422


def test_it_goes_on_where_it_was_left_and_each_step_is_taken_back(walk, admin):
    walk.post("/welcome/region/", REGION)
    walk.post("/welcome/integrations/", {"skip": "1"})
    assert walk.get("/welcome/").context["next"] == "welcome-launch"
    assert walk.get("/welcome/region/").context["form"]["name"].value() == "Australia"
    walk.post("/welcome/integrations/undoing/")
    assert list(said(admin)) == ["region"]
    assert walk.post("/welcome/jokes/undoing/").status_code == 404


def test_skipping_takes_back_what_was_said(walk, admin):
    walk.post("/welcome/region/", REGION)
    walk.post("/welcome/region/", {"skip": "1"})
    assert said(admin) == {"region": {}}


def test_what_the_region_must_have_is_ticked(walk):
    page = walk.get("/welcome/integrations/")
    assert page.context["chosen"] == {slug for slug, offer in offers().items() if offer.is_must}
    assert page.text.count('name="chosen"') == 60


def test_a_page_in_french_offers_in_french_what_is_begun_so(walk, admin):
    admin.speaks("fr")
    page = walk.post("/welcome/integrations/", {"q": "facturation", "search": "1"})
    assert [offer.slug for _, _, group in page.context["groups"] for offer in group] == ["billing"]
    assert "> Facturation</label>" in page.text
    walk.post("/welcome/region/", REGION)
    walk.post("/welcome/integrations/", {"chosen": ["billing"]})
    walk.post("/welcome/start/")
    billing = Integration.objects.get(slug="billing")
    assert (billing.name, billing.team.name) == ("Facturation", "Paiements")


def ticked(walk, **form):
    answer = walk.post("/welcome/integrations/", form)
    shown = [offer.slug for _, _, group in answer.context["groups"] for offer in group]
    return answer.context["chosen"], shown, answer.context["carried"]


def test_ticking_by_group_and_by_what_is_shown(walk, admin):
    mail = ["email-sending", "email-inbound"]
    assert ticked(walk, q="e-mail", tick="all", chosen=["tax"]) == ({"tax", *mail}, mail, ["tax"])
    assert ticked(walk, q="e-mail", untick="all", chosen=["tax", *mail]) == ({"tax"}, mail, ["tax"])
    assert ticked(walk, q="nothing like it", search="1", chosen=["tax"]) == ({"tax"}, [], ["tax"])
    chosen, shown, carried = ticked(walk, tick="infrastructure", chosen=["tax", "gone"])
    assert (len(chosen), "tax" in chosen, len(shown), carried) == (18, True, 60, [])
    assert said(admin) == {}


def test_nothing_ticked_is_asked_about(walk):
    assert walk.post("/welcome/integrations/", {"chosen": []}).status_code == 422


def test_nothing_ticked_is_right_where_integrations_are_there_already(walk):
    baker.make(Integration)
    assert walk.post("/welcome/integrations/", {"chosen": []}).status_code == 302


def test_what_is_in_the_way_of_beginning_is_said_and_all_is_kept(walk, admin):
    walk.post("/welcome/region/", REGION)
    walk.post("/welcome/launch/", LAUNCH)
    walk.post("/welcome/region/undoing/")
    answer = walk.post("/welcome/start/")
    assert (answer.status_code, len(answer.context["problems"])) == (422, 1)
    assert list(said(admin)) == ["launch"]
    assert not Launch.objects.exists()


def test_a_sheet_is_kept_beside_what_is_ticked(walk, admin):
    sheet = {"text": "Tool\nFax", "column-0": "name", "has_header": "on", "confirm": "1"}
    assert walk.post("/welcome/integrations/sheet/", sheet)["Location"] == "/welcome/integrations/"
    walk.post("/welcome/integrations/", {"chosen": ["tax"]})
    assert list(walk.get("/welcome/").context["integrations"]) == ["tax", "fax"]
    assert not Integration.objects.exists()


def test_each_admin_has_their_own(walk, sign_in, admin):
    walk.post("/welcome/region/", REGION)
    other = sign_in(baker.make(User, is_superuser=True))
    assert other.get("/welcome/").context["may_begin"] is False


@pytest.mark.parametrize(
    ("path", "number"),
    [("", 3), ("region/", 3), ("integrations/", 4), ("launch/", 6), ("people/", 4)],
)
def test_pages_cost_the_same_with_ten_times_as_much(walk, queries, path, number):
    for _ in range(2):
        baker.make(Integration, _quantity=10, _fill_optional=["team"])
        baker.make(Region, _quantity=5)
        assert queries(walk, f"/welcome/{path}") == number


def test_a_second_click_on_begin_has_the_links_of_the_first(walk):
    walk.post("/welcome/region/", REGION)
    walk.post("/welcome/people/", {"emails": "ann@shop.example"})
    sent = {"form_key": walk.get("/welcome/").context["form_key"]}
    first, second = (walk.post("/welcome/start/", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.context["invited"].links[0].address in second.text
    assert walk.post("/welcome/start/")["Location"] == "/welcome/"
