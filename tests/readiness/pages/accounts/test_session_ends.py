"""The session has ended, or the page is too old: what was typed comes back, and nothing is sent by itself."""

import pytest
from django.test import Client
from model_bakery import baker

from readiness.accounts.unsent import Unsent
from readiness.models import User

PASSWORD = "correct horse battery"
HERE = "http://testserver"
IN_CELL = {"HX-Request": "true", "HX-Current-URL": f"{HERE}/regions/?q=a", "Origin": HERE}


@pytest.fixture
def ada(db):
    user = baker.make(User, username="ada", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser(ada):
    """Signed in before, and signed out meanwhile; it kept its cookies."""
    client = Client()
    client.force_login(ada)
    client.get("/checks/")
    client.session.flush()
    return client


def importance(world):
    return f"{world.url}importance/"


def typed(world):
    return {"importance": "nice_to_have", "reason": "Nobody asked for it.", "version": "1", "password": "x"}


def sign_in(client, unsent, who="ada"):
    data = {"username": who, "password": PASSWORD, "next": unsent.page, "unsent": unsent.sealed}
    return client.post("/sign-in/", data)


def test_a_part_is_no_place_for_the_sign_in(browser, world):
    answer = browser.get(world.url, headers=IN_CELL)
    assert (answer["HX-Redirect"], answer.content) == ("/sign-in/?next=/regions/%3Fq%3Da", b"")


def test_a_what_if_keeps_what_was_typed_in_its_address(browser, world):
    answer = browser.get("/regions/?q=abc", headers=IN_CELL)
    assert answer["HX-Redirect"] == "/sign-in/?next=/regions/%3Fq%3Dabc"


def test_a_page_that_only_looks_stays(browser, world):
    answer = browser.get("/checks/", headers=IN_CELL | {"Live": "true"})
    assert (answer.status_code, answer.content, answer.has_header("HX-Redirect")) == (204, b"", False)


def test_nobody_is_led_back_to_what_only_takes_forms(browser, world):
    for headers, page in [({}, "/"), ({"Referer": f"{HERE}/regions/?q=a"}, "/regions/%3Fq%3Da")]:
        answer = browser.post(importance(world), headers=headers)
        assert answer["Location"] == f"/sign-in/?next={page}"
    answer = browser.delete(importance(world), headers=IN_CELL)
    assert answer["HX-Redirect"] == "/sign-in/?next=/regions/%3Fq%3Da"


@pytest.mark.parametrize(
    "there", ["https://evil.example/x", "//evil.example", f"{HERE}//evil.example", "javascript:a"]
)
def test_nor_elsewhere(browser, world, there):
    answer = browser.get(world.url, headers=IN_CELL | {"HX-Current-URL": there})
    assert answer["HX-Redirect"] in ("/sign-in/?next=/", "/sign-in/?next=/evil.example")


@pytest.mark.parametrize("headers", [IN_CELL, {"Origin": HERE, "Referer": f"{HERE}/regions/?q=a"}])
def test_a_form_comes_back_filled_in_and_is_sent_by_a_person_only(browser, world, headers):
    answer = browser.post(importance(world), typed(world), headers=headers)
    assert (answer.status_code, answer.context["unsent"].page) == (403, "/regions/?q=a")
    assert answer.get("HX-Retarget") == ("body" if "HX-Request" in headers else None)
    unsent = answer.context["unsent"]
    assert (
        browser.post("/sign-in/", {"username": "ada", "password": "wrong", "unsent": unsent.sealed}).context[
            "unsent"
        ]
        == unsent
    )

    again = sign_in(browser, unsent)
    assert again.templates[0].name == "readiness/unsent.html"
    fields = {
        field.name: field.value for field in [*again.context["unsent"].texts, *again.context["unsent"].rest]
    }
    assert fields == {name: value for name, value in typed(world).items() if name != "password"}
    world.cell.refresh_from_db()
    assert world.cell.importance == "must_have"

    assert browser.post(unsent.path, fields).status_code == 302
    world.cell.refresh_from_db()
    assert world.cell.importance == "nice_to_have"


def test_nobody_else_sees_it(browser, world, ada):
    other = baker.make(User, username="bea", password=ada.password)
    unsent = browser.post(importance(world), typed(world), headers=IN_CELL).context["unsent"]
    answer = sign_in(browser, unsent, who="bea")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert unsent.person == ada.pk != other.pk


def test_a_forged_one_is_nothing(browser, world, ada):
    unsent = Unsent(ada.pk, "/people/", "/", [])
    forged = {"username": "ada", "password": PASSWORD, "unsent": unsent.sealed[:-1] + "x"}
    answer = browser.post("/sign-in/", forged)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_page_from_before_one_signed_in_again(ada, world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    answer = client.post(importance(world), typed(world), headers=IN_CELL)
    assert (answer.status_code, answer.templates[0].name, answer["HX-Retarget"]) == (
        403,
        "readiness/unsent.html",
        "body",
    )
    assert "Nobody asked for it." in answer.content.decode()


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}]
)
def test_a_form_of_somebody_elses_is_not_kept(ada, world, headers):
    client = Client(enforce_csrf_checks=True)
    for is_in in (False, True):
        if is_in:
            client.force_login(ada)
        answer = client.post(importance(world), typed(world), headers=headers)
        assert (answer.status_code, answer.templates[0].name) == (403, "403_csrf.html")
        assert "Nobody asked for it." not in answer.content.decode()


def test_pages_are_kept_by_nobody(as_, world):
    client = as_("admin")
    for headers in ({}, {"HX-Request": "true"}):
        for url in ("/", "/regions/", "/blockers/", world.url, "/checks/", "/nowhere/", "/sign-in/"):
            answer = client.get(url, headers=headers)
            assert (url, "no-store" in answer["Cache-Control"], "private" in answer["Cache-Control"]) == (
                url,
                True,
                True,
            )
            assert {"HX-Request", "Cookie"} <= set(answer["Vary"].split(", "))
    assert client.post(importance(world), {})["Cache-Control"] == "private, no-store"
    assert Client().get("/checks/")["Cache-Control"] == "private, no-store"


def test_what_is_asked_again_and_again_is_compared_and_not_kept(as_, world):
    answer = as_("admin").get("/blockers/", headers={"Live": "true", "HX-Request": "true"})
    assert (answer.has_header("ETag"), answer["Cache-Control"]) == (True, "private, no-store")
