"""Which sign-offs do not hold any more once a blocker is accepted: told before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from launches.blocking import Standing
from launches.models import Blocker, SignOff
from launches.models.signoff import fingerprint


def made_stale(standing: Standing, blocker: Blocker) -> list[str]:
    """The functions whose go would not hold, once the proposal `blocker` is accepted; no query."""
    if blocker.state != Blocker.State.PROPOSED:
        return []
    valid = [gate.sign_off for gate in standing.gates if gate.is_valid]
    return [one.function for one in valid if one.goes_stale_over([blocker])]


def made_stale_by(blockers: Sequence[Blocker]) -> list[str]:
    """The same for many proposals of any launches; two queries."""
    accepted = _by_launch(row for row in blockers if row.state == Blocker.State.PROPOSED)
    given = (SignOff.Decision.GO, SignOff.Decision.CONDITIONAL)
    sign_offs = SignOff.objects.filter(launch__in=accepted, decision__in=given).order_by("launch", "pk")
    live = Blocker.objects.live().filter(launch__in=accepted).select_related("team", "cell__integration")
    standing = _by_launch(live)
    return [
        one.function
        for one in sign_offs
        if one.goes_stale_over(accepted[one.launch_id])
        and one.is_valid(fingerprint([row for row in standing[one.launch_id] if one.looks_at(row)]))
    ]


def _by_launch(blockers: Iterable[Blocker]) -> dict[int, list[Blocker]]:
    found: dict[int, list[Blocker]] = defaultdict(list)
    for row in blockers:
        found[row.launch_id].append(row)
    return found
