"""Classes can be told apart by people who see colours differently.

Simulated after Machado, Oliveira and Fernandes (2009), severity 1, in linear RGB; distances are CIE 1976.
"""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from bloodview.core.own_classes import COLORS
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.class_mark import CHIP_BACK, outline_of
from bloodview.ui.style import DARK, LIGHT

SEEN_AS = {
    "as most do": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
SAME_SHAPE, ANY = 15.0, 1.0
"""The least distance of two classes of one shape, and of any two; 2.3 is what an eye just sees."""
CLASSES = DEFAULT_TAXONOMY.classes


def linear(color: str) -> np.ndarray:
    parts = np.array(QColor(color).getRgbF()[:3])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ rgb / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(a: str, b: str) -> float:
    high, low = sorted((float(np.dot([0.2126, 0.7152, 0.0722], linear(c))) for c in (a, b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("seen", SEEN_AS.values(), ids=SEEN_AS.keys())
def test_classes_of_one_shape_differ_in_colour_for_everybody(seen: np.ndarray) -> None:
    places = {c.id: lab(np.clip(seen @ linear(c.color), 0, 1)) for c in CLASSES}
    near = []
    for a, b in combinations(CLASSES, 2):
        far = float(np.linalg.norm(places[a.id] - places[b.id]))
        if far < (SAME_SHAPE if DEFAULT_TAXONOMY.shape(a.id) == DEFAULT_TAXONOMY.shape(b.id) else ANY):
            near.append(f"{a.id} and {b.id}: {far:.1f}")
    assert not near


def test_every_class_has_letters_of_its_own() -> None:
    assert len({c.mark for c in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("color", [*(c.color for c in CLASSES), *COLORS])
def test_a_mark_stands_out_from_its_ground(color: str) -> None:
    outline = outline_of(QColor(color)).name()
    for ground in (CHIP_BACK.name(), DARK.panel):
        assert contrast(color, ground) >= 2.3
    for ground in (CHIP_BACK.name(), DARK.panel, LIGHT.panel):
        assert max(contrast(color, ground), contrast(outline, ground)) >= 2.3
