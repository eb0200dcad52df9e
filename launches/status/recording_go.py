"""Recording GO: on what was shown, not on what somebody thinks they saw."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from launches.models import GoRecord, Launch
from launches.status.go_evidence import go_evidence
from launches.status.launch_status import LaunchStatus, status_of
from launches.status.obstacles import Obstacles, state_of
from readiness.language.phrase import phrase, render, to_json
from readiness.models import Change, User

_SALT = "launches.go"

# By key: what it is called, and its state, in no language yet, as `kept` has it.
Shown = dict[str, tuple[Any, Any]]


class Changed(NamedTuple):
    """Something that is not as it was shown; a side on which it was not there is empty."""

    name: str
    before: str
    now: str


class NotAsShown(Exception):
    """What somebody decided on is not what is there now: `changes` says what."""

    def __init__(self, changes: list[Changed]) -> None:
        super().__init__(_("Something changed since this page was shown."))
        self.changes = changes


class InTheWay(Exception):
    """A required gate is red, and nobody who may override it does: `hurdles` has the list."""

    def __init__(self, hurdles: Obstacles) -> None:
        super().__init__(_("%(number)d in the way of GO.") % {"number": len(hurdles.red)})
        self.hurdles = hurdles


def shown_of(hurdles: Obstacles) -> Shown:
    """What a decision is bound to: each blocker, each answer, the date, and what else is in the way.

    Not the forecast: it is another every morning, and nobody did anything.
    """
    state, launch = hurdles.status, hurdles.status.launch
    seen: Shown = {
        "target": (phrase("The target"), launch.target.isoformat()),
        "launched": (phrase("The launch"), phrase("live") if launch.launched_at else phrase("ahead")),
    }
    seen |= {f"blocker/{row.slug}": (row.short_name, state_of(row)) for row in state.blockers}
    seen |= {f"sign-off/{gate.sign_off.slug}": (gate.sign_off.function, gate.answer) for gate in state.gates}
    seen |= {row.key: (row.name, row.state) for group in hurdles.groups for row in group.hurdles}
    if (record := launch.go_records.in_force().select_related("by").first()) is not None:
        seen["record"] = (phrase("The decision"), phrase("GO by %(name)s", name=record.by.label))
    return {key: (to_json(name), to_json(told)) for key, (name, told) in seen.items()}


def token_of(seen: Shown) -> str:
    """`seen`, to travel through a form."""
    return signing.dumps(seen, salt=_SALT, compress=True)


def check_unchanged(token: str, hurdles: Obstacles) -> None:
    """Raises `NotAsShown`, and `BadSignature` for what no page of ours has sent."""
    shown = {key: tuple(told) for key, told in signing.loads(token, salt=_SALT).items()}
    if changes := list(_changes(shown, shown_of(hurdles))):
        raise NotAsShown(changes)


def _changes(shown: Mapping[str, Any], current: Shown) -> Iterable[Changed]:
    for key in [*current, *(key for key in shown if key not in current)]:
        before, now = shown.get(key, ("", "")), current.get(key, ("", ""))
        if before[1] != now[1]:
            yield Changed(render(now[0] or before[0]), render(before[1]), render(now[1]))


@transaction.atomic
def record_go(
    launch: Launch,
    decision: str,
    *,
    by: User,
    now: datetime,
    token: str,
    note: str = "",
    override_reason: str = "",
) -> GoRecord:
    """Record GO or NO-GO with all that is known.

    Raises `NotAsShown`, `InTheWay`, and `NotPossible`. `override_reason` is for who may override.
    """
    hurdles = _under_lock(launch, by, now)
    check_unchanged(token, hurdles)
    is_go = decision == GoRecord.Decision.GO
    overridden = override_reason if is_go and hurdles.red else ""
    if is_go and hurdles.red and not overridden:
        raise InTheWay(hurdles)
    return GoRecord.objects.recorded(
        launch, decision, by=by, now=now, note=note, override_reason=overridden, known=go_evidence(hurdles)
    )


@transaction.atomic
def go_live(launch: Launch, *, by: User, now: datetime, token: str, reason: str = "") -> Change:
    """It is live. Raises `NotAsShown`, and what `Launch.go_live` does."""
    check_unchanged(token, _under_lock(launch, by, now))
    return launch.go_live(by=by, now=now, reason=reason)


def _under_lock(launch: Launch, user: User, now: datetime) -> Obstacles:
    """The launch as it is, while nobody else decides on it.

    What blocks it is not locked: whatever changes in the very moment of the decision comes after it.
    """
    launch.locked()
    fresh = Launch.objects.select_related("region", "lead").get(pk=launch.pk)
    state: LaunchStatus = status_of(fresh, user, now)
    return Obstacles(state)
