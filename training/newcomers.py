"""Who trains where classes are left out that a model is to learn later from a few examples."""

from collections.abc import Sequence
from dataclasses import replace

from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.training_run import RunFile
from training import splits
from training.data import CellExample
from training.splits import Cells, Setting

NEW = (("basophil", "myelocyte"), ("erythroblast", "platelet"))
"""Leaf classes that one training leaves out together; each is then learned from examples, beside the classes known."""


def may_be(example: CellExample, names: Sequence[str]) -> bool:
    """Whether a cell is of one of these leaf classes, or of an inner node above one."""
    return any(DEFAULT_TAXONOMY.is_below(name, example.label) for name in names)


def without(run: RunFile, cells: Cells, names: Sequence[str]) -> Setting:
    """Train without every cell that may be of these leaf classes; pbc's test part judges."""
    judged = splits.at_home(cells, ["pbc"])
    (title, asked), *_ = judged.items()
    judging = set(asked)
    kept = [e for e in cells if e in judging or not may_be(e, names)]
    return replace(splits.home(run, kept), left_out="+".join(names), judged={title: asked}, home={title: asked})
