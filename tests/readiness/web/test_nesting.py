"""What is nested deeper than anybody means."""

import time
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError

from launches.markdown import rendered
from launches.models.comment import LONGEST as LONGEST_COMMENT
from launches.plan.document import read
from launches.plan.problems import LoadRefused
from readiness.checks.parameters import LONGEST, parsed
from readiness.web.nesting import MOST_LEVELS, json_of

OPENING = ("[", '{"a":', "[[],", "- ", "? ", "[a](", "> ", "*a **b ", "{a: ", "a:\n ")


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_json_is_read_down_to_a_level():
    assert json_of(nested(MOST_LEVELS)) is not None
    for levels in (MOST_LEVELS + 1, 500, 15_000, 500_000):
        for text in (nested(levels), '{"a":' * levels + "1" + "}" * levels):
            with pytest.raises(ValueError, match="nested too deeply"):
                json_of(text)
    # Wide is not deep, and brackets in a text are no levels.
    assert len(json_of(f"[{'[],' * 5000}0]")) == 5001
    assert json_of(f'"{nested(5000)}"') == nested(5000)


def test_parameters_are_read_down_to_a_level():
    assert parsed(nested(MOST_LEVELS)) is not None
    for levels in (MOST_LEVELS + 2, 500, 15_000):
        with pytest.raises(ValidationError, match="nested too deeply"):
            parsed(nested(levels))


def test_no_text_of_a_stranger_takes_long():
    """As much of the processor as a page may take, for as long a text as each reader takes."""
    for opening in OPENING:
        for reader, longest, refusals in (
            (lambda text: read(text, "plan.yaml"), 300_000, (LoadRefused,)),
            (parsed, LONGEST, (ValidationError,)),
            (json_of, 1_000_000, (ValueError,)),
            (lambda text: rendered(text, {}), LONGEST_COMMENT, ()),
        ):
            text = (opening * longest)[:longest]
            start = time.process_time()
            with suppress(*refusals):
                reader(text)
            assert time.process_time() - start < 1.0, (opening, longest)
