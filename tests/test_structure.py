"""What keeps the code easy to find one's way in, held by counting."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def modules() -> Iterator[tuple[str, str]]:
    for package in ("readiness", "launches"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def test_no_file_is_long():
    lengths = {name: len(text.splitlines()) for name, text in modules()}
    assert len(lengths) > 300
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short():
    lengths = {
        (name, node.name): (node.end_lineno or 0) - node.lineno + 1
        for name, text in modules()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {where: length for where, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert median(lengths.values()) <= 6
    assert quantiles(lengths.values(), n=20)[-1] <= 20


def test_no_two_classes_share_a_name():
    """`Command` is what Django asks for; choices within a model are named with it (`Blocker.Kind`)."""
    names = Counter(
        node.name
        for _name, text in modules()
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in names.items() if count > 1} <= {"Command"}
