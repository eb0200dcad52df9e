import pytest

from launches.models import Blocker
from launches.status import settle_launch

URL = "/launches/europe-ga/cells/whatsapp/"
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}
READY = {"version": 1, "state": "ready"}


@pytest.fixture
def passed(europe, now):
    """All its items are fulfilled; only the declaration is missing."""
    for item in europe.items:
        item.state = "passed"
        item.save()
    settle_launch(europe.launch, now)


@pytest.mark.parametrize(
    ("role", "status"), [("lead", 302), ("admin", 302), ("teammate", 302), ("stranger", 403), ("viewer", 403)]
)
def test_who_may_mark_it_ready(sign_in, people, europe, passed, role, status):
    response = sign_in(getattr(people, role)).post(f"{URL}declaration/", READY)
    assert response.status_code == status
    assert response.get("Location") == (URL if status == 302 else None)
    europe.cell.refresh_from_db()
    assert europe.cell.state == ("ready" if status == 302 else "not_started")


def test_the_same_panel_posts_back_to_the_launch(sign_in, people, europe, passed):
    text = sign_in(people.teammate).get(URL, headers=HTMX).text
    assert f'action="{URL}declaration/"' in text
    assert "/regions/europe/cells/whatsapp/declaration/" not in text
    assert "hx-swap-oob" not in text


def test_marking_ready_takes_it_off_the_list_in_the_same_response(sign_in, people, europe, passed):
    blocker = Blocker.objects.get(slug="whatsapp")
    response = sign_in(people.teammate).post(f"{URL}declaration/", READY, headers=HTMX)
    assert response.status_code == 200
    _, _, behind = response.text.partition('id="sentence" hx-swap-oob="true"')
    assert "Nothing blocks the launch." in behind
    assert f'id="blocker-{blocker.pk}"' not in behind


def test_a_refusal_changes_nothing_behind(sign_in, people, europe, now):
    settle_launch(europe.launch, now)
    response = sign_in(people.teammate).post(f"{URL}declaration/", READY, headers=HTMX)
    assert response.status_code == 422
    assert "hx-swap-oob" not in response.text


def test_a_conflict_changes_nothing_behind(sign_in, people, europe, passed, now):
    europe.cell.declare("in_progress", by=people.lead, now=now)
    response = sign_in(people.teammate).post(f"{URL}declaration/", READY, headers=HTMX)
    assert response.status_code == 409
    assert "hx-swap-oob" not in response.text


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("importance/", {"version": 1, "importance": "nice_to_have", "why": "Few"}),
        ("estimate/", {"version": 1, "best": "1", "likely": "2", "worst": "3"}),
    ],
)
def test_its_other_forms_bring_the_launch_along(sign_in, people, europe, passed, address, data):
    response = sign_in(people.lead).post(f"{URL}{address}", data, headers=HTMX)
    assert response.status_code == 200
    assert 'id="blocking" hx-swap-oob="true"' in response.text


def test_signed_out_wrong_method_and_no_such_cell(sign_in, people, europe):
    assert sign_in().post(f"{URL}declaration/", READY)["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).get(f"{URL}declaration/").status_code == 405
    assert sign_in(people.lead).get("/launches/europe-ga/cells/telex/").status_code == 404
    assert sign_in(people.lead).get("/launches/atlantis/cells/whatsapp/").status_code == 404
