"""A refinement that is killed at any moment and started again ends as one that was not."""

from pathlib import Path

import pytest

from tests.training import refine_kills


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_refinement_killed_three_times_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole, killed, resumed = refine_kills.compare(tmp_path, 3)
    assert whole == killed
    assert resumed > 0
