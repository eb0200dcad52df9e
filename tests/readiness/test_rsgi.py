"""What the site makes of requests as they come over a socket."""

import json

import pytest
from django.utils import timezone

from launches.models import HookDelivery
from readiness.models import Heartbeat
from tests.launches.trackers.deliveries import encoded, github, github_issue

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

MEGABYTE = b"x" * 1_000_000
PAGE = {"Accept": "text/html"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def raw(site, *lines: str) -> bytes:
    """The answer to a request that no client library would send."""
    with site.call("".join(f"{line}\r\n" for line in (*lines, "Connection: close", "")).encode()) as caller:
        said = b""
        while piece := caller.recv(65536):
            said += piece
    return said


def test_chunked_bodies_are_read(site, make_item):
    now = timezone.now()
    item = make_item(probe="heartbeat")
    heartbeat = Heartbeat.objects.for_items([item.pk], now)[item.pk]

    assert site.ask("POST", f"/ping/{heartbeat.ping}", iter([b"copied ", b"12 files"])) == (200, b"OK")
    heartbeat.refresh_from_db()
    assert heartbeat.body == "copied 12 files"

    body = encoded(github_issue("closed", "closed", f"{now:%Y-%m-%dT%H:%M:%SZ}"))
    headers = {"Content-Type": "application/json", **github(body, "d-1")}
    pieces = (body[at : at + 100] for at in range(0, len(body), 100))
    assert site.ask("POST", "/hooks/github/", pieces, headers) == (200, b"no blocker follows it")
    assert HookDelivery.objects.count() == 1


def test_a_job_that_says_too_much_has_still_ended(site, make_item):
    for body in (MEGABYTE * 2, iter([MEGABYTE] * 2), MEGABYTE * 5, iter([MEGABYTE] * 5)):
        item = make_item(probe="heartbeat")
        heartbeat = Heartbeat.objects.for_items([item.pk], timezone.now())[item.pk]
        status, _ = site.ask("POST", f"/ping/{heartbeat.ping}", body)
        heartbeat.refresh_from_db()
        # What was announced to be far too long is not even begun.
        assert (status, heartbeat.latest, heartbeat.body[:3]) == (200, "success", "xxx")


def test_what_is_too_large_is_refused_wherever_it_is_sent(site):
    site_limit, hook_limit = "at most 2.5\N{NO-BREAK SPACE}MB\n", "at most 1.0\N{NO-BREAK SPACE}MB\n"
    for path, size, said in (
        ("/sign-in/", 3, site_limit),
        ("/sign-in/", 192, site_limit),
        ("/nothing/here/", 3, site_limit),
        ("/hooks/github/", 2, hook_limit),
        ("/sheets/integrations/", 9, "at most 8.0\N{NO-BREAK SPACE}MB\n"),
    ):
        for body in (MEGABYTE * size, iter([MEGABYTE] * size)):
            assert site.ask("POST", path, body, FORM) == (413, said.encode()), (path, size)
    # Nothing of it is read: not one byte of the body was sent.
    announced = ("POST /sign-in/ HTTP/1.1", "Host: localhost", "Content-Length: 200000000")
    assert raw(site, *announced).startswith(b"HTTP/1.1 413 ")


def test_the_refusal_is_a_page_for_people_and_a_part_for_htmx(site):
    status, page = site.ask("POST", "/sign-in/", MEGABYTE * 3, PAGE | {"Accept-Language": "fr"})
    assert (status, page.count(b"<html"), "accepte 2,5\N{NO-BREAK SPACE}Mio au maximum" in page.decode()) == (
        413,
        1,
        True,
    )
    status, part = site.ask("POST", "/sign-in/", MEGABYTE * 3, {"HX-Request": "true"})
    assert (status, part.count(b"<html"), part.count(b"<h1>")) == (413, 0, 1)


def test_a_body_that_breaks_off_is_no_body(site, make_item):
    item = make_item(probe="heartbeat")
    heartbeat = Heartbeat.objects.for_items([item.pk], timezone.now())[item.pk]
    head = f"POST /ping/{heartbeat.ping} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"
    with site.call(head.encode()) as caller:
        caller.shutdown(1)
        assert caller.recv(4096).startswith(b"HTTP/1.1 400 ")
    heartbeat.refresh_from_db()
    assert heartbeat.latest == ""


def test_no_header_passes_for_another(start_site):
    """`X_Forwarded_Proto` would be what a proxy's `X-Forwarded-Proto` is, once WSGI has its name."""
    site = start_site(HTTPS="1", BEHIND_PROXY="1")
    ask = ("GET /sign-in/ HTTP/1.1", "Host: localhost")
    assert raw(site, *ask, "X-Forwarded-Proto: https").startswith(b"HTTP/1.1 200 ")
    for name in ("X_Forwarded_Proto", "X-Forwarded_Proto", "x_forwarded-proto"):
        assert raw(site, *ask, f"{name}: https").startswith(b"HTTP/1.1 301 "), name
        both = (f"{name}: http", "X-Forwarded-Proto: https")
        assert raw(site, *ask, *both).startswith(b"HTTP/1.1 200 "), name


def test_addresses_headers_and_methods_come_through_as_they_were(site):
    assert raw(site, "GET /healthz HTTP/1.0").endswith(b"\r\n\r\nok")
    assert raw(site, "HEAD /sign-in/ HTTP/1.1", "Host: localhost").endswith(b"\r\n\r\n")
    assert (
        raw(site, "GET /sign-in/?next=%2Fregions%2F%C3%A9 HTTP/1.1", "Host: localhost").count(
            'value="/regions/é"'.encode()
        )
        == 1
    )
    status, said = site.ask("GET", "/healthz%00%ff/")
    assert status == 404
    status, said = site.ask("GET", "/readyz?exclude=broker&exclude=checks", headers={"Cookie": "a=1; b=2"})
    assert (status, json.loads(said)["parts"]) == (200, {"database": "ok"})


def test_machines_ask_for_health_under_any_name_and_nobody_for_more(start_site):
    site = start_site(HTTPS="1")
    for host in ("10.1.2.3", "[::1]:8000", "web-7.pods.internal", "not a host"):
        assert raw(site, "GET /healthz HTTP/1.1", f"Host: {host}").startswith(b"HTTP/1.1 200 "), host
        ready = raw(site, "GET /readyz?exclude=broker&exclude=checks HTTP/1.1", f"Host: {host}")
        assert ready.startswith(b"HTTP/1.1 200 "), host
    assert site.log.read_text() == ""
    for number in range(40):
        assert raw(site, "GET /sign-in/ HTTP/1.1", f"Host: evil-{number}.example").startswith(
            b"HTTP/1.1 400 "
        )
    told = site.log.read_text().splitlines()
    assert len(told) == 10
    assert all("Invalid HTTP_HOST header: 'evil-" in line for line in told)
