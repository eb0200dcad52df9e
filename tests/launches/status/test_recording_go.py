"""Two people decide on one launch at the same moment."""

import threading

import pytest
from django.db import connection
from django.test import Client
from model_bakery import baker

from launches.models import GoRecord
from readiness.models import Readiness, User
from tests.fixtures.waiting import PATIENCE
from tests.launches.pages.signoffs.test_go import URL, shown


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_one_is_refused_and_sees_the_other(europe):
    Readiness.objects.update(state="ready")
    clients = [Client(), Client()]
    for number, client in enumerate(clients):
        client.force_login(baker.make(User, username=f"admin-{number}", is_superuser=True))
    seen = [shown(client) for client in clients]
    start, answers = threading.Barrier(2), []

    def record(number):
        try:
            start.wait(PATIENCE)
            answers.append(clients[number].post(URL, {"decision": "go", "seen": seen[number]}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=record, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sorted(answers), GoRecord.objects.count()) == ([302, 409], 1)
