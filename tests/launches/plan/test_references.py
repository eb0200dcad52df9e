from collections.abc import Callable

import pytest

from launches.plan.report import Report
from tests.launches.plan.conftest import HARBOR, cases

# Refused before anything is written: what a load writes, tests/launches/plan/test_load.py looks at on both.
pytestmark = pytest.mark.anywhere

Refusal = Callable[[str], str]


def blocker(text: str) -> str:
    """A plan with two cells and a launch with these blockers, from line 9 on."""
    return (
        "regions: {europe: {}}\n"
        "integrations:\n"
        "  whatsapp: {requirements: {dpa: {}, health: {check: {kind: tls, host: x.example}}}}\n"
        "cells: {europe: {whatsapp: {}}}\n"
        "launches:\n"
        "  ga:\n"
        "    region: europe\n"
        "    target: today+9\n"
        f"    blockers: {text}\n"
    )


@pytest.mark.parametrize(("text", "message"), cases("refused-references.txt"))
def test_what_is_not_there_is_named(refusal: Refusal, text: str, message: str) -> None:
    assert refusal(text) == message


def test_a_check_decides_its_item_alone(refusal: Refusal) -> None:
    plan = blocker("{}").replace(
        "whatsapp: {}}", "whatsapp: {items: {health: {passed: true}, dap: {passed: true}}}}"
    )
    assert refusal(plan) == (
        "plan.yaml:4: cells.europe.whatsapp.items.dap: expected a requirement of whatsapp "
        "of this file or the database (did you mean “dpa”?), got “dap”\n"
        "plan.yaml:4: cells.europe.whatsapp.items.health: expected a requirement without a check, "
        "got one that a check decides"
    )


def test_circles_through_the_database_are_found(loaded: Callable[..., Report], refusal: Refusal) -> None:
    loaded()
    assert refusal("launches: {europe-ga: {blockers: {whatsapp: {depends_on: [eur]}}}}") == (
        "plan.yaml:1: launches.europe-ga.blockers.whatsapp.depends_on: "
        "expected no circle, got whatsapp → eur → whatsapp"
    )


def test_the_approver_in_the_database_counts(loaded: Callable[..., Report], refusal: Refusal) -> None:
    loaded()
    plan = "launches: {europe-ga: {blockers: {status: {waiver: {reason: Few., requested_by: mara}}}}}"
    assert refusal(plan) == (
        "plan.yaml:1: launches.europe-ga.blockers.status.waiver.approved_by: "
        "expected somebody else than who asked, got “mara”"
    )


def test_a_second_live_blocker_of_a_cell_is_told_the_first_ones_key(
    loaded: Callable[..., Report], refusal: Refusal
) -> None:
    loaded()
    assert refusal("launches: {europe-ga: {blockers: {wa: {integration: whatsapp}}}}") == (
        "plan.yaml:1: launches.europe-ga.blockers.wa: expected one live blocker for whatsapp, "
        "got this one beside “whatsapp”"
    )


def test_one_bad_line_at_the_end_leaves_nothing_behind(refusal: Refusal) -> None:
    assert refusal(HARBOR + "      last: {team: nobody}\n") == (
        f"plan.yaml:{HARBOR.count(chr(10)) + 1}: launches.europe-ga.blockers.last.team: "
        "expected a team of this file or the database, got “nobody”"
    )
