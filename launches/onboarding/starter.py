"""Sixty integrations that most products need in each region, each with a checklist to begin with."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import pgettext

from launches.plan.document import read
from launches.plan.slugs import slug_of
from readiness.models import Integration

FOLDER = Path(__file__).parent / "starter"
# What the catalogues keep its texts under: "Search" is a button elsewhere.
CONTEXT = "starter"


@dataclass(frozen=True)
class Offer:
    """One entry, kept as its file has it and said in the language of whoever reads. Slugs have none."""

    slug: str
    kind: str
    cell: Mapping[str, Any]
    entry: Mapping[str, Any]

    @property
    def name(self) -> str:
        return _in_words(self.entry["name"])

    @property
    def description(self) -> str:
        return _in_words(self.entry["description"])

    @property
    def owner(self) -> str:
        return _in_words(self.entry["owner"])

    @property
    def team(self) -> str:
        """The slug of its owner."""
        return slug_of(self.entry["owner"])

    @property
    def requirements(self) -> dict[str, Any]:
        return {slug: _line(line) for slug, line in self.entry["requirements"].items()}

    @property
    def is_must(self) -> bool:
        return bool(self.cell["importance"] == "must_have")

    def said(self) -> dict[str, Any]:
        """Of the integration, as in a plan file."""
        words = {"name": self.name, "description": self.description, "requirements": self.requirements}
        return {**words, "kind": self.kind, "team": self.team}

    def matches(self, text: str) -> bool:
        """With or without its accents."""
        return _folded(text) in _folded(f"{self.name} {self.description} {self.owner}")


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    return {**line, "title": _in_words(line["title"]), "guidance": _in_words(line["guidance"])}


def _in_words(text: str) -> str:
    return pgettext(CONTEXT, text)


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def offers() -> Mapping[str, Offer]:
    """By slug, by kind and then in the order of the files. One for all languages."""
    found: dict[str, Offer] = {}
    for kind in Integration.Kind.values:
        path = FOLDER / f"{kind}.yaml"
        entries = read(path.read_text(encoding="utf-8"), path.name).data
        found |= {slug: _offer(slug, kind, entry) for slug, entry in entries.items()}
    return found


def _offer(slug: str, kind: str, entry: Mapping[str, Any]) -> Offer:
    cell = {name: entry[name] for name in ("importance", "estimate")} | {"guessed": True}
    return Offer(slug, kind, cell, entry)


def plan_of(slugs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The `teams`, the `integrations`, and the `cells` with what to say of each one's; unknown slugs go.

    In the language of whoever asks: what is begun is kept in the words that they saw.
    """
    chosen = [offers()[slug] for slug in slugs if slug in offers()]
    return {
        "teams": {offer.team: {"name": offer.owner} for offer in chosen},
        "integrations": {offer.slug: offer.said() for offer in chosen},
        "cells": {offer.slug: dict(offer.cell) for offer in chosen},
    }
