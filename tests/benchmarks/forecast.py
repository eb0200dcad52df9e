"""What the forecast may cost: each bar in ratios of one run, or in seconds of the processor."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from launches.forecast import Job, Plan, forecast, simulate
from launches.forecast.durations import References, remaining, spread_of
from launches.forecast.uniforms import streams
from readiness.workdays import working_calendar
from tests.launches.forecast.plans import past, random_plan

TODAY, TARGET = date(2026, 11, 2), date(2027, 3, 1)
CALENDAR = working_calendar("IE", 2026)
SEED = 7
# Name, bar, measured, whether it holds.
Row = tuple[str, str, str, bool]


def run() -> list[Row]:
    """All rows; about half a minute."""
    return [*one_pass(), limited(), toggle(), *abuse(), memory()]


def one_pass() -> list[Row]:
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
        bar("forecast and days bought / sampling and both passes", whole / parts, 3, "×"),
        ("naive simulation again / one pass", "≥ 15 ×", f"{naive / quick:.1f} ×", naive / quick >= 15),
        ("one pass, largest error, float64", "0 days", f"{error:g} days", error == 0),
    ]


def limited() -> Row:
    """The same with every team limited to 1, 2 or 3 at once: every drop is a schedule of its own."""
    plan = random_plan(1, 200, 380, (1, 2, 3), teams=8)
    spent = seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED), times=2)
    return bar("all teams limited, days bought for all 200", spent, 1.5, "s")


def toggle() -> Row:
    """The engine's part of a what-if at 60 blockers with history, unknowns and limits; uniforms cached."""
    plan = random_plan(1, 60, 110, (1, 2), teams=8, history=past([0.5, 1, 1, 1, 1, 1.5, 2, 3] * 4), rate=0.1)
    spent = [
        seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED, dropped={job.key}, keys=()), 1)
        for job in plan.jobs
    ]
    return bar("a toggle at 60 blockers, p95 (date and chance)", float(np.quantile(spent, 0.95)), 0.15, "s")


def abuse() -> list[Row]:
    """What is too much is answered with fewer draws, in bounded time."""
    chain = tuple(Job(f"j{at}", "J", waits_for=frozenset({f"j{at - 1}"})) for at in range(5_000))
    wide = random_plan(1, 5_000, 9_000, teams=40)
    many = random_plan(1, 200, 380, teams=8)
    crowd = random_plan(1, 5_000, 9_000, (1, 2, 3), teams=40)
    cases = {
        "5,000 blockers in a chain": (Plan(chain), 10_000),
        "5,000 blockers": (wide, 10_000),
        "5,000 blockers of limited teams": (crowd, 10_000),
        "1,000,000 draws": (many, 1_000_000),
    }
    return [
        bar(
            name,
            seconds(partial(forecast, plan, CALENDAR, TODAY, TARGET, seed=SEED, draws=draws), 1),
            2,
            "s",
        )
        for name, (plan, draws) in cases.items()
    ]


def memory() -> Row:
    """The peak above the idle process, in a process of its own."""
    command = [sys.executable, "-c", "from tests.benchmarks.forecast import peak; print(peak())"]
    megabytes = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return bar("memory above idle, 200 × 10,000", megabytes, 200, "MB")


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


def bar(name: str, measured: float, most: float, unit: str) -> Row:
    return name, f"≤ {most:g} {unit}", f"{measured:.3g} {unit}", measured <= most


def main() -> int:
    rows = run()
    for name, bar_, measured, ok in rows:
        print(f"{'ok  ' if ok else 'MISS'} {name:55} {bar_:>10} {measured:>12}")
    return 0 if all(ok for *_, ok in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
