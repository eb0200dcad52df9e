"""A DNS server on loopback, whose answers may change from one question to the next."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.nameserver import Do53Nameserver

# Given a question's name and type, the records as a zone file has them; None for a name that does not exist.
Zone = Callable[[str, str], list[str] | None]


class NameServer:
    def __init__(self, zone: Zone) -> None:
        self.zone, self.asked = zone, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            wire, sender = self.socket.recvfrom(4096)
            if not wire:
                return
            if answer := self._answer(wire):
                self.socket.sendto(answer, sender)

    def close(self) -> None:
        """An empty question ends it: closing the socket would not wake its thread."""
        self.socket.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()

    def _answer(self, wire: bytes) -> bytes:
        self.asked += 1
        query = dns.message.from_wire(wire)
        (question,) = query.question
        kind = dns.rdatatype.to_text(question.rdtype)
        records = self.zone(question.name.to_text(omit_final_dot=True), kind)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if records is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif records == ["broken"]:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif records == ["silence"]:
            return b""
        elif records:
            answer.answer.append(dns.rrset.from_text(question.name, 0, "IN", kind, *records))
        return answer.to_wire()

    async def lookup(self, host: str):
        """As `Context.lookup` has it: the A records that this server answers with."""
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [Do53Nameserver("127.0.0.1", self.port)]
        answer = await resolver.resolve(host, "A", search=False, raise_on_no_answer=False)
        return [ip_address(record.address) for record in answer.rrset or ()]


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    server = NameServer(zone)
    try:
        yield server
    finally:
        server.close()
