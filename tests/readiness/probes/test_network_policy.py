"""Routes that the operator names."""

from ipaddress import ip_address

import pytest

from readiness.probes.network_policy import Route


@pytest.mark.parametrize(
    ("entry", "host", "port", "leads"),
    [
        ("*.harbor.example:443=127.0.0.1:8443", "whatsapp.eu.harbor.example", 443, True),
        ("*.harbor.example:443=127.0.0.1:8443", "eu.harbor.example", 443, True),
        ("*.harbor.example:443=127.0.0.1:8443", "harbor.example", 443, False),
        ("*.harbor.example:443=127.0.0.1:8443", "evilharbor.example", 443, False),
        ("*.harbor.example:443=127.0.0.1:8443", "a.harbor.example.evil.example", 443, False),
        ("*.harbor.example:443=127.0.0.1:8443", "whatsapp.eu.harbor.example", 80, False),
        ("Billing.harbor.example:80=[::1]:8080", "billing.harbor.example", 80, True),
        ("billing.harbor.example:80=127.0.0.1:8080", "x.billing.harbor.example", 80, False),
    ],
)
def test_where_a_route_leads(entry, host, port, leads):
    assert Route.parsed(entry).leads(host, port) is leads


def test_the_end_of_a_route():
    assert Route.parsed("a.example:80=[::1]:8080").endpoint == (ip_address("::1"), 8080)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "a.example",
        "a.example:80",
        "a.example=127.0.0.1:80",
        "a.example:80=localhost:80",
        "a.example:80=127.0.0.1",
        "a.example:80=127.0.0.1:0",
        "a.example:http=127.0.0.1:80",
        "a.example:65536=127.0.0.1:80",
        "127.0.0.1:80=127.0.0.1:81",
        "*:80=127.0.0.1:81",
        "*.*.example:80=127.0.0.1:81",
        "a.example:80=127.0.0.1:80=1",
    ],
)
def test_a_wrong_entry_is_named(entry):
    with pytest.raises(ValueError, match="is not HOST:PORT=ADDRESS:PORT") as wrong:
        Route.parsed(entry)
    assert str(wrong.value).startswith(f"“{entry}” ")
