"""What if: a state changed in thought. Nothing of it is kept until somebody accepts it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import gettext as _

from launches.forecast import SmallestCut, smallest_cut
from launches.planning.history import KEPT
from launches.planning.inputs import Inputs
from launches.planning.outlook import Outlook, learned_by, outlook_of

# A search among more than these would take longer than anybody waits.
MOST_SEARCHED = 300


class TooMany(Exception):
    """There are too many blockers to search a smallest cut among."""


@dataclass(frozen=True)
class WhatIf:
    """`dropped` blockers (slugs), another target, and how many blockers each of these teams works on."""

    dropped: frozenset[str] = frozenset()
    target: date | None = None
    goal: int | None = None
    capacity: Mapping[str, int] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The end of its address, the same for the same what-if."""
        told = QueryDict(mutable=True)
        told.setlist("drop", sorted(self.dropped))
        if self.target:
            told["target"] = self.target.isoformat()
        if self.goal:
            told["goal"] = str(self.goal)
        for team, slots in sorted(self.capacity.items()):
            told[f"capacity-{team}"] = str(slots)
        return told.urlencode()

    def applied(self, state: Inputs) -> Inputs:
        """`state` as it would be, but for what is dropped: that stays, so that the draws do too."""
        wanted = {
            team: replace(state.teams[team], parallel_work=slots)
            for team, slots in self.capacity.items()
            if team in state.teams
        }
        return replace(state, target=self.target or state.target, teams={**state.teams, **wanted})


def imagined(state: Inputs, what_if: WhatIf) -> Outlook:
    """The outlook of `state` if that were so; on the draws of `state`, so that they differ by it alone."""
    changed = what_if.applied(state)
    dropped = blake2b(" ".join(sorted(what_if.dropped)).encode(), digest_size=16).hexdigest()
    key = f"what-if:{changed.version}:{dropped}"
    seen: Outlook | None = cache.get(key)
    if seen is None:
        seen = outlook_of(changed, learned_by(state), priced=False, dropped=what_if.dropped)
        cache.set(key, seen, KEPT)
    return seen


def cut_for(state: Inputs, what_if: WhatIf, goal: int) -> SmallestCut:
    """What else to drop to make the target with that confidence, in percent.

    Raises `TooMany`, and `ValueError` where there is no forecast.
    """
    if len(state.jobs) > MOST_SEARCHED:
        raise TooMany(
            _("Among %(number)d blockers no smallest set can be found while you wait.")
            % {"number": len(state.jobs)}
        )
    if state.problem:
        raise ValueError(state.problem)
    changed = what_if.applied(state)
    return smallest_cut(
        changed.plan(learned_by(state)),
        changed.calendar,
        changed.today,
        changed.target,
        goal / 100,
        seed=changed.seed,
        draws=changed.draws,
        dropped=what_if.dropped,
    )
