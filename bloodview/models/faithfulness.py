"""How far a map of what matters can be trusted: what blurring its places does to the answer, against a random order."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.cancel import CancelToken
from bloodview.models.api import Classifier, Float32, Question, UInt8

Float64 = NDArray[np.float64]

STEPS = 8
"""Parts in which the places are blurred, one after the other."""
DRAWS = 3
"""Random maps that a map is compared with."""
BLUR = 0.1
"""Deviation of the blur that takes a place's content away, in sides of the crop."""
_COARSE = 8  # a random map is as smooth as a map of 8 x 8 places
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The mean probability of the class while the places of a map are blurred, most important first.

    Args:
        by_map: in the order of the map; low if the map names what the answer rests on.
        by_chance: in random orders of like smoothness, averaged.
        draws: random orders.
    """

    by_map: float
    by_chance: float
    draws: int

    @property
    def drop(self) -> float:
        """How much faster than chance the map takes the class away; 0 or less: the map says nothing."""
        return self.by_chance - self.by_map

    @property
    def is_clear(self) -> bool:
        """Whether the map is clearly better than chance."""
        return self.drop >= _CLEAR

    @property
    def in_words(self) -> str:
        """What it says, for people."""
        figures = f"deletion {self.by_map:.2f}, by chance {self.by_chance:.2f}"
        if min(self.by_map, self.by_chance) > _UNTOUCHED:
            return f"Not to be tested: the answer stays, whatever is blurred ({figures})"
        if self.drop <= 0:
            return f"Not faithful: no better than a random map ({figures})"
        word = "Faithful" if self.is_clear else "Hardly faithful"
        return f"{word}: the class goes {self.drop:.2f} faster than by a random map ({figures})"


_CLEAR = 0.05
_UNTOUCHED = 0.9


def faithfulness(
    crop: UInt8,
    heat: Float32,
    question: Question,
    classifier: Classifier,
    cancel: CancelToken,
    *,
    steps: int = STEPS,
    draws: int = DRAWS,
    seed: int = 0,
) -> Faithfulness:
    """Judge a map float32 [S, S] of a crop uint8 [S, S, 3] by deletion (Petsiuk et al. 2018).

    What differs: places are blurred, not blackened, and random maps of like smoothness are deleted beside it.

    Raises:
        Cancelled: the token was cancelled.
    """
    rng = np.random.default_rng(seed)
    maps = [heat, *(random_map(heat.shape, rng) for _ in range(draws))]
    areas = [deletion for deletion, _ in curves(crop, maps, question, classifier, cancel, steps, rng, inserts=False)]
    return Faithfulness(areas[0], float(np.mean(areas[1:])), draws)


def curves(
    crop: UInt8,
    maps: list[Float32],
    question: Question,
    classifier: Classifier,
    cancel: CancelToken,
    steps: int,
    rng: np.random.Generator,
    *,
    inserts: bool,
) -> list[tuple[float, float]]:
    """For each map the areas under the probability of the class while its places are blurred, and while they come back.

    The second figure is 0 where it is not asked for.
    """
    frames: list[UInt8] = [crop, blurred(crop)]
    for heat in maps:
        frames += changed(crop, heat, steps, rng, inserts=inserts)
    chances: list[Float64] = []
    for at in range(0, len(frames), _AT_ONCE):
        cancel.check()
        said = classifier.classify(np.stack(frames[at : at + _AT_ONCE])).probabilities
        chances.append(chance(said, question, classifier.classes))
    p = np.concatenate(chances)
    inner = p[2:].reshape(len(maps), 2 if inserts else 1, steps - 1)
    found = []
    for row in inner:
        gone = np.concatenate([p[:1], row[0], p[1:2]])
        back = np.concatenate([p[1:2], row[-1], p[:1]])
        areas = [float(np.trapezoid(curve, dx=1 / steps)) for curve in (gone, back)]
        found.append((areas[0], areas[1] if inserts else 0.0))
    return found


def changed(crop: UInt8, heat: Float32, steps: int, rng: np.random.Generator, *, inserts: bool) -> list[UInt8]:
    """The crop with 1 ... steps - 1 parts of its places blurred, highest first; and the other way round."""
    soft = blurred(crop)
    order = np.lexsort((rng.random(heat.size), -heat.ravel()))  # ties in random order
    rank = np.empty(heat.size, np.float64)
    rank[order] = np.arange(heat.size) / heat.size
    rank = rank.reshape(heat.shape)[..., None]
    shares = [i / steps for i in range(1, steps)]
    frames = [np.where(rank < share, soft, crop) for share in shares]
    return frames + ([np.where(rank < share, crop, soft) for share in shares] if inserts else [])


def blurred(crop: UInt8) -> UInt8:
    """The crop without what could tell its class."""
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), BLUR * crop.shape[0]), np.uint8)


def chance(probabilities: Float32, question: Question, classes: tuple[str, ...]) -> Float64:
    """float32 [N, C] -> float64 [N], the probability of what is explained; held against a class, among these two."""
    wanted: Float64 = probabilities[:, [classes.index(c) for c in question.wanted]].sum(axis=1).astype(np.float64)
    if not question.against:
        return wanted
    against = probabilities[:, [classes.index(c) for c in question.against]].sum(axis=1)
    return np.asarray(wanted / np.maximum(wanted + against, 1e-12))


def random_map(shape: tuple[int, ...], rng: np.random.Generator) -> Float32:
    """float32 of a shape [H, W]: noise of 8 x 8 places, made smooth."""
    coarse = rng.random((_COARSE, _COARSE), np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def located(heat: Float32, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """The share of a map's positive energy inside a region bool [S, S], and whether its maximum lies there (0 to 1)."""
    positive = np.clip(heat, 0, None).astype(np.float64)
    top = heat == heat.max()
    return float(positive[inside].sum() / max(positive.sum(), 1e-12)), float(inside[top].mean())
