"""The window with the tool that outlines in hand, and a session that answers every prompt at once."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from bloodview.analysis import cell_masks
from bloodview.analysis.pointing import Answer, Pointed, Scene
from bloodview.core.cells import Cell, Kind, Polygon
from bloodview.core.geometry import Box
from bloodview.models.api import Outlined
from bloodview.workflows import segmenting
from bloodview.workflows.segmenting import Shape
from tests.ui.window_support import Rig

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
RADIUS = 35.0


class FakeSession:
    """Answers every prompt with a disc of 70 px around what is meant; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Pointed, Answer | None]] = []
        self.prepared: list[Scene] = []
        self.nuclei: list[tuple[Shape, Pointed, Answer | None]] = []
        self.kind = Kind.RBC
        self.error: Exception | None = None

    def prepare(self, scene: Scene, _cancel: object, _progress: object) -> bool:
        self.prepared.append(scene)
        return True

    def answer(
        self, scene: Scene, pointed: Pointed, before: Answer | None, _cancel: object, _progress: object
    ) -> Answer:
        if self.error is not None:
            raise self.error
        self.asked.append((pointed, before))
        x, y = pointed.middle
        mask = cell_masks.drawn(cell_masks.ellipse(Box.square((x, y), 2 * RADIUS)), 1.0)
        nothing = np.zeros((4, 4), np.float32)
        return Answer(mask, self.kind, scene.visible_l0, Outlined(0, 0, nothing.astype(np.uint8), nothing), "fake")

    def nucleus(
        self, scene: Scene, shape: Shape, pointed: Pointed, before: Answer | None, _cancel: object, _progress: object
    ) -> Answer:
        self.nuclei.append((shape, pointed, before))
        cell = segmenting.begun(shape, shape.box_l0.center, 0.1)
        mask = cell_masks.filled((), cell)
        for x, y, wanted in pointed.clicks:
            mask = cell_masks.painted(mask, [(x, y)], 20, adds=wanted)
        nothing = np.zeros((4, 4), np.float32)
        found = Outlined(0, 0, nothing.astype(np.uint8), nothing)
        return Answer(cell_masks.cut(mask, cell), Kind.WBC, scene.visible_l0, found, "")

    def split(
        self, scene: Scene, shape: Shape, line: Sequence[tuple[float, float]], _cancel: object, _progress: object
    ) -> tuple[Polygon, Polygon]:
        parts = cell_masks.split(cell_masks.drawn(shape.outline or cell_masks.ellipse(shape.box_l0), 1.0), line)
        kept, other = (cell_masks.outline_of(part) for part in parts)
        return kept, other

    def merge(self, scene: Scene, shapes: Sequence[Shape], _cancel: object, _progress: object) -> Polygon:
        outlines = [s.outline or cell_masks.ellipse(s.box_l0) for s in shapes]
        return cell_masks.outline_of(cell_masks.merged(outlines, 1.0))


class Tool:
    """The window with the tool in hand."""

    def __init__(self, made: Rig, session: FakeSession) -> None:
        self.rig, self.session, self.desktop = made, session, made.desktop
        self.view, self.desk = made.desktop.panels.slide_view, made.desktop.outlining.desk
        self.layer = self.desk.layer

    def at(self, x: float, y: float) -> QPoint:
        return QPointF(*self.view.camera.to_view(x, y)).toPoint()

    def click(
        self,
        x: float,
        y: float,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        QTest.mouseClick(self.layer, button, held, self.at(x, y))

    def drag(self, points: list[tuple[float, float]], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        places = [self.at(*p) for p in points]
        QTest.mousePress(self.layer, button, Qt.KeyboardModifier.NoModifier, places[0])
        for place in places[1:]:
            QTest.mouseMove(self.layer, place)
        QTest.mouseRelease(self.layer, button, Qt.KeyboardModifier.NoModifier, places[-1])

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, key, held)

    @property
    def cells(self) -> list[Cell]:
        return self.desktop.index.of_slide(self.desktop.presenter.shown_slide_id)

    @property
    def outline(self) -> Polygon:
        step = self.desk._draft.shown
        return step.outline if step is not None else ()

    @property
    def said(self) -> str:
        return self.desktop.panels.status.message.whole
