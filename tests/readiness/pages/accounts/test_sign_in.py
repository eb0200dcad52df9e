"""Signing in and out, the navigation, and what goes wrong."""

import json
import re

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, server_error
from model_bakery import baker

from readiness.models import User


@pytest.fixture
def ada(db):
    user = baker.make(User, username="ada")
    user.set_password("correct horse battery")
    user.save()
    return user


def test_signing_in_leads_where_one_was_going(client, ada):
    data = {"username": "ada", "password": "correct horse battery", "next": "/checks/?state=failed"}
    response = client.post("/sign-in/", data)
    assert (response.status_code, response["Location"]) == (302, "/checks/?state=failed")


def test_signing_in_leads_home_otherwise(client, ada):
    data = {"username": "ada", "password": "correct horse battery", "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", data)["Location"] == "/"


def test_a_wrong_password_keeps_the_name(client, ada):
    response = client.post("/sign-in/", {"username": "ada", "password": "wrong"})
    assert response.status_code == 200
    assert response.context["form"]["username"].value() == "ada"
    assert b"wrong" not in response.content


def test_signing_out_takes_a_post(client, ada):
    client.force_login(ada)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/checks/").status_code == 302


def test_the_page_one_is_on_is_marked(as_):
    content = as_("viewer").get("/regions/europe/").content.decode()
    assert re.findall(r'aria-current="page">(\w+)<', content) == ["Matrix"]


@pytest.mark.parametrize(
    ("who", "role"), [("admin", "admin"), ("lead", "lead"), ("teammate", "member"), ("viewer", "viewer")]
)
def test_the_menu_says_what_one_is(as_, who, role):
    assert f'<span class="sub">{role}</span>' in as_(who).get("/teams/").content.decode()


def test_no_page_needs_inline_code(as_, world):
    """The content security policy would drop it silently."""
    for url in [
        "/regions/europe/",
        world.url,
        "/integrations/whatsapp/",
        "/checks/",
        f"/checks/{world.health.pk}/",
    ]:
        response = as_("admin").get(url)
        content = response.content.decode()
        assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", content) == []
        assert "unsafe" not in response["Content-Security-Policy"]


def test_the_settings_of_htmx_are_json(as_):
    content = as_("viewer").get("/teams/").content.decode()
    settings = json.loads(re.search(r"name=\"htmx-config\" content='([^']*)'", content)[1])
    assert settings["allowEval"] is False


def test_what_is_not_there(as_):
    response = as_("viewer").get("/nowhere/")
    assert (response.status_code, b"nothing at this address" in response.content) == (404, True)


def test_what_is_not_allowed_says_why(as_, world):
    response = as_("viewer").post(f"{world.url}importance/", {})
    assert (response.status_code, response.content.count(b"<html")) == (403, 1)
    assert "may look at this, but not change it" in response.content.decode()


def test_what_is_not_allowed_is_a_part_to_htmx(as_, world):
    response = as_("viewer").post(f"{world.url}importance/", {}, headers={"HX-Request": "true"})
    assert (response.status_code, response.content.count(b"<html")) == (403, 0)


def test_a_form_that_is_too_old_says_what_to_do(ada):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/sign-in/", {})
    assert (response.status_code, b"open for too long" in response.content) == (403, True)


def test_errors_need_nothing_that_could_fail():
    request = RequestFactory().get("/")
    failed, misread = server_error(request), bad_request(request, Exception())
    assert (failed.status_code, b"<h1>Something went wrong on our side</h1>" in failed.content) == (500, True)
    assert (misread.status_code, b"could not be read" in misread.content) == (400, True)
