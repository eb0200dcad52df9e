"""The form of a check: made from its kind, and what it shows is what it saves."""

import pytest
from django.forms import BooleanField
from django.http import QueryDict

from readiness.checks.form import CheckForm, shows
from readiness.checks.form.fields import (
    Choice,
    ManyLines,
    Number,
    Numbers,
    OneLine,
    Texts,
    YamlField,
)
from readiness.checks.form.rows import MOST, Comparisons, Rows
from readiness.checks.parameters import read_parameters
from readiness.models import Region
from tests.readiness.checks.form.filling import rows, sent
from tests.readiness.probes.test_docs import EXAMPLES

URL = {"check-url": "https://a.{region.domain}/"}
EUROPE = Region(name="Europe", slug="europe", domain="eu.harbor.example")


def filled(kind, data, **options):
    form = CheckForm(kind, data, **options)
    form.full_clean()
    return form


def errors(kind, data, **options):
    return {name: list(found) for name, found in filled(kind, data, **options).errors.items()}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_example_of_each_kind_comes_back_as_it_was(kind):
    parameters = read_parameters(kind, EXAMPLES[kind])
    assert shows(kind, parameters)
    form = filled(kind, sent(CheckForm(kind, given=parameters)), given=parameters)
    assert (form.errors, form.parameters) == ({}, parameters)
    assert read_parameters(kind, form.as_text()) == parameters


@pytest.mark.parametrize("kind", EXAMPLES)
def test_no_parameter_of_ours_needs_yaml(kind):
    assert not [name for name, field in CheckForm(kind).fields.items() if isinstance(field, YamlField)]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_empty_form_says_nothing(kind):
    assert filled(kind, sent(CheckForm(kind))).parameters == {}


def test_each_type_has_its_field():
    form = CheckForm("http")
    assert {name: type(field) for name, field in form.fields.items()} == {
        "url": OneLine,
        "method": Choice,
        "send": Rows,
        "send_body": ManyLines,
        "redirects": Choice,
        "status": Numbers,
        "headers": Comparisons,
        "json": Comparisons,
        "body": OneLine,
        "body_matches": OneLine,
        "max_latency_ms": Number,
        "timeout": Number,
    }
    assert form.fields["status"].widget.attrs["placeholder"] == "200"
    assert form.fields["max_latency_ms"].unit == "ms"
    assert [field.name for field in form.foremost] == ["url"]


def test_a_kind_of_another_package_has_a_form_too(plugin):
    fields = CheckForm("dice").fields
    assert {name: type(field) for name, field in fields.items()} == {
        "sides": Choice,
        "rolls": Numbers,
        "loaded": type(fields["fair"]),
        "fair": type(fields["loaded"]),
        "factor": Number,
        "names": Texts,
        "told": Rows,
        "limits": YamlField,
        "weights": YamlField,
    }
    assert isinstance(fields["fair"], BooleanField)
    parameters = {
        "sides": 20,
        "rolls": [3],
        "fair": False,
        "loaded": True,
        "factor": 0.5,
        "names": ["a b", "c"],
        "told": {"who": "the dealer"},
        "limits": {"least": 1, "most": 6},
        "weights": {"six": 2},
    }
    form = filled("dice", sent(CheckForm("dice", given=parameters)), given=parameters)
    assert (form.errors, form.parameters) == ({}, parameters)
    assert errors("dice", QueryDict("check-fair=on&check-limits=most: 0")) == {
        "sides": ["Fill this in."],
        "limits": ["least: field required", "most: input should be greater than 0"],
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("a", "=", "ok"), {"a": "ok"}),
        (("a", "=", "5"), {"a": 5}),
        (("a", "=", '"5"'), {"a": "5"}),
        (("a", "=", "true"), {"a": True}),
        (("a", "=", "null"), {"a": None}),
        (("a", "=", "[1, 2]"), {"a": [1, 2]}),
        (("a", "=", ""), {"a": ""}),
        (("a", "=", "{region.slug}"), {"a": "{region.slug}"}),
        (("a", "=", "NaN"), {"a": "NaN"}),
        (("a", "=", "1e999"), {"a": "1e999"}),
        (("a", "=", "[" * 5000), {"a": "[" * 5000}),
        (("a", "<", "1000"), {"a": {"<": 1000}}),
        (("a", "matches", "20"), {"a": {"matches": "20"}}),
        (("a", "contains", "2"), {"a": {"contains": 2}}),
        (("a", "exists", ""), {"a": {"exists": True}}),
        (("a", "not exists", ""), {"a": {"exists": False}}),
    ],
)
def test_a_row_means_one_comparison_and_is_shown_as_it(typed, meant):
    form = filled("http", URL | rows("json", typed))
    assert (form.errors, form.parameters["json"]) == ({}, meant)
    assert shows("http", {"url": "https://a.example", "json": meant})


def test_headers_are_texts_and_their_limits_numbers():
    typed = [("etag", "=", '"a"'), ("age", "<", "60"), ("age", ">=", "0"), ("x-version", "!=", "5")]
    assert filled("http", URL | rows("headers", *typed)).parameters["headers"] == {
        "etag": '"a"',
        "age": {"<": 60, ">=": 0},
        "x-version": {"!=": "5"},
    }


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("json", [("", "=", "ok")], "“ok” belongs to nothing: give it a name."),
        ("json", [("a", "~", "ok")], "“~” is not a comparison."),
        ("json", [("a", "=", "1"), ("a", "=", "2")], "“a is” is there twice."),
        ("json", [("a", "exists", "yes")], "“a is there” takes no value."),
        ("json", [("a", "<", "many")], "“a”: < compares with a number."),
        ("json", [("a", "=", '"\\u0000"')], "There is a NUL in it, which cannot be kept."),
        ("json", [("a", "=", '"\\ud800"')], "There is half a character in it, which cannot be kept."),
        ("json", [(f"a{n}", "=", "1") for n in range(MOST + 1)], "These are more than 60 rows."),
        ("send", [("a", "1"), ("a", "2")], "“a” is there twice."),
        ("send", [("host", "a.example")], "“host” is not a header that a check may send."),
        ("send", [("cookie", "s=1")], "cookie: everybody would read it here; name a secret: {secret.NAME}"),
        (
            "send",
            [("x-a", "1\r\nx-b: 2")],
            "The value of “x-a” has a control character or a letter outside ASCII.",
        ),
    ],
)
def test_a_row_that_makes_no_sense_says_why(field, typed, error):
    assert errors("http", URL | rows(field, *typed)) == {field: [error]}


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("http", {}, {"url": ["Fill this in."]}),
        ("http", {"url": "https://a.example/\r\nx: y"}, {"url"}),
        ("http", {"url": "https://a.example/\0"}, {"url"}),
        ("http", {"url": "https://{region.colour}/"}, {"url"}),
        (
            "http",
            {"url": "https://a.example", "status": "200, x"},
            {"status": ["“x” is not a whole number."]},
        ),
        (
            "http",
            {"url": "https://a.example", "status": "99"},
            {"status": ["A status is between 200 and 599."]},
        ),
        ("http", {"url": "https://a.example", "status": "2 " * 5000}, {"status"}),
        ("http", {"url": "https://a.example", "method": "TRACE"}, {"method"}),
        ("http", {"url": "https://a.example", "timeout": "nan"}, {"timeout": ["“nan” is not a number."]}),
        ("http", {"url": "https://a.example", "timeout": "9" * 9999}, {"timeout"}),
        ("http", {"url": "https://a.example", "timeout": "31"}, {"timeout"}),
        ("http", {"url": "https://a.example", "max_latency_ms": "1.5"}, {"max_latency_ms"}),
        ("http", {"url": "https://a.example", "body_matches": "(a"}, {"body_matches"}),
        (
            "http",
            {"url": "https://a.example", "method": "HEAD", "body": "up"},
            {"__all__": ["HEAD has no body to look into; use GET."]},
        ),
        ("dns", {"name": "a.example", "values": "1.2.3.4\r\nnonsense"}, {"values"}),
        ("dns", {"name": "a.example", "values": "\n".join(["1.2.3.4"] * 10_000)}, {"values"}),
        ("residency", {"also": "a.example\r\nnot a host"}, {"also": ["2. 'not a host' is not a host name"]}),
        ("residency", {}, {"__all__": ["Name a URL, or a host at least."]}),
        ("heartbeat", {"period": "60", "cron": "* * * * *"}, {"__all__"}),
        ("tls", {"host": "a.example", "ca": "-----BEGIN"}, {"ca": ["It is not a certificate in PEM."]}),
    ],
)
def test_each_problem_stands_at_its_field(kind, typed, found):
    told = errors(kind, {f"check-{name}": text for name, text in typed.items()})
    assert told == found if isinstance(found, dict) else set(told) == found


def test_what_is_refused_in_one_region_names_it():
    inside = Region(name="Lab", slug="lab", domain="127.0.0.1")
    nowhere = Region(name="Mars", slug="mars")
    data = QueryDict("check-url=https://{region.domain}/")
    assert errors("http", data, regions=[EUROPE, inside, nowhere]) == {
        "url": ["In Lab, 127.0.0.1 is a loopback address, which PROBE_ALLOWED_NETWORKS does not allow."]
    }


def test_what_is_refused_everywhere_names_none():
    data = QueryDict("check-url=https://169.254.169.254/")
    (told,) = errors("http", data, regions=[EUROPE])["url"]
    assert told.startswith("169.254.169.254 is a metadata address")


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("http", {"url": "https://a.example", "colour": "red"}),
        ("http", {"url": "https://a.example", "json": {"a": {"=": 5}}}),
        ("http", {"url": " https://a.example"}),
        ("http", {"url": "https://a.example", "status": "200"}),
        ("http", {"url": "https://a.example", "headers": {"age": {"!=": 5}}}),
        ("http", {"url": ["https://a.example"]}),
        ("residency", {"also": ["a.example", ""]}),
        ("parity", {"url": "https://a.example", "json": {"version": "newer"}}),
    ],
)
def test_what_the_fields_would_change_is_not_theirs_to_show(kind, parameters):
    assert not shows(kind, parameters)


def test_a_kind_that_is_chosen_next_keeps_what_has_the_same_name():
    typed = CheckForm("parity").retyped(
        QueryDict("check-url=https://a.example/&check-timeout=x&check-status=1")
    )
    assert typed.initial == {"url": "https://a.example/", "timeout": "x"}
    assert typed["url"].value() == "https://a.example/"
