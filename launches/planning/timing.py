"""When the work of a launch is expected to begin and to end, computed once for each of its states."""

from collections.abc import Mapping

from django.core.cache import cache

from launches.forecast import Span, spans
from launches.planning.history import KEPT
from launches.planning.inputs import Inputs
from launches.planning.outlook import learned_by
from launches.planning.unknown import StandingAlone


def spans_of(state: Inputs) -> Mapping[str, Span]:
    """By slug; empty for what cannot be forecast."""
    key = f"spans:{state.version}"
    found: Mapping[str, Span] | None = cache.get(key)
    if found is None:
        found = _computed(state)
        cache.set(key, found, KEPT)
    return found


def _computed(state: Inputs) -> Mapping[str, Span]:
    if state.problem:
        return {}
    with StandingAlone(state.slug):
        plan = state.plan(learned_by(state))
        return spans(plan, state.calendar, state.today, seed=state.seed, draws=state.draws)
    return {}
