"""Who trains, who calibrates and who judges in each protocol; nobody's group stands on two sides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import coarse_of
from bloodview.core.training_run import RunFile
from training.data import CellExample, at_most, listed
from training.data import cells as labelled_cells
from training.publish import check_licences

LABORATORIES = ("pbc", "bccd", "chula_wbc")
"""Those that train, and are left out in turn."""
JUDGES = ("zheng1",)
"""Those that never train."""
UNSEEN = ("basophil", "erythroblast", "platelet", "eosinophil")
"""Coarse classes that are left out of training in turn."""
SHOTS = (5, 10, 25, 125)
"""Labels a class of the protocol of few labels."""
TWIN_LABELS = 125
"""Cells a coarse class that train, and again as many that validate, in the protocol of System 2."""
LEUKOCYTES = ("basophil", "eosinophil", "immature_granulocyte", "lymphocyte", "monocyte", "neutrophil")

Cells = list[CellExample]


@dataclass(frozen=True, slots=True)
class Setting:
    """One training, and the sets of cells that judge it.

    Args:
        left_out: the laboratory, class or number of labels that names it, or "".
        run: the run file as it trains.
        train: the cells that train.
        held_out: the cells that calibrate.
        judged: name -> cells.
        home: name -> cells of the laboratories that trained, which neither trained nor calibrated.
    """

    left_out: str
    run: RunFile
    train: Cells
    held_out: Cells
    judged: dict[str, Cells]
    home: dict[str, Cells]

    def trained(self, cells: Cells) -> bool:
        """Whether other cells of the laboratory of these trained."""
        return bool({e.dataset for e in cells} & {e.dataset for e in self.train})

    def known(self) -> set[str]:
        """The coarse classes that trained."""
        return {coarse_of(e.label) for e in self.train}


def every_cell(root: Path) -> Cells:
    """Every labelled cell of the laboratories and the judges, as far as the data folder lists them.

    Raises:
        UserError: if its manifest or a listed set cannot be read.
    """
    return labelled_cells(root, listed(root, (*LABORATORIES, *JUDGES)))


def part(cells: Cells, dataset: str, *splits: str) -> Cells:
    """The cells of a data set, of some of its splits or of all."""
    return [e for e in cells if e.dataset == dataset and (not splits or e.split in splits)]


def leukocytes(cells: Cells) -> Cells:
    """Those that are leukocytes."""
    return [e for e in cells if coarse_of(e.label) in LEUKOCYTES]


def apart(cells: Sequence[CellExample], others: Sequence[CellExample]) -> Cells:
    """The cells that share no group with any of the others."""
    taken = {(e.dataset, e.group) for e in others if e.group}
    return [e for e in cells if (e.dataset, e.group) not in taken]


def at_home(cells: Cells, datasets: Sequence[str] = LABORATORIES) -> dict[str, Cells]:
    """The judged parts of the laboratories; chula_wbc has no test part, so its val part, other slides, is taken."""
    parts = {
        "pbc test": part(cells, "pbc", "test"),
        "bccd test": leukocytes(part(cells, "bccd", "test")),
        "chula_wbc val": leukocytes(part(cells, "chula_wbc", "val")),
    }
    return {k: v for k, v in parts.items() if k.split()[0] in datasets and v}


def home(run: RunFile, cells: Cells) -> Setting:
    """Train on the run's data sets, judge every laboratory's test part."""
    judged = at_home(cells)
    return _setting("", run, cells, run.datasets, judged, judged)


def left_out(run: RunFile, cells: Cells, laboratory: str) -> Setting:
    """Train on the run's other laboratories, judge all leukocytes of this one, and the sets that never train.

    Raises:
        UserError: if no other laboratory is left to train on.
    """
    others = [d for d in run.datasets if d != laboratory]
    if not others:
        raise UserError(
            f"The run {run.model_id!r} trains on {laboratory} alone, which is to be left out.",
            hint="Name more data sets in the run file, or another laboratory with --left-out.",
        )
    judged = {laboratory: leukocytes(part(cells, laboratory))}
    judged |= {d: found for d in JUDGES if (found := leukocytes(part(cells, d)))}
    own = {k: v for k, v in at_home(cells, others).items() if k != "chula_wbc val"}  # that calibrates here
    return _setting(laboratory, run, cells, others, judged, own)


def few_labels(run: RunFile, cells: Cells, shots: int) -> Setting:
    """Train and calibrate on so many labels a class of pbc, judge its test part.

    The epochs grow with the root of what is missing of the most labels, so that few labels are not too few steps.
    """
    epochs = max(1, round(run.epochs * math.sqrt(max(SHOTS) / shots)))
    small = replace(run, limit=shots, epochs=epochs, batch_size=max(1, min(run.batch_size, 4 * shots)))
    judged = at_home(cells, ["pbc"])
    setting = _setting(str(shots), small, cells, ["pbc"], judged, judged)
    return replace(setting, held_out=at_most(shots, setting.held_out, run.seed))


def few_shot(run: RunFile, cells: Cells) -> Setting:
    """The protocol of Tummala and Suresh 2023 on pbc: 125 cells a coarse class train, 125 validate, the rest judges.

    Both are drawn by the run's seed outside the test part, which is judged alone as well. No scene is on two sides.
    """
    known = part(cells, "pbc", "train", "val")
    train = _of_each_class(known, TWIN_LABELS, run.seed)
    held_out = _of_each_class(apart([e for e in known if e not in set(train)], train), TWIN_LABELS, run.seed + 1)
    taken = set(train) | set(held_out)
    rest = apart([e for e in part(cells, "pbc") if e not in taken], [*train, *held_out])
    judged = {"pbc test": part(rest, "pbc", "test"), "pbc rest": rest}
    for name, side in (("train", train), ("val", held_out), ("test", judged["pbc test"])):
        if not side:
            raise UserError(f"The data set 'pbc' holds no cells for the part {name!r}, or is not in the data folder.")
    return Setting("", replace(run, datasets=("pbc",)), train, held_out, judged, {})


def _of_each_class(cells: Cells, most: int, seed: int) -> Cells:
    """At most so many cells of each coarse class, drawn by the seed, in their order."""
    rng, taken, kept = np.random.default_rng(seed), dict[str, int](), []
    for i in rng.permutation(len(cells)):
        name = coarse_of(cells[i].label)
        taken[name] = taken.get(name, 0) + 1
        if taken[name] <= most:
            kept.append(int(i))
    return [cells[i] for i in sorted(kept)]


def unseen_class(run: RunFile, cells: Cells, name: str) -> Setting:
    """Train without a coarse class; pbc's test cells of it shall be told from those of the others."""
    kept = [e for e in cells if e.split == "test" or coarse_of(e.label) != name]
    judged = at_home(cells, ["pbc"])
    return _setting(name, run, kept, run.datasets, judged, judged)


def _setting(
    name: str, run: RunFile, cells: Cells, datasets: Sequence[str], judged: dict[str, Cells], home: dict[str, Cells]
) -> Setting:
    """Train and calibrate on these data sets, apart from what is judged and from each other.

    A transductive run keeps the names of all its data sets: it may look at pictures of those that do not train.

    Raises:
        UserError: if a data set must not train, or has no cells for it.
    """
    check_licences([*run.datasets, *datasets])
    asked = [e for side in (judged, home) for v in side.values() for e in v]
    judging = set(asked)
    own = [e for e in cells if e.dataset in datasets and e not in judging]
    train = apart([e for e in own if e.split == "train"], asked)
    held_out = apart(apart([e for e in own if e.split == "val"], asked), train)
    for dataset in datasets:
        if not part(train, dataset):
            raise UserError(f"The data set {dataset!r} holds no cells to train with, or is not in the data folder.")
    if not held_out:
        raise UserError(f"The data sets {', '.join(datasets)} hold no cells to calibrate with: a val part is missing.")
    seen = run.datasets if run.transductive else tuple(datasets)
    return Setting(name, replace(run, datasets=seen), train, held_out, judged, home)
