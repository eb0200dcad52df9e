from datetime import date

import pytest

from launches.plan.problems import LoadRefused
from launches.plan.validation import parsed
from tests.launches.plan.conftest import cases

TODAY = date(2026, 11, 25)


def refused(text: str) -> str:
    with pytest.raises(LoadRefused) as error:
        parsed(text, "p.yaml", TODAY)
    return str(error.value)


def launch(line: str) -> str:
    return f"launches:\n  ga:\n    {line}\n"


@pytest.mark.parametrize(("text", "message"), cases("refused-shapes.txt"))
def test_names_line_key_and_what_is_expected(text: str, message: str) -> None:
    assert refused(text) == message


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    text = "teams:\n  a: {x: 1}\n  b: {parallel_work: 99}\nregions:\n  c: {state: gone}\n"
    assert [line.split(": expected")[0] for line in refused(text).splitlines()] == [
        "p.yaml:2: teams.a.x",
        "p.yaml:3: teams.b.parallel_work",
        "p.yaml:5: regions.c.state",
    ]


def test_no_more_than_fifty_problems_are_shown() -> None:
    lines = refused("teams:\n" + "".join(f"  t{n}: {{x: 1}}\n" for n in range(70))).splitlines()
    assert (len(lines), lines[-1]) == (51, "… and 20 more")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-14", date(2026, 12, 14)),
        ("today", TODAY),
        ("today+62", date(2027, 1, 26)),
        ("today-10", date(2026, 11, 15)),
    ],
)
def test_dates_are_iso_or_relative(text: str, day: date) -> None:
    plan, _ = parsed(launch(f"target: {text}"), "p.yaml", TODAY)
    assert plan.launches["ga"].target == day


def test_a_key_with_nothing_after_it_is_empty() -> None:
    plan, _ = parsed("teams:\nregions:\n  e:\ncells:\n  e:\n", "p.yaml", TODAY)
    assert (plan.teams, list(plan.regions), plan.cells) == ({}, ["e"], {"e": {}})
