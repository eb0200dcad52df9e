"""Sixty integrations that most products need in each region, each with a checklist to begin with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from launches.plan.document import read
from launches.plan.slugs import slug_of
from readiness.models import Integration

FOLDER = Path(__file__).parent / "starter"
# What an entry says beside what a plan file says of an integration.
_BESIDE = ("owner", "importance", "estimate")


@dataclass(frozen=True)
class Offer:
    """One entry; `said` as in a plan file, of the cell and of the integration."""

    slug: str
    kind: str
    owner: str
    cell: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["name"])

    @property
    def description(self) -> str:
        return str(self.said["description"])

    @property
    def requirements(self) -> Mapping[str, Any]:
        return dict(self.said["requirements"])

    @property
    def is_must(self) -> bool:
        return bool(self.cell["importance"] == "must_have")

    def matches(self, text: str) -> bool:
        return text.casefold() in f"{self.name} {self.description} {self.owner}".casefold()


@cache
def offers() -> Mapping[str, Offer]:
    """By slug, by kind and then in the order of the files."""
    found: dict[str, Offer] = {}
    for kind in Integration.Kind.values:
        path = FOLDER / f"{kind}.yaml"
        entries = read(path.read_text(encoding="utf-8"), path.name).data
        found |= {slug: _offer(slug, kind, entry) for slug, entry in entries.items()}
    return found


def _offer(slug: str, kind: str, entry: Mapping[str, Any]) -> Offer:
    cell = {name: entry[name] for name in ("importance", "estimate")}
    said = {name: value for name, value in entry.items() if name not in _BESIDE} | {"kind": kind}
    return Offer(slug, kind, entry["owner"], cell, said)


def plan_of(slugs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The `teams`, the `integrations`, and the `cells` with what to say of each one's; unknown slugs go."""
    chosen = [offers()[slug] for slug in slugs if slug in offers()]
    return {
        "teams": {slug_of(offer.owner): {"name": offer.owner} for offer in chosen},
        "integrations": {offer.slug: {**offer.said, "team": slug_of(offer.owner)} for offer in chosen},
        "cells": {offer.slug: dict(offer.cell) for offer in chosen},
    }
