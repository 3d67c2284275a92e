"""The protocol `queue`: how many labels a person must give, where the program chooses the cells, against chance.

The trainings are those of the protocol `left-out`: the laboratory that is asked about never trained. Half of its scenes
are a pool whose cells get labels, the other half judges; five labels at a time are given, by the order of
`core.next_looks` or by chance, and after each five the correction of `models.fewshot` is fitted to all labels so far,
as `adapt` does. Apart from that, how many of the wrong labels stand in the first fifth of the queue, where nothing is
learned on the way: by chance a fifth would. The order was settled on bccd and chula_wbc; zheng1 had no say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core import next_looks
from bloodview.core.differential import wilson
from bloodview.core.next_looks import Candidates
from bloodview.core.taxonomy import COARSE, coarse_of
from bloodview.core.training_run import RunFile
from bloodview.models import fewshot
from bloodview.models.card import Metric
from bloodview.models.fewshot import Support
from training import few_shot, splits
from training.judge import LEAST_CELLS, Part, allowed, coarse_probabilities
from training.methods import Answers
from training.protocols import Bench
from training.results import Record

PROTOCOL = "queue"
STEP, MOST = 5, 60
"""Labels between two fits, and labels in all."""
REACHED_BY = 40
"""Labels by chance whose accuracy the queue is to reach."""
REPEATS = 12
"""Random halves of a laboratory."""
FIRST = 0.2
"""Share of a queue in which wrong labels are counted."""
AT = (10, 20, 40)
"""Numbers of labels at which both are compared."""

Float32 = NDArray[np.float32]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pool:
    """The cells of a laboratory as a method sees them.

    Args:
        answers: of the method.
        labels: the truth, nodes of the tree.
        groups: what must stay on one side.
        classes: the coarse classes that judge.
    """

    answers: Answers
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, cells: splits.Cells, answers: Answers) -> "Pool":
        """Cells with what a method says of them; a class of few cells gets labels but does not judge."""
        truth = [coarse_of(e.label) for e in cells]
        classes = tuple(c for c in COARSE if truth.count(c) >= LEAST_CELLS)
        return cls(answers, tuple(e.label for e in cells), tuple(e.group for e in cells), classes)

    def halves(self, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows whose cells may be labelled, and rows that judge; no scene is in both."""
        names, which = np.unique([g or f"alone {i}" for i, g in enumerate(self.groups)], return_inverse=True)
        chosen = np.random.default_rng(seed).permutation(len(names)) < len(names) // 2
        return np.flatnonzero(chosen[which]), np.flatnonzero(~chosen[which])


def queue(bench: Bench, run: RunFile, laboratories: Sequence[str]) -> Iterator[Record]:
    """One record a laboratory left out, with a part for it and for each set that never trains."""
    for laboratory in laboratories:
        setting = splits.left_out(run, bench.cells, laboratory)
        learned, origin = bench.learned(setting)
        parts = [_part(name, Pool.of(cells, learned.answer(cells))) for name, cells in setting.judged.items()]
        yield bench.record(PROTOCOL, setting, origin, parts)


def curves(pool: Pool, repeats: int = REPEATS) -> tuple[Float, Float]:
    """Balanced accuracy float64 [R, T] at 0, 5, 10, ... labels: chosen by the queue, and by chance."""
    found = [(_curve(pool, seed, by_chance=False), _curve(pool, seed, by_chance=True)) for seed in range(repeats)]
    chosen, chance = zip(*found, strict=True)
    return np.array(chosen), np.array(chance)


def labels_needed(curve: Float, aim: float) -> float:
    """Labels at which a curve float64 [T] first reaches an accuracy, between two points in a straight line; inf."""
    above = np.flatnonzero(curve >= aim)
    if not above.size:
        return float("inf")
    k = int(above[0])
    if k == 0:
        return 0.0
    return STEP * (k - 1 + float((aim - curve[k - 1]) / (curve[k] - curve[k - 1])))


def errors_found(pool: Pool) -> Metric:
    """The share of wrong labels, all coarse classes allowed, that a person meets in the first fifth of the queue."""
    coarse = coarse_probabilities(pool.answers.probabilities)
    truth = np.array([coarse_of(label) for label in pool.labels])
    wrong = np.array(COARSE)[coarse.argmax(axis=1)] != truth
    every = list(range(len(truth)))
    first = _chosen(pool, pool.answers.probabilities, every, [], round(FIRST * len(truth)))
    n, found = int(wrong.sum()), int(wrong[first].sum())
    ends = wilson(found, n)
    return Metric("errors in the first fifth", round(found / max(1, n), 4), round(ends.low, 4), round(ends.high, 4), n)


def _part(name: str, pool: Pool) -> Part:
    """Both ways at some numbers of labels, and the labels that reach what chance reaches with REACHED_BY."""
    chosen, chance = curves(pool)
    figures = [_mean("0 labels", chance[:, 0])]
    for n in AT:
        figures.append(_mean(f"{n} labels, chance", chance[:, n // STEP]))
        figures.append(_mean(f"{n} labels, queue", chosen[:, n // STEP]))
        figures.append(_mean(f"{n} labels, gain", chosen[:, n // STEP] - chance[:, n // STEP]))
    figures.append(_mean(f"{MOST} labels, chance", chance[:, -1]))
    rng = np.random.default_rng(0)
    drawn = [rng.integers(0, len(chosen), len(chosen)) for _ in range(1000)]
    aim = chance[:, REACHED_BY // STEP]
    needed = [labels_needed(chosen[r].mean(axis=0), float(aim[r].mean())) for r in drawn]
    value = labels_needed(chosen.mean(axis=0), float(aim.mean()))
    if np.isfinite(value):
        low, high = np.percentile(np.minimum(needed, MOST), [2.5, 97.5])
        figures.append(
            Metric("labels needed", round(value, 1), round(float(low), 1), round(float(high), 1), len(chosen))
        )
    figures.append(errors_found(pool))
    truth = [coarse_of(label) for label in pool.labels]
    return Part(name, False, {c: truth.count(c) for c in pool.classes}, tuple(figures), {}, {}, {}, ())


def _curve(pool: Pool, seed: int, *, by_chance: bool) -> Float:
    """Balanced accuracy float64 [T] of one half after each fit."""
    rows, judging = pool.halves(seed)
    chance = np.random.default_rng(seed + 1000).permutation(rows)
    labelled: list[int] = []
    said = pool.answers.probabilities
    reached = [_balanced(pool, said, judging)]
    while len(labelled) < MOST:
        left = [int(r) for r in chance if r not in set(labelled)]
        labelled += left[:STEP] if by_chance else _chosen(pool, said, left, labelled)
        said = _corrected(pool, labelled)
        reached.append(_balanced(pool, said, judging))
    return np.array(reached)


def _chosen(pool: Pool, said: Float32, left: list[int], labelled: list[int], most: int = STEP) -> list[int]:
    """The next cells by the queue."""
    if not left:
        return []
    ranked = np.sort(coarse_probabilities(said[left]), axis=1)[:, ::-1]
    features = few_shot.unit(pool.answers.embeddings)
    familiarity = np.nan_to_num(pool.answers.familiarity[left], nan=1.0)
    candidates = Candidates(ranked[:, 0], ranked[:, 1], familiarity, features[left])
    return [left[look.row] for look in next_looks.order(candidates, features[labelled], most)]


def _corrected(pool: Pool, labelled: list[int]) -> Float32:
    """Probabilities of all cells after a fit to the labelled ones."""
    scores = np.log(np.maximum(pool.answers.probabilities, 1e-6))
    features = pool.answers.embeddings
    kinds = tuple(pool.labels[r] for r in labelled)
    marks = np.array([allowed(k) for k in kinds], np.float32)
    support = Support(scores[labelled, None], (features[labelled, None],), marks, kinds)
    return fewshot.fit(support).probabilities(scores[:, None], (features[:, None],))


def _balanced(pool: Pool, said: Float32, rows: NDArray[np.intp]) -> float:
    """Mean recall of the judged classes, answers forced among them."""
    own = [COARSE.index(c) for c in pool.classes]
    answers = np.array(pool.classes)[coarse_probabilities(said[rows])[:, own].argmax(axis=1)]
    truth = np.array([coarse_of(pool.labels[r]) for r in rows])
    return float(np.mean([(answers[truth == c] == c).mean() for c in pool.classes if (truth == c).any()]))


def _mean(name: str, values: Float) -> Metric:
    """The mean over repeats, with the 95 % interval of a bootstrap over them."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (1000, len(values)))].mean(axis=1)
    low, high = (round(float(v), 4) for v in np.percentile(means, [2.5, 97.5]))
    return Metric(name, round(float(values.mean()), 4), low, high, len(values))
