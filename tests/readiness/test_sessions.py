"""A session ends with what it stands on: the account, and its password."""

import pytest
from django.test import Client
from model_bakery import baker

from readiness.accounts.permitting import permit
from readiness.models import Invitation, User

PAGE = "/regions/"
KEPT = {"is_superuser": False, "teams": ()}


@pytest.fixture
def ann(db):
    return baker.make(User, username="ann")


@pytest.fixture
def browser(ann):
    client = Client()
    client.force_login(ann)
    return client


def is_in(client):
    return client.get(PAGE).status_code == 200


def test_it_lasts_while_nothing_happens(browser, ann):
    assert is_in(browser)
    ann.first_name = "Ann"
    ann.save()
    ann.save(update_fields=["last_name"])
    assert is_in(browser)


def test_what_an_admin_says_otherwise_does_not_end_it(browser, ann, admin, now):
    permit(ann, is_superuser=True, is_active=True, teams=(), by=admin, now=now)
    assert is_in(browser)


def test_of_a_closed_account_it_does_not_live_again(browser, ann, admin, now):
    for is_active in (False, True):
        permit(ann, **KEPT, is_active=is_active, by=admin, now=now)
        assert not is_in(browser)


def test_nor_where_nobody_looked_in_between(browser, ann, admin, now):
    for is_active in (False, True):
        permit(ann, **KEPT, is_active=is_active, by=admin, now=now)
    assert not is_in(browser)
    browser.force_login(User.objects.get(pk=ann.pk))
    assert is_in(browser)


def test_nor_in_the_admin_or_a_shell(browser, ann, admin):
    for is_active in (False, True):
        ann.is_active = is_active
        ann.save()
    assert not is_in(browser)


def test_nor_where_an_invitation_was_revoked_and_sent_again(client, admin, now):
    invitation, _ = Invitation.objects.sent("bea@shop.example", by=admin, now=now)
    client.force_login(invitation.person)
    assert is_in(client)
    invitation.revoke(by=admin, now=now)
    assert invitation.renew(by=admin, now=now)
    assert not is_in(client)


def test_it_ends_with_the_password(browser, ann):
    ann.set_password("another one that is long")
    ann.save()
    assert not is_in(browser)


def test_a_rotated_key_keeps_it(browser, ann, settings, admin, now):
    for is_active in (False, True):
        permit(ann, **KEPT, is_active=is_active, by=admin, now=now)
    browser.force_login(User.objects.get(pk=ann.pk))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    assert is_in(browser)
