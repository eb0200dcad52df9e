"""Kinds of fields that several kinds of checks have."""

import re
from typing import Annotated, Any

from django.utils.translation import gettext, gettext_noop
from pydantic import AfterValidator, Field, JsonValue

from readiness.probes.comparing import problem_with
from readiness.probes.guard import TargetRefused, vetted_host, vetted_url
from readiness.probes.pattern import Pattern

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\t\x20-\x7e]{0,4000}")
# What the request says of itself, and a second opinion would only confuse.
_OURS = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect", "upgrade"}


def host_of(url: str) -> str:
    return vetted_url(url).hostname or ""


def origin_of(url: str) -> str:
    parts = vetted_url(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    is_usual = parts.port in (None, 443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" if is_usual else f"{parts.scheme}://{host}:{parts.port}"


def _url(text: str) -> str:
    try:
        vetted_url(text)
    except TargetRefused as problem:
        raise ValueError(str(problem)) from problem
    return text


def _host(text: str) -> str:
    try:
        return vetted_host(text)
    except TargetRefused as problem:
        raise ValueError(str(problem)) from problem


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(gettext("“%(name)s” is not a header that a check may send") % {"name": name})
        if not _VALUE.fullmatch(value):
            said = gettext("the value of “%(name)s” has a control character or a letter outside ASCII")
            raise ValueError(said % {"name": name})
    return headers


def _comparable(expected: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for name, value in expected.items():
        if problem := problem_with(value):
            raise ValueError(gettext("“%(name)s”: %(problem)s") % {"name": name, "problem": problem})
    return expected


def _texts(expected: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for name, value in expected.items():
        if not isinstance(value, str | dict):
            said = gettext("“%(name)s”: what a header has is a text; put it in quotes")
            raise ValueError(said % {"name": name})
    return expected


def _pattern(text: str) -> str:
    Pattern(text)
    return text


Url = Annotated[str, Field(max_length=2000), AfterValidator(_url)]
Host = Annotated[str, Field(max_length=300), AfterValidator(_host)]
MaybeHost = Annotated[str, Field(max_length=300), AfterValidator(lambda text: text and _host(text))]
Sent = Annotated[dict[str, str], Field(max_length=20), AfterValidator(_sendable)]
# What a form must know beyond the type stands in the JSON Schema: what is compared, and the unit.
Comparisons = Annotated[
    dict[str, JsonValue],
    Field(max_length=20, json_schema_extra={"compares": "values"}),
    AfterValidator(_comparable),
]
HeaderComparisons = Annotated[
    Comparisons, Field(json_schema_extra={"compares": "texts"}), AfterValidator(_texts)
]
Regex = Annotated[str, Field(max_length=200), AfterValidator(_pattern)]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(ge=0.1, le=30, json_schema_extra={"unit": "s"})]
Milliseconds = Annotated[int, Field(ge=1, json_schema_extra={"unit": "ms"})]


def timeout(description: str = gettext_noop("For the whole run.")) -> Any:
    return Field(10, title=gettext_noop("Timeout"), description=description)
