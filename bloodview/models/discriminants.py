"""Linear discriminants of new classes from few cells, and what they say of cells that were left out; numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.models.seen import Examples, Rest

Float64 = NDArray[np.float64]

SHRUNK_LOOKS, SHRUNK = 0.05, 0.5
"""How far the cells' covariance is drawn towards a round one, for looks and for embeddings."""
_LEAST_SPREAD = 0.1
_FOLDS = 5
_STEEP = 6.0
_FAR = 3.0  # in the distance from the sixth part to the middle, which is the deviation of a normal spread
_SLOPES = tuple(np.geomspace(0.01, 1.0, 30).tolist())
_GENTLE = 0.02
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Crowd:
    """The rest in groups.

    Args:
        features: float64 [R, F].
        top: float64 [R], see LeftOut.
        groups: int64 [R], index into `names`.
        known: bool [R], see LeftOut.
        right: bool [R], whether the base's answer is the group.
        names: classes of the base.
    """

    features: Float64
    top: Float64
    groups: NDArray[np.intp]
    known: NDArray[np.bool_]
    right: NDArray[np.bool_]
    names: tuple[str, ...]

    @classmethod
    def of(cls, rest: Rest | None, base: Sequence[str], part: slice) -> "Crowd":
        """Of a part of the features. Groups are the classes of the base that at least two cells are of.

        A cell of a label that is no class of the base, such as an inner node, goes by the base's answer.
        """
        if rest is None or not len(rest):
            return cls(np.zeros((0, 0)), np.zeros(0), np.zeros(0, np.intp), *(np.zeros(0, bool),) * 2, ())
        index = {name: k for k, name in enumerate(base)}
        said = np.array([bool(label) for label in rest.labels])
        own = np.array([index.get(label, -1) for label in rest.labels])
        answers = rest.seen.scores.argmax(axis=1)
        own = np.where(own >= 0, own, answers)
        found, place, counts = np.unique(own, return_inverse=True, return_counts=True)
        good = counts >= 2
        kept = good[place]
        names = tuple(base[int(k)] for k, fine in zip(found, good, strict=True) if fine)
        return cls(
            features=rest.seen.features[kept, part].astype(np.float64),
            top=rest.seen.scores[kept].max(axis=1).astype(np.float64),
            groups=(np.cumsum(good) - 1)[place[kept]],
            known=said[kept],
            right=(own == answers)[kept],
            names=names,
        )

    def part(self, which: NDArray[np.bool_]) -> "Crowd":
        """Some of the cells, all of the groups."""
        return Crowd(
            self.features[which], self.top[which], self.groups[which], self.known[which], self.right[which], self.names
        )

    def means(self) -> Float64:
        """float64 [G, F]; a group without a cell has the mean of all."""
        middle = self.features.mean(axis=0)
        own = [self.features[self.groups == g] for g in range(len(self.names))]
        return np.stack([o.mean(axis=0) if len(o) else middle for o in own])

    def residuals(self) -> Float64:
        """float64 [R, F], differences to the group's mean."""
        return np.asarray(self.features - self.means()[self.groups])


@dataclass(frozen=True, slots=True)
class Shown:
    """The example cells, a row each.

    Args:
        cells: float64 [M, F], the mean of its views.
        asked: float64 [M, F], its first view, as it will be seen in use.
        top: float64 [M], see LeftOut.
        numbers: of the cells.
        names: the class of each.
        classes: the new classes.
    """

    cells: Float64
    asked: Float64
    top: Float64
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, examples: Examples, part: slice) -> "Shown":
        """One row a cell, of a part of the features."""
        numbers, features = np.array(examples.cells), examples.seen.features[:, part].astype(np.float64)
        name_of = dict(zip(examples.cells, examples.names, strict=True))
        rows = np.stack([features[numbers == c].mean(axis=0) for c in name_of])
        first = [int(np.flatnonzero(numbers == c)[0]) for c in name_of]
        top = examples.seen.scores[first].max(axis=1).astype(np.float64)
        return cls(rows, features[first], top, tuple(name_of), tuple(name_of.values()), examples.classes)

    def means(self, left_out: int = -1) -> Float64:
        """float64 [K, F], without a row; NaN for a class that has no other."""
        own, names = np.arange(len(self.names)) != left_out, np.array(self.names)
        nothing = np.full(self.cells.shape[1], np.nan)
        rows = [self.cells[own & (names == c)] for c in self.classes]
        return np.stack([r.mean(axis=0) if len(r) else nothing for r in rows])

    def residuals(self) -> Float64:
        """float64 [M, F], differences to the class's mean without the cell; to nothing for a single one."""
        own = [self.cells[i] - self.means(i)[self.classes.index(n)] for i, n in enumerate(self.names)]
        return np.asarray(np.nan_to_num(np.stack(own)))


@dataclass(frozen=True, slots=True)
class Space:
    """A covariance, after every number was divided by its spread.

    Args:
        scale: float64 [F].
        root: float64 [F, F], lower triangle whose square is the covariance.
    """

    scale: Float64
    root: Float64

    @classmethod
    def of(cls, residuals: Float64, shrunk: float) -> "Space":
        """Of differences float64 [R, F] of cells to the means of their kinds."""
        spread = residuals.std(axis=0)
        scale = 1 / (spread + _LEAST_SPREAD * np.median(spread) + _LEAST)
        rows = residuals * scale
        covariance = (1 - shrunk) * (rows.T @ rows) / len(rows)
        covariance[np.diag_indices_from(covariance)] += shrunk
        return cls(scale, np.linalg.cholesky(covariance))

    def placed(self, features: Float64) -> Float64:
        """Features float64 [N, F] where distances count as this covariance has it; float64 [N, F]."""
        return np.asarray(np.linalg.solve(self.root, (features * self.scale).T).T)

    def heads(self, means: Float64) -> tuple[Float64, Float64]:
        """Weights float64 [F, C] and offsets [C] of the scores of classes with these means [C, F]."""
        placed = self.placed(means)
        weight = np.linalg.solve(self.root.T, placed.T) * self.scale[:, None]
        return np.asarray(weight), np.asarray(-0.5 * (placed**2).sum(axis=1))


def own_left_out(space: Space, means: Float64, shown: Shown) -> tuple[Float64, Float64]:
    """Of each example cell the log odds [M, K] by fits without it, and its scores [M, G] against all groups."""
    count, kinds = len(shown.cells), len(shown.classes)
    own = np.concatenate([shown.means(i) for i in range(count)])
    weight, offset = space.heads(np.concatenate([means, np.nan_to_num(own)]))
    scores = shown.asked @ weight + offset
    scores[:, len(means) :][:, np.isnan(own).any(axis=1)] = np.nan
    near, other = scores[:, : len(means)], scores[:, len(means) :]
    mine = np.stack([other[i, i * kinds : (i + 1) * kinds] for i in range(count)])
    return (mine - log_sum(near) if len(means) else mine), near


def rest_left_out(crowd: Crowd, shown: Shown, shrunk: float) -> Float64:
    """Log odds float64 [R, K] of the cells of the rest, a part at a time left out."""
    fold = np.empty(len(crowd.groups), np.intp)
    fold[np.argsort(crowd.groups, kind="stable")] = np.arange(len(fold)) % _FOLDS
    found = np.empty((len(fold), len(shown.classes)))
    for k in range(_FOLDS):
        kept = crowd.part(fold != k)
        weight, offset = Space.of(kept.residuals(), shrunk).heads(np.concatenate([kept.means(), shown.means()]))
        scores = crowd.features[fold == k] @ weight + offset
        groups = len(crowd.names)
        found[fold == k] = scores[:, groups:] - log_sum(scores[:, :groups])
    return found


def agreed(own: Float64, rest: Float64, shown: Shown, crowd: Crowd, alarms: float) -> tuple[Float64, Float64]:
    """Slope and bias [K] of the log odds, so that the class costs the rest `alarms` of its right names.

    A cell is taken for the class when its probability is the largest, which the base's largest stands against. Where
    all examples lie beyond, the border is half-way to the nearest of them. Cells that nobody named may be of the
    class: they move the border half-way to the middle of its examples at most, and no further than most of them lie.
    """
    slopes, biases = [], []
    for k, name in enumerate(shown.classes):
        mine = np.array(shown.names) == name
        mine &= np.isfinite(own[:, k])
        middle = np.median(own[mine, k]) if mine.any() else np.inf
        slope = _STEEP / max(_LEAST, float(np.std(rest[crowd.known | (rest[:, k] < middle), k])))
        needed, shows = slope * rest[:, k] - crowd.top, slope * own[mine, k] - shown.top[mine]
        hurdle = _hurdle(needed, crowd.known, crowd.right, alarms)
        if (~crowd.known).any():
            most = slope * middle - float(np.median(crowd.top))
            most = most if hurdle is None else max(hurdle, (hurdle + most) / 2)
            unnamed = _hurdle(needed, ~crowd.known & (needed < most), crowd.right, alarms)
            unnamed = None if unnamed is None else min(unnamed, _tail(needed[~crowd.known]))
            hurdle = max((h for h in (hurdle, unnamed) if h is not None), default=0.0)
        hurdle = hurdle or 0.0
        least = float(shows.min()) if mine.any() else hurdle
        slopes.append(slope)
        biases.append(-max(hurdle, (hurdle + least) / 2))
    return np.array(slopes), np.array(biases)


def _tail(values: Float64) -> float:
    """Where most cells end, by their lower half, in which no cell of the class lies: there may be many of it."""
    low, middle = np.quantile(values, [0.16, 0.5])
    return float(middle + _FAR * (middle - low))


def _hurdle(needed: Float64, part: NDArray[np.bool_], right: NDArray[np.bool_], alarms: float) -> float | None:
    """What `alarms` of a part of the cells exceed that had a right name to lose; None of no such cell."""
    losing = part & right
    if not losing.any():
        return None
    return float(np.quantile(needed[losing], max(0.0, 1 - alarms * part.sum() / losing.sum())))


def softened(own: Float64, shown: Shown) -> tuple[Float64, Float64]:
    """Slope and bias [K] where the new classes stand alone: the slope under which what was left out is likeliest."""
    at = np.array([shown.classes.index(n) for n in shown.names])
    good = np.isfinite(own).all(axis=1)
    none = np.zeros(len(shown.classes))
    if not good.any():
        return none + _SLOPES[0], none
    scores, true = own[good], at[good]

    def likely(slope: float) -> float:
        p = scores * slope
        return float((p - log_sum(p))[np.arange(len(p)), true].mean()) - _GENTLE * slope

    return none + max(_SLOPES, key=likely), none


def log_sum(scores: Float64) -> Float64:
    """Log of the sum of exp of each row, [N, 1]."""
    most = scores.max(axis=1, keepdims=True)
    return np.asarray(most + np.log(np.exp(scores - most).sum(axis=1, keepdims=True)))
