"""A case with three cells, ready to be edited."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bloodview.review.case import Case
from tests.review.examples import new_case


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Cells 1 lymphocyte, 2 monocyte, 3 eosinophil."""
    with new_case(tmp_path) as made:
        yield made
