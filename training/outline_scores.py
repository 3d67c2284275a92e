"""A model that outlines at clicks is judged: how well one central click, one anywhere, a box, or three clicks do."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.training_run import Event
from bloodview.models import store
from bloodview.models.api import Click, Embedding, Outlined, Prompts, PromptSegmenter, UInt8
from bloodview.models.card import Metric
from training import clicks
from training.data import DRAWN, UM_PER_PX, fields, listed, manifest, masked_cells
from training.evaluate import Float, Statistic, figure, resamples
from training.loop import Emit
from training.outlines import leukocytes
from training.pictures import read_image
from training.results import Code, code

PREFIX = "outlines"
FIGURES = ("one click", "one click anywhere", "box", "three clicks")
"""Mean Dice of each; see the notes of the table."""
_MENDS = 2
_DRAWN_A_KIND = 1
"""So many cells of each kind of a drawn field are judged, as cells of one field are much alike."""
_KINDS = ("leukocytes", "red cells", "platelets")
_LEAST_PX = 40


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell with its true outline.

    Args:
        judged: the set that it is of.
        group: what it must stay together with in the bootstrap.
        inside: uint8 [H, W] of its picture, 1 inside the cell.
        free: likewise, 1 where no other cell lies too.
    """

    judged: str
    group: str
    inside: UInt8
    free: UInt8


@dataclass(frozen=True, slots=True)
class Score:
    """What was reached on a set of cells: FIGURES with their intervals over groups."""

    judged: str
    figures: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class OutlineScores:
    """A record of one model.

    Args:
        model: id and the start of its checksum.
        code: the code that measured.
    """

    model: str
    code: Code
    scores: tuple[Score, ...]


def measure(model: str | Path, root: Path, device: str, emit: Emit) -> OutlineScores:
    """Judge a model on the cells with outlines that trained nothing, of the sets that the data folder holds.

    Raises:
        ModelError: it is no intact model that outlines at clicks.
        UserError: the data cannot be read, or hold no outline.
    """
    net = store.load_prompt_segmenter(device, model)
    rows: dict[str, list[tuple[str, list[float]]]] = {}
    for image, um_per_px, cells in _pictures(root):
        embedding, zoom = _embedded(net, image, um_per_px)
        for cell in cells:
            rows.setdefault(cell.judged, []).append((cell.group, _dices(net, embedding, zoom, cell)))
    if not rows:
        raise UserError("holds no cell with an outline that could judge.", path=root)
    scores = []
    for judged, found in rows.items():
        weights, table = resamples([group for group, _ in found]), np.array([row for _, row in found])
        figures = tuple(figure(name, _mean(table[:, k]), weights) for k, name in enumerate(FIGURES))
        scores.append(Score(judged, figures))
        told = {m.name: f"{m.value:.4f} [{m.low:.4f}, {m.high:.4f}] n={m.n}" for m in figures}
        emit(Event("message", {"judged": judged, **told}))
    return OutlineScores(net.model_id, code(), tuple(scores))


def _pictures(root: Path) -> Iterator[tuple[UInt8, float, list[Judged]]]:
    """Pictures, their scale, and the cells to be judged in them."""
    there = listed(root, ["bccd", "zheng1"])
    if "bccd" in there:
        for field in fields(root, "bccd"):
            if field.split == "test" and field.mask is not None:
                own = [(m > 0).astype(np.uint8) for _, m in leukocytes(field.mask)]
                yield read_image(field.path), UM_PER_PX["bccd"], [Judged("bccd test", field.group, m, m) for m in own]
    if "zheng1" in there:
        groups = {row["path"]: row["group"] for row in manifest(root, ["zheng1"])}
        examples = masked_cells(root, "zheng1")
        scale = float(np.median([e.um_per_px for e in examples]))  # one for all: their microscope was one
        for example in examples:
            picture = example.path
            mask = (read_image(picture.parent.parent / "masks" / f"{picture.stem}.png")[:, :, 0] >= 64).astype(np.uint8)
            if int(mask.sum()) >= _LEAST_PX:
                group = groups.get(picture.relative_to(root).as_posix(), "")
                yield read_image(picture), scale, [Judged("zheng1", group, mask, mask)]
    if (root / DRAWN / "boxes.json").is_file():
        yield from _drawn(root)


def _drawn(root: Path) -> Iterator[tuple[UInt8, float, list[Judged]]]:
    """Some cells of each kind of the drawn fields that validate."""
    for field in fields(root, DRAWN):
        if field.split != "val":
            continue
        image = read_image(field.path)
        masks = []
        for outline in field.outlines:
            mask = np.zeros(image.shape[:2], np.uint8)
            cv2.fillPoly(mask, [np.round(outline - 0.5).astype(np.int32)], 1)
            masks.append(mask)
        over = np.sum(masks, axis=0)
        taken, cells = [0, 0, 0], []
        for kind, mask in zip(field.kinds.tolist(), masks, strict=True):
            free = ((mask > 0) & (over < 2)).astype(np.uint8)
            if taken[kind] < _DRAWN_A_KIND and int(free.sum()) >= _LEAST_PX:
                taken[kind] += 1
                cells.append(Judged(f"drawn, {_KINDS[kind]}", field.path.stem, mask, free))
        yield image, field.um_per_px, cells


def _embedded(net: PromptSegmenter, image: UInt8, um_per_px: float) -> tuple[Embedding, tuple[float, float]]:
    """A picture at the model's scale, and model pixels a picture's pixel."""
    zoom = um_per_px / net.um_per_px
    h, w = image.shape[:2]
    size = max(1, round(w * zoom)), max(1, round(h * zoom))
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    return net.embed(np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)), (size[0] / w, size[1] / h)


def _dices(net: PromptSegmenter, embedding: Embedding, zoom: tuple[float, float], cell: Judged) -> list[float]:
    """Dice of a cell by each way of pointing at it, in the order of FIGURES."""
    truth, shape = cell.inside, cell.inside.shape

    def at(x: float, y: float, *, wanted: bool = True) -> Click:
        return Click((x + 0.5) * zoom[0], (y + 0.5) * zoom[1], wanted)

    def seen(found: Outlined) -> UInt8:
        return _placed(found, zoom, (shape[0], shape[1]))

    rng = np.random.default_rng(int(truth.sum()))
    first = net.outline(embedding, Prompts((at(*clicks.central(cell.free)),)))
    anywhere = net.outline(embedding, Prompts((at(*clicks.anywhere(cell.free, rng)),)))
    x, y, w, h = cv2.boundingRect(truth)
    box = net.outline(embedding, Prompts((), (x * zoom[0], y * zoom[1], (x + w) * zoom[0], (y + h) * zoom[1])))
    given, last = [at(*clicks.central(cell.free))], first
    for _ in range(_MENDS):
        mend = clicks.correction(seen(last), truth, np.ones_like(truth))
        if mend is None:
            break
        given.append(at(mend[0], mend[1], wanted=mend[2] == 1.0))
        last = net.outline(embedding, Prompts(tuple(given)), last)
    return [_dice(seen(found), truth) for found in (first, anywhere, box, last)]


def _placed(found: Outlined, zoom: tuple[float, float], shape: tuple[int, int]) -> UInt8:
    """An answer in the pixels of the picture, uint8 [H, W], 1 inside."""
    probability = np.where(found.mask > 0, np.maximum(found.probability, 0.51), np.minimum(found.probability, 0.49))
    matrix = np.array(
        [[zoom[0], 0, 0.5 * zoom[0] - 0.5 - found.x0], [0, zoom[1], 0.5 * zoom[1] - 0.5 - found.y0]], np.float64
    )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    whole = cv2.warpAffine(probability.astype(np.float32), matrix, shape[::-1], flags=how)
    return (np.asarray(whole) > 0.5).astype(np.uint8)


def _dice(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(2 * (a & b).sum() / max(1, int(a.sum()) + int(b.sum())))


def _mean(values: Float) -> Statistic:
    """The mean over weighted cells."""

    def of(weights: Float) -> Float:
        return np.asarray((weights @ values) / np.maximum(weights.sum(axis=1), 1e-9))

    return of


def write(found: OutlineScores, folder: Path) -> Path:
    """Write the record, whole or not at all."""
    file = folder / f"{PREFIX}--{found.model.replace('@', '-')}.json"
    with write_whole(file) as part:
        part.write_text(json.dumps({"format": 1} | asdict(found), indent=1) + "\n", encoding="utf-8")
    return file


def read(file: Path) -> OutlineScores:
    """A record from its file.

    Raises:
        UserError: naming the file, if it is none.
    """
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        raw.pop("format")
        scores = tuple(Score(s["judged"], tuple(Metric(**m) for m in s["figures"])) for s in raw["scores"])
        return OutlineScores(raw["model"], Code(**raw["code"]), scores)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"is no record of outlines: {error}", path=file, hint="Measure it again.") from None
