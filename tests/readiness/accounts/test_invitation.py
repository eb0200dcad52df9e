import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from model_bakery import baker

from readiness.accounts import first_account, inviting
from readiness.accounts.forms import addresses
from readiness.accounts.permitting import LastAdmin, permit
from readiness.models import AlreadyThere, Change, Invitation, Team, User
from readiness.models.invitation import LASTS, free_user_name
from tests.fixtures.waiting import PATIENCE


@pytest.fixture
def asked(admin, now):
    return Invitation.objects.sent("ann@shop.example", by=admin, now=now)


def join(invitation, now):
    return invitation.accept(name="Ann van Lee", password="lanterns over water", now=now)


def test_it_lets_its_person_in_once(asked, now):
    _, token = asked
    invitation = Invitation.objects.of_token(token).get()
    ann = join(invitation, now)
    assert (ann.username, ann.first_name, ann.last_name) == ("ann", "Ann van", "Lee")
    assert ann.check_password("lanterns over water")
    assert join(invitation, now) is None
    assert [(str(row.author), row.verb) for row in Change.objects.about(ann)] == [
        ("Ann van Lee", "joined"),
        ("an-admin", "invited"),
    ]


def test_the_token_is_kept_nowhere(asked):
    invitation, token = asked
    row = Invitation.objects.values().get(pk=invitation.pk)
    assert token not in str(row)
    assert not invitation.person.has_usable_password()


@pytest.mark.parametrize(("after", "works"), [(timedelta(), True), (LASTS, False)])
def test_it_lasts_a_week(asked, now, after, works):
    invitation, _ = asked
    assert (invitation.is_open(now + after), join(invitation, now + after) is not None) == (works, works)


def test_renewed_the_old_link_is_void(asked, admin, now):
    invitation, old = asked
    new = invitation.renew(by=admin, now=now + LASTS)
    assert not Invitation.objects.of_token(old).exists()
    # Whoever still has the page of the old one open does not get in with it either.
    assert join(invitation, now + LASTS) is None
    assert join(Invitation.objects.of_token(new).get(), now + LASTS)


def test_revoked_the_account_is_closed_until_it_is_renewed(asked, admin, now):
    invitation, _ = asked
    assert invitation.revoke(by=admin, now=now)
    assert invitation.revoke(by=admin, now=now) is None
    assert join(invitation, now) is None
    assert not User.objects.get(username="ann").is_active
    invitation.renew(by=admin, now=now)
    assert User.objects.get(username="ann").is_active


def test_taken_up_it_is_neither_renewed_nor_revoked(asked, admin, now):
    invitation, _ = asked
    join(invitation, now)
    assert (invitation.renew(by=admin, now=now), invitation.revoke(by=admin, now=now)) == ("", None)
    assert User.objects.get(username="ann").is_active


@pytest.mark.parametrize("email", ["ann@shop.example", "ANN@shop.example"])
def test_nobody_is_asked_twice(asked, admin, now, email):
    with pytest.raises(AlreadyThere):
        Invitation.objects.sent(email, by=admin, now=now)
    assert User.objects.count() == 2


def test_whom_a_plan_named_is_asked_into_that_account(admin, now):
    named = User.objects.create(username="ann-lee", email="ann@shop.example")
    named.set_unusable_password()
    named.save()
    team = baker.make(Team)
    invitation, _ = Invitation.objects.sent("ann@shop.example", teams=[team], by=admin, now=now)
    assert (invitation.person, list(named.teams.all())) == (named, [team])


def test_whose_invitation_was_revoked_is_asked_again(asked, admin, now):
    invitation, old = asked
    invitation.revoke(by=admin, now=now)
    again, new = Invitation.objects.sent("ann@shop.example", by=admin, now=now)
    assert (again, User.objects.get(username="ann").is_active) == (invitation, True)
    assert not Invitation.objects.of_token(old).exists()
    assert join(Invitation.objects.of_token(new).get(), now)


def test_a_closed_account_is_not_opened_by_the_way(asked, admin, now):
    invitation, token = asked
    permit(invitation.person, teams=[], is_superuser=False, is_active=False, by=admin, now=now)
    there = Invitation.objects.of_token(token).get()
    assert (there.is_open(now), join(there, now)) == (False, None)
    baker.make(User, email="bo@shop.example", is_active=False, password="!")
    with pytest.raises(AlreadyThere):
        Invitation.objects.sent("bo@shop.example", by=admin, now=now)


def test_user_names_are_free(db):
    for number, name in enumerate(["ann", "ann2", "annie"]):
        baker.make(User, username=name, email=f"{number}@shop.example")
    names = [free_user_name(email) for email in ("Ann@a.example", "{}@b.example", "o'neil@c.example")]
    assert names == ["ann3", "person", "oneil"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.example, c@d.example\ne@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ('Ann Lee <a@b.example>; "Bo, Li" <c@d.example>', ["a@b.example", "c@d.example"]),
        ("a@b.example A@b.example", ["A@b.example"]),
    ],
)
def test_addresses_as_mail_programs_write_them(text, found):
    assert addresses(text) == found


@pytest.mark.parametrize(
    "text", ["ann", "a@b.example,x@", "<a@b>", " ".join(f"a{n}@b.example" for n in range(51))]
)
def test_what_is_no_address(text):
    with pytest.raises(ValidationError):
        addresses(text)


@pytest.fixture
def links(asked, admin, now):
    _, token = Invitation.objects.sent("bo@shop.example", by=admin, now=now)
    people = [asked[0].person, User.objects.get(username="bo")]
    tokens = zip(people, (asked[1], token), strict=True)
    return [
        inviting.InviteLink(person, inviting.link(one, "https://site.example".__add__))
        for person, one in tokens
    ]


def test_mail_brings_the_link(links, admin, mail_server):
    assert inviting.mail(links, admin) == "Each of them was sent their link."
    sent = [(one["to"], one.get_content()) for one in mail_server.received]
    assert [to for to, _ in sent] == ["ann@shop.example", "bo@shop.example"]
    assert [link.address in text for link, (_, text) in zip(links, sent, strict=True)] == [True, True]


def test_an_address_that_is_refused_is_named_and_no_trouble_of_others(links, admin, mail_server):
    mail_server.answers = ["550 nobody of that name"]
    told = "The e-mail to ann@shop.example did not go out: give them their link yourself."
    assert inviting.mail(links, admin) == told
    assert [one["to"] for one in mail_server.received] == ["bo@shop.example"]


def test_a_mail_server_that_is_down_costs_nobody_a_link(links, admin, mail_server):
    mail_server.shutdown()
    mail_server.server_close()
    told = "The e-mail to ann@shop.example, bo@shop.example did not go out: give them their link yourself."
    assert inviting.mail(links, admin) == told


def test_nobody_waits_for_mail_that_goes_nowhere(links, admin, settings):
    settings.EMAIL_URL = ""
    assert inviting.mail(links, admin).startswith("This site sends no e-mail")
    assert inviting.mail([], admin) == ""


def test_the_first_account_is_made_once(db, now):
    token = first_account.path().split("/")[2]
    assert (first_account.is_genuine(token), first_account.is_genuine("x" + token)) == (True, False)
    said = {"email": "", "password": "lanterns over water", "now": now}
    first = first_account.opened(user_name="mara", **said)
    assert (first.is_superuser, first_account.opened(user_name="eve", **said)) == (True, None)
    assert not first_account.is_needed()


def at_once(*doers):
    """What comes of `doers` that start together, each on a connection of its own."""
    start = threading.Barrier(len(doers))

    def do(doer):
        start.wait(PATIENCE)
        try:
            return doer()
        except (AlreadyThere, LastAdmin):
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doers)) as pool:
        return [found for found in pool.map(do, doers) if found]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_first_account(transactional_db, now):
    said = {"email": "", "password": "lanterns over water", "now": now}
    names = [f"person-{number}" for number in range(6)]
    made = at_once(*(partial(first_account.opened, user_name=name, **said) for name in names))
    assert (len(made), User.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_ask_somebody_in_once(transactional_db, admin, now):
    doers = [partial(Invitation.objects.sent, "ann@shop.example", by=admin, now=now) for _ in range(6)]
    assert (len(at_once(*doers)), Invitation.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_join_once(transactional_db, admin, now):
    invitation, _ = Invitation.objects.sent("ann@shop.example", by=admin, now=now)
    assert len(at_once(*[partial(join, invitation, now)] * 6)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_do_not_both_go(transactional_db, admin, now):
    other = baker.make(User, username="other", is_superuser=True)
    gone = {"teams": [], "is_superuser": False, "is_active": True, "now": now}
    done = at_once(partial(permit, admin, by=other, **gone), partial(permit, other, by=admin, **gone))
    assert (len(done), User.objects.filter(is_superuser=True).count()) == (1, 1)


def test_what_an_admin_says_of_an_account_is_history(viewer, admin, now):
    team = baker.make(Team, name="Payments")
    permit(viewer, teams=[team], is_superuser=True, is_active=True, by=admin, now=now)
    told = Change.objects.about(viewer).get()
    assert (told.before, told.after) == (
        {"admin": False, "teams": []},
        {"admin": True, "teams": ["Payments"]},
    )
    assert permit(viewer, teams=[team], is_superuser=True, is_active=True, by=admin, now=now) is None
