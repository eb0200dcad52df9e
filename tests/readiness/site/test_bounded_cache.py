from readiness.site.bounded_cache import BoundedCache

KILOBYTE = "x" * 1000


def bounded(name: str) -> BoundedCache:
    """As another thread makes one too: they hold the same."""
    return BoundedCache(name, {"TIMEOUT": None, "OPTIONS": {"MAX_ENTRIES": 1_000_000, "MAX_BYTES": 10_000}})


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
