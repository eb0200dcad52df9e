"""What the forecast may cost: each bar in ratios of one run, or in seconds of the processor."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from launches.forecast import Job, Workload, forecast, simulate
from launches.forecast.durations import References, remaining, spread_of
from launches.forecast.uniforms import streams
from readiness.workdays import working_calendar
from tests.benchmarks.report import Measured, table
from tests.launches.forecast.plans import past, random_plan

TODAY, TARGET = date(2026, 11, 2), date(2027, 3, 1)
CALENDAR = working_calendar("IE", 2026)
SEED = 7


def run() -> list[Measured]:
    """All rows; about half a minute."""
    return [*one_pass(), limited(), toggle(), *abuse(), memory()]


def one_pass() -> list[Measured]:
    """Forecast and days bought of 200 blockers, 380 dependencies, 10,000 draws, against its own parts."""
    plan = random_plan(1, 200, 380, teams=8)
    network = simulate(plan, SEED).network
    parts = seconds(partial(passes, plan, network))
    whole = seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED))
    simulation = simulate(plan, SEED)
    lengths = simulation.lengths
    naive = seconds(lambda: [finish_without(network, lengths, at) for at in range(200)], times=1)
    quick = seconds(lambda: list(fresh(simulation).without()))
    without = dict(simulation.without())
    error = max(
        float(np.abs(finish_without(network, lengths, at) - without.get(job.key, simulation.finish)).max())
        for at, job in enumerate(network.jobs)
    )
    return [
        Measured("forecast and days bought / sampling and both passes", whole / parts, "×", 3),
        Measured("days bought in one pass / naive simulation again", quick / naive, "×", 1 / 15),
        Measured("the same, largest difference in float64", error, "days", 0),
    ]


def limited() -> Measured:
    """The same with every team limited to 1, 2 or 3 at once: every drop is a schedule of its own."""
    plan = random_plan(1, 200, 380, (1, 2, 3), teams=8)
    spent = seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED), times=2)
    return Measured("all teams limited, days bought for all 200", spent, "s", 1.5)


def toggle() -> Measured:
    """The engine's part of a what-if at 60 blockers with history, unknowns and limits; uniforms cached."""
    plan = random_plan(1, 60, 110, (1, 2), teams=8, history=past([0.5, 1, 1, 1, 1, 1.5, 2, 3] * 4), rate=0.1)
    spent = [
        seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED, dropped={job.key}, keys=()), 1)
        for job in plan.jobs
    ]
    return Measured("a toggle at 60 blockers, p95, engine only", float(np.quantile(spent, 0.95)), "s", 0.15)


def abuse() -> list[Measured]:
    """What is too much is answered with fewer draws, in bounded time."""
    chain = tuple(Job(f"j{at}", "J", waits_for=frozenset({f"j{at - 1}"})) for at in range(5_000))
    wide = random_plan(1, 5_000, 9_000, teams=40)
    many = random_plan(1, 200, 380, teams=8)
    crowd = random_plan(1, 5_000, 9_000, (1, 2, 3), teams=40)
    cases = {
        "5,000 blockers in a chain": (Workload(chain), 10_000),
        "5,000 blockers": (wide, 10_000),
        "5,000 blockers of limited teams": (crowd, 10_000),
        "1,000,000 draws": (many, 1_000_000),
    }
    return [
        Measured(
            f"forecast of {name}",
            seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED, draws=draws), 1),
            "s",
            2,
        )
        for name, (plan, draws) in cases.items()
    ]


def memory() -> Measured:
    """The peak above the idle process, in a process of its own."""
    command = [sys.executable, "-c", "from tests.benchmarks.forecast import peak; print(peak())"]
    megabytes = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Measured("forecast of 200 × 10,000: memory above idle", megabytes, "MB", 200)


def peak() -> float:
    plan = random_plan(1, 200, 380, teams=8, history=past([0.5, 1, 1, 1, 1, 1.5, 2, 3]), rate=0.1)
    idle = most_resident()
    forecast(plan, CALENDAR, TODAY, TARGET, seed=SEED)
    return (most_resident() - idle) / 1024


def most_resident() -> int:
    """The most memory this program has held, in kB; `ru_maxrss` would count what its parent held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def passes(plan, network):
    lengths = sampled(plan, network)
    network.finishes(lengths)
    network.tails(lengths)


def finish_without(network, lengths, dropped):
    """The forward pass again, in float64, as one would write it first."""
    finishes = np.zeros_like(lengths)
    for at, waits in enumerate(network.waits):
        if at != dropped:
            start = np.full(lengths.shape[1], network.earliest[at])
            for before in waits:
                if before != dropped:
                    start = np.maximum(start, finishes[before])
            finishes[at] = start + lengths[at]
    return finishes.max(axis=0)


def sampled(plan, network):
    references = References(plan.history)
    return np.array(
        [
            remaining(spread_of(job, plan, references), job.spent, streams.uniforms(SEED, job.key, 10_000))
            for job in network.jobs
        ]
    )


def fresh(simulation):
    """The same simulation with nothing computed from it yet."""
    return type(simulation)(*(getattr(simulation, name) for name in simulation.__dataclass_fields__))


def seconds(of: Callable[[], object], times: int = 5) -> float:
    """Of the processor, the best of so many: others may be using it too."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        of()
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    rows = run()
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
