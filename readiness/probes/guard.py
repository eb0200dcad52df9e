"""What a check may reach. Every target is hostile: its name, its addresses, and where it redirects to.

Decided three times: on the host as written (`vetted_host`), on each address it resolves to (`objection`),
and at the moment a socket is opened (`Gate`), so that a name which changes its mind in between gains nothing.
"""

import errno
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext, gettext_noop

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Endpoint = tuple[Address, int]


class TargetRefused(Exception):
    """The guard does not let a check go there; the message is one clause that says why."""


# An explicit list (IANA's special-purpose registries, and what clouds use): `is_private` and `is_global` miss
# several of these, and differ between versions of Python.
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("169.254.169.254/32", gettext_noop("a metadata address")),
        ("168.63.129.16/32", gettext_noop("a metadata address")),
        ("100.100.100.200/32", gettext_noop("a metadata address")),
        ("192.0.0.192/32", gettext_noop("a metadata address")),
        ("fd00:ec2::/32", gettext_noop("a metadata address")),
        ("0.0.0.0/8", gettext_noop("an unspecified address")),
        ("10.0.0.0/8", gettext_noop("a private address")),
        ("100.64.0.0/10", gettext_noop("a carrier-grade NAT address")),
        ("127.0.0.0/8", gettext_noop("a loopback address")),
        ("169.254.0.0/16", gettext_noop("a link-local address")),
        ("172.16.0.0/12", gettext_noop("a private address")),
        ("192.0.0.0/24", gettext_noop("a reserved address")),
        ("192.0.2.0/24", gettext_noop("a documentation address")),
        ("192.31.196.0/24", gettext_noop("a reserved address")),
        ("192.52.193.0/24", gettext_noop("a reserved address")),
        ("192.88.99.0/24", gettext_noop("a 6to4 relay")),
        ("192.168.0.0/16", gettext_noop("a private address")),
        ("192.175.48.0/24", gettext_noop("a reserved address")),
        ("198.18.0.0/15", gettext_noop("a benchmarking address")),
        ("198.51.100.0/24", gettext_noop("a documentation address")),
        ("203.0.113.0/24", gettext_noop("a documentation address")),
        ("224.0.0.0/4", gettext_noop("a multicast address")),
        ("255.255.255.255/32", gettext_noop("the broadcast address")),
        ("240.0.0.0/4", gettext_noop("a reserved address")),
        ("::/128", gettext_noop("an unspecified address")),
        ("::1/128", gettext_noop("a loopback address")),
        ("::/96", gettext_noop("an IPv4-compatible address")),
        ("::ffff:0:0/96", gettext_noop("an IPv4-mapped address")),
        ("::ffff:0:0:0/96", gettext_noop("an IPv4-translated address")),
        ("64:ff9b::/96", gettext_noop("a NAT64 address")),
        ("64:ff9b:1::/48", gettext_noop("a NAT64 address")),
        ("2001::/32", gettext_noop("a Teredo address")),
        ("2001:2::/48", gettext_noop("a benchmarking address")),
        ("2001:db8::/32", gettext_noop("a documentation address")),
        ("3fff::/20", gettext_noop("a documentation address")),
        ("2001::/23", gettext_noop("a reserved address")),
        ("2002::/16", gettext_noop("a 6to4 address")),
        ("2620:4f:8000::/48", gettext_noop("a reserved address")),
        ("fc00::/7", gettext_noop("a private address")),
        ("fe80::/10", gettext_noop("a link-local address")),
        ("fec0::/10", gettext_noop("a site-local address")),
        ("ff00::/8", gettext_noop("a multicast address")),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")
# The last 32 bits of an address in one of these are an IPv4 address that a gateway would connect to.
_LAST_32_BITS = tuple(ip_network(n) for n in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
# What a target that sends without end can make this machine hold, and look at in one go while others wait.
_RECEIVED_AT_ONCE = 32 * 1024
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def objection(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """What `address` is that a check may not connect to: `a loopback address`; `None` when it may.

    An IPv4 address inside an IPv6 one is unwrapped: allowing the outer network does not allow the inner one.
    """
    found = _objection(address, tuple(allowed))
    if found is None:
        return None
    reason, inner = found
    told = {"reason": gettext(reason), "inner": inner}
    return gettext("%(reason)s of %(inner)s") % told if inner else gettext(reason)


# What follows from the arguments alone is found once for all the runs of a check. The bound is for targets
# that make up ever new addresses.
@lru_cache(maxsize=1024)
def _objection(address: Address, allowed: tuple[Network, ...]) -> tuple[str, Address | None] | None:
    inner = embedded(address)
    if any(address in network for network in allowed):
        return _objection(inner, allowed) if inner else None
    reason = next((reason for network, reason in _REFUSED if address in network), None)
    if reason is None and address.version == 6 and address not in _GLOBAL_UNICAST:
        reason = gettext_noop("a reserved address")
    return None if reason is None else (reason, inner)


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that a gateway would unwrap from `address`."""
    if isinstance(address, IPv4Address) or int(address) <= 1:
        return None
    if any(address in network for network in _LAST_32_BITS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour or (address.teredo[1] if address.teredo else None)


@lru_cache(maxsize=1024)
def vetted_host(host: str) -> str:
    """`host` in lower case: a name in ASCII, or one address in its usual form. Raises `Refused`.

    What a resolver may read as an address though it does not look like one (`127.1`, `0x7f000001`,
    `2130706433`, `0177.0.0.1`) is refused, as browsers' URL standard has it: a last label that is a number
    makes the whole an address.
    """
    if not host:
        raise TargetRefused(gettext("there is no host"))
    if not host.isascii():
        raise TargetRefused(gettext("%(host)r is not in ASCII (write it in its xn-- form)") % {"host": host})
    host = host.lower()
    if ":" in host:
        return str(_usual(host, IPv6Address))
    if host.endswith("."):
        raise TargetRefused(gettext("%(host)r ends in a dot") % {"host": host})
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(_usual(host, IPv4Address))
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetRefused(gettext("%(host)r is not a host name") % {"host": host[:80]})
    return host


@lru_cache(maxsize=256)
def vetted_url(text: str) -> SplitResult:
    """`text` in parts: http or https, a plain host, no user name, nothing a parser could read in two ways.

    Raises `Refused`.
    """
    if not text.isascii() or any(character <= " " or character in "\\\x7f" for character in text):
        raise TargetRefused(
            gettext("the URL has a space, a control character, a backslash or a letter outside ASCII")
        )
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as problem:
        raise TargetRefused(
            gettext("the URL cannot be read: %(problem)s") % {"problem": problem}
        ) from problem
    if url.scheme not in ("http", "https"):
        raise TargetRefused(gettext("the URL must begin with http:// or https://"))
    if "@" in url.netloc:
        raise TargetRefused(gettext("the URL has a user name in it"))
    if port == 0 or url.netloc.endswith(":"):
        raise TargetRefused(gettext("the URL's port is not between 1 and 65535"))
    host = vetted_host(url.hostname or "")
    if ("[" in url.netloc) != (":" in host):
        raise TargetRefused(gettext("the URL has brackets around what is not an IPv6 address"))
    return url


def parsed_network(text: str) -> Network:
    """An entry of PROBE_ALLOWED_NETWORKS. Raises `ValueError` with a message that names it."""
    try:
        return ip_network(text.strip())
    except ValueError as problem:
        raise ValueError(f"“{text}” is not a network such as 10.20.0.0/16: {problem}.") from problem


@lru_cache(maxsize=1024)
def parsed_address(text: str) -> Address:
    """Raises `ValueError`."""
    return ip_address(text)


class SocketGate:
    """Opens sockets to `endpoints` and to nothing else; asked by whatever is about to connect."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self.endpoints = frozenset(endpoints)

    def __call__(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """A socket for `info`, as getaddrinfo gives it. Raises `OSError` (EACCES)."""
        family, kind, protocol, _, target = info
        if (parsed_address(str(target[0])), target[1]) not in self.endpoints:
            raise PermissionError(errno.EACCES, f"the guard refused {target[0]}")
        opened = socket.socket(family, kind, protocol)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVED_AT_ONCE)
        return opened


def _usual(host: str, form: type[IPv4Address] | type[IPv6Address]) -> Address:
    try:
        address = form(host)
    except ValueError as problem:
        raise TargetRefused(f"{host[:80]!r} is an unusual form of an address") from problem
    if isinstance(address, IPv6Address) and address.scope_id:
        raise TargetRefused(f"{host!r} has a zone in it")
    return address
