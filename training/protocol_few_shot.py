"""The protocol `few-shot`: eight classes from five support pictures each, beside readings of all labelled pictures.

After Tummala and Suresh 2023 on pbc: 125 cells a coarse class train the encoder, 125 validate, the rest judges. As
published a query goes to the class with the smallest mean distance to its 5 support pictures, which are drawn from
those that trained. Beside it, on the same encoder: the same with support pictures that did not train, the same read in
the space of the classes' means, and prototypes and nearest neighbours of all 125. Each cell is a query in each episode.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.taxonomy import COARSE, coarse_of
from bloodview.core.training_run import RunFile
from bloodview.models.card import Metric
from training import few_shot, splits
from training.data import CellExample
from training.evaluate import figure, mean_recall, resamples
from training.few_shot import Float32, Int
from training.judge import Part
from training.protocols import Bench
from training.results import Record

PROTOCOL = "few-shot"
SHOTS, EPISODES = 5, 20
READINGS = {
    "published": "as published",
    "new support": "support that did not train",
    "classes' space": "in the classes' space",
    "new support, classes' space": "both",
    "prototypes": "prototypes of all",
    "k-nearest": "k-nearest of all",
}
"""Name in a part -> head of its column."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Cells whose classes are known: embeddings float32 [N, D] of length 1, classes int64 [N] as places in COARSE."""

    embeddings: Float32
    labels: Int


def few_shots(bench: Bench, run: RunFile, _laboratories: Sequence[str]) -> Iterator[Record]:
    """All readings on pbc's test part and on everything that neither trained nor validated."""
    setting = splits.few_shot(run, bench.cells)
    learned, origin = bench.learned(setting)

    def seen(cells: splits.Cells) -> Labelled:
        labels = np.array([COARSE.index(coarse_of(e.label)) for e in cells])
        return Labelled(few_shot.unit(learned.answer(cells).embeddings), labels)

    train, held_out = seen(setting.train), seen(setting.held_out)
    rest = setting.judged["pbc rest"]
    asked = seen(rest)
    answers = readings(train, held_out, asked.embeddings, run.seed)
    parts = []
    for name, cells in setting.judged.items():
        own = set(cells)
        rows = np.array([e in own for e in rest])
        here = [e for e in rest if e in own]
        parts += [_part(f"{name}, {k}", here, asked.labels[rows], v[:, rows]) for k, v in answers.items()]
    yield bench.record(PROTOCOL, setting, origin, parts)


def readings(train: Labelled, held_out: Labelled, queries: Float32, seed: int) -> dict[str, Int]:
    """Answers int64 [T, N] of each reading to N queries, in T episodes where support pictures are drawn, else in one.

    Args:
        train: the cells that trained the encoder.
        held_out: those that validated it, which settle the number of neighbours and lend support pictures.
        queries: float32 [N, D].
        seed: of the episodes.
    """
    space = few_shot.classes_space(train.embeddings, train.labels)

    def drawn(of: Labelled, read: Float32 | None) -> Int:
        support, asked = (of.embeddings, queries) if read is None else (of.embeddings @ read.T, queries @ read.T)
        rows = few_shot.episodes(of.labels, SHOTS, EPISODES, seed)
        return np.stack([few_shot.by_support(asked, support[r], of.labels[r]) for r in rows])

    k = few_shot.best_k(held_out.embeddings, held_out.labels, train.embeddings, train.labels)
    return {
        "published": drawn(train, None),
        "new support": drawn(held_out, None),
        "classes' space": drawn(train, space),
        "new support, classes' space": drawn(held_out, space),
        "prototypes": few_shot.by_prototypes(queries, train.embeddings, train.labels)[None],
        "k-nearest": few_shot.by_neighbours(queries, train.embeddings, train.labels, k)[None],
    }


def _part(name: str, cells: Sequence[CellExample], truth: Int, answers: Int) -> Part:
    """What a reading reached: recalls are means over episodes; the interval is over groups of cells.

    "balanced" is the macro recall; "episodes" is its mean with the range that 95 of 100 episodes keep within.
    """
    classes = [c for k, c in enumerate(COARSE) if (truth == k).any()]
    hits: NDArray[np.float64] = (answers == truth).mean(axis=0)
    weights = resamples([f"{e.dataset} {e.group}" if e.group else "" for e in cells])
    figures = [figure("balanced", mean_recall([COARSE[t] for t in truth], hits), weights)]
    if len(answers) > 1:
        each = [few_shot.macro_recall(truth, a == truth) for a in answers]
        low, high = (round(float(v), 4) for v in np.percentile(each, [2.5, 97.5]))
        figures.append(Metric("episodes", round(float(np.mean(each)), 4), low, high, len(each)))
    recalls = {c: round(float(hits[truth == COARSE.index(c)].mean()), 4) for c in classes}
    confusion = {
        c: {d: int(n) for d in COARSE if (n := (answers[0][truth == COARSE.index(c)] == COARSE.index(d)).sum())}
        for c in classes
    }
    return Part(
        judged=name,
        trained=True,
        cells={c: int((truth == COARSE.index(c)).sum()) for c in classes},
        figures=tuple(figures),
        recalls=recalls,
        forced_recalls=recalls,
        confusion=confusion,
        reliability=(),
    )
