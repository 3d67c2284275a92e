"""A model that was taught classes from a few examples: fitted, judged by leave-one-out, written as a model folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from bloodview.core.cancel import CancelToken
from bloodview.models import derived, learning, references
from bloodview.models.api import AdaptableClassifier, Float32, UInt8
from bloodview.models.card import WEIGHTS_NAME, LearnedClass, Lesson, Metric, ModelCard
from bloodview.models.derived import EXTRA
from bloodview.models.doubts import Doubt, copies, doubts
from bloodview.models.familiarity import Familiarity, Joint
from bloodview.models.learning import Learned
from bloodview.models.seen import Examples, Seen
from bloodview.models.standing import Judgement, judge

Progress = Callable[[float, str], None]
Tensors = Mapping[str, NDArray[np.generic]]

VIEWS = 2
"""A cell is learned from upright and mirrored."""
_AT_ONCE = 32  # cells between two looks at the token
_KEPT = "examples"


@dataclass(frozen=True, slots=True)
class Taught:
    """A model with new classes, not yet on the disk.

    Args:
        base: folder of the model that was taught.
        card: of that model.
        learned: the new classes, those that the base had learned before among them.
        examples: of all of them.
        extra: tensors that are new or replace those of the base.
        judgements: one a new class.
        doubts: examples that contradict the others.
        twice: for each crop the number of the first that shows the same picture.
        fingerprint: sha256 over the new examples' classes and pixels.
    """

    base: Path
    card: ModelCard
    learned: Learned
    examples: Examples
    extra: dict[str, NDArray[np.generic]]
    judgements: tuple[Judgement, ...]
    doubts: tuple[Doubt, ...]
    twice: tuple[int, ...]
    fingerprint: str

    @property
    def in_words(self) -> tuple[str, ...]:
        """What each class is worth, a line each."""
        return tuple(j.in_words for j in self.judgements)


def teach(
    crops: UInt8,
    labels: Sequence[str],
    classifier: AdaptableClassifier,
    base: Path,
    extends: bool,
    cancel: CancelToken,
    progress: Progress,
) -> Taught:
    """Teach a model, loaded from the folder `base`, the classes of crops uint8 [N, input_px, input_px, 3].

    Args:
        crops: examples, one cell each.
        labels: the class of each; with `extends` none that the model has.
        classifier: the model.
        base: its folder, which is only read.
        extends: whether the model's own classes stay answers; else the new ones stand alone.
        cancel: asked now and then.
        progress: hears of it.

    Raises:
        ValueError: with `extends`, if the model keeps no reference cells.
        Cancelled: the token was cancelled.
    """
    card = ModelCard.read(base)
    tensors = _further(base)
    before = kept_examples(tensors, card) if extends else None
    alone = extends and card.lesson is not None and not card.lesson.extends
    old = card.outputs if extends and not alone else ()
    seen, raw = _seen(crops, classifier, cancel, progress)
    twice = copies(seen.features[::VIEWS])
    first = max(before.cells, default=-1) + 1 if before else 0
    own = Examples(
        seen,
        tuple(name for name in labels for _ in range(VIEWS)),
        tuple(first + k for k in twice for _ in range(VIEWS)),
    )
    examples = Examples.together([before, own]) if before else own
    rest = references.among(tensors, card.outputs)
    progress(0.85, "leaving out each cell in turn")
    learned, left_out = learning.fit(examples, rest, old, card.outputs)
    cancel.check()
    extra: dict[str, NDArray[np.generic]] = {**learned.tensors(), **_kept(examples, learned.new)}
    extra |= _familiar(tensors, raw, crops, labels, extends).tensors()
    return Taught(
        base=base,
        card=card,
        learned=learned,
        examples=examples,
        extra=extra,
        judgements=judge(left_out),
        doubts=tuple(replace(d, cell=d.cell - first) for d in doubts(examples, rest, card.outputs) if d.cell >= first),
        twice=twice,
        fingerprint=derived.fingerprint(crops, labels),
    )


def _seen(
    crops: UInt8, classifier: AdaptableClassifier, cancel: CancelToken, progress: Progress
) -> tuple[Seen, Float32]:
    """What is kept of all views of the cells, and the embeddings of the upright ones as they are."""
    found: list[Seen] = []
    raw: list[Float32] = []
    for at in range(0, len(crops), _AT_ONCE):
        cancel.check()
        progress(0.8 * at / len(crops), f"cell {at + 1} of {len(crops)}")
        part = crops[at : at + _AT_ONCE]
        turned = np.stack([part, part[:, ::-1]], axis=1)
        seen, own = classifier.seen(np.ascontiguousarray(turned.reshape(-1, *part.shape[1:])))
        found.append(seen)
        raw.append(own[::VIEWS])
    return Seen.together(found), np.concatenate(raw)


def _familiar(tensors: Tensors, raw: Float32, crops: UInt8, labels: Sequence[str], extends: bool) -> Joint:
    """A familiarity that knows the examples; of kinds only theirs where the new classes stand alone."""
    known = {k: np.asarray(v, np.float32) for k, v in tensors.items() if k.startswith("familiarity.")}
    wide = Joint.read(known).widened(raw, crops, labels)
    if extends:
        return wide
    kind = wide.kind
    means = kind.means[-len(set(labels)) :]
    return replace(
        wide,
        kind=Familiarity(
            means, kind.whitening[-len(means) :] if kind.whitening.ndim == 3 else kind.whitening, kind.quantiles
        ),
    )


def _further(folder: Path) -> dict[str, NDArray[np.generic]]:
    """The tensors of a model folder beside the network's weights."""
    found = load_file(folder / WEIGHTS_NAME)
    return {k.removeprefix(EXTRA): v for k, v in found.items() if k.startswith(EXTRA)}


def _kept(examples: Examples, classes: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """The examples by the names under which a model keeps them, so that more classes can join later."""
    return {
        f"{_KEPT}.features": examples.seen.features.astype(np.float16),
        f"{_KEPT}.scores": np.maximum(examples.seen.scores, -20).astype(np.float16),
        f"{_KEPT}.labels": np.array([list(classes).index(n) for n in examples.names], np.int32),
        f"{_KEPT}.cells": np.array(examples.cells, np.int32),
    }


def kept_examples(tensors: Tensors, card: ModelCard) -> Examples | None:
    """The examples among a model's further tensors; None if it learned from none."""
    if card.lesson is None or f"{_KEPT}.features" not in tensors:
        return None
    features, scores, labels, cells = (tensors[f"{_KEPT}.{n}"] for n in ("features", "scores", "labels", "cells"))
    names = tuple(card.lesson.classes)
    seen = Seen(scores.astype(np.float32), features.astype(np.float32))
    numbers = [int(k) for k in labels.astype(np.int64)]
    return Examples(seen, tuple(names[k] for k in numbers), tuple(cells.astype(np.int64).tolist()))


def write(taught: Taught, folder: Path, model_id: str, title: str) -> ModelCard:
    """Write the model as a folder, whole or not at all; the base's folder is only read.

    Raises:
        ModelError: the base is not what its card says.
        StorageError: the folder is there already and not empty, or cannot be written.
    """
    base = taught.card
    card = replace(
        base,
        id=model_id,
        title=title,
        classes=taught.learned.classes,
        metrics=tuple(_metric(j) for j in taught.judgements),
        limits=_limits(taught),
        lesson=Lesson(
            base=base.mark,
            base_sha256=base.weights_sha256,
            base_classes=base.outputs,
            extends=bool(taught.learned.old),
            classes={j.name: _known(j, taught.examples) for j in taught.judgements},
            fingerprint=taught.fingerprint,
        ),
    )
    return derived.write(taught.base, taught.extra, card, folder)


def _metric(judged: Judgement) -> Metric:
    value = judged.right / judged.n if judged.n else 0.0
    return Metric(
        f"{judged.name}, examples found again, leave-one-out", value, judged.recall.low, judged.recall.high, judged.n
    )


def _known(judged: Judgement, examples: Examples) -> LearnedClass:
    return LearnedClass(
        examples=examples.number(judged.name),
        right=judged.right,
        n=judged.n,
        alarms=judged.alarms,
        others=judged.others,
        standing=judged.standing.value,
        summary=judged.in_words,
    )


def _limits(taught: Taught) -> str:
    """What the lesson adds to the limits of its base."""
    numbers = ", ".join(f"{taught.examples.number(name)} {name}" for name in taught.learned.new)
    return (
        f"Learned from a few examples ({numbers}) of one place and stain; leave-one-out rests on these alone and "
        "promises too much where several come from one slide. Only what a class that is Trusted names may stand "
        f"without a look. {taught.card.limits}"
    )
