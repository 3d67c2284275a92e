"""Maps of reference cells, kept in whole numbers: how near they come back, and what joins them."""

import numpy as np

from bloodview.models.replay import Replay


def test_maps_come_back_within_half_a_level_of_each_channel() -> None:
    rng = np.random.default_rng(0)
    loud = np.array([1, 30, 0])[None, :, None, None]
    maps = np.maximum(rng.normal(size=(5, 3, 4, 4)), 0).astype(np.float32) * loud
    (again,) = Replay.of(range(5), [maps]).values()
    off = np.abs(again - maps).max(axis=(2, 3))
    assert (off <= maps.max(axis=(2, 3)) * (0.5 / 255 + 0.002)).all()
    assert (again[:, 2] == 0).all()


def test_further_cells_join_behind_and_may_be_numbered_anew() -> None:
    one, other = (
        Replay.of(rows, [np.full((2, 1, 1, 1), v, np.float32)]) for rows, v in (([3, 7], 1.0), ([9, 10], 2.0))
    )
    both = one.joined_by(other)
    assert both.rows.tolist() == [3, 7, 9, 10]
    np.testing.assert_allclose(both.values()[0].ravel(), [1, 1, 2, 2], rtol=0.01)
    assert both.numbered(np.arange(4)).rows.tolist() == [0, 1, 2, 3]
