"""Labelled cells of a laboratory as crops: from folders of pictures, one a class, or from the cells of a case."""

import difflib
import math
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from bloodview.analysis.crops import cell_window
from bloodview.analysis.inputs import Failure, Outcome, Picture, Progress, Walk, gather, reason
from bloodview.analysis.pictures import one_cell_crop
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Source, Status
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy, taught
from bloodview.models.api import Classifier, Detector, UInt8
from bloodview.models.windows import cut
from bloodview.slides.slide import Slide, open_slide

_WIDEST_PX = 4000
"""Of a window that is cut from a slide's own pixels: where one is wider, an analysis reads its tiles coarser, too."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Cells that a person named.

    Args:
        crops: uint8 [N, input_px, input_px, 3], as the classifier wants them.
        labels: N nodes of the tree of classes.
    """

    crops: UInt8
    labels: tuple[str, ...]

    @property
    def numbers(self) -> dict[str, int]:
        """Label -> cells, by name."""
        return dict(sorted(Counter(self.labels).items()))


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell of a case that a person named.

    Args:
        path, content_hash: the picture it lies on.
        scale: of that picture; None if it is not known.
        plane: of a file of several, counted from 0; None = the file's own choice.
    """

    path: Path
    content_hash: str
    scale: Scale | None
    box_l0: Box
    label: str
    plane: int | None = None


def named_cells(
    cells: Sequence[Cell],
    slides: Sequence[tuple[int, Path, str, Scale | None, int | None]],
    taxonomy: Taxonomy,
    classes: Sequence[str],
) -> tuple[NamedCell, ...]:
    """The whole cells of a case that a person named, or confirmed, by a class that a model's classes lie below.

    `slides` are (id, path, content hash, scale, plane). A class of the case's own tree stands for the nearest one
    above it that the model knows.
    """
    place = {slide[0]: slide[1:] for slide in slides}
    found = []
    for cell in cells:
        if cell.source is not Source.PERSON or cell.status is not Status.ACTIVE or cell.touches_edge:
            continue
        label = taught(cell.label, taxonomy, classes)
        if label and cell.slide_id in place:
            path, content_hash, scale, plane = place[cell.slide_id]
            found.append(NamedCell(path, content_hash, scale, cell.box_l0, label, plane))
    return tuple(found)


def folders_in(folder: Path) -> list[Path]:
    """The folders of a folder of examples, one a class.

    Raises:
        UserError: it is no folder, or cannot be read.
    """
    try:
        return sorted(f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    except OSError as error:
        raise UserError(
            f"cannot be read as a folder of examples: {error.strerror}.",
            path=folder,
            hint="Name a folder that holds a folder of pictures for each class.",
        ) from None


def class_folders(folder: Path, classes: Sequence[str], taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> dict[str, Path]:
    """The folders of a folder of examples by class: leaves of the model, or inner nodes above some.

    Raises:
        UserError: it is no folder, holds fewer than two folders, or one whose name is no class of the model's tree.
    """
    below = folders_in(folder)
    known = [c.id for c in taxonomy.classes if set(taxonomy.leaves_below(c.id)) & set(classes)]
    for own in below:
        if own.name not in known:
            near = difflib.get_close_matches(own.name.lower().replace(" ", "_").replace("-", "_"), known, 3, 0.5)
            raise UserError(
                f"is called {own.name!r}, which is no class of the model.",
                path=own,
                hint=f"Is it {' or '.join(near)}?" if near else f"Classes: {', '.join(known)}.",
            )
    if len(below) < 2:
        raise UserError(
            f"holds {'only one folder' if below else 'no folder'} of examples.",
            path=folder,
            hint="It needs a folder of pictures for each of at least two classes.",
        )
    return {own.name: own for own in below}


def from_folders(
    folder: Path,
    detector: Detector,
    classifier: Classifier,
    cancel: CancelToken,
    progress: Progress,
    taxonomy: Taxonomy = DEFAULT_TAXONOMY,
) -> tuple[Examples, Outcome]:
    """Read the pictures of one centred cell each in folders named by class; those that cannot be read are named.

    A picture that is there twice counts once, under the finer of its labels.

    Raises:
        UserError: as `class_folders`; a class without a picture; one picture under two classes that exclude each
            other; or pictures of fewer than two classes can be read.
    """
    folders = class_folders(folder, classifier.classes, taxonomy)
    for name, own in folders.items():
        if not gather([own]).pictures:
            raise UserError("holds no picture.", path=own, hint=f"Put a picture of a {name} into it, or take it away.")
    walk = Walk(tuple(folders.values()), cancel, progress)
    warnings: list[tuple[str, str]] = []
    taken: dict[str, tuple[UInt8, str, Path]] = {}
    clashes: list[UserError] = []

    def work(picture: Picture, slide: Slide) -> None:
        label, key = picture.path.relative_to(folder).parts[0], slide.content_hash
        if key not in taken:
            taken[key] = one_cell_crop(slide, detector, classifier), label, picture.path
            return
        crop, other, first = taken[key]
        warnings.append((str(picture.path), f"is the same picture as {first}; it counts once."))
        if not (taxonomy.is_below(label, other) or taxonomy.is_below(other, label)):
            clashes.append(UserError(f"is the same picture as {first}, which is of another class.", path=picture.path))
        elif taxonomy.is_below(label, other):
            taken[key] = crop, label, first

    walk.each(work)
    if clashes:
        raise clashes[0]
    counts = Counter(label for _, label, _ in taken.values())
    if len(counts) < 2:
        why = f" {walk.failures[0].path}: {walk.failures[0].reason}" if walk.failures else ""
        raise UserError(f"pictures of fewer than two classes can be read.{why}", path=folder)
    if alone := sorted(name for name, number in counts.items() if number == 1):
        warnings.append(
            (", ".join(alone), "one example; it helps, but nothing tells how well. Five are a good number.")
        )
    examples = Examples(
        np.stack([crop for crop, _, _ in taken.values()]), tuple(label for _, label, _ in taken.values())
    )
    return examples, walk.outcome(len(taken), warnings)


def from_case(
    cells: Sequence[NamedCell], classifier: Classifier, cancel: CancelToken, progress: Progress
) -> tuple[Examples, Outcome]:
    """Cut the cells of a case out of their pictures; pictures that are gone or others by now are named.

    Raises:
        UserError: cells of fewer than two classes can be read.
    """
    crops: list[UInt8] = []
    labels: list[str] = []
    failures: list[Failure] = []
    ordered = sorted(cells, key=lambda c: str(c.path))
    for path, group in groupby(ordered, key=lambda c: c.path):
        cancel.check()
        progress(len(crops) / len(cells), path.name)
        own = list(group)
        try:
            with closing(open_slide(path, own[0].plane)) as slide:
                if slide.content_hash != own[0].content_hash:
                    raise UnreadableFileError("is another picture by now.", path=path, hint="Analyse it again.")
                cut_out = [crop_of(slide, cell, classifier) for cell in own]
        except (UserError, OSError) as error:
            failures.append(Failure(str(path), reason(error)))
            continue
        crops += cut_out
        labels += [cell.label for cell in own]
    if len(set(labels)) < 2:
        why = f" {failures[0].path}: {failures[0].reason}" if failures else ""
        raise UserError(f"Cells of fewer than two classes can be read.{why}", hint="Name some cells of each class.")
    return Examples(np.stack(crops), tuple(labels)), Outcome(len(crops), tuple(failures))


def window_of(slide: Slide, cell: NamedCell, classifier: Classifier) -> Box:
    """The square that a cell is classified by, level-0 pixels; may leave the slide."""
    return cell_window(cell.box_l0, cell.scale or slide.scale or Scale(1.0, "assumed"), classifier.window_um)


def crop_of(slide: Slide, cell: NamedCell, classifier: Classifier) -> UInt8:
    """The window of a cell, uint8 [input_px, input_px, 3], pixel for pixel as an analysis cuts it out of a tile.

    It is cut from the slide's own pixels. To let the slide resample it, at a place between pixels or from a coarser
    level, would change a confidence by several points, and another figure would stand beside the cell than in the case.
    """
    window = window_of(slide, cell, classifier)
    if window.width > _WIDEST_PX:
        return _coarser(slide, window, classifier.input_px)
    part = _around(window, slide.size)
    image = slide.read(part, Size(round(part.width), round(part.height)))
    return cut(image, window.moved(-part.x0, -part.y0), classifier.input_px)


def _around(window: Box, size: Size) -> Box:
    """Whole pixels that hold a window, and what is reflected into it where it leaves the slide."""
    reach = window.width / 2 + 2
    if window.clipped(size) != window:
        reach += window.width
    spans = []
    for middle, length in zip(window.center, (size.width, size.height), strict=True):
        # Even, as the corner of a picture is: halves are rounded to even numbers.
        low = min(max(0, math.floor(middle - reach)), length - 1) // 2 * 2
        spans.append((low, max(low + 1, min(length, math.ceil(middle + reach)))))
    (x0, x1), (y0, y1) = spans
    return Box(x0, y0, x1, y1)


def _coarser(slide: Slide, window: Box, side_px: int) -> UInt8:
    """A window wider than any of an analysis, read at about the size that is wanted."""
    inside = window.clipped(slide.size) or window
    px = side_px / window.width
    out = Size(max(1, round(inside.width * px)), max(1, round(inside.height * px)))
    image = slide.read(inside, out)
    fx, fy = out.width / inside.width, out.height / inside.height
    moved = window.moved(-inside.x0, -inside.y0)
    return cut(image, Box(moved.x0 * fx, moved.y0 * fy, moved.x1 * fx, moved.y1 * fy), side_px)
