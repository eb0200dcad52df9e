"""One style sheet and one script as they are served, out of what people write in static/css and static/js.

While debugging they keep their comments and lines. Colours and the order of layers come first, then what all
pages are made of, then the pages by name: a new file is part of it by being there. Scripts likewise: they
are so small that one for all pages, which the browser keeps, is less than each with what it shares.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

STYLES, SCRIPTS = "css/site.css", "js/site.js"
FIRST = ["tokens", "base", "layout", "components", "patterns", "forms"]
FIRST_SCRIPTS = ["core", "panel", "keys", "palette", "live"]
# What is served by itself, where there is nothing else.
ALONE = ["wall"]
# A whole layer, whose last bracket closes it.
LAYER = re.compile(r"@layer \w+{(?=(?:[^{}]|{(?:[^{}]|{(?:[^{}]|{(?:[^{}]|{[^{}]*})*})*})*})*}\Z)")
# A text or a pattern, which stays as it is; true and false, which are said shorter; the only argument of a
# function; a sign that another one makes idle; a sign with the space around it. Not of + and - before another
# one: `a - -b` needs it.
SPACED = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<=\()/(?:[^/\\]|\\.)+/)
    | \ *\b(true|false)\b
    | (?<!async)\ *(?<![\w)])\((\w+)\)\ *=>\ *
    | \ *(?:;\ *(?=})|,\ *(?=[}\])]))
    | \ *([{}()[\];,:?=<>*&|!])\ *
    | \ ?([-+/%])\ (?![-+/])""",
    re.VERBOSE,
)

CONST = re.compile(r"^const |(?<=\()const ", re.MULTILINE)


class BundleFinder(BaseFinder):
    """Makes what it finds; a file stays as it is while nothing in it has changed."""

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        made = made_of(path)
        found = str(write(path, made)) if made else ""
        return ([found] if found else []) if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(folder())
        for path in [STYLES, SCRIPTS, *(f"js/{name}.js" for name in ALONE)]:
            write(path, made_of(path))
            yield path, storage


def sources() -> Path:
    return Path(settings.BASE_DIR) / "static"


def folder() -> Path:
    return Path(settings.VAR_DIR) / "bundle"


def made_of(path: str) -> str:
    """What is served at `path`; nothing where it is not one of ours."""
    if path == STYLES:
        styles = "".join(file.read_text() for file in style_files())
        return styles if settings.DEBUG else lean_style(styles)
    scripts = "\n".join(file.read_text() for file in script_files(path))
    return scripts if settings.DEBUG else lean_script(scripts)


def style_files() -> list[Path]:
    return in_order((sources() / "css").glob("*.css"), FIRST)


def script_files(path: str) -> list[Path]:
    """What is served at `path`, in one scope: a name that two of them have is a syntax error."""
    every = in_order((sources() / "js").glob("*.js"), FIRST_SCRIPTS)
    if path == SCRIPTS:
        return [file for file in every if file.stem not in ALONE]
    return [file for file in every if file.stem in ALONE and path == f"js/{file.name}"]


def in_order(files: Iterable[Path], first: Sequence[str]) -> list[Path]:
    return sorted(files, key=lambda file: (first.index(file.stem) if file.stem in first else 99, file.name))


def lean_style(text: str) -> str:
    """Without comments and the space that separates nothing. Descendants and sums keep theirs."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    text = re.sub(r": (?=[^;{}]*[;}])|(?<=@media) (?=\()|(?<=width): (?=[\w.]+\))", _without_space, text)
    text = re.sub(r"(?<=[:,(]#)([\da-f])\1([\da-f])\2([\da-f])\3\b", r"\1\2\3", text).replace(" / -1", "/-1")
    text = re.sub(r"(?<![\w.-])0\.(?=\d)", ".", text).replace(";}", "}").strip()
    return "".join(in_one(re.split(r"(?<=})(?=@layer \w+{)", text)))


def in_one(blocks: Sequence[str]) -> Iterator[str]:
    """A layer whose blocks follow each other is opened once."""
    heads = [found[0] if (found := LAYER.match(block)) else "" for block in blocks]
    for before, head, after, block in zip(["", *heads], heads, [*heads[1:], ""], blocks, strict=False):
        begun = block.removeprefix(head) if head and head == before else block
        yield begun.removesuffix("}") if head and head == after else begun


def _without_space(found: re.Match[str]) -> str:
    return found[0].strip()


def lean_script(text: str) -> str:
    """Without comments, indentation and the space around signs that is in no text.

    Every statement ends with a semicolon or a block, so that no line has to end; but a semicolon at the end
    of a block, a comma at the end of a list and brackets around the only argument of a function say nothing.
    No text of ours goes over lines, no comment follows code, and what is never set anew may as well be `let`.
    """
    lines = (line.strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    kept = CONST.sub("let ", kept)
    # One statement for names that are given one after the other, each on its line.
    kept = re.sub(r"^(let .*);(?=\nlet )", r"\1,", kept, flags=re.MULTILINE).replace(",\nlet ", ", ")
    return SPACED.sub(_lean, kept.replace("\n", " "))


def _lean(found: re.Match[str]) -> str:
    text, truth, arrow, sign, sum_sign = found.groups()
    if truth:
        return "!0" if truth == "true" else "!1"
    return text or (f"{arrow}=>" if arrow else sign or sum_sign or "")


def write(path: str, text: str) -> Path:
    """Whole or not at all: another process may be reading it."""
    file = folder() / path
    if file.is_file() and file.read_text() == text:
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{id(text)}.new")
    fresh.write_text(text)
    return fresh.replace(file)
