"""What a step of a blocker costs, with its history and the panel that comes back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from launches.models import Blocker

HTMX = {"HX-Request": "true", "HX-Target": "blocker-panel"}
AT_MOST = 10


@pytest.mark.parametrize("step", ["start", "resolution"])
def test_a_step_and_its_panel_take_ten_statements_however_much_there_is(
    sign_in, people, europe, grow, spam, step
):
    grow(launches=2, each=10)
    client = sign_in(people.lead)
    client.get(spam.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        response = client.post(f"{spam.get_absolute_url()}{step}/", {"version": 1}, headers=HTMX)
    told = [
        query["sql"]
        for query in captured
        if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    assert response.status_code == 200
    assert Blocker.objects.get(pk=spam.pk).version == 2
    assert len(told) <= AT_MOST, "\n".join(told)
