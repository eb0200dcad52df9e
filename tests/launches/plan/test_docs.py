import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from launches.plan.document import read
from launches.plan.matrix_csv import load_matrix
from launches.plan.published import json_schema
from launches.plan.report import Counts, Report
from tests.launches.plan.conftest import HARBOR, NOW

DOCS = Path(__file__).parents[3] / "docs"


def block(language: str) -> str:
    found = re.search(f"```{language}\n(.*?)```", (DOCS / "plan-file.md").read_text(), re.DOTALL)
    assert found
    return found[1]


def test_the_documented_example_loads(loaded: Callable[..., Report]) -> None:
    report = loaded(block("yaml"))
    assert (report.total.created, report.total.changed, report.total.unchanged) == (23, 0, 0)
    assert loaded(block("yaml")).total == Counts(0, 0, 23)


@pytest.mark.django_db
def test_the_documented_matrix_loads() -> None:
    report = load_matrix(block("csv").splitlines(keepends=True), "matrix.csv", NOW)
    assert (report.of("cells"), report.notes) == (Counts(2, 0, 0), [])


def test_the_published_schema_is_the_one_in_use() -> None:
    assert (DOCS / "plan-file.schema.json").read_text() == json_schema()


@pytest.mark.parametrize("text", [HARBOR, block("yaml")], ids=["harbor", "documented"])
def test_what_loads_fits_the_published_schema(text: str) -> None:
    jsonschema.Draft202012Validator(json.loads(json_schema())).validate(read(text, "plan.yaml").data)


def test_what_does_not_fit_is_told_by_the_schema_too() -> None:
    schema = jsonschema.Draft202012Validator(json.loads(json_schema()))
    assert [error.json_path for error in schema.iter_errors({"teams": {"a": {"nmae": 1}}})] == ["$.teams.a"]
