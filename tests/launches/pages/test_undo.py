"""One click takes a step back: from the panel, and from the message after a plain form."""

import re

import pytest

from launches.models import Blocker

URL = "/launches/europe-ga/blockers/spam/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}


def token_in(response):
    return re.search(r'name="token" value="([^"]+)"', response.text)[1]


@pytest.mark.parametrize("headers", [{}, HTMX, {"HX-Request": "true", "HX-Target": "blocker-panel"}])
def test_a_step_is_taken_back_by_the_button_that_came_with_it(sign_in, people, spam, headers):
    client = sign_in(people.teammate)
    answer = client.post(f"{URL}resolution/", {"version": 1}, headers=headers, follow=True)
    assert Blocker.objects.get().state == "resolved"
    back = client.post("/undo/", {"token": token_in(answer)}, headers=headers)
    assert back.status_code == (200 if headers else 302)
    assert (Blocker.objects.get().state, Blocker.objects.get().closed_at) == ("open", None)
    assert client.get(URL).context["changes"][0].verb == "undone: resolved"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_has_moved_on_is_not_undone_and_says_so(sign_in, people, spam, now, headers):
    client = sign_in(people.teammate)
    answer = client.post(f"{URL}resolution/", {"version": 1}, follow=True)
    spam.reopen(by=people.lead, now=now)
    refused = client.post("/undo/", {"token": token_in(answer)}, headers=headers)
    assert (refused.status_code, Blocker.objects.get().state) == (409, "open")
    assert "has changed since, so nothing was undone" in refused.text


@pytest.mark.parametrize("token", ["", "forged", "W10:1vN:abc"])
def test_a_forged_token_undoes_nothing(sign_in, people, spam, token):
    answer = sign_in(people.lead).post("/undo/", {"token": token})
    assert (answer.status_code, "Nothing here can be undone" in answer.text) == (409, True)


def test_signed_out_and_wrong_method(sign_in, people):
    assert sign_in().post("/undo/")["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).get("/undo/").status_code == 405
