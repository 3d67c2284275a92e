"""Many pictures to one answer: classify, detect and segment, each written whole or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import numpy as np

from bloodview.analysis import answers, merge, pipeline
from bloodview.analysis.crops import WINDOW_BOXES, central_cell, centred_window
from bloodview.analysis.inputs import Outcome, Picture, Progress, Walk, quiet, reason
from bloodview.core import unfamiliar
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Detection, Kind
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.files import check_folder_place, check_place, write_whole
from bloodview.core.geometry import Box, Size
from bloodview.models.api import Classifier, Detector, Segmenter, UInt8
from bloodview.models.windows import cut
from bloodview.slides.slide import Slide, open_slide

_AT_ONCE = 64  # crops a call of the classifier
_LONGEST_ONE_CELL_PX = 2048  # a one-cell picture is looked at no larger
_ONE_CELL_PX = 512  # a picture no larger may show one cell at any magnification
_LARGEST_MASK_PX = 400_000_000


def whole(slide: Slide, longest_px: int) -> tuple[UInt8, float]:
    """A slide's picture, no longer than `longest_px`, and how many level-0 pixels one of its pixels is wide."""
    shrink = max(1.0, max(slide.size.width, slide.size.height) / longest_px)
    out = Size(max(1, round(slide.size.width / shrink)), max(1, round(slide.size.height / shrink)))
    return slide.read(Box(0, 0, slide.size.width, slide.size.height), out), shrink


def one_cell_crop(slide: Slide, detector: Detector, classifier: Classifier) -> UInt8:
    """The crop, uint8 [input_px, input_px, 3], that names the one centred cell of a picture."""
    image, shrink = whole(slide, _LONGEST_ONE_CELL_PX)
    scale = slide.scale
    if scale is not None and shrink > 1:
        scale = type(scale)(scale.um_per_px * shrink, scale.source)
    return cut(image, centred_window(image, detector, classifier.window_um, scale=scale).box, classifier.input_px)


def classify_pictures(
    given: Sequence[Path],
    out: Path,
    detector: Detector,
    classifier: Classifier,
    *,
    level: str,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Name one centred cell a picture and write the CSV; nothing is written if no picture could be named.

    Raises:
        UserError: no such level, or `out` is one of the pictures.
        StorageError: `out` cannot be written.
        Cancelled: the token was cancelled; nothing was written.
    """
    if level not in answers.LEVELS:
        raise UserError(f"There is no level {level!r}.", hint=f"Levels: {', '.join(answers.LEVELS)}.")
    check_place(out)
    walk = Walk(given, cancel, progress)
    walk.check_spared([out])
    rows: list[answers.Named | Picture] = []
    waiting: list[tuple[int, UInt8]] = []

    def name_waiting() -> None:
        if not waiting:
            return
        cancel.check()
        opinions = classifier.classify(np.stack([crop for _, crop in waiting]))
        for at, (row, _) in enumerate(waiting):
            picture = rows[row]
            predicted = answers.at_level(
                pipeline.prediction(opinions, at, classifier, None), level, classifier.least_familiarity
            )
            rows[row] = answers.Named(str(picture.path), predicted)
        waiting.clear()

    for picture in walk.pictures():
        try:
            with closing(open_slide(picture.path)) as slide:
                crop = one_cell_crop(slide, detector, classifier)
        except (UserError, OSError) as error:
            walk.failed(picture, error)
            rows.append(answers.Named(str(picture.path), None, reason(error)))
            continue
        waiting.append((len(rows), crop))
        rows.append(picture)
        if len(waiting) == _AT_ONCE:
            name_waiting()
    name_waiting()
    named = [answers.Named(f.path, None, f.reason) for f in walk.inputs.failures]
    named += [row for row in rows if isinstance(row, answers.Named)]
    done = sum(row.prediction is not None for row in named)
    if done:
        # A path that is no text is named in its failed row with the odd bytes escaped.
        with (
            write_whole(out) as beside,
            beside.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file,
        ):
            answers.write_names(file, named, answers.columns(classifier.classes, level))
    seen = [[row.prediction.familiarity] for row in named if row.prediction is not None]
    return walk.outcome(done, strangeness=unfamiliar.strangeness(seen))


def detect_fields(
    given: Sequence[Path], out: Path, detector: Detector, *, cancel: CancelToken, progress: Progress
) -> Outcome:
    """Find the cells of fields or slides and write COCO; nothing is written if no picture could be read.

    Raises:
        UserError: `out` is one of the pictures.
        StorageError: `out` cannot be written.
        Cancelled: the token was cancelled; nothing was written.
    """
    check_place(out)
    walk = Walk(given, cancel, progress)
    walk.check_spared([out])
    seen: list[answers.Seen] = []
    warnings: list[tuple[str, str]] = []

    def work(picture: Picture, slide: Slide) -> None:
        fields = list(_light(pipeline.fields(slide, detector, cancel, quiet)))
        warnings.extend(_warnings(picture, fields))
        seen.append(answers.Seen(str(picture.path), slide.size, merge.together([f.found for f in fields])))

    walk.each(work)
    if seen:
        with write_whole(out) as beside, beside.open("w", encoding="utf-8") as file:
            answers.write_boxes(file, seen, detector.thresholds, detector.model_id)
    return walk.outcome(len(seen), warnings)


def segment_pictures(
    given: Sequence[Path],
    out: Path,
    detector: Detector,
    segmenter: Segmenter,
    *,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Outline the leukocytes of fields or one-cell pictures: a mask a picture in the folder `out`, each written whole.

    A mask lies in `out` as its picture lay in its folder, the ending replaced by .png; where two would take one place,
    the later keeps its own ending before the new one, or gets a number.

    Raises:
        UserError: a mask would replace one of the pictures.
        StorageError: `out` cannot be written.
        Cancelled: the token was cancelled; the masks written before stay.
    """
    check_folder_place(out)
    walk = Walk(given, cancel, progress)
    walk.check_spared([out / p.relative.with_suffix(".png") for p in walk.inputs.pictures])
    taken: set[Path] = set()
    warnings: list[tuple[str, str]] = []

    def work(picture: Picture, slide: Slide) -> None:
        if slide.size.width * slide.size.height > _LARGEST_MASK_PX:
            raise UnreadableFileError("is too large for one mask.", path=picture.path, hint="Use analyze for slides.")
        canvas = answers.MaskCanvas(slide.size)
        seen: list[pipeline.Field] = []
        for field in pipeline.fields(slide, detector, cancel, quiet):
            seen.extend(_light(iter([field])))
            if field.failed:
                continue
            found = [d for d in pipeline.shown(field, slide, detector) if d.kind is Kind.WBC]
            if not found and field.total == 1:
                found = _one_cell(field, detector)
            corner = (field.box_l0.x0, field.box_l0.y0)
            for mask, origin in pipeline.masks(field, found, segmenter, cancel):
                canvas.paint(mask, origin, field.l0_per_px, corner)
        warnings.extend(_warnings(picture, seen))
        target = _free(picture.relative, taken)
        if target != picture.relative.with_suffix(".png"):
            warnings.append((str(picture.path), f"another picture's mask has the same name; this one's is {target}."))
        taken.add(target)
        with write_whole(out / target) as beside:
            canvas.write(beside)

    walk.each(work)
    return walk.outcome(len(taken), warnings)


def _free(relative: Path, taken: set[Path]) -> Path:
    """Where the mask of a picture goes: its name with .png, else behind its own ending, else numbered."""
    names = chain((f"{relative.stem}.png", f"{relative.name}.png"), (f"{relative.name}.{n}.png" for n in count(2)))
    return next(place for name in names if (place := relative.with_name(name)) not in taken)


def _one_cell(field: pipeline.Field, detector: Detector) -> list[Detection]:
    """The cell of a small picture where nothing was found at its own scale: the central one at any, else the middle."""
    height, width = field.image.shape[:2]
    if max(height, width) > _ONE_CELL_PX:
        return []
    central = central_cell(field.image, detector)
    if central is not None and central.kind is not Kind.WBC:
        return []
    box = central.box if central else Box.square((width / 2, height / 2), min(height, width) / WINDOW_BOXES)
    fx, fy = field.l0_per_px
    placed = Box(box.x0 * fx, box.y0 * fy, box.x1 * fx, box.y1 * fy).moved(field.box_l0.x0, field.box_l0.y0)
    return [Detection(Kind.WBC, placed, central.score if central else 0.0)]


def _light(fields: Iterator[pipeline.Field]) -> Iterator[pipeline.Field]:
    """Fields without their pixels, so that a slide's tiles do not pile up in memory."""
    for field in fields:
        yield replace(field, image=field.image[:1, :1].copy())


def _warnings(picture: Picture, fields: Sequence[pipeline.Field]) -> list[tuple[str, str]]:
    """What a person should know of a picture; raises if none of it could be read."""
    failed = [f.failed for f in fields if f.failed]
    if len(failed) == len(fields):
        raise UnreadableFileError(failed[0].reason, path=picture.path)
    said = [w for f in fields if f.done == 1 for w in f.settled.warnings]
    said += [f"the part at {f.box_l0.x0:.0f}, {f.box_l0.y0:.0f} could not be read: {f.reason}" for f in failed]
    return [(str(picture.path), w) for w in said]
