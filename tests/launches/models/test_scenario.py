"""Accepting a what-if beside others who write to the same launch."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from model_bakery import baker

from launches.models import Blocker, Scenario, Waiver
from launches.models.dependencies import hold_launches
from tests.fixtures.waiting import PATIENCE
from tests.launches.conftest import a_region


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_accepts_waits_for_who_puts_in_order_and_they_never_deadlock(now):
    launch = a_region().launch
    facts = {"launch": launch, "kind": "customer_facing", "opened_at": now}
    mail, ledger = (baker.make(Blocker, slug=slug, title=slug, **facts) for slug in ("mail", "ledger"))
    scenario = baker.make(Scenario, launch=launch, name="Without both", query="", saved_by=launch.lead)

    def accept():
        try:
            told = {"by": launch.lead, "now": now, "reason": "Few"}
            scenario.accept(Waiver, [ledger, mail], date(2027, 1, 1), **told)
        finally:
            connection.close()

    accepting = threading.Thread(target=accept)
    with transaction.atomic():
        hold_launches([launch.pk])
        accepting.start()
        while accepting.is_alive() and not _somebody_waits():
            pass
        # It has locked no blocker yet: with one of these it would wait for us, and we for it.
        assert mail.wait_for(ledger, by=launch.lead, now=now) is not None
    accepting.join(PATIENCE)
    assert sorted(Waiver.objects.values_list("blocker__slug", flat=True)) == ["ledger", "mail"]


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
