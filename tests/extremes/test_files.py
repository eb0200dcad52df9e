"""Whatever stands in a file: it is refused with a reason; or it is loaded, and every page still reads."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from traceback import format_exception_only

import pytest
from django.test import Client

from launches.onboarding.columns import FIELDS
from launches.plan.load import load
from launches.plan.matrix_csv import load_matrix
from launches.plan.problems import LoadRefused
from launches.plan.table_columns import COLUMNS
from readiness.models import User
from tests.extremes.files import NAMES, PLAN, WRITTEN, Place, every_key, places, plan_called, plan_with
from tests.extremes.test_forms import read_all, said
from tests.extremes.values import EVERY, EXTREMES, chosen
from tests.fixtures.everything import none, undone

MATRIX = dict(zip(COLUMNS, ("Lisbon", "Invoices", "in progress", "must", "Payments"), strict=True))
COUNTED: Counter[str] = Counter()
SHEET = {"name": "Mail", "kind": "process", "importance": "must", "best": "1", "likely": "2", "worst": "3"}


def test_the_plan_here_says_something_of_everything():
    assert every_key() - {str(step) for place in places() for step in place} == set()


@pytest.mark.page
def test_no_page_answers_500_after_a_file(clients, now):
    """One extreme for each place of each kind of file, then all pages; and again with the next extreme."""
    wrong: list[str] = []
    assert load_plan(json.dumps(PLAN), now, wrong), "the plan itself is refused"
    taken = dict(accepted(now, wrong))
    most = max(map(len, taken.values()))
    for turn in range(len(EXTREMES) if EVERY else 1):
        with undone():
            together = {place: values[turn % len(values)] for place, values in taken.items() if turn < most}
            put_plans(together, turn, now, wrong)
            put_tables(turn, now, wrong)
            put_sheets(clients["admin"], turn, wrong)
            readers = clients if EVERY and turn == 0 else {"admin": clients["admin"]}
            wrong += read_all(readers, f"after extremes number {turn} in files")
    print(f"{dict(COUNTED)}, {len(wrong)} wrong")
    none(wrong)


def accepted(now: datetime, wrong: list[str]) -> Iterator[tuple[Place, list[str]]]:
    """For each place of a plan the extremes that it takes, each alone."""
    for number, place in enumerate(places()):
        values = [value for value in chosen(WRITTEN, number) if loads(plan_with({place: value}), now, wrong)]
        if values:
            yield place, values


def put_plans(values: dict[Place, str], turn: int, now: datetime, wrong: list[str]) -> None:
    """With all these values, and with other names for what it is about."""
    for depth in {len(place) for place in values}:
        # None of these is within another.
        for plan in loadable({place: value for place, value in values.items() if len(place) == depth}, now):
            load_plan(plan, now, wrong)
    for number, name in enumerate(NAMES):
        load_plan(plan_called(name, one(number, turn)), now, wrong)


def put_tables(turn: int, now: datetime, wrong: list[str]) -> None:
    for number, column in enumerate(COLUMNS):
        row = [one(number, turn) if name == column else usual for name, usual in MATRIX.items()]
        load_rows([list(COLUMNS), row], now, wrong, whole=number % 2 == 0)


def put_sheets(admin: Client, turn: int, wrong: list[str]) -> None:
    for number, field in enumerate(FIELDS):
        value = one(number, turn)
        answer = brought(admin, SHEET | {field: value})
        COUNTED[f"sheets answered {answer.status_code}"] += 1
        if answer.status_code >= 500:
            wrong.append(said(f"a sheet with {field}={value[:30]!r}", answer))


def one(number: int, turn: int) -> str:
    return EXTREMES[(number * 3 + 7 * turn) % len(EXTREMES)]


def loads(plan: str, now: datetime, wrong: list[str]) -> bool:
    with undone():
        return load_plan(plan, now, wrong)


def load_plan(plan: str, now: datetime, wrong: list[str]) -> bool:
    """Whether it is taken. Anything but a reason against it is wrong."""
    COUNTED["plans tried"] += 1
    try:
        load(plan, "plan.yaml", now, now.date(), User.objects.filter(is_superuser=True).first())
    except LoadRefused:
        return False
    except Exception as problem:  # noqa: BLE001
        wrong.append(f"{differing(plan)}: {''.join(format_exception_only(problem))[:300]}")
        return False
    COUNTED["plans loaded"] += 1
    return True


def load_rows(rows: list[list[str]], now: datetime, wrong: list[str], **how: bool) -> bool:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    COUNTED["matrices tried"] += 1
    try:
        load_matrix(
            text.getvalue().splitlines(keepends=True),
            "matrix.csv",
            now,
            User.objects.filter(is_superuser=True).first(),
            **how,
        )
    except LoadRefused:
        return False
    except Exception as problem:  # noqa: BLE001
        wrong.append(f"{str(rows)[:300]}: {''.join(format_exception_only(problem))[:300]}")
        return False
    COUNTED["matrices loaded"] += 1
    return True


def brought(admin: Client, row: dict[str, str]):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(row), list(row.values())])
    columns = {f"column-{number}": field for number, field in enumerate(row)}
    sheet = {"text": text.getvalue().encode("utf-8", "replace").decode(), "has_header": "on"}
    return admin.post("/sheets/integrations/", {**sheet, **columns, "regions": ["lisbon"], "confirm": "1"})


def loadable(values: dict[Place, str], now: datetime) -> Iterator[str]:
    """As few plans as it takes to load all of these; some exclude each other."""
    if not values:
        return
    plan = plan_with(values)
    if loads(plan, now, []):
        yield plan
    elif len(values) > 1:
        pairs = list(values.items())
        middle = len(pairs) // 2
        for half in (pairs[:middle], pairs[middle:]):
            yield from loadable(dict(half), now)


def differing(plan: str) -> str:
    """The part of `plan` that is other than usual."""
    usual = json.dumps(PLAN)
    start = next((at for at, pair in enumerate(zip(plan, usual, strict=False)) if len(set(pair)) > 1), 0)
    return plan[max(0, start - 60) : start + 120]
