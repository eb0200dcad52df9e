"""What waits for an approval is in a dump, and asked for again by the verb that it is about."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from launches.models import Launch
from launches.plan.dump import dump
from launches.plan.problems import LoadRefused
from launches.plan.report import Report
from readiness.models import Change, ChangeRequest, NeedsApproval, Readiness, User
from tests.launches.plan.conftest import NOW

Load = Callable[..., Report]
PLAN = "requests: [{about: %s, verb: %s, arguments: %s, reason: Few need it., by: odile, on: today-1}]"


def test_what_was_asked_is_asked_again_in_the_name_of_who_asked(loaded: Load) -> None:
    loaded()
    odile = User.objects.get(username="odile")
    with pytest.raises(NeedsApproval) as needed:
        Readiness.objects.get(integration__slug="whatsapp").set_importance("not_needed", by=odile, now=NOW)
    ChangeRequest.objects.ask(needed.value, by=odile, now=NOW, reason="Few need it.")
    text = dump()
    ChangeRequest.objects.all().delete()
    report = loaded(text, now=NOW + timedelta(1))
    asked = ChangeRequest.objects.get()
    assert report.details == ["created requests: WhatsApp in Europe (set_importance)"]
    assert (asked.requested_by, asked.requested_at, asked.launches) == (odile, NOW, [Launch.objects.get().pk])
    told = Change.objects.get(verb="approval requested", at=NOW + timedelta(1))
    assert (told.author, told.origin) == (None, "plan")
    assert (loaded(text).details, dump()) == ([], text)
    asked.approve(by=User.objects.get(username="mara"), now=NOW + timedelta(1))
    assert Readiness.objects.get(integration__slug="whatsapp").importance == "not_needed"


@pytest.mark.parametrize(
    ("about", "verb", "arguments"),
    [
        ("cell/europe/nothing", "declare", "{state: ready}"),
        ("cell/europe", "declare", "{state: ready}"),
        ("cell/europe/whatsapp", "delete", "{}"),
        ("launch/europe-ga", "go_live", "{}"),
        ("cell/europe/whatsapp", "declare", "{state: ready, wrong: 1}"),
        ("requirement/whatsapp/dpa", "amend", "{values: {nonsense: 1}}"),
        ("requirement/whatsapp/dpa", "amend", "{values: 7}"),
        ("user/mara", "amend", "{}"),
    ],
)
def test_nothing_is_asked_that_its_verb_does_not_know(
    loaded: Load, about: str, verb: str, arguments: str
) -> None:
    loaded()
    before = Change.objects.count()
    with pytest.raises(LoadRefused, match="requests: expected"):
        loaded(PLAN % (about, verb, arguments))
    assert (ChangeRequest.objects.count(), Change.objects.count()) == (0, before)
