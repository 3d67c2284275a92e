"""A byte-bounded cache of pixel blocks; the least recently used go first. Safe to use from several threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.generic]


class TileCache:
    """Blocks of pixels by key, such as (slide id, level, column, row).

    Args:
        capacity_bytes: how much all blocks together may take.
    """

    def __init__(self, capacity_bytes: int) -> None:
        self.capacity_bytes = capacity_bytes
        self._blocks: OrderedDict[Hashable, Block] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def bytes_used(self) -> int:
        """What the blocks take now."""
        return self._bytes

    def get(self, key: Hashable) -> Block | None:
        """The block, which counts as used now; None if it is not held."""
        with self._lock:
            block = self._blocks.get(key)
            if block is not None:
                self._blocks.move_to_end(key)
            return block

    def put(self, key: Hashable, block: Block) -> None:
        """Hold a block; one that is larger than the whole cache is not held."""
        with self._lock:
            self._forget(key)
            if block.nbytes > self.capacity_bytes:
                return
            self._blocks[key] = block
            self._bytes += block.nbytes
            while self._bytes > self.capacity_bytes:
                self._forget(next(iter(self._blocks)))

    def get_or_make(self, key: Hashable, make: Callable[[], Block]) -> Block:
        """The block, made if it is not held; two threads may make the same one at once, neither waits for the other."""
        block = self.get(key)
        if block is None:
            block = make()
            self.put(key, block)
        return block

    def drop(self, belongs: Callable[[Hashable], bool]) -> None:
        """Forget every block whose key says so, such as those of a closed slide."""
        with self._lock:
            for key in [k for k in self._blocks if belongs(k)]:
                self._forget(key)

    def clear(self) -> None:
        """Forget everything."""
        self.drop(lambda _: True)

    def _forget(self, key: Hashable) -> None:
        block = self._blocks.pop(key, None)
        if block is not None:
            self._bytes -= block.nbytes
