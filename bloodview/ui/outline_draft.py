"""The outline that a person is making: what was pointed at and painted, step by step; each can be taken back."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bloodview.core.cells import Polygon
from bloodview.core.geometry import Box

if TYPE_CHECKING:
    from bloodview.workflows.segmenting import Answer, CellMask, Pointed, Shape


@dataclass(frozen=True, slots=True)
class Step:
    """Where the outline stood after a click, a box or a stroke.

    Args:
        pointed: all clicks and the box so far.
        answer: the model's to them; None while it is awaited, or where only the brush was used.
        mask: the cell, or the nucleus; None while it is awaited.
        outline: of the mask.
    """

    pointed: "Pointed"
    answer: "Answer | None" = None
    mask: "CellMask | None" = None
    outline: Polygon = ()


class Draft:
    """The steps of one outline.

    Args:
        cell_id: the cell of the case that is outlined anew; 0 where that is seen when it is kept.
        nucleus_of: that cell, whose nucleus is outlined; None = the cell itself is.
    """

    def __init__(self, cell_id: int = 0, nucleus_of: "Shape | None" = None) -> None:
        self.cell_id, self.nucleus_of = cell_id, nucleus_of
        self._steps: list[Step] = []

    @property
    def is_begun(self) -> bool:
        """Whether anything was pointed at or painted."""
        return bool(self._steps)

    @property
    def pointed(self) -> "Pointed":
        """All clicks and the box that stand."""
        from bloodview.workflows.segmenting import Pointed

        return self._steps[-1].pointed if self._steps else Pointed()

    @property
    def shown(self) -> Step | None:
        """The latest step that has a mask."""
        return next((s for s in reversed(self._steps) if s.mask is not None), None)

    @property
    def is_waiting(self) -> bool:
        """Whether the latest step is not answered yet."""
        return bool(self._steps) and self._steps[-1].mask is None

    def before(self) -> "Answer | None":
        """What the model goes on from: its latest answer, with what was painted over it."""
        step = self.shown
        if step is None or step.answer is None or step.mask is None:
            return None
        return replace(step.answer, mask=step.mask)

    def click(self, x_l0: float, y_l0: float, *, wanted: bool) -> Step:
        """A further click; the step that waits for its answer."""
        return self._ask(replace(self.pointed, clicks=(*self.pointed.clicks, (x_l0, y_l0, wanted))))

    def box(self, box_l0: Box) -> Step:
        """A box around the cell, in the place of one drawn before; the step that waits for its answer."""
        return self._ask(replace(self.pointed, box_l0=box_l0))

    def answered(self, step: Step, answer: "Answer", outline: Polygon) -> bool:
        """Take an answer; false if its step was taken back meanwhile."""
        for i, own in enumerate(self._steps):
            if own is step:
                self._steps[i] = replace(step, answer=answer, mask=answer.mask, outline=outline)
                return True
        return False

    def failed(self, step: Step) -> None:
        """There will be no answer: the step never was."""
        self._steps = [own for own in self._steps if own is not step]

    def stroke(self, mask: "CellMask", outline: Polygon) -> None:
        """A stroke of the brush ended."""
        answer = self.shown.answer if self.shown is not None else None
        self._steps.append(Step(self.pointed, answer, mask, outline))

    def take_back(self) -> None:
        """The latest step never was."""
        if self._steps:
            self._steps.pop()

    def _ask(self, pointed: "Pointed") -> Step:
        step = Step(pointed)
        self._steps.append(step)
        return step
