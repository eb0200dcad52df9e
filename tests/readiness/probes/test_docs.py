"""The page on checks: each kind has an example there that can be saved, and every parameter is named."""

import re
from pathlib import Path

import pytest

from readiness import probes
from readiness.checks.parameters import read_parameters
from readiness.probes import Outcome
from readiness.probes.kind import ProbeKind

PAGE = (Path(__file__).parents[3] / "docs" / "checks.md").read_text()
EXAMPLES = dict(re.findall(r"```yaml (\w+)\n(.*?)```", PAGE, re.DOTALL))
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE))


def test_each_kind_has_an_example():
    assert list(EXAMPLES) == probes.names()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_example_can_be_saved(kind):
    assert read_parameters(kind, EXAMPLES[kind])


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_parameter_is_named(kind):
    everywhere = {"timeout", "send"}
    missing = {
        name
        for name in probes.find(kind).schema["properties"]
        if not re.search(rf"(^|`){name}(`|:)", SECTIONS[kind], re.MULTILINE)
    }
    assert missing <= everywhere


def test_the_kind_of_ones_own_is_one():
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    found = {}
    exec(code, found)
    assert isinstance(found["COIN"], ProbeKind)
    assert found["Outcome"] is Outcome
