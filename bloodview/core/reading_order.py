"""In which order cells are read blindly, and which: drawn by a seed that is kept with every answer."""

from collections.abc import Iterable

from bloodview.core.random_check import drawn

WANTED = 200
"""Cells a reader, after CLSI H20-A2."""

SEEDS = 1 << 31
"""Seeds lie below this."""


def shuffled(cell_ids: Iterable[int], seed: int, most: int | None = None) -> list[int]:
    """Cells in an order that looks like chance and is always the same for a seed; the first `most` of them."""
    return sorted(cell_ids, key=lambda cell_id: (drawn(seed * SEEDS + cell_id), cell_id))[:most]
