"""The matrix page beside a bare Django template that renders the same cells, in the same run.

The page is asked for through the whole stack: middleware, session, sign-in, queries, template. The bare
template gets its data already loaded and goes through nothing else. Neither is compressed; what compressing
adds is told.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable
from types import SimpleNamespace

from django.core.cache import cache
from django.template import Engine
from django.template.context import Context
from django.test import Client
from django.utils import timezone

from readiness.matrix.rows import LOOKS, Tally, cell_fragment, rows
from readiness.models import Integration, Readiness, Region, User
from readiness.state import CellState, Importance
from tests.benchmarks import world
from tests.benchmarks.report import Measured

ROUNDS = 15
REGIONS, INTEGRATIONS = 40, 300


def run() -> list[Measured]:
    world.build(REGIONS, INTEGRATIONS)
    page, bare = _page(), _bare()
    html = bare()
    if html.encode() != b"".join(
        row.html for row in rows(Integration.objects.all(), list(Region.objects.all()))
    ):
        raise AssertionError("The bare template and the matrix do not render the same cells.")
    times = _times(page, bare)
    return [*_speeds(times), *_sizes(page)]


def _speeds(times: dict[str, float]) -> list[Measured]:
    bare = times["bare"]
    return [
        Measured("bare template, 12,000 cells", bare * 1000, "ms"),
        Measured("matrix page, cold / bare template", times["cold"] / bare, "×", 1.2),
        Measured("matrix page, warm / bare template", times["warm"] / bare, "×", 0.12),
        Measured("matrix page, after one cell changed / bare template", times["changed"] / bare, "×", 0.12),
        Measured("matrix page, warm", times["warm"] * 1000, "ms"),
        Measured("matrix page, warm, gzipped", times["gzipped"] * 1000, "ms"),
    ]


def _sizes(page: Callable[[str], bytes]) -> list[Measured]:
    cells = Readiness.objects.select_related("region", "integration")
    return [
        Measured("matrix page, raw", len(page("identity")) / 1000, "kB", 1300),
        Measured("matrix page, gzipped", len(page("gzip")) / 1000, "kB", 110),
        Measured(
            "a changed cell, largest",
            max(len(cell_fragment(cell).encode()) for cell in cells) / 1000,
            "kB",
            3,
        ),
    ]


def _times(page: Callable[[str], bytes], bare: Callable[[], str]) -> dict[str, float]:
    """The median of each, taken in turn so that a slow moment of the machine hits all of them."""
    dice, who = random.Random(1), User.objects.get()
    taken: dict[str, list[float]] = {name: [] for name in ("bare", "cold", "warm", "gzipped", "changed")}
    for _ in range(ROUNDS):
        taken["bare"].append(_time(bare))
        cache.clear()
        taken["cold"].append(_time(lambda: page("identity")))
        taken["warm"].append(_time(lambda: page("identity")))
        taken["gzipped"].append(_time(lambda: page("gzip")))
        _change_one(dice, who)
        taken["changed"].append(_time(lambda: page("identity")))
    return {name: statistics.median(values) for name, values in taken.items()}


def _time(call: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    start = time.process_time()
    call()
    taken = time.process_time() - start
    gc.enable()
    return taken


def _change_one(dice: random.Random, who: User) -> None:
    cell = Readiness.objects.order_by("pk")[dice.randrange(REGIONS * INTEGRATIONS)]
    state = CellState.IN_PROGRESS if cell.state == CellState.READY else CellState.READY
    cell.declare(state, by=who, now=timezone.now())


def _page() -> Callable[[str], bytes]:
    client = Client()
    client.force_login(User.objects.create(username="lead"))

    def page(encoding: str) -> bytes:
        answer = client.get("/regions/", headers={"accept-encoding": encoding})
        assert answer.status_code == 200
        return answer.content

    return page


def _bare() -> Callable[[], str]:
    template = Engine(dirs=[__file__.rpartition("/")[0] + "/templates"]).get_template("bare.html")
    loaded = _loaded()
    return lambda: template.render(Context({"rows": loaded})).removesuffix("\n")


def _loaded() -> list[SimpleNamespace]:
    """What the bare template prints, as plain objects."""
    cells = {
        (cell.integration_id, cell.region_id): cell
        for cell in Readiness.objects.select_related("region", "integration")
    }
    regions = list(Region.objects.all())
    return [
        _loaded_row(integration, [cells.get((integration.pk, region.pk)) for region in regions])
        for integration in Integration.objects.select_related("team")
    ]


def _loaded_row(integration: Integration, cells: list[Readiness | None]) -> SimpleNamespace:
    musts = [cell for cell in cells if cell and cell.importance == Importance.MUST]
    tally = Tally(sum(cell.state == CellState.READY for cell in musts), len(musts))
    return SimpleNamespace(
        slug=integration.slug,
        name=integration.name,
        team=integration.team.name,
        ready=tally.ready,
        needed=tally.needed,
        cells=[_loaded_cell(cell) if cell else None for cell in cells],
    )


def _loaded_cell(cell: Readiness) -> SimpleNamespace:
    needed = cell.importance != Importance.NOT_NEEDED
    return SimpleNamespace(
        region=cell.region.slug,
        look=LOOKS[cell.state] if needed else "unneeded",
        word=cell.get_state_display() if needed else "not needed",
        nice=cell.importance == Importance.NICE,
    )
