import time

import time_machine

from readiness.site.bounded_cache import BoundedCache

KILOBYTE = "x" * 1000


def bounded(name: str) -> BoundedCache:
    """As another thread makes one too: they hold the same."""
    return BoundedCache(name, {"TIMEOUT": None, "OPTIONS": {"MAX_BYTES": 10_000}})


def kept(cache: BoundedCache) -> list[int]:
    return [number for number in range(100) if f"{number}" in cache]


def test_what_was_not_used_for_the_longest_goes_first():
    cache = bounded("used")
    for number in range(100):
        cache.set(f"{number}", KILOBYTE)
        cache.get("0")
    assert kept(cache) == [0, *range(92, 100)]


def test_versions_of_the_same_do_not_add_up():
    cache, other = bounded("versions"), bounded("versions")
    for _ in range(100):
        cache.set("1", KILOBYTE)
        other.set("2", KILOBYTE)
        other.delete("2")
    cache.set_many({f"{number}": KILOBYTE for number in range(10, 17)})
    assert kept(other) == [1, *range(10, 17)]


def test_what_is_larger_than_all_of_it_is_not_kept():
    cache = bounded("large")
    cache.set("1", KILOBYTE)
    cache.set("2", KILOBYTE * 11)
    assert kept(cache) == []
    cache.clear()
    cache.set("3", KILOBYTE)
    assert kept(cache) == [3]


def test_it_does_what_django_promises_of_a_cache():
    cache = bounded("promises")
    assert (cache.add("1", "a"), cache.add("1", "b"), cache.get("1")) == (True, False, "a")
    assert (cache.touch("1", 60), cache.touch("2")) == (True, False)
    cache.set("1", "c", timeout=0)
    assert (cache.get("1"), cache.get("1", "none"), "1" in cache) == (None, "none", False)
    cache.set("nothing", None)
    assert (cache.add("nothing", 1), cache.get("nothing", "none")) == (False, None)
    assert (cache.delete("nothing"), cache.delete("nothing")) == (True, False)
    cache.set("1", "a", timeout=60)
    with time_machine.travel(time.time() + 61):
        assert cache.get("1") is None
    assert (cache.get_or_set("1", lambda: "d"), cache.get("1", version=2)) == ("d", None)
    cache.set("number", 1)
    assert (cache.incr("number"), cache.get_many(["1", "number"])) == (2, {"1": "d", "number": 2})
    cache.set("list", held := [1])
    held.append(2)
    assert cache.get("list") == [1]
