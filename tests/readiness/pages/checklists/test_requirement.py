"""The checklist editor: …/requirements/new/, …/requirements/<slug>/ and its position."""

import pytest

from readiness.models import Item, Requirement

NEW = "/integrations/whatsapp/requirements/new/"
URL = "/integrations/whatsapp/requirements/agreement/"
MOVE = f"{URL}position/"
GIVEN = {
    "title": "Templates approved",
    "guidance": "The account manager knows.",
    "level": "must",
    "probe": "",
    "parameters": "",
    "interval": "300",
    "failures": "3",
    "recovery": "2",
    "retries": "1",
}
MAY = [("admin", 302), ("teammate", 302), ("lead", 403), ("stranger", 403), ("viewer", 403)]


def titles():
    return list(Requirement.objects.order_by("position").values_list("title", flat=True))


def agreement():
    return Requirement.objects.get(slug="agreement")


@pytest.mark.parametrize(("who", "status"), [*MAY, ("signed out", 302)])
def test_who_may_add(as_, world, who, status):
    assert as_(who).post(NEW, GIVEN).status_code == status
    added = status == 302 and who != "signed out"
    assert titles()[3:] == (["Templates approved"] if added else [])


@pytest.mark.parametrize(("who", "status"), [*MAY, ("signed out", 302)])
def test_who_may_amend(as_, world, who, status):
    assert as_(who).post(URL, {**GIVEN, "version": 1}).status_code == status
    amended = status == 302 and who != "signed out"
    assert agreement().title == ("Templates approved" if amended else "Agreement")


@pytest.mark.parametrize(("who", "status"), [*MAY, ("signed out", 302)])
@pytest.mark.parametrize("plain", [True, False])
def test_who_may_remove(as_, world, who, status, plain):
    client = as_(who)
    if plain:
        response = client.post(URL, {"_method": "DELETE", "version": 1})
    else:
        response = client.delete(f"{URL}?version=1")
    assert response.status_code == status
    removed = status == 302 and who != "signed out"
    assert Requirement.objects.filter(slug="agreement").exists() is not removed


@pytest.mark.parametrize(("who", "status"), [*MAY, ("signed out", 302)])
def test_who_may_move(as_, world, who, status):
    assert as_(who).post(MOVE, {"direction": "down"}).status_code == status
    moved = status == 302 and who != "signed out"
    assert titles() == (["Health", "Agreement", "Runbook"] if moved else ["Agreement", "Health", "Runbook"])


@pytest.mark.parametrize(("who", "status"), [("admin", 200), ("teammate", 200), ("viewer", 403)])
@pytest.mark.parametrize("url", [NEW, URL])
def test_who_sees_the_form(as_, world, url, who, status):
    assert as_(who).get(url).status_code == status


def test_the_form_shows_what_is_there(as_, world):
    form = as_("admin").get("/integrations/whatsapp/requirements/health/").context["form"]
    assert form["title"].value() == "Health"
    assert form["parameters"].value() == "url: https://whatsapp.{region.domain}/health\n"
    assert form["version"].value() == 1


def test_a_check_is_added_with_its_parameters(as_, world):
    parameters = "url: https://wa.{region.domain}/\nstatus: [200]"
    as_("teammate").post(NEW, {**GIVEN, "probe": "http", "parameters": parameters})
    added = Requirement.objects.get(slug="templates-approved")
    assert added.parameters == {"url": "https://wa.{region.domain}/", "status": [200]}


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"level": "maybe"},
        {"probe": "carrier-pigeon"},
        {"probe": "http", "parameters": ""},
        {"probe": "http", "parameters": "url: https://a.example\ncolour: red"},
        {"probe": "http", "parameters": "url: [unclosed"},
        {"probe": "http", "parameters": "- just\n- a list"},
        {"probe": "http", "parameters": "a: &a [1]\nb: *a"},
        {"probe": "http", "parameters": "url: 2026-11-02"},
        {"probe": "", "parameters": "url: https://a.example"},
        {"interval": "9"},
        {"interval": "604801"},
        {"failures": "0"},
        {"recovery": "21"},
    ],
)
@pytest.mark.parametrize(("url", "version"), [(NEW, {}), (URL, {"version": 1})])
def test_invalid_keeps_what_was_typed(as_, world, url, version, change):
    response = as_("teammate").post(url, {**GIVEN, **version, **change})
    assert response.status_code == 422
    assert titles() == ["Agreement", "Health", "Runbook"]
    assert response.context["form"].data["guidance"] == "The account manager knows."


def test_a_second_editor_gets_both_versions(as_, people, world, now):
    agreement().amend({"title": "Contract"}, by=people.admin, now=now)
    response = as_("teammate").post(URL, {**GIVEN, "version": 1})
    assert response.status_code == 409
    sides = {side.field: (side.typed, side.now) for side in response.context["conflict"].sides}
    assert sides["Title"] == ("Templates approved", "Contract")
    assert response.context["form"].data["version"] == "2"
    assert agreement().title == "Contract"
    as_("teammate").post(URL, response.context["form"].data)
    assert agreement().title == "Templates approved"


def test_removing_what_somebody_changed_is_a_conflict(as_, people, world, now):
    agreement().amend({"title": "Contract"}, by=people.admin, now=now)
    assert as_("teammate").post(URL, {"_method": "DELETE", "version": 1}).status_code == 409
    assert as_("teammate").delete(f"{URL}?version=1").status_code == 409
    assert titles() == ["Contract", "Health", "Runbook"]


def test_an_edit_without_version_is_refused(as_, world):
    assert as_("teammate").post(URL, GIVEN).status_code == 422
    assert as_("teammate").post(URL, {"_method": "DELETE"}).status_code == 422
    assert titles() == ["Agreement", "Health", "Runbook"]


def test_nonsense_moves_nothing(as_, world):
    as_("teammate").post(MOVE, {"direction": "sideways"})
    assert titles() == ["Agreement", "Health", "Runbook"]


def test_removing_the_last_open_must_closes_nothing_else(as_, world):
    as_("teammate").post(URL, {"_method": "DELETE", "version": 1})
    assert list(Item.objects.values_list("requirement__title", flat=True).order_by("pk")) == [
        "Health",
        "Runbook",
    ]


@pytest.mark.parametrize(("url", "method"), [(NEW, "delete"), (URL, "put"), (MOVE, "get")])
def test_wrong_method(as_, world, url, method):
    assert getattr(as_("admin"), method)(url).status_code == 405


def test_nothing_there_is_404(as_, world):
    assert as_("admin").get("/integrations/whatsapp/requirements/none/").status_code == 404
