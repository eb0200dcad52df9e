"""All that is known of a launch at one moment, in plain words and values, to be kept as it was."""

from collections.abc import Mapping
from typing import Any

from launches.models import Blocker
from launches.models.fingerprint import fingerprint
from launches.status.launch_status import LaunchStatus
from launches.status.obstacles import Obstacles, state_of
from launches.status.verdict import SignOffGate
from readiness.language.phrase import to_json
from readiness.models import User

Facts = dict[str, Any]
Names = Mapping[int, str]


def go_evidence(hurdles: Obstacles) -> Facts:
    """As JSON, words as `kept` has them: `said` says them in the language of whoever reads.

    Whoever reads it later finds names, not keys: people and titles change.
    """
    state = hurdles.status
    names = _names(state)
    return {
        "verdict": {"state": str(state.verdict), "sentence": to_json(state.judgement.sentence)},
        "target": state.launch.target,
        "baseline": state.launch.baseline,
        "checklist": {
            "needed": state.checklist.needed,
            "ready": state.checklist.ready,
            "decided": state.checklist.decided,
            "unsettled": state.checklist.unsettled,
        },
        "forecast": _forecast(state),
        "hurdles": [
            {
                "title": to_json(group.title),
                "required": group.is_required,
                "rows": [
                    {"name": to_json(row.name), "state": to_json(row.state), "why": to_json(row.why)}
                    for row in group.hurdles
                ],
            }
            for group in hurdles.groups
        ],
        "blockers": [_blocker(row) for row in state.blockers if row.is_outstanding],
        "waivers": [_decision(row, names) for row in state.in_state(Blocker.State.WAIVED)],
        "deferrals": [_decision(row, names) for row in state.in_state(Blocker.State.DEFERRED)],
        "sign_offs": [_sign_off(gate, state) for gate in state.gates],
        "fingerprint": fingerprint(list(state.blockers)),
    }


def _forecast(state: LaunchStatus) -> Facts:
    seen = state.outlook
    return {
        "dates": {f"P{percent}": day for percent, day in seen.dates.items()},
        "chance": seen.chance if seen.dates else None,
        "goal": state.launch.confidence_goal,
        "problem": to_json(seen.problem),
    }


def _blocker(blocker: Blocker) -> Facts:
    return {
        "slug": blocker.slug,
        "name": blocker.short_name,
        "state": to_json(state_of(blocker)),
        "severity": blocker.severity,
        "team": blocker.team.name if blocker.team else "",
        "owner": blocker.owner.label if blocker.owner else "",
    }


def _decision(blocker: Blocker, names: Names) -> Facts:
    decision = blocker.decision
    told: Facts = {"slug": blocker.slug, "name": blocker.short_name}
    if decision is None:
        return told
    told |= {
        "reason": decision.reason,
        "requested_by": names.get(decision.requested_by_id, ""),
        "approved_by": names.get(decision.approved_by_id, ""),
        "approved_at": decision.approved_at,
        "until": decision.expires_on,
    }
    if blocker.state == Blocker.State.DEFERRED:
        told |= {
            "fill_by": decision.fill_by,
            "workaround": decision.workaround,
            "customer_wording": decision.customer_wording,
            "unacknowledged": decision.unacknowledged,
        }
    return told


def _sign_off(gate: SignOffGate, state: LaunchStatus) -> Facts:
    sign_off = gate.sign_off
    titles = {row.slug: row.short_name for row in state.blockers}
    return {
        "function": sign_off.function,
        "required": sign_off.is_required,
        "valid": gate.is_valid,
        "decision": sign_off.decision,
        "answer": to_json(gate.answer),
        "signer": sign_off.signer.label if sign_off.signer else "",
        "by": sign_off.decided_by.label if sign_off.decided_by else "",
        "at": sign_off.decided_at,
        "note": sign_off.note,
        "worse": [titles.get(slug, slug) for slug in gate.differences],
    }


def _names(state: LaunchStatus) -> Names:
    """What everybody is called who asked for a decision or took it; one query."""
    decisions = [row.decision for row in state.blockers if row.decision]
    keys = {key for row in decisions for key in (row.requested_by_id, row.approved_by_id) if key}
    return {user.pk: user.label for user in User.objects.filter(pk__in=keys)}
