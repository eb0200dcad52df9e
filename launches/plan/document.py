"""A plan file's text as plain data, with the place of every key.

Built from the parser's events rather than by a loader, so that nothing in the text can make an object, refer
back (aliases of aliases grow exponentially) or nest until the stack ends. Keys are always text. Of plain
values only `null`, `true`, `false` and numbers are more than text, as in YAML 1.2: a country code `NO`, a
key `on` and a date stay what was written.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from launches.plan.problems import LoadRefused, Path, Problem, dotted, shown

LIMIT = 8 * 1024 * 1024
DEPTH = 20
TOO_LARGE = f"expected at most {LIMIT // 1024 // 1024} MiB"

WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
INTEGER = re.compile(r"(?:0|[-+]?[1-9][0-9]{0,300})\Z")
FLOAT = re.compile(r"[-+]?[0-9]{1,300}\.[0-9]{1,300}(?:[eE][-+][0-9]{1,3})?\Z")
# Valid in YAML's escapes, and in no database.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TextPosition(NamedTuple):
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    data: Any
    marks: dict[Path, TextPosition]

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks[path].line if path in self.marks else 1

    def problem(self, path: Path, text: str) -> Problem:
        return Problem(self.line(path), dotted(path), text)


def read(text: str, name: str) -> Document:
    """Raises `Refused`."""
    if len(text) > LIMIT or len(text.encode(errors="replace")) > LIMIT:
        raise LoadRefused(name, [Problem(1, "", f"{TOO_LARGE}, got more")])
    reading = _DocumentReader(name)
    try:
        for event in yaml.parse(text, Loader=Loader):
            reading.take(event)
    except yaml.YAMLError as error:
        raise LoadRefused(name, [_syntax(error, text)]) from error
    if reading.problems:
        raise LoadRefused(name, reading.problems)
    if reading.root is None:
        raise LoadRefused(name, [Problem(1, "", "expected a plan, got nothing")])
    return Document(reading.root, reading.marks)


def _syntax(error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        what = ", ".join(part for part in (error.context, error.problem) if part)
        return Problem(error.problem_mark.line + 1, "", f"expected YAML, got a mistake in it: {what}")
    position = getattr(error, "position", 0) or 0
    line = text.count("\n", 0, position) + 1
    return Problem(line, "", f"expected YAML, got a character that it does not allow: {_reason(error)}")


def _reason(error: yaml.YAMLError) -> str:
    character = getattr(error, "character", None)
    return f"#x{character:04x}" if isinstance(character, int) else str(getattr(error, "reason", error))


@dataclass(slots=True)
class _Open:
    """A mapping or list that has not ended yet. `key` is the one that waits for its value."""

    into: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    twice: bool = False


@dataclass(slots=True)
class _DocumentReader:
    name: str
    root: Any = None
    documents: int = 0
    stack: list[_Open] = field(default_factory=list)
    marks: dict[Path, TextPosition] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(event, "expected one document, got a second")
        elif isinstance(event, CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, NodeEvent):
            self.vet(event)
            self.node(event)

    def vet(self, event: NodeEvent) -> None:
        """What a plan never needs, and a bomb or an object would."""
        if isinstance(event, AliasEvent):
            self.refuse(event, f"expected a value, got the alias *{event.anchor}; write the value out")
        if event.anchor is not None:
            self.refuse(event, f"expected a value, got the anchor &{event.anchor}; write the value out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.refuse(event, f"expected a plain value, got the tag {shown(tag)}")
        if isinstance(event, CollectionStartEvent) and len(self.stack) >= DEPTH:
            self.refuse(event, f"expected at most {DEPTH} levels, got more")

    def node(self, event: NodeEvent) -> None:
        inside = self.stack[-1] if self.stack else None
        if inside is not None and isinstance(inside.into, dict) and inside.key is None:
            self.key(inside, event)
        elif isinstance(event, ScalarEvent):
            self.place(event, self.scalar(event))
        else:
            into: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
            path = self.place(event, into)
            self.stack.append(_Open(into, path))

    def key(self, inside: _Open, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            self.refuse(event, "expected a word as key, got a list or a mapping")
        inside.key = event.value
        path = (*inside.path, event.value)
        self.storable(event, path)
        inside.twice = event.value in inside.into
        if inside.twice:
            first = self.marks[path].line
            line = _mark(event).line
            text = f"expected each key once, got it again (first on line {first})"
            self.problems.append(Problem(line, dotted(path), text))
        else:
            self.marks[path] = _mark(event)

    def place(self, event: NodeEvent, value: Any) -> Path:
        """Put `value` where it belongs; its path."""
        if not self.stack:
            self.root = value
            self.marks[()] = _mark(event)
            return ()
        inside = self.stack[-1]
        if isinstance(inside.into, list):
            path: Path = (*inside.path, len(inside.into))
            inside.into.append(value)
            self.marks[path] = _mark(event)
            return path
        path = (*inside.path, inside.key or "")
        if not inside.twice and inside.key is not None:
            inside.into[inside.key] = value
        inside.key = None
        return path

    def scalar(self, event: ScalarEvent) -> Any:
        inside = self.stack[-1] if self.stack else None
        self.storable(event, (*inside.path, inside.key or "") if inside else ())
        return event.value if event.style else resolved(event.value)

    def storable(self, event: ScalarEvent, path: Path) -> None:
        if UNSTORABLE.search(event.value):
            line = _mark(event).line
            text = "expected text, got a character that cannot be stored"
            self.problems.append(Problem(line, dotted(path[:-1]), text))

    def refuse(self, event: Event, text: str) -> NoReturn:
        """Stop at once: to read on would be the harm."""
        inside = self.stack[-1] if self.stack else None
        path = () if inside is None else inside.path if inside.key is None else (*inside.path, inside.key)
        raise LoadRefused(self.name, [*self.problems, Problem(_mark(event).line, dotted(path), text)])


def resolved(text: str) -> Any:
    """What a plain, unquoted scalar means."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.match(text):
        return int(text)
    return float(text) if FLOAT.match(text) else text


def _mark(event: Event) -> TextPosition:
    mark = event.start_mark
    return TextPosition(mark.line + 1, mark.column + 1) if mark is not None else TextPosition(1, 1)
