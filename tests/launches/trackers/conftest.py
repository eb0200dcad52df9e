import pytest
import time_machine
from django.test import Client
from model_bakery import baker

from launches.models import Blocker, TrackerLink
from launches.trackers import parsed
from readiness.models import User
from tests.launches.trackers import deliveries

FACTS = {"kind": "customer_facing", "proposed": False}


@pytest.fixture
def hooks(settings, now):
    """Posts one delivery as its tracker would; returns status and text."""
    settings.TRACKER_SECRETS = deliveries.SECRETS

    def post(tracker, payload, delivery, **headers):
        body = payload if isinstance(payload, bytes) else deliveries.encoded(payload)
        proof = getattr(deliveries, tracker)
        told = (proof(delivery) if tracker == "gitlab" else proof(body, delivery)) | headers
        answer = Client().post(f"/hooks/{tracker}/", body, content_type="application/json", headers=told)
        return answer.status_code, answer.text

    with time_machine.travel(now, tick=False):
        yield post


@pytest.fixture
def raise_from(europe, now):
    """A blocker that follows the issues at `urls`."""

    def raised(*urls, title="Media", **facts):
        person = europe.lead
        first, *others = [parsed(url) for url in urls]
        new = TrackerLink.objects.raised(
            europe.launch, first, title=title, by=person, now=now, **FACTS | facts
        )
        for address in others:
            TrackerLink.objects.follow(new, address, by=person, now=now)
        return new

    return raised


@pytest.fixture
def by_hand(europe, now):
    """A blocker that a person raised, which shows the issue at `url`."""

    def raised(url, title="Mail", **facts):
        person = baker.make(User)
        new = Blocker.objects.raised(europe.launch, title=title, by=person, now=now, **FACTS | facts)
        TrackerLink.objects.follow(new, parsed(url), by=person, now=now)
        return new

    return raised
