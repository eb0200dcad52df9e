"""Targets that mean harm: a clear outcome, in bounded time and memory, and no harm to others."""

import asyncio
import ssl
from ipaddress import ip_address, ip_network

import pytest
import trustme

from readiness.probes.batch import ProbeRun, outcome
from readiness.probes.guard import TargetRefused, objection, vetted_host, vetted_url
from readiness.probes.network_policy import Context, NetworkPolicy, Route
from readiness.probes.region_data import RegionData
from tests.fixtures.waiting import no_longer_than
from tests.readiness.probes import hostile
from tests.readiness.probes.names import name_server
from tests.readiness.probes.peers import FACTS as REGION
from tests.readiness.probes.peers import NOW, answering, http, look, peer
from tests.readiness.probes.vectors import FORBIDDEN, HOSTS_OF_THIS_MACHINE, ODD_HOSTS, ODD_URLS

TOO_LONG, LATE = "the body is 64 KiB or longer", "no answer within 1 s"
NO_HTTP = "the answer is not HTTP, or its headers are too large"
FACTS = {
    "slowloris": LATE,
    "dripping": LATE,
    "endless": TOO_LONG,
    "endless chunks": "the body comes in 2,000 pieces or more",
    "10 GB declared": TOO_LONG,
    "huge headers": NO_HTTP,
    "a flood of cookies": NO_HTTP,
    "reset": "the answer broke off",
    "a redirect loop": "redirected to {url}again: redirected more than 3 times",
    "silence": LATE,
    "deep JSON": "the body is not JSON",
    "HTTP/0.9": NO_HTTP,
    "a gzip bomb": TOO_LONG,
    "a deflate bomb": TOO_LONG,
    "a br bomb": "the body is packed as br, which was not asked for",
}


@pytest.fixture(scope="module")
def kinds():
    return hostile.kinds()


def test_every_sort_has_its_fact(kinds):
    assert kinds.keys() == FACTS.keys()


@pytest.mark.parametrize("name", FACTS)
def test_harm_is_a_failure_with_a_clear_fact_in_time(kinds, name):
    with peer(kinds[name]) as server:
        parameters = {"url": server.url, "json": {"ok": True}, "timeout": 1 if FACTS[name] == LATE else 20}
        with no_longer_than(2):
            outcome = look("http", parameters)
    assert (outcome.state, outcome.fact) == ("failed", FACTS[name].format(url=server.url))
    assert outcome.evidence.get("body_bytes", 0) <= 64 * 1024


@pytest.mark.parametrize("kind", ["parity", "prometheus", "residency"])
@pytest.mark.parametrize("name", ["endless", "a gzip bomb", "silence", "a redirect loop"])
def test_no_other_kind_that_fetches_is_harmed(kinds, name, kind):
    asked = {
        "parity": {"json": {"ok": "equal"}},
        "prometheus": {"query": "up", "threshold": 1},
        "residency": {},
    }[kind]
    place = RegionData(networks=(ip_network("127.0.0.0/8"),), reference={"name": "US", "slug": "us"})
    with peer(kinds[name]) as server:
        seconds = 1 if name == "silence" else 20
        with no_longer_than(2):
            outcome = look(kind, {"url": server.url, "timeout": seconds, **asked}, place=place)
    # Where an address lies can be told without its body.
    whole = kind == "residency" and name in ("endless", "a gzip bomb")
    assert outcome.state == "passed" if whole else outcome.state in ("failed", "error")


@pytest.mark.parametrize("name", ["silence", "slowloris", "endless"])
def test_neither_is_tls_nor_tcp(kinds, name):
    with peer(kinds[name]) as server:
        for kind, more in (("tls", {}), ("tcp", {"banner": "220"})):
            with no_longer_than(2):
                outcome = look(kind, {"host": "127.0.0.1", "port": server.port, "timeout": 1, **more})
            assert outcome.state == "failed"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.mark.parametrize(
    ("how", "fact"),
    [
        ("another name", "certificate not trusted: Hostname mismatch"),
        ("its own authority", "certificate not trusted: unable to get local issuer certificate"),
        ("an old protocol", "TLS handshake failed: "),
        ("no TLS", "TLS handshake failed: wrong version number"),
    ],
)
def test_a_url_behind_invalid_tls(authority, tmp_path, how, fact):
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(trusted)
    signer = trustme.CA() if how == "its own authority" else authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signer.issue_cert("b.example" if how == "another name" else "a.example").configure_cert(context)
    if how == "an old protocol":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    plain = how == "no TLS"
    serve = (lambda connection, _: connection.sendall(b"220 hello\r\n")) if plain else answering(http())
    with peer(serve, tls=None if plain else context) as server:
        reach = NetworkPolicy(
            routes=(Route.parsed(f"a.example:443=127.0.0.1:{server.port}"),), ca_file=str(trusted)
        )
        outcome = look("http", {"url": "https://a.example/", "timeout": 20}, reach=reach)
    assert outcome.state == "failed"
    assert outcome.fact.startswith(fact)


# A peer that closes without a word, and one that says goodbye (close_notify) before.
@pytest.mark.parametrize("last", [b"", bytes([21, 3, 3, 0, 2, 1, 0])])
def test_who_hangs_up_in_the_handshake_gave_no_answer(last):
    """Some Pythons (3.11.2) say of the first that it is the second."""

    def hang_up(connection, number):
        connection.recv(65_536)
        connection.sendall(last)

    with peer(hang_up) as server:
        reach = NetworkPolicy(routes=(Route.parsed(f"a.example:443=127.0.0.1:{server.port}"),))
        outcome = look("http", {"url": "https://a.example/", "timeout": 20}, reach=reach)
    assert (outcome.state, outcome.fact) == ("failed", "connection closed without an answer")


def test_there_are_two_hundred_vectors_at_least():
    assert sum(map(len, (FORBIDDEN, ODD_HOSTS, ODD_URLS, HOSTS_OF_THIS_MACHINE))) >= 200


@pytest.mark.parametrize("host", HOSTS_OF_THIS_MACHINE)
def test_no_form_of_a_forbidden_address_gets_by(host):
    """Refused as it is written, or its address is."""
    try:
        name = vetted_url(f"http://{host}/").hostname or ""
        address = ip_address(vetted_host(name))
    except TargetRefused:
        return
    assert objection(address)


@pytest.mark.parametrize("host", HOSTS_OF_THIS_MACHINE)
def test_nor_by_way_of_a_redirect(host):
    with peer(answering(http())) as forbidden:
        location = f"http://{host}:{forbidden.port}/".encode("idna" if host.isascii() else "utf-8")
        away = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
        with peer(answering(away)) as first:
            route = Route.parsed(f"a.example:80=127.0.0.1:{first.port}")
            outcome = look(
                "http", {"url": "http://a.example/", "timeout": 20}, reach=NetworkPolicy(routes=(route,))
            )
    assert outcome.state in ("error", "failed")
    assert (first.accepted, forbidden.accepted) == (1, 0)


def test_a_thousand_tries_to_rebind_reach_nothing():
    """A name that is now here, now there, then both; what it leads to asks for it again, and so on.

    127.0.0.2 stands for the public address, 127.0.0.1 for the forbidden one: both listen on the same port.
    """
    turns = [["127.0.0.2"], ["127.0.0.1"], ["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"]]
    asked = [0]

    def zone(name, kind):
        asked[0] += 1
        return turns[asked[0] * 7 % 5 % 4]

    reach = NetworkPolicy(allowed=(ip_network("127.0.0.2/32"),))
    with peer(answering(http())) as forbidden, name_server(zone) as names:
        again = http(status="302 Found", Location=f"http://rebinding.example:{forbidden.port}/")
        with peer(answering(again), at=("127.0.0.2", forbidden.port)) as public:
            context = Context(NOW, reach, names.lookup)
            one = ProbeRun(
                "http", {"url": f"http://rebinding.example:{forbidden.port}/", "timeout": 20}, REGION
            )

            async def tries():
                return [
                    o.state
                    for _ in range(40)
                    for o in await asyncio.gather(*(outcome(one, context) for _ in range(25)))
                ]

            states = asyncio.run(tries())
    assert len(states) == 1000
    assert set(states) <= {"error", "failed"}
    assert public.accepted > 1000
    assert forbidden.accepted == 0
