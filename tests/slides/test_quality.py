import cv2
import numpy as np
import pytest

from bloodview.slides.quality import Look, glass_of, look_at, smear_of, usual_sharpness

GLASS = (254, 232, 212)


def cells(n: int, side: int = 320) -> np.ndarray:
    """Discs of nine pixels on glass, on a lattice of n x n."""
    image = np.full((side, side, 3), GLASS, np.uint8)
    for y in np.linspace(5, side - 5, n):
        for x in np.linspace(5, side - 5, n):
            cv2.circle(image, (round(x), round(y)), 5, (200, 140, 150), -1)
    return image


def look(image: np.ndarray) -> Look:
    return look_at(image, np.array(GLASS, np.float32))


def test_empty_glass_is_blank_a_single_cell_is_not() -> None:
    empty = np.full((320, 320, 3), GLASS, np.uint8)
    assert look(empty).is_blank
    cv2.circle(empty, (100, 100), 8, (120, 60, 160), -1)
    assert not look(empty).is_blank


def test_uneven_light_is_not_taken_for_cells() -> None:
    slope = np.linspace(0, 14, 320)[None, :, None]
    assert look((np.full((320, 320, 3), GLASS) - slope).astype(np.uint8)).is_blank


def test_thick_parts_and_parts_out_of_focus_are_no_monolayer() -> None:
    good, thick = look(cells(22)), look(cells(40))
    blurred = look(np.asarray(cv2.GaussianBlur(cells(22), (0, 0), 3), np.uint8))
    usual = usual_sharpness([good, good, thick, blurred, look(np.full((64, 64, 3), GLASS, np.uint8))])
    assert good.is_monolayer(usual)
    assert thick.is_crowded
    assert not thick.is_monolayer(usual)
    assert blurred.is_blurred(usual)
    assert not blurred.is_monolayer(usual)


def test_a_thick_part_beside_glass_is_thick_a_monolayer_beside_it_is_one() -> None:
    half = cells(40)
    half[:, :150] = GLASS
    assert look(half).is_crowded
    half = cells(22)
    half[:, :150] = GLASS
    assert look(half).is_monolayer(look(cells(22)).sharpness)


def test_the_glass_of_a_slide_is_its_bright_end() -> None:
    assert glass_of(cells(15)) == pytest.approx(GLASS, abs=1)
    assert usual_sharpness([]) == 0


def test_the_smear_is_what_is_not_glass_with_the_gaps_between_cells_closed() -> None:
    overview = np.full((60, 90, 3), 238, np.uint8)
    overview[10:50:3, 20:60:3] = (190, 110, 130)
    smear = smear_of(overview)
    assert smear[11:46, 21:56].all()
    assert not smear[:, 64:].any()
    assert not smear_of(np.full((20, 20, 3), 238, np.uint8)).any()
