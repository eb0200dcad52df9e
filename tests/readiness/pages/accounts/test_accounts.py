"""How an account begins: through a link alone, once, and with nobody else's help."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from model_bakery import baker

from readiness.accounts import first_account
from readiness.models import Invitation, Team, User
from readiness.models.invitation import LASTS

PASSWORD = "lanterns over quiet water"
FIRST = {"user_name": "mara", "email": "", "password": PASSWORD, "again": PASSWORD}
JOIN = {"name": "Ann Lee", "password": PASSWORD, "again": PASSWORD}

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(admin, now):
    _, token = Invitation.objects.sent("ann@shop.example", by=admin, now=now)
    return reverse("joining", args=[token])


def test_the_first_account_leads_into_the_first_steps(client):
    answer = client.post(first_account.path(), FIRST)
    assert (answer.status_code, answer["Location"]) == (302, reverse("welcome"))
    assert client.get(answer["Location"]).status_code == 200
    assert [(user.username, user.is_superuser) for user in User.objects.all()] == [("mara", True)]


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"user_name": ""}, ["user_name"]),
        ({"user_name": "a b"}, ["user_name"]),
        ({"email": "nowhere"}, ["email"]),
        ({"password": "short", "again": "short"}, ["password"]),
        ({"again": "another one than that"}, ["again"]),
        ({"user_name": "lanterns-over-quiet", "password": "lanterns-over-quiet"}, ["again", "password"]),
    ],
)
def test_what_is_wrong_is_said_and_kept(client, changed, errors):
    answer = client.post(first_account.path(), FIRST | changed)
    form = answer.context["form"]
    assert (answer.status_code, sorted(form.errors)) == (422, errors)
    assert form["user_name"].value() == (FIRST | changed)["user_name"]
    assert not User.objects.exists()


def test_once_somebody_has_an_account_the_link_is_over(client, viewer):
    path = first_account.path()
    assert [client.get(path).status_code, client.post(path, FIRST).status_code] == [404, 404]
    assert User.objects.count() == 1


def test_nobody_makes_the_link_themselves(client):
    assert client.post("/first-account/first/", FIRST).status_code == 404


def test_it_lasts_a_day(client, now):
    with time_machine.travel(now, tick=False):
        path = first_account.path()
    for after, status in ((timedelta(hours=23), 200), (timedelta(hours=25), 404)):
        with time_machine.travel(now + after, tick=False):
            assert client.get(path).status_code == status


def test_the_command_prints_it_while_it_is_needed(client, capsys):
    call_command("first_account")
    address = capsys.readouterr().out.strip()
    assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    baker.make(User)
    with pytest.raises(SystemExit, match="There are accounts already"):
        call_command("first_account")


def test_signing_in_says_so(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert "manage.py first_account" in client.get("/sign-in/").text
    baker.make(User)
    assert "manage.py first_account" not in client.get("/sign-in/").text


def test_whoever_was_asked_in_gets_in_once(client, path, now):
    with time_machine.travel(now, tick=False):
        page = client.get(path)
        assert (page.status_code, page["Referrer-Policy"], page["Cache-Control"]) == (
            *(200, "same-origin"),
            "private, no-store",
        )
        assert client.post(path, JOIN)["Location"] == "/"
        assert client.get("/").context["user"].label == "Ann Lee"
        client.logout()
        assert client.post(path, JOIN).status_code == 404
    assert client.login(username="ann", password=PASSWORD)


@pytest.mark.parametrize(
    ("changed", "errors"),
    [({"name": ""}, ["name"]), ({"again": ""}, ["again"]), ({"password": "ann"}, ["again", "password"])],
)
def test_a_password_that_will_not_do(client, path, now, changed, errors):
    with time_machine.travel(now, tick=False):
        answer = client.post(path, JOIN | changed)
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, errors)


def test_too_late(client, path, now):
    with time_machine.travel(now + LASTS, tick=False):
        assert client.post(path, JOIN).status_code == 404


@pytest.mark.parametrize("field", ["is_superuser", "is_active"])
def test_it_ends_with_the_right_of_who_asked(client, admin, path, field):
    baker.make(User, username="another", is_superuser=True)
    setattr(admin, field, False)
    admin.save()
    assert client.get(path).status_code == 404
    assert client.post(path, JOIN).status_code == 404
    assert not User.objects.get(email="ann@shop.example").has_usable_password()
    client.force_login(User.objects.get(username="another"))
    assert [works for _, works in client.get("/people/").context["pending"]] == [False]


def test_asking_in(client, admin):
    client.force_login(admin)
    baker.make(Team, slug="payments", name="Payments")
    asked = {"emails": "Ann <ann@shop.example>, bo@shop.example", "teams": ["payments"]}
    answer = client.post("/people/", asked)
    links = answer.context["invited"].links
    assert (answer.status_code, [one.person.username for one in links]) == (201, ["ann", "bo"])
    assert [one.address in answer.text for one in links] == [True, True]
    assert links[0].address not in client.get("/people/").text
    again = client.post("/people/", asked)
    assert again.context["invited"].already_there == ["ann@shop.example", "bo@shop.example"]


def test_what_was_typed_wrong_is_kept(client, admin):
    client.force_login(admin)
    answer = client.post("/people/", {"emails": "ann@shop.example nobody"})
    assert (answer.status_code, answer.context["form"]["emails"].value()) == (422, "ann@shop.example nobody")
    assert not Invitation.objects.exists()


def test_again_and_never_mind(client, admin, path, now):
    client.force_login(admin)
    invitation = Invitation.objects.get()
    answer = client.post(reverse("invitation-renewal", args=[invitation.pk]))
    assert answer.status_code == 201
    assert client.get(path).status_code == 404
    client.post(reverse("invitation-revocation", args=[invitation.pk]))
    assert client.get(answer.context["invited"].links[0].address).status_code == 404
    assert list(client.get("/people/").context["pending"]) == []


def test_an_admin_cannot_shut_themselves_out(client, admin, viewer):
    client.force_login(admin)
    assert client.post(f"/people/{admin.pk}/", {"is_active": "on"}).status_code == 422
    assert client.post(f"/people/{viewer.pk}/", {"is_superuser": "on", "is_active": "on"}).status_code == 302
    assert User.objects.get(pk=viewer.pk).is_superuser


def test_the_page_costs_the_same_with_ten_times_as_many(client, admin, now, django_assert_num_queries):
    client.force_login(admin)
    for number in range(2):
        for each in range(10**number):
            Invitation.objects.sent(
                f"a{number}-{each}@b.example", teams=[baker.make(Team)], by=admin, now=now
            )
        with django_assert_num_queries(8):
            client.get("/people/")


def test_a_second_click_has_the_links_of_the_first(sign_in, admin):
    """Its answer is the one that is seen. Another form, or another person, has none of them."""
    client = sign_in(admin)
    form = client.get("/people/").context["form"]
    asked = {"emails": "ann@shop.example Bo@shop.example", "form_key": form["form_key"].value()}
    first, second = (client.post("/people/", asked) for _ in range(2))
    links = [[one.address for one in answer.context["invited"].links] for answer in (first, second)]
    assert (len(links[0]), links[1], second.context["invited"].already_there) == (2, links[0], [])
    assert [client.get(address).status_code for address in links[0]] == [200, 200]
    assert (first.context["told"][:25], second.context["told"]) == ("This site sends no e-mail", "")
    fresh = {**asked, "form_key": client.get("/people/").context["form"]["form_key"].value()}
    other = sign_in(baker.make(User, is_superuser=True))
    for answer in (client.post("/people/", fresh), other.post("/people/", asked)):
        assert (answer.context["invited"].links, len(answer.context["invited"].already_there)) == ([], 2)
