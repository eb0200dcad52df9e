"""The outlook of each state, computed once; what each blocker costs comes in batches where that takes long.

Where a team works on several things at once, dropping a blocker means a schedule of its own; two hundred of
them take a second. So the page of a launch shows the dates at once, with what the most critical ones cost,
and asks for the rest.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from threading import Lock

from django.core.cache import cache

from launches.forecast import Simulation, costs, forecast_of, simulate
from launches.models import Snapshot
from launches.planning.history import KEPT
from launches.planning.inputs import Inputs
from launches.planning.outlook import Outlook, learned_by, of_forecast, part_of
from launches.planning.unknown import WHILE, StandingAlone

# Jobs scheduled again × draws at a time: about a fifth of a second.
BATCH = 40_000_000

# Who prices the same state at the same time as somebody else waits for them and goes on from there.
_pricing = Lock()
# The simulation that batches are taken from, by version; one at most, because it is large.
_in_hand: dict[str, Simulation] = {}


def outlooks(states: Sequence[Inputs], *, whole: bool = True) -> list[Outlook]:
    """The outlook of each state, in the same order; unless `whole`, some costs may be pending.

    What a process has not seen yet it takes from the day's snapshot, by one query; only what nobody has
    computed is computed, and costs the queries for its history.
    """
    sound = [state for state in states if not state.problem]
    versions = [state.version for state in sound]
    known: dict[str, Outlook] = cache.get_many([_key(version) for version in versions])
    found = {version: known[_key(version)] for version in versions if _key(version) in known}
    missing = {state.version: state for state in sound if _lacks(found.get(state.version), whole)}
    if missing:
        new = _stored(missing.keys())
        cache.set_many({_key(version): seen for version, seen in new.items()}, KEPT)
        new |= {version: _computed(state, whole) for version, state in missing.items() if version not in new}
        found |= new
    return [_without(state) or found[state.version] for state in states]


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


def _stored(versions: Collection[str]) -> dict[str, Outlook]:
    rows = Snapshot.objects.filter(version__in=versions).values_list("version", "outlook")
    return {version: Outlook.of_facts(version, facts) for version, facts in rows}


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
