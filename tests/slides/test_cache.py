import threading

import numpy as np
import pytest

from bloodview.slides.cache import TileCache


def block(kilobytes: int, value: int = 0) -> np.ndarray:
    return np.full(kilobytes * 1024, value, np.uint8)


def test_the_least_recently_used_block_goes_first() -> None:
    cache = TileCache(3 * 1024)
    for name in "abc":
        cache.put(name, block(1))
    assert cache.get("a") is not None
    cache.put("d", block(1))
    assert [n for n in "abcd" if cache.get(n) is not None] == ["a", "c", "d"]
    assert cache.bytes_used == 3 * 1024


def test_a_block_larger_than_the_cache_is_not_held_and_drops_nothing() -> None:
    cache = TileCache(2 * 1024)
    cache.put("a", block(1))
    cache.put("huge", block(3))
    assert cache.get("huge") is None
    assert cache.get("a") is not None


def test_a_block_put_again_counts_once() -> None:
    cache = TileCache(4 * 1024)
    cache.put("a", block(1))
    cache.put("a", block(2))
    assert (len(cache), cache.bytes_used) == (1, 2 * 1024)


def test_a_held_block_is_not_made_again() -> None:
    cache = TileCache(4 * 1024)
    first = cache.get_or_make("a", lambda: block(1, 7))
    assert cache.get_or_make("a", lambda: pytest.fail("made twice")) is first


def test_blocks_of_one_slide_are_dropped_alone() -> None:
    cache = TileCache(10 * 1024)
    for slide in (1, 2):
        for tile in range(3):
            cache.put((slide, tile), block(1))
    cache.drop(lambda key: isinstance(key, tuple) and key[0] == 1)
    assert (len(cache), cache.bytes_used) == (3, 3 * 1024)
    cache.clear()
    assert (len(cache), cache.bytes_used) == (0, 0)


def test_many_threads_never_exceed_the_bound_nor_mix_blocks() -> None:
    cache = TileCache(8 * 1024)
    wrong: list[int] = []

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for key in rng.integers(0, 20, 500).tolist():
            got = cache.get_or_make(key, lambda key=key: block(1, key))
            if got[0] != key or cache.bytes_used > 8 * 1024:
                wrong.append(key)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(cache) == 8
