"""The theme is kept by a cookie, and nothing but a theme is."""

import pytest

URL = "/settings/theme/"


@pytest.fixture
def client_of(client, viewer):
    client.force_login(viewer)
    return client


def look(client):
    return client.get("/").content.decode().partition("data-theme=")[2][:8].split('"')[1]


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_it_is_kept_and_shown(client_of, theme):
    here = "http://testserver/blockers/?q=x"
    response = client_of.post(URL, {"theme": theme}, headers={"Referer": here})
    assert (response.status_code, response["Location"]) == (302, here)
    assert (client_of.cookies["theme"]["httponly"], client_of.cookies["theme"]["samesite"]) == (True, "Lax")
    assert look(client_of) == theme


def test_at_first_it_is_the_system_s(client_of):
    assert look(client_of) == "system"


@pytest.mark.parametrize("theme", ["", "pink", '"><script>', "dark" * 500])
def test_nothing_else_is_a_theme(client_of, theme):
    assert client_of.post(URL, {"theme": theme}).status_code == 400
    client_of.cookies["theme"] = "pink"
    assert look(client_of) == "system"


@pytest.mark.parametrize("there", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_nowhere_else(client_of, there):
    assert client_of.post(URL, {"theme": "dark"}, headers={"Referer": there})["Location"] == "/"
