"""What the example's files promise, without a database."""

import re

from launches.examples.harbor import HERE, HISTORY, PLAN, Harbor, tree
from tests.launches.conftest import NOW

ADDRESS = re.compile(r"(?:https?://|@)([\w.-]+)")


def requirements(plan):
    return [each for row in plan["integrations"].values() for each in row["requirements"].values()]


def test_it_is_as_large_as_it_says():
    plan = tree(PLAN)
    checks = [each["check"] for each in requirements(plan) if "check" in each]
    assert {key: len(rows) for key, rows in plan.items()} == {
        "people": 23,
        "teams": 8,
        "regions": 3,
        "integrations": 30,
        "cells": 3,
        "launches": 3,
    }
    assert len(requirements(plan)) == 120
    assert len(checks) == 60
    assert {check["kind"] for check in checks} == {"http", "tls"}
    assert {check["interval"] for check in checks} == {30}


def test_every_address_is_nobodys():
    for path in (PLAN, HISTORY, HERE / "standin.yaml"):
        text = path.read_text().replace("{region.domain}", "us.harbor.example")
        found = ADDRESS.findall(text)
        assert [host for host in found if not host.endswith("harbor.example")] == []
    assert len(ADDRESS.findall(PLAN.read_text())) > 100


def test_the_standin_has_every_host_that_is_checked():
    plan, standin = tree(PLAN), tree(HERE / "standin.yaml")
    checks = [each["check"] for each in requirements(plan) if "check" in each]
    wanted = {
        (check.get("host") or check["url"].split("/")[2]).format_map({"region": Domain(region["domain"])})
        for check in checks
        for region in plan["regions"].values()
    }
    served = re.compile(rf"[a-z]+\.({'|'.join(standin['regions'])})\.{re.escape(standin['company'])}")
    assert [host for host in wanted if not served.fullmatch(host)] == []
    assert [host["host"] for host in standin["hosts"] if host["host"] not in wanted] == []


def test_the_standin_has_the_codes_of_the_regions():
    plan, standin = tree(PLAN), tree(HERE / "standin.yaml")
    codes = {row["domain"].split(".")[0]: row["provider_code"] for row in plan["regions"].values()}
    assert standin["regions"] == codes


def test_what_failed_in_the_history_is_what_the_standin_gets_wrong():
    """Otherwise the first live run would tell another story."""
    plan, history, standin = tree(PLAN), tree(HISTORY), tree(HERE / "standin.yaml")
    failing = set()
    for row in history["outages"]:
        if "until" not in row:
            region, integration = row["cell"].split("/")
            check = plan["integrations"][integration]["requirements"][row["requirement"]]["check"]
            host = check.get("host") or check["url"].split("/")[2]
            failing.add(host.format_map({"region": Domain(plan["regions"][region]["domain"])}))
    assert failing == {row["host"] for row in standin["hosts"]}


def test_a_fact_is_what_it_was_before_the_edits_that_came_later():
    harbor = Harbor(NOW)
    due = [harbor.facts("blocker", "europe-ga/whatsapp", age)["due"] for age in (50, 45, 20, 17, 7, 6, 0)]
    assert due == ["today-20", "today+8", "today+8", "today+35", "today+35", "today+66", "today+66"]


class Domain:
    def __init__(self, domain):
        self.domain = domain
