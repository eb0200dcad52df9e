"""Parameters as people write them."""

import pytest
from django.core.exceptions import ValidationError

from readiness.checks.parameters import read_parameters, write_parameters

URL = {"url": "https://wa.{region.domain}/health"}


@pytest.mark.parametrize(
    "text", ['{"url": "https://wa.{region.domain}/health"}', "url: https://wa.{region.domain}/health\n"]
)
def test_json_and_yaml_say_the_same(text):
    assert read_parameters("http", text) == URL


def test_what_is_written_is_read_back():
    parameters = {**URL, "headers": {"x-region": "{region.provider_code}"}, "status": [200, 204]}
    assert read_parameters("http", write_parameters(parameters)) == parameters


@pytest.mark.parametrize("text", ["", "  \n", "{}", "# nothing"])
def test_by_hand_needs_none(text):
    assert read_parameters("", text) == {}


def bomb():
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url: [unclosed", "This is not YAML: expected ',' or ']', but got '<stream end>' on line 1."),
        ("url: a\n\tb: c", "This is not YAML: found character '\\t' that cannot start any token on line 2."),
        (bomb(), "This is not YAML: Aliases (*name) are not allowed here."),
        ("- a: [1, 2]\n" * 50_000, "It is longer than 30,000 characters."),
        ("[" * 5000, "This is not YAML: it is nested too deeply."),
        ("!!python/object/apply:os.system [ls]", "This is not YAML: could not determine a constructor"),
        ("since: 2026-11-02", "Only texts, numbers, true and false, and lists of them; quote dates."),
        ("- one", "Write one “name: value” on each line."),
        ("just words", "Write one “name: value” on each line."),
    ],
)
def test_what_cannot_be_read_says_why(text, message):
    with pytest.raises(ValidationError) as refused:
        read_parameters("http", text)
    assert refused.value.messages[0].startswith(message)


def test_a_kind_says_what_it_expects():
    with pytest.raises(ValidationError) as refused:
        read_parameters("http", "url: https://a.example\ncolour: red")
    assert [message.partition(":")[0] for message in refused.value.messages] == ["colour"]
