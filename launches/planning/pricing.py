"""The outlook of each state, computed once; what each blocker costs comes in batches where that takes long.

Where a team works on several things at once, dropping a blocker means a schedule of its own; two hundred of
them take a second. So the page of a launch shows the dates at once, with what the most critical ones cost,
and asks for the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from django.core.cache import cache

from launches.forecast import Simulation, costs, forecast_of, simulate
from launches.models import CurrentOutlook
from launches.planning.history import KEPT
from launches.planning.inputs import Inputs
from launches.planning.outlook import Outlook, learned_by, of_forecast, part_of
from launches.planning.unknown import WHILE, StandingAlone
from readiness.models import Beat

# Jobs scheduled again × draws at a time: about a fifth of a second.
BATCH = 40_000_000
# A page that has waited so long for a worker computes by itself.
PATIENCE = timedelta(seconds=10)
# What is older is not shown in place of what is to come.
RECENT = timedelta(hours=12)

# Who prices the same state at the same time as somebody else waits for them and goes on from there.
_pricing = Lock()
# The simulation that batches are taken from, by version; one at most, because it is large.
_in_hand: dict[str, Simulation] = {}


def outlooks(
    states: Sequence[Inputs], now: datetime | None = None, *, whole: bool = True, at_once: bool = False
) -> list[Outlook]:
    """The outlook of each state, in the same order; unless `whole`, some costs may be pending.

    What this process has not seen yet another one may have shared, which takes one query; only what nobody
    has computed is computed, and shared `now`. Where all is wanted `at_once`, what was computed last comes in
    its place, outdated, while a worker computes that.
    """
    sound = [state for state in states if not state.problem]
    versions = [state.version for state in sound]
    known: dict[str, Outlook] = cache.get_many([_key(version) for version in versions])
    found = {version: known[_key(version)] for version in versions if _key(version) in known}
    missing = [state for state in sound if _lacks(found.get(state.version), whole)]
    if missing:
        rows = CurrentOutlook.objects.in_bulk([state.launch_key for state in missing])
        new = _shared(missing, rows)
        cache.set_many({_key(version): seen for version, seen in new.items()}, KEPT)
        missing = [state for state in missing if state.version not in new]
        outdated = _outdated(missing, rows, now) if at_once and now else {}
        left = [state for state in missing if state.version not in outdated]
        computed = [(state, _computed(state, whole)) for state in left]
        if now:
            share(computed, now)
        found |= new | outdated | {state.version: seen for state, seen in computed}
    return [_without(state) or found[state.version] for state in states]


def share(found: Iterable[tuple[Inputs, Outlook]], now: datetime) -> None:
    """For all processes; of what cannot be forecast only that it is so."""
    whole = [(state, seen) for state, seen in found if not seen.pending and not state.problem]
    if whole:
        facts = {
            state.launch_key: (state.version, {} if seen.problem else seen.facts()) for state, seen in whole
        }
        CurrentOutlook.objects.keep(facts, now)


def _shared(states: Iterable[Inputs], rows: Mapping[int, CurrentOutlook]) -> dict[str, Outlook]:
    """What others have computed of these very states."""
    current = [rows[state.launch_key] for state in states if state.launch_key in rows]
    versions = {state.version for state in states}
    return {row.version: _of(row) for row in current if row.version in versions and row.outlook}


def _of(row: CurrentOutlook) -> Outlook:
    return Outlook.of_facts(row.version, row.outlook)


def _outdated(
    states: Iterable[Inputs], rows: Mapping[int, CurrentOutlook], now: datetime
) -> dict[str, Outlook]:
    """By the version that is to come, what there was before; nothing that nobody would replace soon."""
    ours = [state for state in states if state.launch_key in rows]
    last = {state.version: rows[state.launch_key] for state in ours if _may_stand(state, rows, now)}
    if not last or not Beat.objects.is_alive(now):
        return {}
    CurrentOutlook.objects.want([row.pk for row in last.values()], now)
    return {version: replace(_of(row), outdated_since=row.seen_at) for version, row in last.items()}


def _may_stand(state: Inputs, rows: Mapping[int, CurrentOutlook], now: datetime) -> bool:
    """Whether it is of today or last night, and `state` has not been waited for in vain."""
    row = rows[state.launch_key]
    began: datetime = cache.get_or_set(f"awaited:{state.version}", now, KEPT) or now
    return bool(row.outlook) and row.seen_at > now - RECENT and began > now - PATIENCE


def _without(state: Inputs) -> Outlook | None:
    """What there is to see of a state that comes to nothing; `None` for every other."""
    return Outlook(state.version, state.target, problem=state.problem) if state.problem else None


def priced_further(state: Inputs) -> Outlook:
    """The outlook of `state` with the costs of one batch more."""
    (seen,) = outlooks([state], whole=False)
    return _priced(state, seen, whole=False) if seen.pending else seen


def priced_so_far(launch_key: int) -> str:
    """Another text whenever this process knows more of what the blockers of that launch cost."""
    return str(cache.get(f"priced:{launch_key}", ""))


def _lacks(seen: Outlook | None, whole: bool) -> bool:
    return seen is None or (whole and bool(seen.pending))


def _computed(state: Inputs, whole: bool) -> Outlook:
    """Each state on its own: one that cannot be computed says so, and is tried again after a while."""
    with StandingAlone(state.slug) as alone:
        begun = None
        seen: Outlook | None = cache.get(_key(state.version))
        if seen is None:
            seen, begun = _begun(state)
        if seen.pending:
            return _priced(state, seen, whole, begun)
        cache.set(_key(state.version), seen, KEPT)
        return seen
    unknown = Outlook(state.version, state.target, problem=alone.problem)
    cache.set(_key(state.version), unknown, WHILE)
    return unknown


def _begun(state: Inputs) -> tuple[Outlook, Simulation]:
    """The forecast, with all costs or, where they take long, with none of them yet; and what it is of."""
    learned = learned_by(state)
    simulation = simulate(state.plan(learned), state.seed, state.draws)
    pending = () if _is_quick(simulation) else _most_critical_first(simulation)
    keys = () if pending else None
    seen = forecast_of(simulation, state.calendar, state.today, state.target, keys)
    return replace(of_forecast(state, seen, learned.correction), pending=pending), simulation


def _is_quick(simulation: Simulation) -> bool:
    return not simulation.slots or len(simulation.tried) <= _at_once(simulation)


def _at_once(simulation: Simulation) -> int:
    """How many schedules make a batch."""
    return max(1, BATCH // max(simulation.lengths.size, 1))


def _most_critical_first(simulation: Simulation) -> tuple[str, ...]:
    jobs, critical = simulation.network.jobs, simulation.criticality
    order = sorted(simulation.tried, key=lambda at: (-critical[at], jobs[at].key))
    return tuple(jobs[at].key for at in order)


def _priced(state: Inputs, seen: Outlook, whole: bool, begun: Simulation | None = None) -> Outlook:
    """`seen`, or what others have made of it meanwhile, with one batch more, or all; also for the others.

    `begun` is what `seen` is of, when it has just been lived through."""
    with _pricing:
        seen = cache.get(_key(state.version)) or seen
        if not seen.pending:
            return seen
        simulation = _taken_in_hand(state, begun)
        keys = seen.pending if whole else seen.pending[: _at_once(simulation)]
        parts = dict(seen.parts)
        for cost in costs(simulation, state.calendar, state.today, state.target, frozenset(keys)):
            parts[cost.key] = part_of(cost, parts[cost.key])
        seen = replace(seen, parts=parts, pending=seen.pending[len(keys) :])
        cache.set(_key(state.version), seen, KEPT)
        cache.set(f"priced:{state.launch_key}", f"{seen.version} {seen.priced}", KEPT)
        if not seen.pending:
            _in_hand.clear()
        return seen


def _taken_in_hand(state: Inputs, begun: Simulation | None) -> Simulation:
    if state.version not in _in_hand:
        _in_hand.clear()
        _in_hand[state.version] = begun or simulate(state.plan(learned_by(state)), state.seed, state.draws)
    return _in_hand[state.version]


def _key(version: str) -> str:
    return f"outlook:{version}"
