"""An adapted model: fitted to a laboratory's cells, judged by leave-one-out, written as a model folder of its own."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from bloodview.core.cancel import CancelToken
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.models import derived, fewshot
from bloodview.models.api import AdaptableClassifier, Float32, UInt8
from bloodview.models.card import WEIGHTS_NAME, Adaptation, Metric, ModelCard
from bloodview.models.derived import EXTRA
from bloodview.models.familiarity import Joint
from bloodview.models.fewshot import Recall, Support
from bloodview.models.views import LEARNED, told

Progress = Callable[[float, str], None]

RECOMMENDED = 5
"""Cells of a class that make an adaptation worth its while."""
STANDS = 0.88
"""The confidence from which a label of a fitted model may stand, if leave-one-out makes no error above it.

Measured on bccd and chula_wbc by networks that had not seen them: 0.98 of such labels were right from 0.85 up.
"""
_SURE = 0.02  # what an error left out must be beaten by before a label may stand
_AT_ONCE = 32  # cells between two looks at the token


@dataclass(frozen=True, slots=True)
class Estimate:
    """What leave-one-out says of an adaptation, on the labels that at least two cells carry.

    Args:
        before: balanced accuracy of the base on these cells; None if no label has two cells.
        after: of the adapted model, each cell judged by a correction that never saw it.
        recalls: label by label, (before, after).
    """

    before: Metric | None
    after: Metric | None
    recalls: tuple[tuple[Recall, Recall], ...]

    @property
    def is_better(self) -> bool:
        """Whether more was named rightly than before."""
        return self.before is not None and self.after is not None and self.after.value > self.before.value

    @property
    def in_words(self) -> str:
        """What it says, for people."""
        before, after = self.before, self.after
        if before is None or after is None:
            return "Nothing tells how well it does: that needs two cells of a class."
        was, now = (f"{m.value:.0%} ({m.low:.0%} to {m.high:.0%})" for m in (before, after))
        words = (
            f"Of {after.n} cells, averaged over the classes, {was} were named rightly before and {now} now, "
            "each cell judged without itself."
        )
        if not self.is_better:
            return f"{words} That is no better: the model as it was is as good a choice."
        return f"{words} The gain may be chance; more cells would tell." if after.low <= before.value else words


@dataclass(frozen=True, slots=True)
class Adapted:
    """A model fitted to a laboratory, not yet on the disk.

    Args:
        base: folder of the model that was adapted.
        card: of that model.
        extra: tensors that are new or replace those of the base.
        thresholds: see ModelCard.
        numbers: label -> cells.
        fingerprint: sha256 over the cells' labels and pixels.
    """

    base: Path
    card: ModelCard
    extra: dict[str, Float32]
    thresholds: dict[str, float]
    numbers: dict[str, int]
    fingerprint: str
    estimate: Estimate


def adapt(
    crops: UInt8,
    labels: Sequence[str],
    classifier: AdaptableClassifier,
    base: Path,
    cancel: CancelToken,
    progress: Progress,
    taxonomy: Taxonomy = DEFAULT_TAXONOMY,
) -> Adapted:
    """Fit a model, loaded from the folder `base`, to crops uint8 [N, input_px, input_px, 3].

    Each of the N labels is a node of the tree, at a class of the model or above one.

    Raises:
        Cancelled: the token was cancelled.
    """
    card = ModelCard.read(base)
    support = _seen(crops, labels, classifier, cancel, progress, taxonomy)
    progress(0.85, "leaving out each cell in turn")
    judged = fewshot.left_out(support)
    cancel.check()
    upright = support.scores[:, 0]
    estimate = _estimate(support, upright, judged)
    tensors = load_file(base / WEIGHTS_NAME)
    known = {k.removeprefix(EXTRA): v for k, v in tensors.items() if k.startswith(EXTRA)}
    familiar = Joint.read(known).widened(support.features[0][:, 0], crops, labels)
    extra = fewshot.fit(support).tensors() | familiar.tensors()
    decided = _deciding(judged, support.allowed) if estimate.after else 1.0
    return Adapted(
        base=base,
        card=card,
        extra=extra,
        thresholds={**card.thresholds, "decided": decided},
        numbers=dict(sorted(Counter(labels).items())),
        fingerprint=derived.fingerprint(crops, labels),
        estimate=estimate,
    )


def _seen(
    crops: UInt8,
    labels: Sequence[str],
    classifier: AdaptableClassifier,
    cancel: CancelToken,
    progress: Progress,
    taxonomy: Taxonomy,
) -> Support:
    """What the classifier makes of all views of the cells."""
    parts = []
    for at in range(0, len(crops), _AT_ONCE):
        cancel.check()
        progress(0.8 * at / len(crops), f"cell {at + 1} of {len(crops)}")
        parts.append(told(classifier.evidence, crops[at : at + _AT_ONCE], LEARNED))
    allowed = [[float(taxonomy.is_below(leaf, label)) for leaf in classifier.classes] for label in labels]
    scores = np.concatenate([own for own, _ in parts])
    features = tuple(np.concatenate(block) for block in zip(*(blocks for _, blocks in parts), strict=True))
    return Support(scores, features, np.array(allowed, np.float32), tuple(labels))


def _estimate(support: Support, before: Float32, after: Float32) -> Estimate:
    """Both answers on the labels that leave-one-out can judge: those of at least two cells."""
    counts = Counter(support.kinds)
    judged = np.array([counts[k] > 1 for k in support.kinds])
    if not judged.any():
        return Estimate(None, None, ())
    kinds = [k for k, own in zip(support.kinds, judged, strict=True) if own]
    found = []
    for answer in (before, after):
        right = support.allowed[np.arange(len(answer)), answer.argmax(axis=1)] > 0
        found.append(fewshot.recalls(kinds, right[judged]))
    metrics = [
        Metric(f"this laboratory's {len(kinds)} cells, balanced accuracy, {name}", *figures, len(kinds))
        for name, figures in zip(
            ("before adapting", "leave-one-out"), map(fewshot.balanced_accuracy, found), strict=True
        )
    ]
    return Estimate(metrics[0], metrics[1], tuple(zip(*found, strict=True)))


def _deciding(judged: Float32, allowed: Float32) -> float:
    """The confidence from which a label may stand: `STANDS`, or above every error that leave-one-out made.

    The base's own threshold says nothing here: a correction trusts the base's scores in part only.
    """
    confidence = judged.max(axis=1)
    wrong = allowed[np.arange(len(judged)), judged.argmax(axis=1)] == 0
    worst = float(confidence[wrong].max()) if wrong.any() else 0.0
    return round(min(1.0, max(STANDS, worst + _SURE if worst else 0.0)), 4)


def write(adapted: Adapted, folder: Path, model_id: str, title: str) -> ModelCard:
    """Write the adapted model as a folder, whole or not at all; the base's folder is only read.

    Raises:
        ModelError: the base is not what its card says.
        StorageError: the folder is there already and not empty, or cannot be written.
    """
    base = adapted.card
    metrics = (adapted.estimate.before, adapted.estimate.after)
    card = replace(
        base,
        id=model_id,
        title=title,
        thresholds=adapted.thresholds,
        metrics=tuple(m for m in metrics if m is not None),
        limits=_limits(adapted),
        adaptation=Adaptation(
            base=base.mark,
            base_sha256=base.weights_sha256,
            examples=adapted.numbers,
            fingerprint=adapted.fingerprint,
        ),
    )
    return derived.write(adapted.base, adapted.extra, card, folder)


def _limits(adapted: Adapted) -> str:
    """What the adaptation adds to the limits of its base."""
    numbers = ", ".join(f"{n} {label}" for label, n in adapted.numbers.items())
    cells = sum(adapted.numbers.values())
    estimate = (
        "Its leave-one-out rests on these cells alone: where several come from one slide, or show one cell twice, it "
        "promises too much."
        if adapted.estimate.after
        else "Nothing tells how well it does: no class has two cells."
    )
    least = adapted.thresholds["decided"]
    stands = (
        f"A label stands from confidence {least:.2f}, above every error of leave-one-out."
        if least < 1
        else "No label stands without asking."
    )
    return (
        f"Fitted to one laboratory from {cells} cells ({numbers}); for any other use {adapted.card.id}. {estimate} "
        f"{stands} "
        f"{adapted.card.limits}"
    )
