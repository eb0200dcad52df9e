from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.models import ShareLink
from launches.models.share import digest
from readiness.models import Change

EXPIRES = date(2026, 12, 2)


@pytest.fixture
def made(europe, now):
    return ShareLink.objects.made(europe.launch, expires_on=EXPIRES, by=europe.lead, now=now)


def told():
    return [(row.verb, row.label, row.author, row.region, row.after) for row in Change.objects.all()]


def test_only_a_hash_of_its_128_bits_is_kept(made):
    link, token = made
    assert len(token) == 22
    stored = ShareLink.objects.values().get()
    assert token not in str(stored)
    assert stored["digest"] == digest(token)
    assert ShareLink.objects.of_token(token).get() == link
    assert not ShareLink.objects.of_token(link.digest).exists()


def test_no_two_have_the_same_token(europe, made, now):
    _, other = ShareLink.objects.made(europe.launch, expires_on=EXPIRES, by=europe.lead, now=now)
    assert other != made[1]


def test_making_and_revoking_are_in_the_history_and_the_token_is_not(europe, made, now):
    link, token = made
    assert link.revoke(by=europe.lead, now=now) is not None
    assert told() == [
        ("share link revoked", "Share link for Europe", europe.lead, europe.region, {}),
        (
            "share link made",
            "Share link for Europe",
            europe.lead,
            europe.region,
            {"expires_on": "2026-12-02"},
        ),
    ]
    assert token not in str(list(Change.objects.values()))


def test_the_second_who_revokes_it_changes_nothing(europe, made, now):
    link, _ = made
    link.revoke(by=europe.lead, now=now)
    assert link.revoke(by=europe.lead, now=now + timedelta(hours=1)) is None
    link.refresh_from_db()
    assert link.revoked_at == now
    assert len(told()) == 2


def test_one_for_all_launches_belongs_to_no_region(europe, now):
    link, _ = ShareLink.objects.made(None, expires_on=EXPIRES, by=europe.lead, now=now)
    assert str(link) == "Share link for all launches"
    assert told()[0][3] is None


@pytest.mark.parametrize(
    ("facts", "days", "why"),
    [
        ({}, 0, ""),
        ({}, 30, ""),
        ({}, 31, "has expired"),
        ({"revoked_at": "2026-11-02T09:00Z"}, 0, "was revoked"),
        ({"revoked_at": "2026-11-02T09:00Z"}, 31, "was revoked"),
    ],
)
def test_it_works_to_the_end_of_its_last_day(europe, now, facts, days, why):
    link = baker.make(ShareLink, launch=europe.launch, created_by=europe.lead, expires_on=EXPIRES, **facts)
    assert link.why_over(now + timedelta(days=days), may_share=True) == why


def test_it_ends_with_the_account_of_its_maker(europe, made, now):
    europe.lead.is_active = False
    europe.lead.save()
    link = ShareLink.objects.of_token(made[1]).get()
    assert link.why_over(now, may_share=False) == "ended with the account of who made it"


def test_a_display_that_asks_every_20_seconds_is_noted_once_a_minute(made, now):
    link, _ = made
    for seconds in range(0, 121, 20):
        link.used(now + timedelta(seconds=seconds))
    link.refresh_from_db()
    assert (link.uses, link.last_used_at) == (3, now + timedelta(minutes=2))
