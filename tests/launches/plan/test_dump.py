from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launches.models import Blocker
from launches.plan.document import read
from launches.plan.dump import HEADER, dump
from launches.plan.load import load
from launches.plan.report import Counts, Report
from launches.plan.yaml_format import YamlFlow, YamlLine, written
from readiness.models import Item, Readiness, User
from tests.fixtures.drawing import few
from tests.launches.plan.conftest import NOW, TODAY, counts

Load = Callable[..., Report]


def test_an_empty_database_is_an_empty_plan(loaded: Load) -> None:
    assert dump() == HEADER + "{}\n"
    assert loaded(dump()).total == Counts()


def test_loading_a_dump_changes_nothing(loaded: Load) -> None:
    loaded()
    before, text = counts(), dump()
    report = loaded(text)
    assert (report.total, report.details, counts(), dump()) == (Counts(0, 0, 23), [], before, text)


def test_nor_the_day_after(loaded: Load) -> None:
    loaded()
    text = dump()
    report = loaded(text, now=NOW + timedelta(1), today=TODAY + timedelta(1))
    assert (report.total, dump()) == (Counts(0, 0, 23), text)


def test_a_dump_fills_an_empty_database_with_the_same(loaded: Load) -> None:
    with transaction.atomic():
        loaded()
        text = dump()
        transaction.set_rollback(True)
    assert dump() == HEADER + "{}\n"
    loaded(text, now=NOW + timedelta(30))
    assert dump() == text


def test_a_go_that_went_stale_stays_stale_elsewhere(loaded: Load) -> None:
    loaded()
    loaded("launches: {europe-ga: {blockers: {late: {title: Late}}}}")
    data = read(dump(), "d").data["launches"]["europe-ga"]
    assert sorted(data["sign_offs"]["support"]["approved"]) == ["chat", "eur", "status", "whatsapp"]


def test_what_people_did_in_the_meantime_is_in_the_dump(loaded: Load) -> None:
    loaded()
    mara = User.objects.get(username="mara")
    cell = Readiness.objects.get(integration__slug="whatsapp")
    cell.set_estimate((Decimal("0.5"), Decimal(1), Decimal(2)), by=mara, now=NOW)
    Item.objects.get(requirement__slug="dpa").withdraw(by=mara, now=NOW)
    Blocker.objects.get(slug="eur").resolve(by=mara, now=NOW)
    data = read(dump(), "d").data
    assert data["cells"]["europe"]["whatsapp"] == {
        "importance": "must_have",
        "state": "in_progress",
        "declared_by": None,
        "declared_on": "2026-11-25T10:00:00Z",
        "estimate": [0.5, 1, 2],
    }
    assert data["launches"]["europe-ga"]["blockers"]["eur"]["closed"] == "2026-11-25T10:00:00Z"
    assert loaded(dump()).total == Counts(0, 0, 22)


WORDS = ["on", "no", "null", "~", "true", "1", "-0", "1.5", "1e5", "010", "today", "2026-12-14", "a: b"]
WORDS += ["# c", "- d", "x\x85y", "x\r\ny", "x\u2028y", "x\ny"]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
texts = texts | st.sampled_from(WORDS)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, anything, min_size=1, max_size=4))
def test_what_is_written_reads_as_what_it_was(data: dict[str, Any]) -> None:
    assert read(written(data), "d").data == data


@given(texts, texts)
def test_so_does_what_is_on_one_line(key: str, value: str) -> None:
    data = {"a": {key: value, "list": [value, key]}}
    assert read(written({"a": YamlLine({key: value, "list": YamlFlow([value, key])})}), "d").data == data


names = texts.map(str.strip).filter(bool)
slugs = st.from_regex(r"[a-z][-a-z0-9_]{0,8}", fullmatch=True) | st.sampled_from(["on", "no", "null", "1"])
days = st.dates(TODAY.replace(year=2020), TODAY.replace(year=2032)).map(str)
people = st.sampled_from(["mara", "odile", "yes"])
estimates = st.lists(st.integers(0, 9_999).map(lambda n: n / 10), min_size=3, max_size=3).map(sorted)


def of(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def freezes(month: int) -> st.SearchStrategy[dict[str, Any]]:
    """Some days of that month, counted from 2023 on."""
    first = TODAY.replace(2023 + month // 12, month % 12 + 1, 1)
    days = st.tuples(st.integers(0, 13), st.integers(14, 27))
    return st.builds(
        lambda both, reason: {
            "first": str(first + timedelta(both[0])),
            "last": str(first + timedelta(both[1])),
            "reason": reason,
        },
        days,
        names,
    )


regions = of(
    name=names,
    jurisdiction=texts.map(str.strip),
    holiday_calendar=st.sampled_from(["NO", "IE", ""]),
    freezes=st.lists(st.integers(0, 60), max_size=3, unique=True).flatmap(
        lambda months: st.tuples(*(freezes(month) for month in months)).map(list)
    ),
)
teams = of(
    week=st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri"]), min_size=1),
    share=st.integers(5, 100),
    parallel_work=st.integers(1, 50),
)
requirements = of(title=names, guidance=texts, level=st.sampled_from(["must", "should"]))
cells = of(
    importance=st.sampled_from(["must_have", "nice_to_have", "not_needed"]),
    state=st.sampled_from(["not_started", "in_progress", "ready"]),
    estimate=estimates,
    declared_by=people,
    declared_on=days,
)
# Of functions that every launch here has.
functions = st.sampled_from(["support", "sales"])
acknowledged = st.fixed_dictionaries({"by": people}, optional={"on": days}) | st.just({})


def asked_for(decision: dict[str, Any]) -> dict[str, Any]:
    """Nobody approves what nobody has asked for."""
    return (
        decision
        if "requested_by" in decision
        else {name: said for name, said in decision.items() if name != "approved_by"}
    )


deferrals = st.fixed_dictionaries(
    {"reason": names, "fill_by": days},
    optional={
        "requested_by": st.just("mara"),
        "approved_by": st.just("odile"),
        "on": days,
        "approved_on": days,
        "expires": st.dates(TODAY, TODAY.replace(year=2032)).map(str),
        "recommendation": texts,
        "workaround": texts,
        "customer_wording": texts,
        "acknowledgements": st.dictionaries(functions, acknowledged),
    },
).map(asked_for)
unknown = st.fixed_dictionaries({"certainty": st.just("known_unknown"), "spike_by": days})
labels = texts.filter(lambda text: text.strip() and "," not in text and len(text.casefold()) <= 40)
addresses = st.sampled_from(["https://wiki.harbor.example/a?b=c#d", "HTTP://192.0.2.1:8080/%20"])
links = st.fixed_dictionaries(
    {"url": addresses}, optional={"title": texts.filter(lambda text: len(text.splitlines()) < 2)}
)
sign_offs = of(
    function=names,
    signer=people,
    required=st.booleans(),
    lead_days=st.integers(1, 60),
    asked_by=people,
    asked_on=days,
    decision=st.sampled_from(["go", "no_go"]),
    note=texts,
)
waivers = of(requested_by=st.just("mara"), approved_by=st.just("odile"), on=days).map(asked_for)
blockers = of(
    title=names,
    description=texts,
    severity=st.sampled_from(["blocks", "degrades"]),
    state=st.sampled_from(["proposed", "open", "in_progress", "resolved", "rejected"]),
    owner=people,
    estimate=estimates,
    due=days,
    opened=days,
    started=days,
    waiver=st.builds(lambda reason, more: {"reason": reason, **more}, names, waivers),
    deferral=deferrals,
    violates=texts,
    labels=st.lists(labels, max_size=3),
    links=st.lists(links, max_size=3),
)
launches = of(
    name=names,
    lead=people,
    confidence_goal=st.integers(50, 99),
    baseline=days,
    members=st.lists(people, unique=True),
    sign_offs=st.dictionaries(slugs, sign_offs, max_size=2),
)


@st.composite
def plans(draw: st.DrawFn) -> str:
    places, columns = (draw(st.lists(slugs, min_size=1, max_size=3, unique=True)) for _ in range(2))
    checklists = st.fixed_dictionaries({"requirements": st.dictionaries(slugs, requirements, max_size=3)})
    launch = draw(launches) | {
        "region": draw(st.sampled_from(places)),
        "target": draw(days),
        "scope": draw(st.just("all") | st.lists(st.sampled_from(columns), unique=True)),
        "blockers": draw(standing()),
    }
    launch["sign_offs"] = {"support": {}, "sales": {}} | launch.get("sign_offs", {})
    return written(
        {
            "teams": draw(st.dictionaries(slugs, teams, max_size=2)),
            "regions": {slug: draw(regions) for slug in places},
            "integrations": {slug: draw(checklists) for slug in columns},
            "cells": {slug: {column: draw(cells) for column in columns} for slug in places},
            "launches": {draw(slugs): launch},
        }
    )


@st.composite
def standing(draw: st.DrawFn) -> dict[str, Any]:
    """Blockers that wait for some of those before them; of some nobody knows what they take."""
    found = draw(st.dictionaries(slugs, blockers, max_size=4))
    for number, slug in enumerate(found):
        before = st.sampled_from(list(found)[:number]) if number else st.nothing()
        found[slug]["depends_on"] = draw(st.lists(before, unique=True))
        found[slug] |= draw(st.just({}) | unknown)
    return found


@pytest.mark.anywhere
@pytest.mark.django_db
@settings(max_examples=few(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(plans())
def test_any_plan_comes_back_as_it_was(plan: str) -> None:
    with transaction.atomic():
        load(plan, "plan.yaml", NOW, TODAY)
        assert load(plan, "plan.yaml", NOW, TODAY).details == []
        text = dump()
        assert load(text, "dump.yaml", NOW, TODAY).details == []
        assert dump() == text
        transaction.set_rollback(True)
    with transaction.atomic():
        load(text, "dump.yaml", NOW + timedelta(3), TODAY)
        assert dump() == text
        transaction.set_rollback(True)
