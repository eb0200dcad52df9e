"""What a sign-off is bound to: the blockers of its launch as they were when it was given."""

from collections.abc import Iterable

from launches.models.blocker import Blocker

# Behind the state of a blocker that does not hold the launch back.
DEGRADES = " (degrades)"


def fingerprint(blockers: Iterable[Blocker]) -> dict[str, str]:
    """The state of each live blocker, by slug; of what does not block with that behind it."""
    return {blocker.slug: _mark(blocker) for blocker in blockers if blocker.is_live}


def _mark(blocker: Blocker) -> str:
    return blocker.state + (DEGRADES if blocker.severity == Blocker.Severity.DEGRADES else "")


def approved_as(mark: str) -> tuple[str, bool]:
    """State and whether it blocked, of one blocker in a fingerprint; an older one takes all to block."""
    return mark.removesuffix(DEGRADES), not mark.endswith(DEGRADES)


def is_worse(before: str, after: str) -> bool:
    return is_in_the_way(after) and not is_in_the_way(before)


def is_in_the_way(mark: str) -> bool:
    state, blocks = approved_as(mark)
    return blocks and state in Blocker.OPEN_STATES
