"""What takes two people: what could go with a blocker, and the live blockers that stand on it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from readiness.signals import live_blockers_asked
from readiness.state import ItemState


class LiveBlocker(NamedTuple):
    """What this package needs to know of a blocker, without knowing launches; `item` is none for a cell's.

    It `follows` its cell or check, which opened it. `place` is the region of its cell, `integration` a slug.
    """

    pk: int
    launch: int
    cell: int | None
    item: int | None
    name: str
    launch_name: str
    address: str
    follows: bool = True
    place: int | None = None
    integration: str = ""


class NeedsApproval(Exception):
    """One person alone may not do it: `blockers` stand on `subject`, and `verb` would take them away."""

    def __init__(
        self,
        subject: Any,
        verb: str,
        arguments: Mapping[str, Any],
        before: Mapping[str, Any],
        blockers: Collection[LiveBlocker],
    ) -> None:
        super().__init__(why_approval(blockers) if blockers else "")
        self.subject, self.verb = subject, verb
        self.arguments, self.before = dict(arguments), dict(before)
        self.blockers = list(blockers)


class NotDecided(Exception):
    """The request cannot be decided this way; the text says why."""


class AtStake(NamedTuple):
    """What an act could take away: of the blockers that follow these `cells`, and all of `launch`, those that
    it `takes`."""

    cells: Collection[int] = ()
    launch: int | None = None
    takes: Callable[[LiveBlocker], bool] = lambda _: True

    def has(self, blocker: LiveBlocker) -> bool:
        near = blocker.launch == self.launch or (blocker.follows and blocker.cell in self.cells)
        return near and self.takes(blocker)

    def live(self) -> list[LiveBlocker]:
        return live_at([self])[0]


class Approvable:
    """A row with verbs that could take blockers away: `at_stake` says which."""

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        raise NotImplementedError

    def stands_on(self, verb: str = "", arguments: Mapping[str, Any] | None = None) -> list[LiveBlocker]:
        """The live blockers that would go with it."""
        return self.at_stake(verb, arguments or {}).live()


def held_up(items: Iterable[Any], eases: bool) -> AtStake:
    """The blockers of the checks of these items, and of the cells that wait for them.

    Where an act `eases`, a cell waits for each that is open; where a check looks elsewhere, while it fails.
    """
    found: dict[int, list[Any]] = {}
    for item in items:
        found.setdefault(item.cell_id, []).append(item)

    def takes(blocker: LiveBlocker) -> bool:
        of_cell = found[blocker.cell or 0]
        if blocker.item is not None:
            return blocker.item in {item.pk for item in of_cell}
        return any(_is_open(item, eases) for item in of_cell)

    return AtStake(found, takes=takes)


def _is_open(item: Any, eases: bool) -> bool:
    """Whether a cell waits for `item`; where only its check looks elsewhere, while that fails."""
    return not item.is_ok if eases else ItemState.FAILED in (item.state, item.outcome)


def live_at(acts: Sequence[AtStake]) -> list[list[LiveBlocker]]:
    """The live blockers at stake in each, by one query for all."""
    cells = {cell for act in acts for cell in act.cells}
    launches = {act.launch for act in acts if act.launch is not None}
    found = blockers_on(cells, launches)
    return [[blocker for blocker in found if act.has(blocker)] for act in acts]


def blockers_on(cells: Iterable[int], launches: Iterable[int] = ()) -> list[LiveBlocker]:
    """The live blockers that follow these cells (keys) or their items, in whatever launch, and all of these
    `launches`."""
    asked = {"cells": list(cells), "launches": list(launches)}
    if not any(asked.values()):
        return []
    answers: list[tuple[Any, Any]] = live_blockers_asked.send(sender=None, **asked)
    return [blocker for _receiver, found in answers for blocker in found]


def why_approval(blockers: Collection[LiveBlocker]) -> str:
    """“Somebody else has to approve it, since WhatsApp stands in the way of Europe.”"""
    first, others = next(iter(blockers)), len(blockers) - 1
    told = {"blocker": first.name, "launch": first.launch_name, "count": others}
    if not others:
        return _("Somebody else has to approve it, since %(blocker)s blocks %(launch)s.") % told
    words = ngettext(
        "Somebody else has to approve it, since %(blocker)s and %(count)d more block %(launch)s.",
        "Somebody else has to approve it, since %(blocker)s and %(count)d more block %(launch)s.",
        others,
    )
    return words % told
