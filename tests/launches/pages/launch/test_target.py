from datetime import date

import pytest

from launches.models import TargetMove

URL = "/launches/europe-ga/target/"
MOVE = {"version": 1, "target": "2027-01-06", "reason": "The review takes longer."}
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}


@pytest.mark.parametrize(
    ("role", "status"), [("lead", 302), ("admin", 302), ("teammate", 403), ("stranger", 403), ("viewer", 403)]
)
def test_who_may_move_it(sign_in, people, europe, role, status):
    assert sign_in(getattr(people, role)).post(URL, MOVE).status_code == status
    europe.launch.refresh_from_db()
    assert europe.launch.target == (date(2027, 1, 6) if status == 302 else date(2026, 12, 14))


def test_it_keeps_the_old_date_with_the_reason(sign_in, people, europe, now):
    response = sign_in(people.lead).post(URL, MOVE, follow=True)
    assert response.redirect_chain == [("/launches/europe-ga/", 302)]
    assert [str(message) for message in response.context["messages"]] == ["The target is 6 Jan 2027."]
    move = TargetMove.objects.get()
    assert (move.before, move.after, move.reason, move.by, move.at) == (
        date(2026, 12, 14),
        date(2027, 1, 6),
        "The review takes longer.",
        people.lead,
        now,
    )


def test_htmx_gets_the_panel_and_the_launch_behind_it(sign_in, people, europe):
    response = sign_in(people.lead).post(URL, MOVE, headers=HTMX)
    assert response.status_code == 200
    assert response.text.lstrip().startswith('<article class="panel"')
    for part in ("sentence", "facts", "blocking", "sign-offs", "moves"):
        assert f'id="{part}" hx-swap-oob="true"' in response.text
    assert "first planned 14 Dec 2026" in response.text


@pytest.mark.parametrize("missing", ["reason", "target", "version"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_without_all_of_it_nothing_moves_and_nothing_is_lost(sign_in, people, europe, missing, headers):
    response = sign_in(people.lead).post(URL, MOVE | {missing: ""}, headers=headers)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]
    europe.launch.refresh_from_db()
    assert europe.launch.target == date(2026, 12, 14)
    if missing != "reason":
        assert "The review takes longer." in response.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_of_two_sees_both_dates_and_can_insist(sign_in, people, europe, now, headers):
    europe.launch.move_target(date(2027, 2, 1), reason="Earlier", by=people.admin, now=now)
    client = sign_in(people.lead)
    response = client.post(URL, MOVE, headers=headers)
    assert response.status_code == 409
    assert [tuple(side) for side in response.context["clash"].sides] == [
        ("New target", "6 Jan 2027", "1 Feb 2027")
    ]
    again = response.context["form"].data
    assert client.post(URL, again, headers=headers).status_code == (200 if headers else 302)
    europe.launch.refresh_from_db()
    assert europe.launch.target == date(2027, 1, 6)


def test_the_form_has_the_date_and_its_version(sign_in, people, europe):
    response = sign_in(people.lead).get(URL)
    assert response.context["form"].initial == {"target": date(2026, 12, 14), "version": 1}
    assert sign_in(people.viewer).get(URL).status_code == 403


def test_signed_out_and_wrong_method(sign_in, people, europe):
    assert sign_in().post(URL, MOVE)["Location"] == "/sign-in/?next=/"
    assert sign_in(people.lead).delete(URL).status_code == 405
    assert not TargetMove.objects.exists()
