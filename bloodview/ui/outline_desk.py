"""Outlining by hand, cells and nuclei: what the layer over the slide tells becomes prompts, strokes and edits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Kind, Polygon
from bloodview.core.geometry import Box
from bloodview.review.commands import AddCell, OutlineCell
from bloodview.ui.actions import Actions
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.cell_surgery import CellSurgery
from bloodview.ui.language import tr
from bloodview.ui.lent_switch import LentSwitch
from bloodview.ui.outline_bench import OutlineBench, Point, Progress, bounds, shape_of
from bloodview.ui.outline_brush import Brush
from bloodview.ui.outline_draft import Draft, Step
from bloodview.ui.outline_words import words
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.slide_view.prompt_bar import PromptBar
from bloodview.ui.slide_view.prompt_layer import Mode, PromptLayer
from bloodview.ui.slide_view.view import SlideView

if TYPE_CHECKING:
    from bloodview.workflows.segmenting import Answer

_REST_MS = 350
"""How long the view stands still before the model looks at it."""
_LABELS = {Kind.RBC: "red_cell", Kind.PLATELET: "platelet", Kind.WBC: ""}
"""What a new cell is called by its kind; a leukocyte waits for the key of its class."""
_SWITCHES = {"outline.tool": Mode.POINT, "outline.brush": Mode.BRUSH, "outline.split": Mode.SPLIT}


class OutlineDesk(QObject):
    """Called by the actions of outlining; listens to the layer.

    Signals:
        told: a sentence for the status bar.
        mode_changed: name of the Mode; "" = off.
    """

    told = Signal(str)
    mode_changed = Signal(str)

    def __init__(
        self,
        bench: OutlineBench,
        surgery: CellSurgery,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        view: SlideView,
        presenter: Presenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bench, self._bridge, self._index, self._desk, self._view = bench, bridge, index, desk, view
        self._draft, self._brush = Draft(), Brush()
        self._on_nucleus = False
        """Whether nuclei are outlined, not cells."""
        self._slide_id = 0
        self._show_slide: Callable[[], None] = view.show
        self._outlines: LentSwitch | None = None
        """Outlines are seen while one works on them."""
        self.layer = PromptLayer(view)
        self.bar = PromptBar(self.layer)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(bench.look)
        self.layer.clicked.connect(self._on_clicked)
        self.layer.boxed.connect(self._on_boxed)
        self.layer.stroke_begun.connect(self._on_stroke_begun)
        self.layer.stroke_went.connect(self._on_stroke_went)
        self.layer.stroke_ended.connect(self._on_stroke_ended)
        self.layer.line_drawn.connect(lambda line: surgery.part(line) if self._is_ready() else None)
        view.view_changed.connect(self._on_view_changed)
        view.tool_changed.connect(lambda tool: self._switch(None) if tool != "select" else None)
        view.installEventFilter(self)
        bridge.closed.connect(lambda: self._switch(None))
        presenter.refreshed.connect(self._on_refreshed)

    # Called by the actions

    def tool(self, checked: bool) -> None:
        """Outline cells by clicks and boxes, or stop."""
        self._switch(Mode.POINT if checked else None)

    def brush(self, checked: bool) -> None:
        """Paint on the outline, or go back to clicks."""
        self._switch(Mode.BRUSH if checked else Mode.POINT)

    def split(self, checked: bool) -> None:
        """Part cells along lines, or stop."""
        self._switch(Mode.SPLIT if checked else None)

    def nucleus(self, checked: bool) -> None:
        """Outline nuclei, or cells again; an outline that was not kept is gone."""
        self._forget()
        self._on_nucleus = checked
        self._switch(Mode.BRUSH if self.layer.isVisible() and self.layer.mode is Mode.BRUSH else Mode.POINT)

    def keep(self) -> None:
        """Make the outline a cell, or the outline of the cell that is there or of its nucleus."""
        step = self._draft.shown
        if step is None or len(step.outline) < 3:
            self.told.emit(tr("Nothing is outlined yet: click on a cell first."))
            return
        cell, is_nucleus = self._meant(step), self._draft.nucleus_of is not None
        if is_nucleus:
            changes = self._bridge.apply(OutlineCell(self._draft.cell_id, (), step.outline))
        elif cell is not None:
            changes = self._bridge.apply(OutlineCell(cell.id, step.outline))
        else:
            kind = step.answer.kind if step.answer is not None else Kind.WBC
            added = AddCell(self._bench.slide_id, kind, bounds(step.outline), _LABELS[kind], step.outline)
            changes = self._bridge.apply(added)
        if changes is None:
            return
        self._forget()
        self._desk.select(changes.cell_ids)
        current = self._desk.current
        is_named = current is not None and bool(current.label)
        self.told.emit(changes.title if is_named or is_nucleus else tr("Press the key of the cell's class."))

    def drop(self) -> None:
        """Forget the outline; with none, leave the tool."""
        if self._draft.is_begun:
            self._forget()
        else:
            self._switch(None)

    def furnish(self, actions: Actions) -> None:
        """Put buttons into the bar, and show the switches as they stand."""
        self._outlines = LentSwitch(actions["view.outlines"])
        self._show_slide = actions["view.both"].trigger
        self.bar.add(actions["outline.nucleus"], tr("Nucleus"))
        self.bar.add(actions["outline.brush"], tr("Brush"))
        self.bar.add(actions["outline.keep"], tr("Keep"))
        self.bar.add(actions["outline.drop"], tr("Drop"))
        for name, mode in _SWITCHES.items():
            self.mode_changed.connect(lambda now, name=name, own=mode.value: actions.set_checked(name, now == own))
        self.mode_changed.connect(lambda _now: actions.set_checked("outline.nucleus", self._on_nucleus))

    # What the layer tells

    def _on_clicked(self, x: float, y: float, wanted: bool) -> None:
        if self._is_ready((x, y)):
            self._prompt(self._draft.click(x, y, wanted=wanted))

    def _on_boxed(self, box_l0: Box) -> None:
        if self._is_ready(box_l0.center):
            self._prompt(self._draft.box(box_l0))

    def _prompt(self, step: Step) -> None:
        """Have a step answered."""
        scene, before, whole = self._bench.scene(), self._draft.before(), self._draft.nucleus_of

        def work(cancel: CancelToken, progress: Progress) -> "tuple[Answer, Polygon]":
            from bloodview.workflows import segmenting  # pulls the analysis in, which must not delay the window

            assert scene is not None
            if whole is not None:
                nucleus = self._bench.models.nucleus(scene(), whole, step.pointed, before, cancel, progress)
                return nucleus, segmenting.lobes_of(nucleus.mask)
            answer = self._bench.models.answer(scene(), step.pointed, before, cancel, progress)
            return answer, segmenting.outline_of(answer.mask)

        def done(found: "tuple[Answer, Polygon]") -> None:
            if self._draft.answered(step, *found):
                self._show()

        def failed() -> None:
            self._draft.failed(step)
            self._show()

        if scene is None:
            failed()
            return
        self._bench.ask(work, done, failed)
        self._show()

    def _on_stroke_begun(self, x: float, y: float, adds: bool) -> None:
        if not self._is_ready((x, y)):
            return
        step, whole = self._draft.shown, self._draft.nucleus_of
        if whole is not None:
            self._brush.begin_nucleus(step.mask if step is not None else None, whole, (x, y), self._bench.um_per_px)
            self._on_stroke_went(x, y, adds)
            return
        cell = self._bench.cell_at(x, y) if step is None else None
        if step is None:
            self._draft = Draft(cell.id if cell is not None else 0)
        shape = shape_of(cell) if cell is not None else None
        self._brush.begin(step.mask if step is not None else None, shape, (x, y), self._bench.um_per_px)
        self._on_stroke_went(x, y, adds)

    def _on_stroke_went(self, x: float, y: float, adds: bool) -> None:
        outline = self._brush.went((x, y), adds=adds)
        if outline is not None:
            self.layer.show_draft(outline, self._draft.pointed.clicks)

    def _on_stroke_ended(self) -> None:
        from bloodview.workflows import segmenting

        mask = self._brush.end()
        if mask is not None:
            is_nucleus = self._draft.nucleus_of is not None
            self._draft.stroke(mask, segmenting.lobes_of(mask) if is_nucleus else segmenting.outline_of(mask))
            self._show()

    # Events of the view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the tool go before those of the window while the view has the focus."""
        if event.type() == QEvent.Type.Hide:
            self._rest.stop()
        if isinstance(event, QKeyEvent) and event.type() != QEvent.Type.KeyRelease and self.layer.isVisible():
            act = self._meaning(event)
            if act is not None:
                if event.type() == QEvent.Type.KeyPress:
                    act()
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def _meaning(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key does in the tool; None = it is not the tool's."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        begun = self._draft.is_begun
        if held == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Z and begun:
            return self._take_back
        if held != Qt.KeyboardModifier.NoModifier:
            return None
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.layer.mode is not Mode.SPLIT:
            return self.keep  # with nothing outlined too: the window's Enter would confirm a label unseen
        if key == Qt.Key.Key_Escape:
            return self.drop
        sizes = {Qt.Key.Key_BracketLeft: 0.8, Qt.Key.Key_BracketRight: 1.25}
        if self.layer.mode is Mode.BRUSH and key in sizes:
            return lambda: self._size_brush(sizes[Qt.Key(key)])
        return None

    def _take_back(self) -> None:
        self._draft.take_back()
        self._show()

    def _size_brush(self, factor: float) -> None:
        self._brush.grow(factor)
        self._show()

    def _on_view_changed(self) -> None:
        if self.layer.isVisible() and self.layer.mode is not Mode.SPLIT and not self._on_nucleus:
            self._rest.start()

    def _on_refreshed(self) -> None:
        """Another picture: what was outlined on the one before is gone."""
        if self._bench.slide_id != self._slide_id:
            self._slide_id = self._bench.slide_id
            self._forget()
            self._on_view_changed()

    # What it does

    def _switch(self, mode: Mode | None) -> None:
        """Begin or go on in another mode; None leaves the tool, and an outline that was not kept is gone."""
        if mode in (None, Mode.SPLIT):
            self._forget()
            self._on_nucleus = False
        if mode is None:
            self._rest.stop()
            self.layer.hide()
            if self._outlines is not None:
                self._outlines.give_back()
            self.mode_changed.emit("")
            return
        if not self._view.isVisible():
            self._show_slide()
        if self._outlines is not None:
            self._outlines.take()
        if self._view.tool != "select":
            self._view.set_tool("select")
        self.layer.start(mode)
        self.mode_changed.emit(mode.value)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()
        self._on_view_changed()

    def _forget(self) -> None:
        """Drop the outline and what is being computed for it."""
        self._bench.forget()
        self._brush.end()
        if self._draft.is_begun or self._draft.cell_id:
            self._draft = Draft()
        self._show()

    def _show(self) -> None:
        """Show the outline as it stands, and what the keys do now."""
        if not self.layer.isVisible():
            return
        self.layer.brush_l0 = self._brush.radius_um / self._bench.um_per_px
        step = self._draft.shown
        pointed = self._draft.pointed if self._draft.is_begun else None
        outline = step.outline if step is not None else ()
        self.layer.show_draft(outline, pointed.clicks if pointed else (), pointed.box_l0 if pointed else None)
        meant = self._meant(step) if step is not None else None
        said = words(self.layer.mode, self._draft, meant, on_nucleus=self._on_nucleus)
        self.bar.say(said, with_buttons=self.layer.mode is not Mode.SPLIT)

    # What it needs

    def _is_ready(self, at: Point | None = None) -> bool:
        """Whether cells can be put on the picture, and the nucleus at a point outlined; says so if not."""
        if not self._bench.slide_id:
            self.told.emit(tr("Cells can be outlined once the picture has been analysed."))
            return False
        if at is None or not self._on_nucleus or self._draft.is_begun:
            return True
        cell = self._bench.owner(at, self._desk.current)
        if cell is None:
            self.told.emit(tr("There is no cell here whose nucleus could be outlined."))
        elif cell.label in (_LABELS[Kind.RBC], _LABELS[Kind.PLATELET]):
            self.told.emit(tr("Red cells and platelets have no nucleus. Name the cell first if it is another one."))
        else:
            self._draft = Draft(cell.id, shape_of(cell))
            return True
        return False

    def _meant(self, step: Step) -> Cell | None:
        """The cell of the case that an outline is one of."""
        if self._draft.cell_id:
            return self._index.get(self._draft.cell_id)
        return self._bench.like(step.outline, step.mask) if step.mask is not None else None
