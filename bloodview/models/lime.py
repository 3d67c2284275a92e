"""LIME: which patches of a crop the answer hangs on, by hiding patches at random and fitting a ridge; numpy only."""

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.cancel import CancelToken
from bloodview.models.api import Classifier, Float32, Question, UInt8
from bloodview.models.faithfulness import blurred

PATCHES_A_SIDE = 8
SAMPLES = 256
_ROUNDS = 5
_RIDGE = 1.0
_WIDTH = 0.25  # of the kernel that weighs a sample by the share of patches that it shows
_COLOUR = 3.0  # weight of the colour, in shares of the range, against the place in patches
_AT_ONCE = 32


def explain(
    crop: UInt8,
    question: Question,
    classifier: Classifier,
    cancel: CancelToken,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Float32:
    """Explain a crop uint8 [S, S, 3]; float32 [S, S], what each patch adds to the log odds of the class.

    Ribeiro et al. 2016. What differs: hidden patches are blurred, not greyed, since grey is a stain of its own here;
    the superpixels are those of `patches`.

    Raises:
        Cancelled: the token was cancelled.
    """
    rng = np.random.default_rng(seed)
    label = patches(crop)
    count = int(label.max()) + 1
    shown = rng.random((samples, count)) < 0.5
    shown[0] = True
    soft = blurred(crop)
    odds: list[NDArray[np.float64]] = []
    for at in range(0, samples, _AT_ONCE):
        cancel.check()
        keep = shown[at : at + _AT_ONCE][:, label][..., None]
        frames = np.where(keep, crop[None], soft[None])
        odds.append(log_odds(classifier.classify(frames).probabilities, question, classifier.classes))
    weights = np.exp(-(((1 - shown.mean(axis=1)) / _WIDTH) ** 2) / 2)
    return _ridge(shown.astype(np.float64), np.concatenate(odds), weights)[label].astype(np.float32)


def log_odds(probabilities: Float32, question: Question, classes: tuple[str, ...]) -> NDArray[np.float64]:
    """float32 [N, C] -> float64 [N], the logarithm of what is wanted over what it is held against."""
    wanted = [classes.index(c) for c in question.wanted]
    against = [i for i, c in enumerate(classes) if (c in question.against if question.against else i not in wanted)]
    p = np.maximum(probabilities.astype(np.float64), 1e-9)
    return np.asarray(np.log(p[:, wanted].sum(axis=1)) - np.log(p[:, against].sum(axis=1)))


def patches(crop: UInt8, a_side: int = PATCHES_A_SIDE) -> NDArray[np.intp]:
    """Patches of like colour, intp [S, S], numbered from 0 without gaps.

    The clusters of SLIC (Achanta et al. 2012): means in colour and place, begun on a grid. What differs: every pixel
    looks at all means, which for so few needs no search window.
    """
    side = crop.shape[0]
    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2LAB).astype(np.float32) / 255
    at = (np.arange(side, dtype=np.float32) + 0.5) / side * a_side
    y, x = np.meshgrid(at, at, indexing="ij")
    points = np.stack([_COLOUR * lab[..., 0], _COLOUR * lab[..., 1], _COLOUR * lab[..., 2], y, x], -1).reshape(-1, 5)
    grid = np.minimum(y.astype(int), a_side - 1) * a_side + np.minimum(x.astype(int), a_side - 1)
    label: NDArray[np.intp] = grid.ravel().astype(np.intp)
    for _ in range(_ROUNDS):
        number = np.bincount(label, minlength=a_side**2)
        sums = np.stack([np.bincount(label, points[:, k], a_side**2) for k in range(5)], axis=1)
        means = (sums / np.maximum(number, 1)[:, None])[number > 0].astype(np.float32)
        distance = (means**2).sum(axis=1)[None] - 2 * points @ means.T
        label = distance.argmin(axis=1)
    return np.unique(label, return_inverse=True)[1].reshape(side, side).astype(np.intp)


def _ridge(rows: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64]) -> Float32:
    """Coefficients float32 [P] of the weighted ridge with an intercept that is not held back."""
    w = weights / weights.sum()
    middle, level = w @ rows, w @ values
    centred = rows - middle
    gram = (centred * weights[:, None]).T @ centred + _RIDGE * np.eye(rows.shape[1])
    return np.linalg.solve(gram, (centred * weights[:, None]).T @ (values - level)).astype(np.float32)
