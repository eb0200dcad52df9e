"""What a file says that takes two people: it is asked for once, and stays as it is until it is approved."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from launches.plan.problems import LoadRefused, Problem
from launches.plan.rows import Loading
from readiness.models import ChangeRequest, NeedsApproval


def ask_for_held_back(loading: Loading) -> None:
    """Ask for all that was held back, and note it in the report.

    Raises `Refused` where nobody says who asks: it could not be told from who approves.
    """
    nameless: list[Problem] = []
    for needed in loading.held_back:
        if isinstance(needed, NeedsApproval):
            loading.report.notes.append(_asked(loading, needed, nameless))
    loading.held_back.clear()
    if nameless:
        raise LoadRefused(loading.name, nameless)


def _asked(loading: Loading, needed: NeedsApproval, nameless: list[Problem]) -> str:
    """The same is not asked twice: not while it waits for an answer, nor after it was refused."""
    what = f"{needed.subject} ({_in_words(needed)})"
    earlier = ChangeRequest.objects.about(needed.subject).filter(verb=needed.verb).order_by("pk").last()
    if earlier and earlier.is_open:
        return f"asked for on {earlier.requested_at:%Y-%m-%d}, waits for an answer: {what}"
    if earlier and earlier.state == earlier.State.REFUSED and earlier.arguments == _as_json(needed.arguments):
        return f"refused on {earlier.decided_at:%Y-%m-%d}, not asked again: {what}"
    if loading.by is None:
        text = f"expected who asks for what takes two people (--by NAME), got nobody: {what}"
        nameless.append(Problem(1, "", text))
        return text
    reason = needed.arguments.get("override_reason") or loading.reason
    ChangeRequest.objects.ask(needed, by=loading.by, now=loading.now, reason=reason)
    blockers = needed.blockers
    since = f"{blockers[0].name} blocks {blockers[0].launch_name}"
    return f"asked for: {what}; somebody else approves it, since {since}"


def _in_words(needed: NeedsApproval) -> str:
    values = needed.arguments.get("values", needed.arguments)
    return ", ".join(f"{name}: {value}" for name, value in values.items() if name != "override_reason")


def _as_json(arguments: dict[str, Any]) -> Any:
    return json.loads(json.dumps(arguments, cls=DjangoJSONEncoder))
