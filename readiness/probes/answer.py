"""What an HTTP server answered, read within bounds, and how it differs from what was expected."""

import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp.streams import StreamReader

from readiness.probes.comparing import MISSING, contains, shown, unmet
from readiness.probes.pattern import Pattern
from readiness.probes.text import clipped
from readiness.web.nesting import json_of

# Read of the body as sent, and unpacked of that: one that does not end before is not looked into.
MAX_BODY = 64 * 1024
# A body byte by byte costs a hundred times as much as one in a piece.
MAX_PIECES = 2000
_IN_PIECES = f"the body comes in {MAX_PIECES:,} pieces or more"
_TOO_LONG = f"the body is {MAX_BODY // 1024} KiB or longer"


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` unpacked, `None` when it was not read; `trouble` says why it cannot be looked into.

    `read` is how many bytes of the body came in.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | None = None
    trouble: str = ""
    read: int = 0


async def read(
    status: int, headers: Mapping[str, str], content: StreamReader, more: Callable[[], Awaitable[None]]
) -> Answer:
    """With its body: what of it came into `content`, and what `more` puts there.

    Raises `aiohttp.ClientError`.
    """
    sent, pieces, taken = bytearray(), 0, 0
    while taken < MAX_BODY and pieces < MAX_PIECES and not content.at_eof():
        if content.total_bytes == taken:
            await more()
            continue
        piece, _ = await content.readchunk()
        sent += piece[: MAX_BODY - taken]
        taken += len(piece)
        pieces += 1
    if pieces == MAX_PIECES:
        return Answer(status, headers, b"", _IN_PIECES, len(sent))
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    body, trouble = unpacked(bytes(sent), encoding)
    return Answer(status, headers, body, trouble, len(sent))


def unpacked(sent: bytes, encoding: str) -> tuple[bytes, str]:
    """The body and what is wrong with it. Stops unpacking at the limit, whatever was promised."""
    if encoding not in ("identity", "gzip", "deflate", ""):
        return b"", f"the body is packed as {clipped(encoding, 20)}, which was not asked for"
    if len(sent) >= MAX_BODY:
        return b"", _TOO_LONG
    if encoding in ("identity", ""):
        return sent, ""
    try:
        body = zlib.decompressobj(wbits=47).decompress(sent, MAX_BODY)
    except zlib.error:
        return b"", f"the body cannot be unpacked as {encoding}"
    return (b"", _TOO_LONG) if len(body) >= MAX_BODY else (body, "")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be like; `facts` by their paths in its JSON."""

    status: Sequence[int] = (200,)
    headers: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    pattern: str = ""

    @property
    def needs_body(self) -> bool:
        return bool(self.facts or self.body or self.pattern)

    async def unmet(self, answer: Answer) -> list[str]:
        """What was expected and not found, a clause each. After a wrong status the rest says nothing more.

        Raises `TooCostly`.
        """
        if answer.status not in self.status:
            return [f"answered {answer.status}, expected {' or '.join(str(code) for code in self.status)}"]
        clauses: list[str] = []
        for name, expected in self.headers.items():
            clauses += await unmet(name, expected, answer.headers.get(name, MISSING))
        if answer.body is None or not self.needs_body:
            return clauses
        return [*clauses, answer.trouble] if answer.trouble else clauses + await self._unmet_by(answer.body)

    async def _unmet_by(self, body: bytes) -> list[str]:
        text, clauses = body.decode(errors="replace"), list[str]()
        if self.body and not contains(text, self.body):
            clauses.append(f"the body does not contain “{shown(self.body)}”")
        if self.pattern and not await Pattern(self.pattern).found_in(text):
            clauses.append(f"the body does not match “{shown(self.pattern)}”")
        return clauses + await self._unmet_facts(body)

    async def _unmet_facts(self, body: bytes) -> list[str]:
        if not self.facts:
            return []
        try:
            document = document_in(body)
        except ValueError as problem:
            return [str(problem)]
        clauses: list[str] = []
        for path, expected in self.facts.items():
            clauses += await unmet(path, expected, at(document, path))
        return clauses


def document_in(body: bytes) -> Any:
    """Raises `ValueError` with a clause that says that it is not JSON."""
    try:
        return json_of(body)
    except ValueError as problem:
        raise ValueError("the body is not JSON") from problem


def at(document: Any, path: str) -> Any:
    """What stands at `path` in a JSON document, `MISSING` when nothing does; a number counts into a list."""
    for key in path.split("."):
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdecimal() and int(key[:6]) < len(document):
            document = document[int(key[:6])]
        else:
            return MISSING
    return document
