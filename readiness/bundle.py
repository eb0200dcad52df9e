"""One style sheet and the scripts as they are served, out of what people write in static/css and static/js.

While debugging they keep their comments and lines. Colours and the order of layers come first, then what all
pages are made of, then the pages by name: a new file is part of it by being there. A script is served with
what it imports, whose hashed name it could not know; the browser saves a round trip.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

STYLES = "css/site.css"
FIRST = ["tokens", "base", "layout", "components", "patterns", "forms"]
# A text, which stays as it is, or a sign with the space around it. Not + and -: `a - -b` needs it.
SPACED = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`) | \ *([{}()[\];,:?=<>*&|!])\ *""", re.VERBOSE
)


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
        scripts = sorted(f"js/{path.name}" for path in (sources() / "js").glob("*.js"))
        for path in [STYLES, *scripts]:
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
    script = sources() / path
    if path != f"js/{script.name}" or script.suffix != ".js" or not script.is_file():
        return ""
    text = with_imports(script)
    return text if settings.DEBUG else lean_script(text)


def style_files() -> list[Path]:
    every = sorted((sources() / "css").glob("*.css"))
    return sorted(every, key=lambda file: FIRST.index(file.stem) if file.stem in FIRST else len(FIRST))


def with_imports(script: Path) -> str:
    """The script with what it imports before it, in one scope: a name that both have is a syntax error."""

    def imported(found: re.Match[str]) -> str:
        return re.sub("^export ", "", with_imports(script.with_name(found[1])), flags=re.MULTILINE)

    return re.sub(r'^import .* from "\./([\w-]+\.js)";\n', imported, script.read_text(), flags=re.MULTILINE)


def lean_style(text: str) -> str:
    """Without comments and the space that separates nothing. Descendants and sums keep theirs."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    text = re.sub(r": (?=[^;{}]*[;}])", ":", text)
    return re.sub(r"(?<![\w.-])0\.(?=\d)", ".", text).replace(";}", "}").strip()


def lean_script(text: str) -> str:
    """Without comments, indentation and the space around signs that is in no text.

    Lines end where they did unless a sign says that more follows, so that nothing depends on semicolons. No
    text of ours goes over lines, and no comment follows code.
    """
    lines = (line.strip() for line in text.splitlines())
    kept = "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))
    return re.sub(r"(?<=[{(,;])\n", "", SPACED.sub(lambda found: found[1] or found[2], kept))


def write(path: str, text: str) -> Path:
    """Whole or not at all: another process may be reading it."""
    file = folder() / path
    if file.is_file() and file.read_text() == text:
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{id(text)}.new")
    fresh.write_text(text)
    return fresh.replace(file)
