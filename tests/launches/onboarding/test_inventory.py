import pytest

from launches.onboarding.columns import guessed, names_columns
from launches.onboarding.inventory import understood
from readiness.sheets.sheet import SheetRow
from readiness.sheets.words import plain


def read(fields, *rows):
    return understood([SheetRow(number, list(values)) for number, values in enumerate(rows, 2)], fields)


NO_ESTIMATE = "is no estimate in days or weeks, such as 5, 2-5-12 or 3 weeks."


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Name", "Type", "Owning team"], ["name", "kind", "team"]),
        (["Nom de l’outil", "Équipe", "Exigence"], ["name", "team", "requirement"]),
        (["Integration", "Service"], ["name", ""]),
        (["Importance", "Priorité", "Système"], ["importance", "", "name"]),
        (["Responsable", "Estimation (jours)", "Remarques"], ["owner", "likely", "guidance"]),
        (["Best", "Likely", "Worst", "Name"], ["best", "likely", "worst", "name"]),
        (["", "12", "€"], ["", "", ""]),
    ],
)
def test_columns_are_guessed(headers, fields):
    assert guessed(headers) == fields


def test_a_first_row_of_values_names_nothing():
    assert (names_columns(["Fax", "Finance"]), names_columns(["Outil", "Équipe"])) == (False, True)
    assert plain("  Équipe (SRE) ") == "equipe sre"


def test_rows_of_one_integration_are_one():
    inventory = read(
        ["name", "kind", "team", "requirement"],
        ["Fax", "customer-facing", "Finance", "Answers"],
        ["FAX ", "", "Support", "- Prints\n- Answers\n2. Stores"],
    )
    assert inventory.refused == []
    assert inventory.plan() == {
        "teams": {"finance": {"name": "Finance"}},
        "integrations": {
            "fax": {
                "name": "Fax",
                "kind": "customer_facing",
                "team": "finance",
                "requirements": {
                    "answers": {"title": "Answers"},
                    "prints": {"title": "Prints"},
                    "stores": {"title": "Stores"},
                },
            }
        },
        "cells": {"fax": {}},
    }


def test_what_only_looks_alike_in_an_address_is_not_one():
    inventory = read(
        ["name", "requirement"],
        ["C", "Builds\nbuilds"],
        ["C++", "Builds"],
        ["c", "Links +\nLinks"],
        ["C", "Builds!"],
        ["É-mail", "Sends"],
        ["e mail", "Sends"],
    )
    assert [line for line, _ in inventory.refused] == [3, 4, 5]
    said = "“C” and “C++” would have the same address; give one of them another name."
    assert inventory.refused[0][1] == said
    assert {slug: list(one.requirements) for slug, one in inventory.found.items()} == {
        "c": ["builds"],
        "e-mail": ["sends"],
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Infrastructure", "infrastructure"),
        ("processus interne", "internal_process"),
        ("Internal process", "internal_process"),
        ("Orienté client", "customer_facing"),
        ("customer facing", "customer_facing"),
    ],
)
def test_kinds_in_both_languages(text, kind):
    assert read(["name", "kind"], ["Fax", text]).found["fax"].said == {"kind": kind}


@pytest.mark.parametrize(
    ("text", "importance"),
    [
        ("Must have", "must_have"),
        ("P1", "must_have"),
        ("indispensable", "must_have"),
        ("nice-to-have", "nice_to_have"),
        ("Souhaitable", "nice_to_have"),
        ("not needed", "not_needed"),
        ("Non", "not_needed"),
    ],
)
def test_importance_in_both_languages(text, importance):
    assert read(["name", "importance"], ["Fax", text]).found["fax"].cell == {"importance": importance}


@pytest.mark.parametrize(
    ("fields", "values", "points"),
    [
        (["name", "likely"], ["Fax", "5"], [5, 5, 5]),
        (["name", "likely"], ["Fax", "2–5–12 days"], [2, 5, 12]),
        (["name", "likely"], ["Fax", "3 weeks"], [15, 15, 15]),
        (["name", "likely"], ["Fax", "2w"], [10, 10, 10]),
        (["name", "likely"], ["Fax", "1-2-3 semaines"], [5, 10, 15]),
        (["name", "best", "likely", "worst"], ["Fax", "2 j", "1 w", "1.5 weeks"], [2, 5, 7.5]),
        (["name", "likely"], ["Fax", "1,5 / 2 / 3"], [1.5, 2, 3]),
        (["name", "best", "likely", "worst"], ["Fax", "1", "2", "3"], [1, 2, 3]),
    ],
)
def test_estimates(fields, values, points):
    assert read(fields, values).found["fax"].cell == {"estimate": points}


def test_a_number_beyond_all_numbers_is_no_estimate():
    for text in ("9" * 400, "1-2-" + "9" * 5000):
        [(_line, why)] = read(["name", "likely"], ["Fax", text]).refused
        assert why == f"“{text[:30]}” {NO_ESTIMATE}"


@pytest.mark.parametrize(
    ("fields", "values", "problem"),
    [
        (["name", "team"], ["", "Finance"], "It names no integration."),
        (["name"], ["x" * 101], "is longer than 100 characters."),
        (["name", "requirement"], ["Fax", "x" * 201], "is longer than 200 characters."),
        (["name", "kind"], ["Fax", "blue"], "“blue” is none of the words known here."),
        (
            ["name", "likely"],
            ["Fax", "soon"],
            f"“soon” {NO_ESTIMATE}",
        ),
        (
            ["name", "likely"],
            ["Fax", "9-5-1"],
            f"“9-5-1” {NO_ESTIMATE}",
        ),
        (
            ["name", "best", "worst"],
            ["Fax", "1", "3"],
            f"“1 3” {NO_ESTIMATE}",
        ),
        *(
            (["name", "likely"], ["Fax", text], f"“{text}” {NO_ESTIMATE}")
            for text in ("05/12/2026", "10%", "-5", "1,234", "2026-12-05", "8h", "2 months", "1e3", "5 or so")
        ),
        *(
            (["name", "likely"], ["Fax", text], f"“{text}” {NO_ESTIMATE}")
            for text in ("5-12-2026", "01-02-03", "1–2–2026", "05 / 12 / 2026", "5 12 2026", "1-02-2026")
        ),
        (["name"], ["Fa\0x"], "It has a character that cannot be stored."),
        (["name", ""], ["Fax", "\0"], ""),
    ],
)
def test_a_row_that_cannot_be_used_adds_nothing(fields, values, problem):
    inventory = read(fields, values)
    assert ([line for line, _ in inventory.refused], len(inventory.found)) == (
        ([2], 0) if problem else ([], 1)
    )
    assert [reason.endswith(problem) for _, reason in inventory.refused] == [True] * bool(problem)


def test_an_owner_is_kept_in_the_description():
    found = read(["name", "owner", "description"], ["Fax", "Ann", "Paper.\nOld."]).found["fax"]
    assert found.said == {"description": "Paper.\nOld.\nOwner: Ann"}


def test_a_line_called_new_has_an_address_of_its_own():
    assert list(read(["name", "requirement"], ["Fax", "New"]).found["fax"].requirements) == ["new-one"]


def test_a_row_that_says_something_else_than_an_earlier_one_is_told():
    inventory = read(
        ["name", "requirement", "guidance", "description", "likely"],
        ["Fax", "Line works", "Call it.", "Paper", "5"],
        ["Fax", "Line works", "Listen to it.", "Old paper", "8"],
        ["Fax", "Line works", "Call it.", "Paper", "5"],
        ["Fax", "Toner ordered", "", "", ""],
    )
    (fax,) = inventory.found.values()
    assert fax.requirements["line-works"]["guidance"] == "Call it.\n\nListen to it."
    assert (fax.said, fax.cell) == ({"description": "Paper"}, {"estimate": [5, 5, 5]})
    assert inventory.refused == []
    assert inventory.merged == [
        (3, "Fax: what line 2 said stays (description, estimate)."),
        (3, "“Line works” is there already; its guidance was added to that."),
    ]


def test_a_short_description_may_be_of_the_line_and_is_not_guessed():
    headers = ["Integration", "Requirement", "Short description"]
    assert guessed(headers) == ["name", "requirement", ""]
    assert guessed(["Service", "Service description"]) == ["name", "description"]
    assert guessed(["Name", "Description"]) == ["name", "description"]
