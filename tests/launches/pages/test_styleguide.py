import pytest
from django.urls import reverse

from tests.fixtures.markup import on_one_line

pytestmark = pytest.mark.sqlite


def test_it_is_only_there_while_debugging(admin, client):
    client.force_login(admin)
    assert client.get(reverse("styleguide")).status_code == 404


def test_it_shows_every_part_in_every_state(admin, client, settings):
    settings.DEBUG = True
    client.force_login(admin)
    answer = client.get(reverse("styleguide"))
    assert answer.status_code == 200
    page = on_one_line(answer.text)
    drawn = {
        name for name in ("ready", "progress", "blocked", "unknown", "waived") if f'"state {name}"' in page
    }
    assert drawn == {"ready", "progress", "blocked", "unknown", "waived"}
    assert page.count('aria-invalid="true"') == 5
    assert page.count("<svg viewBox") == 4
