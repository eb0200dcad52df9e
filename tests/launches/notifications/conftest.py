from types import SimpleNamespace

import pytest
from model_bakery import baker

from launches.models import Blocker, Notice
from launches.notifications import queue_notices
from readiness.models import User


@pytest.fixture
def people(europe):
    """`lead` leads, `owner` owns, `raiser` raised; `watcher` and `other` have nothing to do with it yet."""
    names = ("owner", "raiser", "watcher", "other", "admin")
    made = {
        name: baker.make(User, username=name, first_name=name.title(), email=f"{name}@harbor.example")
        for name in names
    }
    User.objects.filter(username="admin").update(is_superuser=True)
    return SimpleNamespace(lead=europe.lead, **made)


@pytest.fixture
def blocker(europe, people, now):
    return baker.make(
        Blocker,
        launch=europe.launch,
        slug="spam",
        title="Mail lands in spam",
        kind="internal_process",
        owner=people.owner,
        raised_by=people.raiser,
        opened_at=now,
    )


@pytest.fixture
def told(now):
    """Who is told of what happened since the last look, and why."""

    def told():
        Notice.objects.all().delete()
        queue_notices(now)
        rows = Notice.objects.order_by("person__username").values_list("person__username", "reason")
        return dict(rows)

    return told
