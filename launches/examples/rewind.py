"""The plan as it was on the day it was loaded, before anything in its history happened."""

from collections.abc import Collection

import yaml

from launches.examples.harbor import Harbor, Tree


class _Plain(yaml.CSafeDumper):
    """Without the aliases that a plan file may not have."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def rewound(harbor: Harbor, regions: Collection[str], *, alone: bool) -> str:
    """The plan file that was loaded for `regions`; `alone` without what was there before."""
    plan = {
        "regions": {slug: harbor.plan["regions"][slug] for slug in regions},
        "cells": {region: _cells(harbor, region) for region in regions},
        "launches": {
            slug: _launch(harbor, launch)
            for slug, launch in harbor.plan["launches"].items()
            if launch["region"] in regions
        },
    }
    if not alone:
        plan = {key: harbor.plan[key] for key in ("people", "teams", "integrations")} | plan
    return yaml.dump(plan, Dumper=_Plain, sort_keys=False, allow_unicode=True)


def _cells(harbor: Harbor, region: str) -> Tree:
    return {slug: _cell(harbor, region, slug) for slug in harbor.plan["cells"][region]}


def _cell(harbor: Harbor, region: str, integration: str) -> Tree:
    loaded = harbor.loaded(region)
    facts = harbor.facts("cell", f"{region}/{integration}", loaded)
    items = {slug: item for slug, item in facts.get("items", {}).items() if harbor.age(item["on"]) >= loaded}
    return facts | {"state": _state(harbor, region, integration), "items": items}


def _state(harbor: Harbor, region: str, integration: str) -> str:
    """What was ready or begun later was not yet; nothing is declared ready before its checks have begun."""
    state: str = harbor.plan["cells"][region][integration]["state"]
    if state == "not_started":
        return state
    started: int = harbor.told(region, integration).get("started", harbor.loaded(region))
    return "in_progress" if started >= harbor.loaded(region) else "not_started"


def _launch(harbor: Harbor, launch: Tree) -> Tree:
    loaded = harbor.loaded(launch["region"])
    moves = launch.get("moves", [])
    later = [move for move in moves if harbor.age(move["on"]) < loaded]
    return launch | {
        "target": later[0]["from"] if later else launch["target"],
        "moves": [move for move in moves if move not in later],
        "sign_offs": {slug: _sign_off(harbor, gate, loaded) for slug, gate in launch["sign_offs"].items()},
        "blockers": {
            slug: blocker
            for slug, blocker in launch["blockers"].items()
            if _was_there(harbor, blocker, loaded)
        },
    }


def _sign_off(harbor: Harbor, gate: Tree, loaded: int) -> Tree:
    if "on" in gate and harbor.age(gate["on"]) < loaded:
        return {key: gate[key] for key in ("function", "signer")}
    return gate


def _was_there(harbor: Harbor, blocker: Tree, loaded: int) -> bool:
    """What cells and checks open is not in the plan until they have opened it."""
    return "opened" in blocker and harbor.age(blocker["opened"]) >= loaded
