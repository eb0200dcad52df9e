"""The language is kept with who has an account, and by a cookie for who has none."""

import pytest

from readiness.models import User

URL = "/language/"


def test_it_is_kept_and_leads_back(client, viewer):
    client.force_login(viewer)
    answer = client.post(URL, {"language": "fr", "next": "/teams/?q=x"})
    assert (answer.status_code, answer["Location"]) == (302, "/teams/?q=x")
    assert User.objects.get(pk=viewer.pk).language == "fr"
    assert client.get("/teams/")["Content-Language"] == "fr"


def test_who_has_no_account_is_spoken_to_as_well(client, db):
    client.post(URL, {"language": "fr", "next": "/sign-in/"})
    assert client.get("/sign-in/", headers={"Accept-Language": "en"})["Content-Language"] == "fr"


@pytest.mark.parametrize(
    "there",
    [
        "",
        "foo",
        "people",
        "\\evil",
        "//evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "http:///x",
    ],
)
def test_it_leads_nowhere_else(client, db, there):
    answer = client.post(URL, {"language": "fr", "next": there})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("language", ["", "xx", "fr-fr", "../fr"])
def test_what_is_not_spoken_is_refused_in_words(client, db, language):
    answer = client.post(URL, {"language": language}, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.text == "Cette langue n’est pas parlée ici."
    assert "django_language" not in client.cookies
