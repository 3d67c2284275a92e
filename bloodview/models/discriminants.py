"""Linear discriminants of new classes from few cells, and what they say of cells that were left out; numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.models.seen import Examples, Rest

Float64 = NDArray[np.float64]

_SHRUNK = 0.5
"""How far the cells' covariance is drawn towards a round one: there are more numbers a cell than cells."""
_LEAST_SPREAD = 0.1
_FOLDS = 5
_STEEP = 2.0
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
        names: classes of the base.
    """

    features: Float64
    top: Float64
    groups: NDArray[np.intp]
    known: NDArray[np.bool_]
    names: tuple[str, ...]

    @classmethod
    def of(cls, rest: Rest | None, base: Sequence[str]) -> "Crowd":
        """Groups are the classes of the base that at least two cells are of.

        A cell of a label that is no class of the base, such as an inner node, goes by the base's answer.
        """
        if rest is None or not len(rest):
            return cls(np.zeros((0, 0)), np.zeros(0), np.zeros(0, np.intp), np.zeros(0, bool), ())
        index = {name: k for k, name in enumerate(base)}
        said = np.array([bool(label) for label in rest.labels])
        own = np.array([index.get(label, -1) for label in rest.labels])
        own = np.where(own >= 0, own, rest.seen.scores.argmax(axis=1))
        found, place, counts = np.unique(own, return_inverse=True, return_counts=True)
        good = counts >= 2
        kept = good[place]
        names = tuple(base[int(k)] for k, fine in zip(found, good, strict=True) if fine)
        return cls(
            features=rest.seen.features[kept].astype(np.float64),
            top=rest.seen.scores[kept].max(axis=1).astype(np.float64),
            groups=(np.cumsum(good) - 1)[place[kept]],
            known=said[kept],
            names=names,
        )

    def part(self, which: NDArray[np.bool_]) -> "Crowd":
        """Some of the cells, all of the groups."""
        return Crowd(self.features[which], self.top[which], self.groups[which], self.known[which], self.names)

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
        top: float64 [M], see LeftOut.
        numbers: of the cells.
        names: the class of each.
        classes: the new classes.
    """

    cells: Float64
    top: Float64
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, examples: Examples) -> "Shown":
        """One row a cell."""
        numbers, features = np.array(examples.cells), examples.seen.features.astype(np.float64)
        name_of = dict(zip(examples.cells, examples.names, strict=True))
        rows = np.stack([features[numbers == c].mean(axis=0) for c in name_of])
        scores = np.stack([examples.seen.scores[numbers == c].mean(axis=0) for c in name_of]).astype(np.float64)
        return cls(rows, scores.max(axis=1), tuple(name_of), tuple(name_of.values()), examples.classes)

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
    """The inverse of a covariance, after every number was divided by its spread.

    Args:
        scale: float64 [F].
        basis: float64 [Q, F], directions in which it is not round.
        gain: float64 [Q], what it is there more than elsewhere.
    """

    scale: Float64
    basis: Float64
    gain: Float64

    @classmethod
    def of(cls, residuals: Float64) -> "Space":
        """Of differences float64 [R, F] of cells to the means of their kinds."""
        spread = residuals.std(axis=0)
        scale = 1 / (spread + _LEAST_SPREAD * np.median(spread) + _LEAST)
        rows = residuals * scale / np.sqrt(len(residuals))
        _, singular, basis = np.linalg.svd(rows, full_matrices=False)
        kept = singular > 1e-6 * max(float(singular[0]), _LEAST)
        values = (1 - _SHRUNK) * singular[kept] ** 2 + _SHRUNK
        return cls(scale, basis[kept], 1 / values - 1 / _SHRUNK)

    def heads(self, means: Float64) -> tuple[Float64, Float64]:
        """Weights float64 [F, C] and offsets [C] of the scores of classes with these means [C, F]."""
        own = means * self.scale
        solved = own / _SHRUNK + ((own @ self.basis.T) * self.gain) @ self.basis
        return np.asarray((solved * self.scale).T), np.asarray(-0.5 * (solved * own).sum(axis=1))

    def placed(self, features: Float64) -> Float64:
        """Features float64 [N, F] where distances count as this covariance has it; float64 [N, F]."""
        own = features * self.scale
        root = 1 / np.sqrt(_SHRUNK)
        more = np.sqrt(self.gain + 1 / _SHRUNK) - root
        return np.asarray(own * root + ((own @ self.basis.T) * more) @ self.basis)


def own_left_out(space: Space, means: Float64, shown: Shown) -> tuple[Float64, Float64]:
    """Of each example cell the log odds [M, K] by fits without it, and its scores [M, G] against all groups."""
    weight, offset = space.heads(means)
    near = shown.cells @ weight + offset
    rows = []
    for i, cell in enumerate(shown.cells):
        own_weight, own_offset = space.heads(shown.means(i))
        own = cell @ own_weight + own_offset
        rows.append(own - log_sum(near[i : i + 1])[0] if len(means) else own)
    return np.stack(rows), near


def rest_left_out(crowd: Crowd, shown: Shown) -> Float64:
    """Log odds float64 [R, K] of the cells of the rest, a part at a time left out."""
    fold = np.empty(len(crowd.groups), np.intp)
    fold[np.argsort(crowd.groups, kind="stable")] = np.arange(len(fold)) % _FOLDS
    found = np.empty((len(fold), len(shown.classes)))
    for k in range(_FOLDS):
        kept = crowd.part(fold != k)
        weight, offset = Space.of(kept.residuals()).heads(np.concatenate([kept.means(), shown.means()]))
        scores = crowd.features[fold == k] @ weight + offset
        groups = len(crowd.names)
        found[fold == k] = scores[:, groups:] - log_sum(scores[:, :groups])
    return found


def agreed(own: Float64, rest: Float64, shown: Shown, crowd: Crowd, alarms: float) -> tuple[Float64, Float64]:
    """Slope and bias [K] of the log odds, so that `alarms` of the rest are taken for the class.

    A cell is taken for it when its probability is the largest, which the base's largest stands against. Cells that
    nobody named may be of the class: those that are as much like it as half of its own examples are do not count.
    """
    slopes, biases = [], []
    for k, name in enumerate(shown.classes):
        found = own[np.array(shown.names) == name, k]
        found = found[np.isfinite(found)]
        usual = np.median(found) if len(found) else np.inf
        counted = crowd.known | (rest[:, k] < usual)
        slope = 1 / max(_LEAST, float(np.std(rest[counted, k]))) * _STEEP
        surplus = slope * rest[:, k] - crowd.top
        parts = [surplus[counted & crowd.known], surplus[counted & ~crowd.known]]
        slopes.append(slope)
        biases.append(-max((float(np.quantile(p, 1 - alarms)) for p in parts if len(p)), default=0.0))
    return np.array(slopes), np.array(biases)


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
