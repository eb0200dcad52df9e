"""How much of a forecast is on paper only: nobody has estimated the work, or nobody has it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings

from launches.models import Blocker
from launches.planning import Lapse, Outlook
from readiness.language.phrase import Phrase, listed, phrase, phrases

NAMED = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """Of `size` blockers the names of those that nobody estimated and of those that nobody owns, the longest
    work first; `share` of the expected work is one of these or both, 0 to 1."""

    size: int = 0
    guessed: Sequence[str] = ()
    unowned: Sequence[str] = ()
    share: float = 0.0

    @property
    def is_too_much(self) -> bool:
        """Whether the forecast says more of how the engine guesses than of the launch."""
        return self.share * 100 > settings.MOST_GUESSED

    @property
    def why(self) -> Phrase:
        if self.guessed and self.unowned:
            return phrase("%(guessed)s, and %(unowned)s.", guessed=self._estimates, unowned=self._owners)
        return phrase("%(lack)s.", lack=self._estimates if self.guessed else self._owners)

    @property
    def change(self) -> Phrase:
        """The one thing that would make more of it known."""
        if self.guessed:
            return phrase("Estimate %(names)s first.", names=listed(self.guessed[:NAMED]))
        return phrase("Find owners for %(names)s first.", names=listed(self.unowned[:NAMED]))

    @property
    def _estimates(self) -> Phrase:
        return phrases(
            "nobody has confirmed %(guessed)d of %(count)d estimate",
            "nobody has confirmed %(guessed)d of %(count)d estimates",
            self.size,
            guessed=len(self.guessed),
        )

    @property
    def _owners(self) -> Phrase:
        return phrases(
            "nobody owns %(unowned)d of %(count)d blocker",
            "nobody owns %(unowned)d of %(count)d blockers",
            self.size,
            unowned=len(self.unowned),
        )


def paper_of(blocking: Sequence[Blocker | Lapse], outlook: Outlook, dropped: Collection[str] = ()) -> Paper:
    """Of what blocks a launch or will, in the order of its keys, without what is `dropped` in thought."""
    work = {row: outlook.part(row.slug).work for row in blocking if row.slug not in dropped}
    longest = sorted(work, key=lambda row: -work[row])
    assumed = frozenset(outlook.assumed)
    guessed = [row for row in longest if row.slug in assumed]
    unowned = [row for row in longest if not row.is_owned]
    doubtful = {*guessed, *unowned}
    whole = sum(work.values())
    # Where all of it is estimated at nothing, each counts the same.
    share = sum(work[row] for row in doubtful) / whole if whole else len(doubtful) / max(len(work), 1)
    return Paper(len(work), [row.short_name for row in guessed], [row.short_name for row in unowned], share)
