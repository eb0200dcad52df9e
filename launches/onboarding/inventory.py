"""Rows about integrations, in whatever words: what they come to, and which say nothing that can be used."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from launches.plan.slugs import slug_of
from readiness.limits import MOST_WORKING_DAYS
from readiness.models import Integration
from readiness.sheets.estimates import NoEstimate, working_days
from readiness.sheets.sheet import SheetRow
from readiness.sheets.words import plain
from readiness.state import Importance

LONGEST_NAME = 100
LONGEST_TITLE = 200
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)]|\[.?\])\s+")
_BETWEEN = re.compile(r"[\s_.,;:/()'’\"–-]+")

_KINDS = {
    Integration.Kind.INFRASTRUCTURE: "infrastructure infra platform technical plateforme technique",
    Integration.Kind.PROCESS: "internal process internal_process processus interne processus_interne "
    "business",
    Integration.Kind.CUSTOMER: "customer customer_facing facing external client clients externe product "
    "produit",
}
_IMPORTANCES = {
    Importance.MUST: "must must_have required critical mandatory high yes p0 p1 1 "
    "indispensable obligatoire critique essentiel haute elevee oui",
    Importance.NICE: "nice nice_to_have should could optional medium low p2 p3 2 3 "
    "souhaitable optionnel facultatif utile moyenne basse faible",
    Importance.NOT_NEEDED: "not_needed none no never 0 inutile aucun aucune non",
}


def _by_word(words: Mapping[Any, str]) -> dict[str, str]:
    return {
        word.replace("_", " "): str(value.value) for value, all_ in words.items() for word in all_.split()
    }


# How people call what a row says.
CALLED = {
    "kind": _later("kind"),
    "description": _later("description"),
    "team": _later("team"),
    "importance": _later("importance"),
    "estimate": _later("estimate"),
}
KIND_OF, IMPORTANCE_OF = _by_word(_KINDS), _by_word(_IMPORTANCES)


class Unusable(ValueError):
    """Why a row cannot be used, for people."""


@dataclass
class SheetIntegration:
    """One integration, out of one row or several."""

    name: str
    line: int
    said: dict[str, Any] = field(default_factory=dict)
    cell: dict[str, Any] = field(default_factory=dict)
    team: str = ""
    requirements: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Inventory:
    """What the rows come to: `found` by slug; `refused` with line and reason.

    `merged` are the lines that say something else than an earlier line of the same thing, and what became of
    it: no row goes without a word. `left_out` are the columns that are about none of it.
    """

    found: dict[str, SheetIntegration] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)
    merged: list[tuple[int, str]] = field(default_factory=list)
    left_out: Sequence[str] = ()

    @property
    def requirement_count(self) -> int:
        return sum(len(one.requirements) for one in self.found.values())

    @property
    def teams(self) -> dict[str, str]:
        return {slug_of(one.team): one.team for one in self.found.values() if one.team}

    def plan(self) -> dict[str, dict[str, Any]]:
        """As `starter.plan_of`: teams, integrations, and what to say of each one's cell."""
        return {
            "teams": {slug: {"name": name} for slug, name in self.teams.items()},
            "integrations": {slug: _integration(one) for slug, one in self.found.items()},
            "cells": {slug: one.cell for slug, one in self.found.items()},
        }

    def without(self, known: set[str]) -> "Inventory":
        found = {slug: one for slug, one in self.found.items() if slug not in known}
        return Inventory(found, self.refused, self.merged, self.left_out)


def _integration(one: SheetIntegration) -> dict[str, Any]:
    team = {"team": slug_of(one.team)} if one.team else {}
    return {"name": one.name, **one.said, **team, "requirements": one.requirements}


def understood(rows: Sequence[SheetRow], fields: Sequence[str], left_out: Sequence[str] = ()) -> Inventory:
    """`fields` says of each column what it is about, or nothing. A refused row adds nothing at all."""
    inventory = Inventory(left_out=left_out)
    for row in rows:
        said = {name: value for name, value in zip(fields, row.values, strict=False) if name and value}
        try:
            _add(inventory, row.line, said)
        except Unusable as reason:
            inventory.refused.append((row.line, str(reason)))
    return inventory


def _add(inventory: Inventory, line: int, said: Mapping[str, str]) -> None:
    """All of a row is looked at before any of it counts."""
    for value in said.values():
        _storable(value)
    name = _line(said.get("name", ""), LONGEST_NAME)
    if not name:
        raise Unusable(_("It names no integration."))
    facts = _facts(said)
    cell = _importance(said) | _estimate(said)
    team = _line(said.get("team", ""), LONGEST_NAME)
    requirements = _requirements(said)
    one = inventory.found.get(slug_of(name)) or SheetIntegration(name, line)
    _told_apart([one.name, name])
    for slug, requirement in requirements.items():
        _told_apart([one.requirements.get(slug, requirement)["title"], requirement["title"]])
    inventory.found[slug_of(name)] = one
    differing = [*_differing(one.said, facts), *_differing(one.cell, cell)]
    differing += _differing({"team": one.team} if one.team else {}, {"team": team} if team else {})
    if differing:
        inventory.merged.append((line, _stays(one, differing)))
    one.said = facts | one.said
    one.cell = cell | one.cell
    one.team = one.team or team
    for slug, requirement in requirements.items():
        if _add_requirement(one, slug, requirement):
            inventory.merged.append((line, _joined(requirement["title"])))


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name, value in now.items() if name in before and before[name] != value]


def _stays(one: SheetIntegration, differing: Sequence[str]) -> str:
    """What an earlier row said of the same integration stays."""
    names = ", ".join(str(CALLED[name]) for name in differing)
    return _("%(integration)s: what line %(line)s said stays (%(names)s).") % {
        "integration": one.name,
        "line": one.line,
        "names": names,
    }


def _joined(title: str) -> str:
    return _("“%(title)s” is there already; its guidance was added to that.") % {"title": title[:60]}


def _add_requirement(one: SheetIntegration, slug: str, requirement: dict[str, Any]) -> bool:
    """Whether it was there with other guidance, to which this one was added."""
    there = one.requirements.setdefault(slug, requirement)
    texts = [text for row in (there, requirement) if (text := row.get("guidance", ""))]
    if there is requirement or len(texts) < 2 or texts[1] in texts[0].split("\n\n"):
        there.update({"guidance": texts[0]} if texts else {})
        return False
    there["guidance"] = "\n\n".join(texts)
    return True


def _storable(value: str) -> None:
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value):
        raise Unusable(_("It has a character that cannot be stored."))


def _line(value: str, longest: int) -> str:
    text = " ".join(value.split())
    if len(text) > longest:
        raise Unusable(
            _("“%(start)s…” is longer than %(longest)s characters.")
            % {"start": text[:30], "longest": longest}
        )
    return text


def _facts(said: Mapping[str, str]) -> dict[str, Any]:
    parts = [said.get("description", "")]
    if owner := _line(said.get("owner", ""), LONGEST_TITLE):
        parts.append(_("Owner: %(owner)s") % {"owner": owner})
    description = "\n".join(filter(None, parts))
    facts = {"description": description} if description else {}
    return facts | ({"kind": _word(said["kind"], KIND_OF)} if "kind" in said else {})


def _importance(said: Mapping[str, str]) -> dict[str, Any]:
    return {"importance": _word(said["importance"], IMPORTANCE_OF)} if "importance" in said else {}


def _word(text: str, known: Mapping[str, str]) -> str:
    """What the whole of `text` stands for, or the first of its words that stands for anything."""
    words = plain(text)
    for word in (words, *words.split()):
        if word in known:
            return known[word]
    raise Unusable(_("“%(text)s” is none of the words known here.") % {"text": text[:30]})


def _estimate(said: Mapping[str, str]) -> dict[str, Any]:
    """One number, three in one column, or a column for each."""
    texts = [said.get(name, "") for name in ("best", "likely", "worst")]
    if not any(texts):
        return {}
    try:
        numbers = [number for text in texts if text for number in working_days(text)]
    except NoEstimate:
        numbers = []
    points = [int(number) if number == int(number) else number for number in numbers]
    points = points * 3 if len(points) == 1 else points
    if len(points) != 3 or points != sorted(points):
        shown = " ".join(filter(None, texts))[:30]
        raise Unusable(
            _("“%(text)s” is no estimate in days or weeks, such as 5, 2-5-12 or 3 weeks.") % {"text": shown}
        )
    if points[-1] > MOST_WORKING_DAYS:
        raise Unusable(
            _("An estimate has at most %(limit_value)s working days.") % {"limit_value": MOST_WORKING_DAYS}
        )
    return {"estimate": points}


def _requirements(said: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """One for each line of the column; guidance belongs to a line that is alone."""
    lines = [_BULLET.sub("", line) for line in said.get("requirement", "").split("\n")]
    titles = list(filter(None, (_line(line, LONGEST_TITLE) for line in lines)))
    guidance = {"guidance": said["guidance"]} if "guidance" in said and len(titles) == 1 else {}
    by_slug: dict[str, list[str]] = {}
    for title in titles:
        by_slug.setdefault(_slug(title), []).append(title)
    for alike in by_slug.values():
        _told_apart(alike)
    return {slug: {"title": alike[0], **guidance} for slug, alike in by_slug.items()}


def _told_apart(alike: Sequence[str]) -> None:
    """Of what has one address: C and C++ are two, and one would get lost; e-mail and E mail are the same."""
    first, *others = alike
    for other in others:
        if _bare(other) != _bare(first):
            raise Unusable(
                _("“%(name)s” and “%(other)s” would have the same address; give one of them another name.")
                % {"name": first[:30], "other": other[:30]}
            )


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return _BETWEEN.sub(" ", "".join(each for each in letters if not unicodedata.combining(each))).strip()


def _slug(title: str) -> str:
    """The address …/requirements/new/ is where one is added."""
    slug = slug_of(title)
    return "new-one" if slug == "new" else slug
