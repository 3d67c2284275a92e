"""Classes that never trained, learned from a few examples beside those that did: the protocol `new-class`."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.training_run import RunFile
from bloodview.models import learning
from bloodview.models import references as kept
from bloodview.models.card import CARD_NAME, WEIGHTS_NAME, Metric, ModelCard, sha256_of
from bloodview.models.derived import EXTRA
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.seen import Examples, Rest, Seen
from bloodview.models.standing import Standing, judge
from training import references, splits
from training.data import CellExample
from training.judge import Part
from training.methods import ModelFolder
from training.protocols import Bench
from training.results import Record
from training.splits import Cells, Setting

NEW = (("basophil", "myelocyte"), ("erythroblast", "platelet"))
"""Leaf classes that one training leaves out together; each is then learned from examples, beside the classes known."""
SHOTS, EPISODES = (5, 10), 20
"""Examples of the new class, and how often they are drawn anew."""
_STUDENT = 2.093  # 97.5 % of Student's t with 19 degrees of freedom
_BATCH = 128


def may_be(example: CellExample, names: Sequence[str]) -> bool:
    """Whether a cell is of one of these leaf classes, or of an inner node above one."""
    return any(DEFAULT_TAXONOMY.is_below(name, example.label) for name in names)


def without(run: RunFile, cells: Cells, names: Sequence[str]) -> Setting:
    """Train without every cell that may be of these leaf classes; pbc's test part judges."""
    judged = splits.at_home(cells, ["pbc"])
    (title, asked), *_ = judged.items()
    judging = set(asked)
    left = [e for e in cells if e in judging or not may_be(e, names)]
    return replace(splits.home(run, left), left_out="+".join(names), judged={title: asked}, home={title: asked})


def new_class(bench: Bench, run: RunFile, _laboratories: Sequence[str]) -> Iterator[Record]:
    """Classes of pbc that did not train, each learned from 5 and 10 examples: recall, and what it costs the others."""
    for names in NEW:
        setting = without(run, bench.cells, names)
        learned, origin = bench.learned(setting)
        if not isinstance(learned, ModelFolder):
            raise UserError(f"{run.model_id!r} is no single network, beside whose classes another could be learned.")
        base = bench.out / "bases" / f"{learned.folder.parent.parent.name}"
        if not base.exists():
            pruned(learned.folder, names, base)
            references.give(base, setting.train, setting.held_out, bench.device)
        classifier = TorchClassifier(ModelCard.read(base), base, bench.device.type, _BATCH, lambda _: None)
        rest = kept.read(base)
        if rest is None:
            raise UserError("keeps no reference cells.", path=base, hint="Take the folder away and run this again.")
        (title, asked), *_ = setting.judged.items()
        for name in names:
            part = _learned_anew(classifier, rest, bench, asked, name, title)
            yield bench.record("new-class", replace(setting, left_out=name), origin, [part])


def pruned(folder: Path, names: Sequence[str], target: Path) -> None:
    """Write a classifier whose head does not know some of its classes, since they did not train."""
    card = ModelCard.read(folder)
    tensors = load_file(card.check_weights(folder))
    left = [k for k, c in enumerate(card.classes) if c not in names]
    tensors = {k: v for k, v in tensors.items() if not k.startswith(f"{EXTRA}references.")}
    tensors |= {k: np.ascontiguousarray(tensors[k][left]) for k in ("head.weight", "head.bias")}
    with write_folder_whole(target) as beside:
        weights = beside / WEIGHTS_NAME
        save_file(tensors, weights)
        sealed = replace(
            card,
            id=f"{card.id}-without-{'-'.join(names)}",
            classes=tuple(card.classes[k] for k in left),
            weights_sha256=sha256_of(weights),
            weights_bytes=weights.stat().st_size,
        )
        (beside / CARD_NAME).write_text(sealed.to_json(), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Episode:
    """What a new class reached by one draw of examples."""

    recall: float
    loss: float
    alarms: float
    expected: float
    standing: Standing


def _learned_anew(classifier: TorchClassifier, rest: Rest, bench: Bench, asked: Cells, name: str, title: str) -> Part:
    """Figures of a class learned from examples of pbc's train part, over draws."""
    classes = classifier.classes
    known = [e for e in asked if e.label in classes]
    own = [e for e in asked if e.label == name]
    pool = splits.apart([e for e in splits.part(bench.cells, "pbc", "train") if e.label == name], asked)
    at_known, at_own, at_pool = (references.seen_as_the_app(classifier, cells, 1) for cells in (known, own, pool))
    truth = np.array([classes.index(e.label) for e in known])
    figures: list[Metric] = []
    for shots in SHOTS:
        found = []
        for seed in range(EPISODES):
            rows = np.random.default_rng(seed).choice(len(pool), shots, replace=False)
            found.append(_episode(at_pool.rows(rows), name, rest, classes, at_known, truth, at_own))
        for figure in ("recall", "loss", "alarms", "expected"):
            values = np.array([getattr(e, figure) for e in found])
            figures.append(_mean(f"{figure} {shots}", values, len(own) if figure == "recall" else len(known)))
        usable = np.array([e.standing is not Standing.DRAFT for e in found], float)
        figures.append(_mean(f"usable {shots}", usable, EPISODES))
    right = at_known.scores.argmax(axis=1) == truth
    figures.append(Metric("accuracy before", float(right.mean()), float(right.mean()), float(right.mean()), len(known)))
    return Part(title, True, {name: len(own)}, tuple(figures), {}, {}, {}, ())


def _episode(
    examples: Seen,
    name: str,
    rest: Rest,
    classes: tuple[str, ...],
    known: Seen,
    truth: NDArray[np.intp],
    own: Seen,
) -> _Episode:
    count = len(examples)
    given = Examples(examples, (name,) * count, tuple(range(count)))
    learned, left_out = learning.fit(given, rest, classes, classes)
    after = learned.probabilities(known).argmax(axis=1)
    (judged,) = judge(left_out)
    return _Episode(
        recall=float((learned.probabilities(own).argmax(axis=1) == len(classes)).mean()),
        loss=float((known.scores.argmax(axis=1) == truth).mean() - (after == truth).mean()),
        alarms=float((after == len(classes)).mean()),
        expected=judged.right / judged.n,
        standing=judged.standing,
    )


def _mean(name: str, values: NDArray[np.float64], n: int) -> Metric:
    """The mean over the draws, with Student's 95 % interval of it."""
    half = _STUDENT * float(values.std(ddof=1)) / math.sqrt(len(values))
    mean = float(values.mean())
    return Metric(name, round(mean, 4), round(mean - half, 4), round(mean + half, 4), n)


def section(records: Sequence[Record]) -> str:
    """The table of RESULTS.md, "" without a record."""
    own = [r for r in records if r.protocol == "new-class"]
    if not own:
        return ""
    lines = [
        "## A new class from a few examples\n",
        f"Two classes at a time did not train ({'; '.join(' and '.join(n) for n in NEW)}); each is then learned beside "
        "the nine that did, from examples of pbc's train part, and judged on pbc's test part by single answers among "
        f"all ten. Means over {EPISODES} draws of the examples with Student's 95 % interval. Loss: points of accuracy "
        "that the old classes lose. Left out: share of the examples found again without themselves, which is all that "
        "a user sees of the recall.\n",
        "| method | new class | examples | recall | loss on the old | taken for it | left out | not a draft | cells |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for r in sorted(own, key=lambda r: (r.method, r.seed, r.left_out)):
        for shots in SHOTS:
            part = r.parts[0]
            cells = [part.figure(f"{name} {shots}") for name in ("recall", "loss", "alarms", "expected", "usable")]
            texts = [f"{m.value:.3f} [{m.low:.3f}, {m.high:.3f}]" if m else "" for m in cells]
            n = sum(part.cells.values())
            lines.append(f"| `{r.method}` | {r.left_out} | {shots} | {' | '.join(texts)} | {n} |")
    return "\n".join(lines) + "\n"
