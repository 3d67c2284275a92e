"""Outlining any cell or its nucleus by hand: at clicks, with a brush, split and merged; see `analysis.pointing`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bloodview.analysis import cell_masks, nucleus_pointing, pointing
from bloodview.analysis.inputs import Progress
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Polygon
from bloodview.core.geometry import Box
from bloodview.models import store

Answer = pointing.Answer
CellMask = cell_masks.CellMask
Pointed = pointing.Pointed
Scene = pointing.Scene
cut = cell_masks.cut
filled = cell_masks.filled
lobes_of = cell_masks.lobes_of
outline_of = cell_masks.outline_of
painted = cell_masks.painted

GRID_UM = 0.08
"""Side of a grid pixel on which outlines are drawn over and split."""
BLANK_UM = 32.0
"""Side of the grid on which a cell is painted from nothing."""
SAME_CELL_IOU = 0.4
"""Overlap of boxes from which a new outline is one of the cell that is there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of the shape of a cell of the case.

    Args:
        box_l0: its box.
        outline: () = it was never outlined.
        nucleus: as the outline.
    """

    box_l0: Box
    outline: Polygon = ()
    nucleus: Polygon = ()


def begun(shape: Shape | None, at: tuple[float, float], um_per_px: float) -> CellMask:
    """A mask to paint on: a cell's, else an empty one around a point, level-0 px."""
    step = GRID_UM / um_per_px
    if shape is not None:
        return cell_masks.drawn(shape.outline or cell_masks.ellipse(shape.box_l0), step)
    return cell_masks.blank(Box.square(at, BLANK_UM / um_per_px), step)


class Session:
    """Outlines cells; keeps the model and what it has seen of slides. For one thread at a time.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        model: id or folder; None = the one in use.
    """

    def __init__(self, device: str = "auto", model: str | None = None) -> None:
        self._device, self._model = device, model
        self._pointer: pointing.Pointer | None = None

    def prepare(self, scene: Scene, cancel: CancelToken, progress: Progress) -> bool:
        """Have the model look at what is in sight, so that the first click is answered at once; whether it had to.

        Raises:
            UserError: the picture or the model cannot be read.
            Cancelled: the token was cancelled.
        """
        cancel.check()
        progress(0.0, "looking at the view")
        return self._ready().prepare(scene)

    def answer(
        self, scene: Scene, pointed: Pointed, before: Answer | None, cancel: CancelToken, _progress: Progress
    ) -> Answer:
        """The cell that is pointed at; see `analysis.pointing.Pointer.answer`, and `prepare` for what it raises."""
        cancel.check()
        return self._ready().answer(scene, pointed, before)

    def nucleus(
        self,
        scene: Scene,
        shape: Shape,
        pointed: Pointed,
        before: Answer | None,
        cancel: CancelToken,
        _progress: Progress,
    ) -> Answer:
        """The nucleus that is pointed at in a cell; see `analysis.nucleus_pointing`. It needs no model.

        Raises:
            UserError: the picture cannot be read.
            Cancelled: the token was cancelled.
        """
        cancel.check()
        return nucleus_pointing.nucleus(scene, begun(shape, shape.box_l0.center, scene.um_per_px), pointed, before)

    def split(
        self, scene: Scene, shape: Shape, line: Sequence[tuple[float, float]], cancel: CancelToken, _progress: Progress
    ) -> tuple[Polygon, Polygon]:
        """Both parts of a cell that a line cuts, the larger first, as outlines.

        Raises:
            UserError: the line does not part the cell; or as `prepare`.
        """
        cancel.check()
        mask = cell_masks.drawn(self._outline(scene, shape), GRID_UM / scene.um_per_px)
        kept, other = cell_masks.split(mask, line)
        return outline_of(kept), outline_of(other)

    def merge(self, scene: Scene, shapes: Sequence[Shape], cancel: CancelToken, _progress: Progress) -> Polygon:
        """The outline of several cells as one.

        Raises:
            UserError: they do not touch; or as `prepare`.
        """
        cancel.check()
        outlines = [self._outline(scene, shape) for shape in shapes]
        return outline_of(cell_masks.merged(outlines, GRID_UM / scene.um_per_px))

    def _outline(self, scene: Scene, shape: Shape) -> Polygon:
        """The outline of a cell; where there is none what the model finds in its box, else the box's ellipse."""
        if shape.outline:
            return shape.outline
        found = outline_of(self._ready().answer(scene, Pointed((), shape.box_l0)).mask)
        return (
            found
            if len(found) >= 3 and _bounds(found).iou(shape.box_l0) > SAME_CELL_IOU
            else cell_masks.ellipse(shape.box_l0)
        )

    def _ready(self) -> pointing.Pointer:
        if self._pointer is None:
            self._pointer = pointing.Pointer(store.load_prompt_segmenter(self._device, self._model))
        return self._pointer


def _bounds(outline: Polygon) -> Box:
    xs, ys = zip(*outline, strict=True)
    return Box(min(xs), min(ys), max(max(xs), min(xs) + 1e-3), max(max(ys), min(ys) + 1e-3))
