"""Plans made at random, and the slow ways to live through them that the engine is held against."""

from dataclasses import replace

import numpy as np

from launches.forecast import Capacity, Closed, Estimate, Job, Workload


def random_plan(seed, jobs=8, edges=9, slots=(), teams=3, history=(), rate=0.0):
    """Estimates, dependencies, some work begun and some that cannot start yet; `slots` go round the teams."""
    rng = np.random.default_rng(seed)
    waits = [set() for _ in range(jobs)]
    while sum(map(len, waits)) < min(edges, jobs * (jobs - 1) // 2):
        before, at = sorted(rng.choice(jobs, 2, replace=False).tolist())
        waits[at].add(f"j{before}")
    rows = []
    for at in range(jobs):
        likely = float(rng.uniform(1, 15))
        estimate = Estimate(likely * 0.6, likely, likely * 2)
        begun = 2.0 if at % 3 == 1 else 0.0
        later = 6.0 if at % 5 == 4 else 0.0
        team = f"t{at % teams}"
        rows.append(
            Job(f"j{at}", f"J{at}", estimate, frozenset(waits[at]), team, spent=begun, earliest=later)
        )
    limits = {f"t{team}": Capacity(slots[team % len(slots)]) for team in range(teams)} if slots else {}
    return Workload(tuple(rows), limits, tuple(history), rate=rate)


def past(ratios):
    estimate = Estimate(6, 6, 6)
    return tuple(Closed(ratio * estimate.mean, estimate) for ratio in ratios)


def with_points(plan, seed, ratios):
    """The same plan with estimates of one point, and `ratios` as history: so lengths are discrete."""
    rng = np.random.default_rng(seed)
    points = [float(rng.uniform(2, 20)) for _ in plan.jobs]
    jobs = [
        replace(job, estimate=Estimate(point, point, point), spent=0.0)
        for job, point in zip(plan.jobs, points, strict=True)
    ]
    return replace(plan, jobs=tuple(jobs), history=past(ratios))


def finish_of(jobs, lengths, slots):
    """When the last of `jobs`, in the order in which their teams take them, is done. In plain Python."""
    finishes, free = {}, {team: [0.0] * count for team, count in slots.items()}
    for job in jobs:
        ready = max([job.earliest, *(finishes[other] for other in job.waits_for if other in finishes)])
        if job.team in free:
            ready = max(ready, free[job.team].pop(0))
        finishes[job.key] = ready + lengths[job.key]
        if job.team in free:
            free[job.team] = sorted([*free[job.team], finishes[job.key]])
    return max(finishes.values(), default=0.0)
