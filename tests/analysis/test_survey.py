"""Where a slide is looked at first."""

import cv2
import numpy as np
import pytest

from bloodview.analysis import survey
from bloodview.analysis.survey import Ground, in_turn
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.tiling import plan
from tests.fakes import FakeSlide, Spot, draw_field, grid_of_red_cells

SIDE, UM = 400, 0.4


def part(kind: str) -> np.ndarray:
    size = Size(SIDE, SIDE)
    if kind == "glass":
        return draw_field(size, [], UM)
    if kind == "crowded":
        spots = [Spot(float(x), float(y), Kind.RBC) for x in range(0, SIDE, 15) for y in range(0, SIDE, 15)]
        return draw_field(size, spots, UM)
    picture = draw_field(size, grid_of_red_cells(size, UM), UM)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 8), np.uint8) if kind == "blurred" else picture


def slide(rows: list[list[str]], **more: object) -> FakeSlide:
    image = np.concatenate([np.concatenate([part(k) for k in row], axis=1) for row in rows])
    more.setdefault("level_downsamples", (1.0, 2.0))
    return FakeSlide(image, Scale(UM, "file"), **more)


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "SURVEYED_FROM", 4)


def _nobody(_share: float, _text: str) -> None:
    pass


def order(shown: FakeSlide, cancel: CancelToken | None = None) -> list[survey.Turn]:
    tiles = plan(shown.size, SIDE, 0)
    return in_turn(shown, tiles, UM, cancel or CancelToken(), _nobody)


def test_the_monolayer_comes_first_then_thick_then_blurred_and_glass_is_known_as_blank() -> None:
    shown = slide([["glass", "crowded", "cells", "cells"], ["glass", "blurred", "cells", "cells"]])
    turns = order(shown)
    kinds = [t.ground for t in turns]
    assert kinds == [Ground.MONOLAYER] * 4 + [Ground.CROWDED, Ground.BLURRED] + [Ground.BLANK] * 2
    assert [t.number for t in turns[:4]] == [2, 3, 7, 6], "to and fro"
    assert sorted(t.number for t in turns) == list(range(8))


def test_a_lone_leukocyte_on_glass_is_not_passed_over() -> None:
    shown = slide([["cells", "cells", "cells", "glass"]])
    cv2.circle(shown.image, (3 * SIDE + 200, 200), 15, (90, 40, 140), -1)
    assert Ground.BLANK not in {t.ground for t in order(shown)}


def test_a_slide_without_coarse_levels_or_of_few_tiles_keeps_its_order() -> None:
    rows = [["glass", "crowded", "cells", "cells"]]
    fine = in_turn(slide(rows, level_downsamples=(1.0,)), plan(Size(1600, 400), SIDE, 0), 0.1, CancelToken(), _nobody)
    assert [t.number for t in fine] == [0, 1, 2, 3]
    assert {t.ground for t in order(slide([["glass", "cells"]]))} == {Ground.UNKNOWN}


def test_a_part_that_cannot_be_read_leaves_the_plain_order() -> None:
    turns = order(slide([["glass", "crowded", "cells", "cells"]], broken_l0=(Box(0, 0, 10, 10),)))
    assert {t.ground for t in turns} == {Ground.UNKNOWN}


def test_looking_over_can_be_stopped() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        order(slide([["cells", "cells", "cells", "cells"]]), cancel)
