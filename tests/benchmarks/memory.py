"""What a worker holds after many probes."""

import psutil

from tests.benchmarks.checks import CHECKS, keep_only
from tests.benchmarks.report import Measured
from tests.benchmarks.throughput import whole_path

PROBES = 100_000


def flat(worker: int) -> Measured:
    """Of all its processes, once the benches before have warmed it up and after so many more probes."""
    keep_only("http")
    before = held(worker)
    for _ in range(PROBES // CHECKS):
        whole_path()
    grown = abs(held(worker) / before - 1) * 100
    return Measured("memory of the worker after 100,000 more probes, changed by", grown, "%", 10)


def held(worker: int) -> int:
    """Bytes that are in no other process's memory, too."""
    whole = psutil.Process(worker)
    return sum(int(each.memory_full_info().uss) for each in (whole, *whole.children(recursive=True)))
