import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bloodview.slides.ruler import RED_CELL_UM, FieldScale, measure

UInt8 = NDArray[np.uint8]

GLASS, RED, NUCLEUS = (232, 228, 224), (214, 160, 165), (92, 50, 140)


def smear(
    diameter: float,
    size: tuple[int, int] = (640, 480),
    *,
    gap: float = 1.35,
    pallor: bool = True,
    seed: int = 0,
) -> UInt8:
    """Red cells of one diameter at jittered places of a grid; those at the border are cut."""
    rng = np.random.default_rng(seed)
    width, height = size
    fine = 4
    image = np.full((height, width, 3), GLASS, np.uint8)

    def disc(x: float, y: float, d: float, colour: tuple[int, ...]) -> None:
        middle = (round(x * 2**fine), round(y * 2**fine))
        cv2.circle(image, middle, round(d / 2 * 2**fine), colour, -1, cv2.LINE_AA, fine)

    step = diameter * gap
    for y in np.arange(0, height + step, step):
        for x in np.arange(0, width + step, step):
            dx, dy = rng.uniform(-0.15, 0.15, 2) * diameter
            disc(x + dx, y + dy, diameter, RED)
            if pallor:
                disc(x + dx, y + dy, diameter * 0.35, tuple((a + b) // 2 for a, b in zip(RED, GLASS, strict=True)))
    noise = rng.normal(0, 2, image.shape)
    blurred = cv2.GaussianBlur(image, (0, 0), max(0.6, diameter / 50))
    return np.clip(blurred + noise, 0, 255).astype(np.uint8)


def seen(image: UInt8) -> FieldScale:
    field = measure(image)
    assert field is not None
    return field


@pytest.mark.parametrize("diameter", [12, 16, 24, 40, 64, 100, 160])
def test_red_cells_of_any_size_are_measured(diameter: int) -> None:
    field = seen(smear(diameter))
    assert field.red_cell_px == pytest.approx(diameter, rel=0.06)
    assert field.um_per_px == pytest.approx(RED_CELL_UM / field.red_cell_px)
    assert field.confidence >= 0.5


def test_touching_and_overlapping_cells_are_measured_one_by_one() -> None:
    field = seen(smear(50, gap=0.97))
    assert field.red_cell_px == pytest.approx(50, rel=0.1)
    assert field.red_cells > 30


def test_a_small_cut_out_with_cut_cells_is_enough() -> None:
    crop = np.ascontiguousarray(smear(70, (640, 480))[110:310, 90:290])
    assert seen(crop).red_cell_px == pytest.approx(70, rel=0.1)


def test_colours_of_glass_and_red_cells_are_told() -> None:
    field = seen(smear(40))
    assert np.abs(np.array(field.background_rgb) - GLASS).max() <= 6
    assert np.abs(np.array(field.red_cell_rgb) - RED).max() <= 12


def test_white_cells_are_not_taken_for_red_ones() -> None:
    image = smear(40, gap=1.6)
    for x, y in ((200, 150), (420, 300)):
        cv2.circle(image, (x, y), 52, (200, 190, 215), -1, cv2.LINE_AA)
        cv2.circle(image, (x - 8, y), 36, NUCLEUS, -1, cv2.LINE_AA)
    assert seen(image).red_cell_px == pytest.approx(40, rel=0.08)


def test_uneven_light_and_a_colour_cast_do_not_matter() -> None:
    image = smear(44).astype(np.float32)
    y, x = np.mgrid[-1:1:480j, -1:1:640j]
    light = (1 - 0.35 * (x * x + y * y))[..., None] * np.array([1.0, 0.75, 0.9])
    assert seen((image * light).astype(np.uint8)).red_cell_px == pytest.approx(44, rel=0.08)


def test_a_dark_border_round_the_field_does_not_matter() -> None:
    image = smear(20, (420, 420))
    y, x = np.mgrid[-1:1:420j, -1:1:420j]
    image[x * x + y * y > 0.95] = 4
    assert seen(image).red_cell_px == pytest.approx(20, rel=0.08)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_the_measure_grows_with_the_picture(factor: float) -> None:
    image = smear(48)
    other = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ratio = seen(np.asarray(other, np.uint8)).red_cell_px / seen(image).red_cell_px
    assert ratio == pytest.approx(factor, rel=0.04)


def test_small_cells_on_a_large_picture_are_found_by_looking_closer() -> None:
    assert seen(smear(16, (2600, 2000))).red_cell_px == pytest.approx(16, rel=0.06)


def test_the_answer_is_always_the_same() -> None:
    image = smear(36)
    assert measure(image) == measure(image.copy())


def lone_white_cell() -> UInt8:
    image = np.full((240, 240, 3), GLASS, np.uint8)
    cv2.circle(image, (120, 120), 70, (200, 190, 215), -1, cv2.LINE_AA)
    cv2.circle(image, (110, 125), 45, NUCLEUS, -1, cv2.LINE_AA)
    return image


def stripes() -> UInt8:
    image = np.full((300, 400, 3), GLASS, np.uint8)
    image[:, (np.arange(400) // 20) % 2 == 0] = RED
    return image


@pytest.mark.parametrize(
    "image",
    [
        np.full((300, 400, 3), 255, np.uint8),
        np.zeros((300, 400, 3), np.uint8),
        np.full((1, 1, 3), 200, np.uint8),
        np.full((20, 300, 3), 200, np.uint8),
        np.random.default_rng(0).normal(220, 4, (300, 400, 3)).clip(0, 255).astype(np.uint8),
        np.broadcast_to(np.linspace(90, 250, 400)[None, :, None], (300, 400, 3)).astype(np.uint8),
        lone_white_cell(),
        stripes(),
    ],
    ids=["white", "black", "one pixel", "a strip", "noise", "a gradient", "one white cell", "stripes"],
)
def test_without_red_cells_nothing_is_claimed(image: UInt8) -> None:
    assert measure(image) is None


def test_few_cells_give_little_confidence() -> None:
    many, few = smear(40), np.full((480, 640, 3), GLASS, np.uint8)
    few[:120, :120] = many[40:160, 40:160]
    field = measure(few)
    assert field is None or field.confidence < seen(many).confidence - 0.1
