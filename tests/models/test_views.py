"""The views of a cell, and what is told of them."""

import numpy as np

from bloodview.models.colours import WIDTH as COLOURS
from bloodview.models.fewshot import ASKED
from bloodview.models.shapes import WIDTH as SHAPES
from bloodview.models.views import LEARNED, told, views


def disc(side: int = 64, radius: float = 12) -> np.ndarray:
    made = np.full((1, side, side, 3), 235, np.uint8)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    made[0, np.hypot(y, x) < radius] = (90, 40, 120)
    return made


def test_the_first_view_is_the_crop_and_no_two_are_alike() -> None:
    crops = np.random.default_rng(0).integers(0, 255, (2, 32, 32, 3)).astype(np.uint8)
    found = views(crops)
    assert found.shape == (2, LEARNED, 32, 32, 3)
    np.testing.assert_array_equal(found[:, 0], crops)
    assert len({v.tobytes() for v in found[0]}) == LEARNED


def test_what_is_asked_shows_the_cell_as_it_is_from_farther_and_from_nearer() -> None:
    areas = [(v[:, :, 1] < 140).sum() for v in views(disc(), ASKED)[0]]
    np.testing.assert_allclose(np.array(areas) / areas[0], [1, 0.8**2, 1.25**2], rtol=0.1)


def test_a_farther_view_has_no_strange_border() -> None:
    farther = views(disc())[0, 1]
    assert (farther[[0, -1]] > 200).all()


def test_what_is_seen_is_the_evidence_view_by_view_with_colours_and_shapes() -> None:
    crops = np.concatenate([disc(radius=r) for r in (8, 12, 16)])

    def evidence(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means = images.mean(axis=(1, 2)).astype(np.float32)
        return means[:, :2], means

    scores, (embeddings, colours, shapes) = told(evidence, crops, ASKED)
    assert [f.shape for f in (scores, embeddings, colours, shapes)] == [(3, ASKED, w) for w in (2, 3, COLOURS, SHAPES)]
    np.testing.assert_allclose(embeddings[:, 0], crops.mean(axis=(1, 2)), rtol=1e-5)
    assert (embeddings[:, 2] < embeddings[:, 1]).all(), "nearer shows more of the dark cell"
    assert (np.ptp(shapes, axis=1) == 0).all()
    known = evidence(crops)
    again, (others, *_) = told(lambda images: evidence(images) if len(images) == 6 else (), crops, ASKED, known)
    np.testing.assert_array_equal(again, scores)
    np.testing.assert_array_equal(others, embeddings)
