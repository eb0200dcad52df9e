import pytest
from django.contrib import admin
from django.urls import reverse
from model_bakery import baker

from launches.status import settle_launch
from readiness.models import Team, User

EDITED = {"auth.group", "readiness.user", "readiness.team"}


@pytest.fixture
def client_of_admin(client, db):
    client.force_login(baker.make(User, is_superuser=True, is_staff=True))
    return client


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_every_list_opens_and_only_people_are_edited(client_of_admin, europe, now, model):
    settle_launch(europe.launch, now)
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client_of_admin.get(reverse(f"{address}_changelist")).status_code == 200
    is_edited = model._meta.label_lower in EDITED
    assert client_of_admin.get(reverse(f"{address}_add")).status_code == (200 if is_edited else 403)


def test_an_edited_team_has_a_new_version(client_of_admin, europe):
    address = reverse("admin:readiness_team_change", args=[europe.team.pk])
    client_of_admin.post(
        address, {"slug": "messaging", "name": "Messages", "parallel_work": 2, "email": "", "members": []}
    )
    assert Team.objects.values_list("name", "version").get(pk=europe.team.pk) == ("Messages", 2)


def test_history_names_people_for_good(client_of_admin, europe):
    address = reverse("admin:readiness_user_delete", args=[europe.lead.pk])
    assert client_of_admin.post(address, {"post": "yes"}).status_code == 403
