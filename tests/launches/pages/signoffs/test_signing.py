import pytest
from model_bakery import baker

from launches.models import SignOff

URL = "/launches/europe-ga/sign-offs/legal/"
GO = {"version": 1, "decision": "go", "note": ""}
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}


@pytest.fixture
def legal(europe, people):
    return baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.teammate)


@pytest.mark.parametrize(
    ("role", "status"), [("teammate", 302), ("admin", 302), ("lead", 403), ("stranger", 403), ("viewer", 403)]
)
def test_who_may_sign(sign_in, people, legal, role, status):
    assert sign_in(getattr(people, role)).post(URL, GO).status_code == status
    legal.refresh_from_db()
    assert legal.decision == ("go" if status == 302 else "")


def test_it_is_bound_to_the_launch_as_it_was(sign_in, people, legal, spam, now):
    response = sign_in(people.teammate).post(URL, GO, follow=True)
    assert response.redirect_chain == [("/launches/europe-ga/", 302)]
    legal.refresh_from_db()
    assert (legal.decided_by, legal.decided_at, legal.fingerprint) == (people.teammate, now, {"spam": "open"})


def test_htmx_gets_the_panel_and_the_launch_behind_it(sign_in, people, legal):
    response = sign_in(people.teammate).post(URL, GO, headers=HTMX)
    assert response.status_code == 200
    assert response.text.lstrip().startswith('<article class="panel"')
    assert 'id="sign-offs" hx-swap-oob="true"' in response.text
    assert "1 of 1 valid" in response.text


@pytest.mark.parametrize("decision", ["no_go", "conditional"])
def test_anything_but_a_plain_go_says_why(sign_in, people, legal, decision):
    client = sign_in(people.teammate)
    response = client.post(URL, GO | {"decision": decision})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "note": ["Say what the condition is, or what would make it a go."]
    }
    assert client.post(URL, GO | {"decision": decision, "note": "Addendum"}).status_code == 302
    legal.refresh_from_db()
    assert (legal.decision, legal.note) == (decision, "Addendum")


def test_the_second_of_two_sees_both_answers(sign_in, people, legal, now):
    legal.decide("no_go", by=people.admin, now=now, note="Not yet")
    response = sign_in(people.teammate).post(URL, GO, headers=HTMX)
    assert response.status_code == 409
    assert [tuple(side) for side in response.context["clash"].sides] == [
        ("Your answer", "go", "no go"),
        ("Note", "", "Not yet"),
    ]
    assert response.context["form"].data["version"] == "2"
    legal.refresh_from_db()
    assert legal.decision == "no_go"


def test_everybody_may_look_and_only_the_signer_gets_the_form(sign_in, people, legal):
    assert 'name="decision"' not in sign_in(people.viewer).get(URL).text
    assert 'name="decision"' in sign_in(people.teammate).get(URL).text


def test_signed_out_wrong_method_and_no_such_function(sign_in, people, legal):
    assert sign_in().post(URL, GO)["Location"] == "/sign-in/?next=/"
    assert sign_in(people.teammate).delete(URL).status_code == 405
    assert sign_in(people.teammate).get("/launches/europe-ga/sign-offs/sales/").status_code == 404
