"""Nothing here skips: the runner leaves out what a database cannot say, and names what it left out."""

import gc
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from hypothesis import settings

from tests.fixtures.databases import asks_a_database
from tests.fixtures.drawing import few
from tests.fixtures.once import one_at_a_time
from tests.runner.passes import is_run

# What a property test finds, it finds every time; on the look-out for more: --hypothesis-profile=search.
settings.register_profile("suite", derandomize=True, deadline=None, max_examples=few(25))
settings.register_profile("search", deadline=None, print_blob=True, max_examples=few(100))
settings.load_profile("suite")

pytest_plugins = [
    "tests.fixtures.migrated",
    "tests.fixtures.outliving",
    "tests.fixtures.people",
    "tests.fixtures.everything",
    "tests.fixtures.views",
    "tests.fixtures.live_server",
    "tests.fixtures.browser",
    "tests.fixtures.servers",
    "tests.fixtures.mail",
    "tests.fixtures.running",
    "tests.fixtures.emptying",
    "tests.fixtures.site",
]


# Folders and files whose tests wait for processes, in the order in which they begin. They come first, so that
# nothing is waited for at the end.
FIRST = ["test_make_run.py", "faults", "supervisor", "standin", "test_readme.py"]
# Whose tests share what takes long to start: one worker runs them all.
TOGETHER = ["faults"]


def turn(item: pytest.Item) -> int:
    """Whoever asks the database of the tests stays where pytest-django puts it: what commits comes last."""
    if asks_a_database(item):
        return len(FIRST)
    return next((place for place, name in enumerate(FIRST) if name in item.path.parts), len(FIRST))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[object]:
    """The first keeps the tests' bytecode, which costs more than collecting; those after it only read it."""
    with one_at_a_time("collecting"):
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there by now stays to the end: looking through it for garbage took a tenth of all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What one test's database led to is nothing to the next."""
    cache.clear()


def refuse_what_no_pass_runs(items: list[pytest.Item]) -> None:
    """Each pass leaves out what another says better, which must then be there."""
    marks = {frozenset(mark.name for mark in item.iter_markers()): item.nodeid for item in items}
    if left_out := sorted(name for own, name in marks.items() if not is_run(own)):
        raise pytest.UsageError(f"No pass runs these, and others with their marks: {', '.join(left_out)}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What never asks a database says the same beside each of them: it is run beside one.

    What pages say is tested on PostgreSQL; on SQLite every page is asked for by the permission table, and in
    the browser.
    """
    for item in items:
        if not asks_a_database(item):
            # Who has a PostgreSQL of its own says nothing beside SQLite.
            if item.get_closest_marker("postgresql") is None:
                item.add_marker("anywhere")
            for shared in set(TOGETHER) & set(item.path.parts):
                item.add_marker(pytest.mark.xdist_group(shared))
        elif (
            "pages" in item.path.relative_to(item.config.rootpath).parts
            and item.get_closest_marker("sqlite") is None
        ):
            item.add_marker("page")
    refuse_what_no_pass_runs(items)
    yield
    items.sort(key=turn)
