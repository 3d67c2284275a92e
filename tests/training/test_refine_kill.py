"""A refinement that is killed at any moment and started again ends as one that was not."""

from pathlib import Path

import pytest

from bloodview.core.refinement import CLASSIFIER, SEGMENTER, What
from tests.training import refine_kills


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("what", "kills"), [(CLASSIFIER, 3), (SEGMENTER, 2)])
def test_a_refinement_killed_some_times_ends_with_the_same_weights(tmp_path: Path, what: What, kills: int) -> None:
    whole, killed, resumed = refine_kills.compare(tmp_path, kills, what)
    assert whole == killed
    assert resumed > 0
