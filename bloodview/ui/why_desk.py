"""Asks why the chosen cell is called what it is, on the compute lane; keeps answers, drops what nobody awaits."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QImage

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.errors import UserError
from bloodview.models.api import METHODS, UInt8
from bloodview.review.records import SlideRecord
from bloodview.ui import style
from bloodview.ui.jobs import JobHandle
from bloodview.ui.language import tr
from bloodview.ui.measurements import in_words, measure
from bloodview.ui.panels import Panels
from bloodview.ui.pictures import CropReader, SlidePool
from bloodview.ui.presenter import Presenter
from bloodview.ui.reference_cells import ReferenceCells, likely, origin
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.side_tabs import SideTabs
from bloodview.ui.verbs import Means, Verbs
from bloodview.ui.why_export import Session, WhyExport
from bloodview.ui.why_panel import NEAR_PX, Neighbour

if TYPE_CHECKING:
    from bloodview.workflows.explaining import CellToExplain, Reply, Request, Wish

log = logging.getLogger(__name__)

_PAGE = 2  # of the tabs
KEPT = 200
"""Answers that are kept."""
_Key = tuple[object, ...]


class WhyDesk(Verbs):
    """Called by the actions of the reasons; listens to the selection."""

    def __init__(
        self,
        means: Means,
        pool: SlidePool,
        desk: ReviewDesk,
        panels: Panels,
        presenter: Presenter,
        side: SideTabs,
        session: Callable[[str, str | None], Session] | None = None,
    ) -> None:
        super().__init__(means)
        self._side, self._desk, self._panels, self._presenter = side, desk, panels, presenter
        self._make_session = session or _session
        self._session: Session | None = None
        self._references = ReferenceCells()
        self._records: dict[int, SlideRecord] = {}
        self._crops = CropReader(means.jobs, pool, self._place_of, self)
        self._kept: OrderedDict[_Key, Reply] = OrderedDict()
        self._cell: Cell | None = None
        self._shown: tuple[Cell, Reply] | None = None
        self._job: JobHandle | None = None
        self.exporter = WhyExport(means.window, means.jobs)
        self.exporter.told.connect(self.told)
        self.exporter.refused.connect(self.refused)
        self._is_on = self._is_on_slide = False
        side.turned.connect(self._on_side_turned)
        self._crops.arrived.connect(panels.why.neighbours.show_image)
        panels.why.asked.connect(self._ask)
        panels.why.opacity_changed.connect(lambda _: self._show_on_slide())
        panels.why.slide_toggled.connect(self.on_slide)
        presenter.refreshed.connect(self._show_on_slide)
        desk.current_changed.connect(self._on_current_changed)
        means.bridge.opened.connect(self._on_case_opened)
        means.bridge.closed.connect(self._on_case_opened)
        means.bridge.changed.connect(lambda changes: self._on_case_changed(bool(changes.slide_ids)))

    # Called by the actions

    def panel(self, checked: bool) -> None:
        """Show the reasons in the place of the differential, or the differential again."""
        self._side.show_page(_PAGE if checked else 0)

    def on_slide(self, checked: bool) -> None:
        """The map on the slide too."""
        self._is_on_slide = checked
        with QSignalBlocker(self._panels.why.on_slide):
            self._panels.why.on_slide.setChecked(checked)
        self._show_on_slide()

    def export(self) -> None:
        """Write an overlay of each selected cell, of all named ones unless several are selected, into a folder."""
        chosen = self._index.some(sorted(self._desk.selected))
        cells = chosen if len(chosen) > 1 else self._index.of_slide(None, red_cells=False)
        asked = [(_file_name(c), request) for c in cells if (request := self._request(c, plain=True))]
        if not asked:
            self.told.emit(tr("No cell here was named by the model: there is nothing to explain."))
            return
        folder = self._asker.folder(tr("Export explanations"), self._folder)
        if folder is None:
            return
        self.exporter.run(asked, folder, self._models())

    def renew(self) -> None:
        """Another model is in use."""
        self._stop()
        self._session = None
        self._kept.clear()
        self._begin(self._cell)

    # What happens

    def _on_side_turned(self, page: int) -> None:
        """Nothing is asked before it is seen."""
        self._is_on = page == _PAGE
        if self._is_on:
            self._begin(self._cell)
        else:
            self._stop()
        self._show_on_slide()

    def _on_case_opened(self) -> None:
        case = self._bridge.case
        self._stop()
        self._kept.clear()
        self._references.forget()
        self._cell, self._shown = None, None
        self._records = {r.id: r for r in case.slides()} if case is not None else {}
        if case is not None:
            self._panels.why.set_taxonomy(case.taxonomy)
        self._begin(None)

    def _on_case_changed(self, slides_changed: bool) -> None:
        case = self._bridge.case
        if case is None:
            return
        self._panels.why.set_taxonomy(case.taxonomy)
        if slides_changed:
            self._records = {r.id: r for r in case.slides()}
            self._references.forget()

    def _on_current_changed(self, cell: Cell | None) -> None:
        before, self._cell = self._cell, cell
        if cell is None or before is None or _what_matters(cell) != _what_matters(before):
            self._begin(cell)

    def _begin(self, cell: Cell | None) -> None:
        """Another cell: offer its classes, and ask."""
        if not self._is_on:
            return
        self._stop()
        self._shown = None
        why = self._panels.why
        if cell is None or self._request(cell) is None:
            why.show_nothing(_why_not(cell))
            self._show_on_slide()
            return
        classes = [name for name, _ in cell.prediction.probabilities] if cell.prediction is not None else []
        why.offer(METHODS, classes, cell.label)
        self._ask()

    def _ask(self) -> None:
        """Ask for the map that is wished for, unless it is kept."""
        self._stop()
        cell = self._cell
        if cell is None or (request := self._request(cell)) is None:
            return
        key = (_what_matters(cell), self._panels.why.chosen)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            self._show(cell, kept)
            return
        self._panels.why.show_waiting(tr("looking …"))
        self._job = self._jobs.compute(
            self._models().answer,
            request,
            on_done=lambda reply: self._on_answered(cell, key, reply),
            on_error=self._on_failed,
        )

    def _on_answered(self, cell: Cell, key: _Key, reply: "Reply") -> None:
        self._keep(key, reply)
        self._show(cell, reply)
        self._panels.why.show_waiting(tr("testing the map …"))
        self._job = self._jobs.compute(
            self._models().judge,
            reply,
            on_done=lambda judged: self._on_judged(cell, key, judged),
            on_error=self._on_failed,
        )

    def _on_judged(self, cell: Cell, key: _Key, reply: "Reply") -> None:
        self._keep(key, reply)
        self._shown = (cell, reply)
        self._panels.why.show_waiting("")
        self._show_trust(reply)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            log.error("a cell could not be explained", exc_info=error)
        self._shown = None
        self._panels.why.show_nothing(str(error))
        self._show_on_slide()

    def _keep(self, key: _Key, reply: "Reply") -> None:
        self._kept[key] = reply
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _stop(self) -> None:
        """Nobody awaits the answer any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._crops.forget()
        self._panels.why.show_waiting("")

    # What is shown

    def _show(self, cell: Cell, reply: "Reply") -> None:
        self._shown = (cell, reply)
        why = self._panels.why
        why.show_reply(_image(reply.crop), _image(reply.heat), self._chances(reply), reply.note)
        self._show_trust(reply)
        near = self._index.some([cell_id for cell_id, _ in reply.nearest])
        likeness = dict(reply.nearest)
        rows = [
            Neighbour(c.id, c.label, likeness[c.id], origin(c), self._name_of(c), c.source is Source.PERSON)
            for c in near
        ]
        title = tr("Most like it, of this case's cells that a person decided or the model is sure of")
        if not rows:
            title += tr(": none yet. Decide some cells, or analyse more pictures")
        why.show_neighbours(rows, title)
        for other in near:
            self._crops.request(other, round(NEAR_PX * why.devicePixelRatioF()))
        record = self._records.get(cell.slide_id)
        why.show_measured(in_words(measure(cell, record.scale if record is not None else None), cell))
        self._show_on_slide()

    def _show_trust(self, reply: "Reply") -> None:
        found = reply.explained.faithfulness
        if found is not None:
            tone = style.Tone.GOOD if found.is_clear else style.Tone.DOUBT if found.drop > 0 else style.Tone.BAD
            self._panels.why.show_trust(found.in_words, tone)

    def _show_on_slide(self) -> None:
        heat = self._panels.slide_view.heat
        if not self._is_on or not self._is_on_slide or self._shown is None:
            heat.clear()
            return
        cell, reply = self._shown
        if cell.slide_id == self._presenter.shown_slide_id:
            heat.show(_image(reply.heat), reply.window_l0, self._panels.why.picture.opacity)
        else:
            heat.clear()

    def _chances(self, reply: "Reply") -> str:
        case = self._bridge.case
        explained = reply.explained
        if case is None:
            return ""

        def title(name: str) -> str:
            return tr(case.taxonomy[name].title) if name in case.taxonomy else name

        ranked = sorted(explained.probabilities, key=lambda p: -p[1])[:2]
        words = [f"{title(name)} {p:.1%}" for name, p in ranked]
        asked = sum(p for name, p in explained.probabilities if name in explained.question.wanted)
        if ranked[0][0] not in explained.question.wanted:
            words.append(tr("asked about: {title} {asked:.1%}", title=title(explained.wish.label), asked=asked))
        return tr(", then ").join(words[:2]) + ("; " + words[2] if len(words) > 2 else "")

    # What it needs

    def _models(self) -> Session:
        if self._session is None:
            now = self._preferences.now
            self._session = self._make_session(now.device, now.classifier or None)
        return self._session

    def _request(self, cell: Cell, *, plain: bool = False) -> "Request | None":
        """What is asked of a cell: by the choices of the panel, or plainly by its own class and the panel's method."""
        from bloodview.workflows import explaining  # pulls the analysis in, which must not delay the window

        case, record = self._bridge.case, self._records.get(cell.slide_id)
        if case is None or record is None or cell.prediction is None:
            return None
        if plain and (cell.kind is not Kind.WBC or cell.status is not Status.ACTIVE):
            return None
        method, label, instead_of = self._panels.why.chosen
        wish: Wish = explaining.Wish(method, "" if plain else label, "" if plain else instead_of)
        place: CellToExplain = explaining.CellToExplain(
            record.path, record.content_hash, record.scale, cell.box_l0, cell.label, record.plane
        )
        near = [] if plain else self._index.some(likely(self._index.columns))
        cells = () if plain else self._references.of(cell, near, case)
        return explaining.Request(place, cell.prediction.model_id, wish, cells)

    def _name_of(self, cell: Cell) -> str:
        record = self._records.get(cell.slide_id)
        return record.name if record is not None else ""

    def _place_of(self, slide_id: int) -> tuple[Path, float | None] | None:
        record = self._records.get(slide_id)
        if record is None:
            return None
        return record.path, record.scale.um_per_px if record.scale is not None else None


def _session(device: str, model: str | None) -> Session:
    from bloodview.workflows import explaining

    return explaining.Session(device, model)


def _what_matters(cell: Cell) -> _Key:
    """What a change of makes another explanation of a cell."""
    return (cell.id, cell.box_l0, cell.label, cell.prediction.model_id if cell.prediction is not None else "")


def _why_not(cell: Cell | None) -> str:
    if cell is None:
        return tr("Choose one cell in the gallery or on the slide.")
    if cell.kind is Kind.RBC:
        return tr("Red cells are found by the detector; no classifier names them, so there is nothing to explain.")
    return tr("No model has named this cell yet. Analyse the picture again.")


def _image(pixels: UInt8) -> QImage:
    """uint8 [H, W, 3] RGB or [H, W, 4] RGBA."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    return QImage(pixels.tobytes(), width, height, channels * width, kind).copy()


def _file_name(cell: Cell) -> str:
    """By the number of the picture in the case: its own name may be a patient's."""
    return f"{cell.slide_id:03d}-{cell.id:05d}-{cell.label or 'unnamed'}"
