"""What an HTTP server answered, read within bounds, and how it differs from what was expected."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

# Of the body as sent, and again once it is unpacked.
MAX_BODY = 64 * 1024
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` unpacked, `None` when it was not read; `trouble` says why it cannot be looked into."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None = None
    trouble: str = ""


async def read(response: aiohttp.ClientResponse, *, with_body: bool) -> Answer:
    """Raises `aiohttp.ClientError`."""
    if not with_body:
        return Answer(response.status, response.headers)
    sent = bytearray()
    while len(sent) <= MAX_BODY and (piece := await response.content.read(MAX_BODY + 1 - len(sent))):
        sent += piece
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    body, trouble = unpacked(bytes(sent), encoding)
    return Answer(response.status, response.headers, body, trouble)


def unpacked(sent: bytes, encoding: str) -> tuple[bytes, str]:
    """The body and what is wrong with it. Stops unpacking at the limit, whatever was promised."""
    if encoding not in ("identity", "gzip", "deflate", ""):
        return b"", f"the body is packed as {encoding[:20]}, which was not asked for"
    if len(sent) > MAX_BODY:
        return b"", f"the body is longer than {MAX_BODY // 1024} KiB"
    if encoding in ("identity", ""):
        return sent, ""
    try:
        body = zlib.decompressobj(wbits=47).decompress(sent, MAX_BODY + 1)
    except zlib.error:
        return b"", f"the body cannot be unpacked as {encoding}"
    return (b"", f"the body is longer than {MAX_BODY // 1024} KiB") if len(body) > MAX_BODY else (body, "")


def expectations(
    answer: Answer,
    *,
    status: Sequence[int],
    headers: Mapping[str, str],
    facts: Mapping[str, Any],
    body: str,
) -> list[str]:
    """What was expected and not found, a clause each. After a wrong status the rest says nothing more."""
    if answer.status not in status:
        return [f"answered {answer.status}, expected {' or '.join(str(code) for code in status)}"]
    unmet = [
        _differs(name, value, answer.headers.get(name, _MISSING))
        for name, value in headers.items()
        if answer.headers.get(name) != value
    ]
    if answer.body is not None and answer.trouble:
        return [*unmet, answer.trouble]
    if body and not contains((answer.body or b"").decode(errors="replace"), body):
        unmet.append(f"the body does not contain “{body}”")
    return unmet + _unmet_facts(answer.body or b"", facts)


def _unmet_facts(body: bytes, facts: Mapping[str, Any]) -> list[str]:
    if not facts:
        return []
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ["the body is not JSON"]
    found = {path: at(document, path.split(".")) for path in facts}
    return [
        _differs(path, value, found[path]) for path, value in facts.items() if not is_same(value, found[path])
    ]


def at(document: Any, path: Iterable[str]) -> Any:
    """What stands at `path` in a JSON document; a number counts into a list."""
    for key in path:
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdecimal() and int(key[:6]) < len(document):
            document = document[int(key[:6])]
        else:
            return _MISSING
    return document


def is_same(expected: Any, found: Any) -> bool:
    """Equal as JSON has it, where `true` is not `1`."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


def contains(text: str, wanted: str) -> bool:
    """Whether `text` has `wanted` in it, `*` standing for anything.

    Looks for the pieces one after the other, in linear time: a regular expression on a hostile body is not.
    """
    position = 0
    for piece in wanted.split("*"):
        position = text.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return True


def _differs(name: str, expected: Any, found: Any) -> str:
    return f"{name}: expected {_shown(expected)}, got {_shown(found)}"


def _shown(value: Any) -> str:
    if value is _MISSING:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
