"""The pages 403, 404, 405 and 500: a heading, a way on, and nothing of what is behind."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import include, path

SECRET = "hunter2"
HTML = {"accept": "text/html"}
# What pages of a framework, a server or a stack would tell.
TELLING = re.compile(
    rf"traceback|exception|django|python|granian|select |{SECRET}|/home/|\.py|urlconf|pattern|object at 0x",
    re.IGNORECASE,
)


def broken(request):
    raise RuntimeError(f"SELECT password FROM readiness_user -- {SECRET}")


def missing(request):
    raise Http404(f"No User matches the given query: {SECRET}")


def refused(request):
    raise PermissionDenied


urlpatterns = [
    path("broken/", broken),
    path("missing/", missing),
    path("refused/", refused),
    path("", include("readiness.urls")),
]
ADDRESSES = (
    ("/broken/", 500, "Something went wrong on our side"),
    ("/missing/", 404, "There is nothing at this address"),
    (f"/regions/{SECRET}/", 404, "There is nothing at this address"),
    (f"/{SECRET}/../.env", 404, "There is nothing at this address"),
    ("/refused/", 403, "Not allowed"),
    ("/settings/theme/", 405, "This address is not a page"),
)


def told(html):
    """What a page says and links to, without the styles, scripts and menus around it."""
    (main,) = re.findall(r"<main.*?</main>", html, re.DOTALL) or [html]
    return main


@pytest.fixture
def client_of(as_, settings):
    settings.ROOT_URLCONF = __name__

    def signed_in(who):
        client = as_(who)
        client.raise_request_exception = False
        return client

    return signed_in


@pytest.mark.parametrize("who", ["admin", "viewer"])
def test_they_say_what_to_do_and_nothing_of_what_is_behind(client_of, who):
    client = client_of(who)
    for address, status, heading in ADDRESSES:
        for part in ({}, {"hx-request": "true"}):
            answer = client.get(address, headers=HTML | part)
            html, page = answer.text, told(answer.text)
            assert (answer.status_code, bool(TELLING.search(page))) == (status, False), (address, page)
            (h1,) = re.findall(r"<h1[^>]*>([^<]+)</h1>", html)
            is_page = not part or status == 500
            assert (h1, "<!doctype html>" in html) == (heading, is_page), address
            if is_page:
                assert 'href="/">Back to the launches' in html, address
                assert 'rel="stylesheet"' in html, address


def test_nor_do_they_in_the_reader_s_language(client_of, people):
    people.viewer.language = "fr"
    people.viewer.save()
    client = client_of("viewer")
    for address, status, heading in ADDRESSES:
        answer = client.get(address, headers=HTML)
        assert answer.status_code == status
        assert heading not in answer.text, address
        assert '<html lang="fr"' in answer.text, address


def test_who_only_asks_by_machine_has_the_status_and_what_is_allowed(client_of):
    client = client_of("viewer")
    answer = client.get("/settings/theme/")
    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "POST")
    assert client.get("/settings/theme/", headers=HTML)["Allow"] == "POST"
    assert client.head("/settings/theme/", headers=HTML).content == b""
