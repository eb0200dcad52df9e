"""Secrets of checks: put in when a check runs, and found nowhere afterwards."""

import io
import json
import logging

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from model_bakery import baker

from readiness import probes
from readiness.conf.system_checks import probe_settings_can_be_read
from readiness.models import Heartbeat, Item, Requirement
from readiness.models.heartbeat import Signal
from readiness.probes.secrets import Redacting, redacted
from readiness.probes.text import clipped
from readiness.tasks import run_probes
from tests.readiness.items import NOW
from tests.readiness.probes.peers import http, look, peer, request

SECRET = 'sw0rd/fish "ünd" \\ & more'
ASKED = {
    "send": {"Authorization": "Bearer {secret.PLAIN}"},
    "json": {"token": "somebody else's"},
    "headers": {"x-echo": "somebody else's"},
}


@pytest.fixture
def secrets(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.PROBE_SECRETS = {"BILLING": SECRET, "PLAIN": "plain-secret-0123", "SHORTER": "plain-secret"}
    return settings.PROBE_SECRETS


@pytest.fixture
def echo(secrets, settings):
    """A hostile server that gives back what it was sent, in every place there is."""

    def serve(connection, number):
        head = request(connection).decode()
        token = next(line for line in head.splitlines() if line.startswith("Authorization: "))
        body = json.dumps({"token": "x" * 70 + token}).encode()
        echoed = {"X_Echo": token, "Location": f"http://127.0.0.1:1/{token.split()[-1]}"}
        connection.sendall(http(body, "200 OK" if number == 1 else "302 Found", **echoed))

    with peer(serve) as server:
        settings.PROBE_SECRET_ORIGINS = dict.fromkeys(secrets, (server.url,))
        yield server


def forms():
    """What must be found nowhere, as texts, JSON and URLs would write it."""
    return ["sw0rd", "c3cwcmQ", "plain-secret", "plain%2Dsecret", "cGxhaW4tc2VjcmV0"]


def test_a_secret_that_is_not_there_is_told_by_its_name(secrets):
    outcome = look("http", {"url": "http://a.example/{secret.MISSING}"})
    assert (outcome.state, outcome.fact) == (
        "error",
        "there is no secret MISSING: PROBE_SECRET_MISSING is not set",
    )


def test_a_short_one_is_refused_at_the_start(settings):
    settings.PROBE_SECRETS = {"PIN": "1234567"}
    (problem,) = probe_settings_can_be_read(None)
    assert problem.id == "readiness.E005"
    assert "PIN" in problem.msg
    assert "1234567" not in problem.msg


def test_one_that_is_written_out_is_refused_when_it_is_saved(secrets):
    parameters = {"url": "https://a.example/", "send": {"x": "plain-secret-0123"}}
    assert probes.validate("http", parameters) == [
        "parameters: a secret is written out; write {secret.PLAIN} instead"
    ]


def test_none_is_put_into_a_host(secrets):
    (problem,) = probes.validate("http", {"url": "https://{secret.PLAIN}.example/"})
    assert problem.startswith("url: ")
    assert "is not a host name" in problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ""),
        (f"a {SECRET} b", "a {secret.BILLING} b"),
        ("plain-secret-0123 plain-secret", "{secret.PLAIN} {secret.SHORTER}"),
        ('{"a": "sw0rd/fish \\"\\u00fcnd\\" \\\\ & more"}', '{"a": "{secret.BILLING}"}'),
        ("?a=sw0rd%2Ffish%20%22%C3%BCnd%22%20%5C%20%26%20more", "?a={secret.BILLING}"),
        ("?a=sw0rd%2Ffish+%22%C3%BCnd%22+%5C+%26+more", "?a={secret.BILLING}"),
        ("cGxhaW4tc2VjcmV0LTAxMjM=", "{secret.PLAIN}="),
    ],
)
def test_each_way_to_write_it_is_redacted(secrets, text, told):
    assert redacted(text) == told


def test_it_goes_before_a_text_is_cut(secrets):
    assert clipped("x" * 70 + "plain-secret-0123", 80) == "x" * 70 + "{secret.P…"


def test_the_server_gets_it_and_nobody_else_does(echo):
    first = look("http", {**ASKED, "url": f"{echo.url}?key={{secret.SHORTER}}"})
    second = look("http", {**ASKED, "url": f"{echo.url}?key={{secret.SHORTER}}"})
    assert [first.state, second.state] == ["failed", "failed"]
    echoed = "x-echo: expected somebody else's, got Authorization: Bearer {secret.PLAIN}"
    assert first.fact == f"{echoed}; token: expected somebody else's, got {'x' * 70}Authoriza…"
    assert first.evidence["url"] == f"{echo.url}?key={{secret.SHORTER}}"
    assert found_in(repr([first, second])) == []


def found_in(text):
    return [form for form in forms() if form in text]


@pytest.mark.django_db
def test_it_is_nowhere_afterwards(echo, make_item, caplog):
    """Runs that go wrong in every way; then every table, page, export and line of the log is searched."""
    asked = {**ASKED, "url": f"{echo.url}?key={{secret.SHORTER}}"}
    first = make_item(probe="http")
    broken = make_item(probe="http")
    pulse = make_item(probe="heartbeat")
    for item, parameters in [(first, asked), (broken, {"url": "{secret.PLAIN}"}), (pulse, {"period": 60})]:
        type(item.requirement).objects.filter(pk=item.requirement_id).update(parameters=parameters)
    heartbeat = Heartbeat.objects.for_items([pulse.pk], NOW)[pulse.pk]
    Heartbeat.objects.told(
        heartbeat.ping, Signal.FAILURE, now=NOW, body=f"{SECRET}\nplain-secret-0123", exit_code=1
    )
    for _ in range(2):
        Item.objects.update(next_run_at=NOW, lease_until=None)
        run_probes(Item.objects.claim_due(NOW))
    assert sorted(Item.objects.values_list("outcome", flat=True)) == ["error", "failed", "failed"]
    for name, text in everything().items():
        assert (name, found_in(text)) == (name, [])


def everything():
    rows = {model.__name__: repr(list(model._base_manager.values())) for model in apps.get_models()}
    return rows | {"pages": pages(), "plan": exported()}


def pages():
    """What an administrator is shown, who may see most."""
    client = Client()
    client.force_login(baker.make(get_user_model(), is_superuser=True, is_staff=True))
    addresses = ["/checks/", "/activity/", "/regions/australia/"]
    addresses += [f"/checks/{pk}/" for pk in Item.objects.values_list("pk", flat=True)]
    addresses += [requirement.get_absolute_url() for requirement in Requirement.objects.all()]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.content.decode() for answer in answers)


def exported():
    text = io.StringIO()
    call_command("dump_plan", stdout=text)
    assert "{secret.PLAIN}" in text.getvalue()
    return text.getvalue()


def test_a_traceback_in_the_log_has_none(secrets):
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(Redacting("%(message)s"))
    logger = logging.getLogger("readiness.test_secrets")
    logger.addHandler(handler)
    try:
        raise ValueError(f"cannot use {SECRET!r} or plain-secret-0123")
    except ValueError:
        logger.exception("Broke with %s.", "plain-secret-0123")
    finally:
        logger.removeHandler(handler)
    assert found_in(text.getvalue()) == []
    assert text.getvalue().startswith("Broke with {secret.PLAIN}.\nTraceback")


def test_the_site_logs_that_way(settings):
    assert settings.LOGGING["formatters"]["line"]["class"] == "readiness.probes.secrets.Redacting"
