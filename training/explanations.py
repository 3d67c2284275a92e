"""Explanations are scored: where their maps lie, what deleting their places does, and whether the weights matter."""

import copy
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.training_run import Event
from bloodview.models.api import METHODS, Float32, Opinions, Question, UInt8
from bloodview.models.card import Metric, ModelCard
from bloodview.models.faithfulness import STEPS, curves, located, random_map
from bloodview.models.nets.explain import SIMILARITY, TorchExplainer
from bloodview.models.nets.inference import TorchClassifier
from training.data import SCALELESS_BOXES, fields, listed, manifest
from training.evaluate import Float, Statistic, figure, resamples
from training.loop import Emit
from training.pictures import cut, read_image
from training.results import Code, code

PREFIX = "explanations"
SETS = ("bccd test", "zheng1")
FIGURES = (
    "energy",
    "energy gain",
    "pointing",
    "pointing gain",
    "deletion",
    "deletion gain",
    "insertion",
    "insertion gain",
    "randomised",
)
"""Of each cell; a gain is against a random map of the same cell, positive = better; see the notes of the table."""
_BATCH = 64
_CELL = 64  # of a mask, from which a pixel is the cell's
_LEAST_SHARE = 0.02  # of the window, that a mask must fill


@dataclass(frozen=True, slots=True)
class MaskedCell:
    """A cell with its mask, as the classifier sees it.

    Args:
        crop: uint8 [S, S, 3].
        inside: bool [S, S], the cell.
        group: what it must stay together with in the bootstrap.
    """

    crop: UInt8
    inside: NDArray[np.bool_]
    group: str


@dataclass(frozen=True, slots=True)
class Score:
    """What a method reached on a set of cells.

    Args:
        judged: the set.
        method: see models.api.METHODS.
        figures: FIGURES with their intervals over groups.
    """

    judged: str
    method: str
    figures: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Explanations:
    """A record of what the methods reached with one model.

    Args:
        model: id and the start of its checksum.
        code: the code that measured.
        scores: one a set and method.
    """

    model: str
    code: Code
    scores: tuple[Score, ...]


def measure(
    folder: Path, root: Path, methods: Sequence[str], limit: int, device: torch.device, emit: Emit
) -> Explanations:
    """Score methods on the cells with masks that neither trained nor calibrated.

    Raises:
        ModelError: the folder is no intact classifier.
        UserError: there is no such method, or the data cannot be read.
    """
    for method in methods:
        if method not in METHODS:
            raise UserError(f"There is no method {method!r}.", hint=f"Methods: {', '.join(METHODS)}.")
    classifier = TorchClassifier(ModelCard.read(folder), folder, device.type, _BATCH, lambda _: None)
    scores: list[Score] = []
    for judged, found in masked(root, classifier.card, limit).items():
        said = classifier.classify(np.stack([cell.crop for cell in found]))
        for method in methods:
            rows = [_row(i, found, method, classifier, said) for i in range(len(found))]
            known = [(row, cell) for row, cell in zip(rows, found, strict=True) if row is not None]
            if not known:
                continue
            table = np.array([row for row, _ in known])
            weights = resamples([cell.group for _, cell in known])
            figures = tuple(figure(name, _mean(table[:, k]), weights) for k, name in enumerate(FIGURES))
            scores.append(Score(judged, method, figures))
            told = {m.name: f"{m.value:.3f} [{m.low:.3f}, {m.high:.3f}] n={m.n}" for m in figures}
            emit(Event("message", {"judged": judged, "method": method, **told}))
    if not scores:
        raise UserError("No cell with a mask could be explained.", path=root)
    return Explanations(classifier.model_id, code(), tuple(scores))


def masked(root: Path, card: ModelCard, limit: int) -> dict[str, list[MaskedCell]]:
    """The cells with masks of each set that the data folder lists; of more than `limit` so many, drawn by a seed."""
    there = listed(root, ["bccd", "zheng1"])
    found = {}
    if "bccd" in there:
        found[SETS[0]] = _of_fields(root, card, limit)
    if "zheng1" in there:
        found[SETS[1]] = _of_pictures(root, card, limit)
    return {k: v for k, v in found.items() if v}


def _of_fields(root: Path, card: ModelCard, limit: int) -> list[MaskedCell]:
    boxes = [
        (field, box)
        for field in fields(root, "bccd")
        if field.split == "test" and field.mask is not None
        for box, kind in zip(field.boxes, field.kinds, strict=True)
        if kind == 0
    ]
    cells = []
    for i in _drawn(len(boxes), limit):
        field, box = boxes[i]
        assert field.mask is not None
        middle = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
        side = card.window_um / field.um_per_px
        cells.append(_cell(field.path, field.mask, middle, side, card.image_px, field.group))
    return [cell for cell in cells if cell.inside.mean() >= _LEAST_SHARE]


def _of_pictures(root: Path, card: ModelCard, limit: int) -> list[MaskedCell]:
    rows = manifest(root, ["zheng1"])
    cells = []
    for i in _drawn(len(rows), limit):
        picture = root / rows[i]["path"]
        mask = picture.parent.parent / "masks" / f"{picture.stem}.png"
        shown = read_image(mask).any(axis=2)
        if not shown.any():
            continue
        side = SCALELESS_BOXES * max(int(np.ptp(where)) + 1 for where in np.nonzero(shown))
        middle = (shown.shape[1] / 2, shown.shape[0] / 2)
        cells.append(_cell(picture, mask, middle, min(side, 1.04 * min(shown.shape)), card.image_px, rows[i]["group"]))
    return [cell for cell in cells if cell.inside.mean() >= _LEAST_SHARE]


def _cell(picture: Path, mask: Path, middle: tuple[float, float], side: float, px: int, group: str) -> MaskedCell:
    inside = cut(read_image(mask), middle, side, px)[..., 0] >= _CELL
    return MaskedCell(cut(read_image(picture), middle, side, px), inside, group)


def _drawn(number: int, limit: int) -> list[int]:
    order = np.random.default_rng(0).permutation(number)
    return sorted(int(i) for i in (order[:limit] if limit else order))


def _row(
    at: int, cells: Sequence[MaskedCell], method: str, classifier: TorchClassifier, said: Opinions
) -> list[float] | None:
    """FIGURES of one cell; None where the method has nothing to compare it with."""
    cell, cancel, rng = cells[at], CancelToken(), np.random.default_rng(at)
    question = Question((classifier.classes[int(said.probabilities[at].argmax())],))
    reference = _like(at, said) if method == SIMILARITY else None
    if method == SIMILARITY and reference is None:
        return None
    heat = TorchExplainer(classifier).explain(cell.crop, question, method, cancel, reference)
    noise = random_map(heat.shape, rng)
    areas = curves(cell.crop, [heat, noise], question, classifier, cancel, STEPS, rng, inserts=True)
    mine, chance = (located(h, cell.inside) for h in (heat, noise))
    row = [mine[0], mine[0] - chance[0], mine[1], mine[1] - chance[1]]
    row += [areas[0][0], areas[1][0] - areas[0][0], areas[0][1], areas[0][1] - areas[1][1]]
    return [*row, _alike(heat, _randomised(classifier, cell.crop, question, method, reference))]


def _like(at: int, said: Opinions) -> Float32 | None:
    """The embedding of the other cell of the same answer that is most like this one."""
    named = said.probabilities.argmax(axis=1)
    likeness = said.embeddings @ said.embeddings[at]
    likeness[(named != named[at]) | (np.arange(len(named)) == at)] = -np.inf
    best = int(likeness.argmax())
    return None if np.isneginf(likeness[best]) else np.asarray(said.embeddings[best], np.float32)


def _randomised(
    classifier: TorchClassifier, crop: UInt8, question: Question, method: str, reference: Float32 | None
) -> Float32:
    """The map of the same network with random weights (Adebayo et al. 2018): one that looks the same explains nothing.

    All weights at once, drawn anew with the deviation that each had; norms keep theirs.
    """
    other = copy.copy(classifier)
    other.runner = copy.copy(classifier.runner)
    other.runner.net = copy.deepcopy(classifier.runner.net)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in other.runner.net.parameters():
            if weight.ndim > 1:
                drawn = torch.randn(weight.shape, generator=generator) * weight.std().cpu()
                weight.copy_(drawn)
    return TorchExplainer(other).explain(crop, question, method, CancelToken(), reference)


def _alike(a: Float32, b: Float32) -> float:
    """The rank correlation of two maps (Spearman), ties broken by place."""
    ranks = [np.argsort(np.argsort(m.ravel(), kind="stable"), kind="stable").astype(np.float64) for m in (a, b)]
    centred = [(r - r.mean()) / r.std() for r in ranks]
    return float((centred[0] * centred[1]).mean())


def _mean(values: Float) -> Statistic:
    """The mean over weighted cells."""

    def of(weights: Float) -> Float:
        return np.asarray((weights @ values) / np.maximum(weights.sum(axis=1), 1e-9))

    return of


def write(found: Explanations, folder: Path) -> Path:
    """Write the record, whole or not at all; methods that an earlier one of the same model holds beside these stay."""
    file = folder / f"{PREFIX}--{found.model.replace('@', '-')}.json"
    if file.is_file():
        new = {(s.judged, s.method) for s in found.scores}
        kept = tuple(s for s in read(file).scores if (s.judged, s.method) not in new)
        found = replace(found, scores=tuple(sorted((*kept, *found.scores), key=_order)))
    with write_whole(file) as part:
        part.write_text(json.dumps({"format": 1} | asdict(found), indent=1) + "\n", encoding="utf-8")
    return file


def _order(score: Score) -> tuple[int, int]:
    return SETS.index(score.judged), METHODS.index(score.method)


def read(file: Path) -> Explanations:
    """A record from its file.

    Raises:
        UserError: naming the file, if it is none.
    """
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        raw.pop("format")
        scores = tuple(Score(s["judged"], s["method"], tuple(Metric(**m) for m in s["figures"])) for s in raw["scores"])
        return Explanations(raw["model"], Code(**raw["code"]), scores)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"is no record of explanations: {error}", path=file, hint="Measure it again.") from None
