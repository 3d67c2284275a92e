"""Takes the pictures of README and guide on the bundled sample: `python -m tests.e2e.screenshot [FILE PICTURE..]`.

The real window, the real models, a real refinement by the sample's known classes; run it where there is a screen or
under Xvfb. It takes some minutes. With a file it takes one picture of the window, on these pictures instead.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from bloodview.core import paths
from bloodview.core.geometry import Box
from bloodview.core.settings import Settings
from bloodview.ui import app
from bloodview.ui.desktop import Desktop
from tests.e2e.program import sample_truth

PICTURES = paths.guide() / "pictures"
NAMES = ("window", "why", "models", "verdict")
"""What is taken, in this order: the window, the reasons for a label, the models, the verdict on a refinement."""
MOST_BYTES = 150 * 1024
SIZE = QSize(1440, 900)
CHOSEN = "monocyte"
"""The class of the cell that is selected."""
_QUIET_MS, _LOOK_MS = 1500, 200
_COLOURS = (256, 192, 128, 96, 64, 48, 32)
_Take = Iterator[Callable[[], bool]]


class Quiet(QObject):
    """True once nothing has been painted for a while: all pictures of cells have arrived."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__(widgets[0])
        self.is_over = False
        self._timer = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._timer.timeout.connect(self._end)
        self._watched = widgets
        for widget in widgets:
            widget.installEventFilter(self)
        self._timer.start()

    def __call__(self) -> bool:
        return self.is_over

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A painted widget starts the wait anew."""
        if event.type() == QEvent.Type.Paint:
            self._timer.start()
        return False

    def _end(self) -> None:
        self.is_over = True
        for widget in self._watched:
            widget.removeEventFilter(self)


def play(desktop: Desktop, steps: _Take) -> None:
    """Go from step to step, each once what it waits for is so."""
    timer = QTimer(desktop, interval=_LOOK_MS)
    waits: list[Callable[[], bool]] = [lambda: True]

    def look() -> None:
        if waits[0]():
            waits[0] = next(steps, lambda: False)

    timer.timeout.connect(look)
    timer.start()


def save(widget: QWidget, file: Path) -> None:
    """Write a small PNG: all its colours, or as many as it may hold."""
    file.parent.mkdir(parents=True, exist_ok=True)
    widget.grab().toImage().save(str(file))
    with Image.open(file) as whole:
        image = whole.convert("RGB")
    image.save(file, optimize=True)
    for colours in _COLOURS:
        if file.stat().st_size <= MOST_BYTES:
            return
        image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)


def choose_cell(desktop: Desktop) -> None:
    """Select the surest cell of the chosen class, or of any, and show the picture it lies on."""
    cells = [c for c in desktop.index.of_slide(None, red_cells=False) if c.prediction is not None]
    wanted = [c for c in cells if c.label == CHOSEN and not c.touches_edge] or cells
    if wanted:
        best = max(wanted, key=lambda c: c.prediction.confidence if c.prediction is not None else 0.0)
        desktop.desk.select((best.id,))
        desktop.presenter.show_cell(best)
        desktop.panels.gallery.setFocus()


def name_by_truth(desktop: Desktop) -> None:
    """Correct and confirm the leukocytes of the sample as they were drawn."""
    case = desktop.bridge.case
    slides = {s.id: s.name for s in case.slides()} if case is not None else {}
    truth = sample_truth()
    named: dict[str, list[int]] = {}
    for cell in desktop.index.of_slide(None, red_cells=False):
        near = [t for t in truth[slides[cell.slide_id]] if t.kind == "wbc" and _lies_on(cell.box_l0, Box(*t.box))]
        if near:
            named.setdefault(near[0].label, []).append(cell.id)
    for label, ids in named.items():
        desktop.desk.relabel_these(ids, label)


def _lies_on(found: Box, true: Box) -> bool:
    """Whether two boxes show the same cell."""
    return true.x0 < (found.x0 + found.x1) / 2 < true.x1 and true.y0 < (found.y0 + found.y1) / 2 < true.y1


def the_window(desktop: Desktop, file: Path) -> _Take:
    """The whole window with a chosen cell."""
    p = desktop.panels
    watched = (p.gallery.viewport(), p.slide_view, p.cell)
    yield lambda: len(desktop.index) > 0 and not desktop.queue.is_busy
    yield Quiet(watched)
    choose_cell(desktop)
    yield Quiet(watched)
    save(desktop.window, file)


def all_pictures(desktop: Desktop, folder: Path) -> _Take:
    """Window, reasons, models, verdict."""
    yield from the_window(desktop, folder / "window.png")
    desktop.actions["why.panel"].trigger()
    yield lambda: bool(desktop.panels.why.trust.text())
    yield Quiet((desktop.panels.why, desktop.panels.why.neighbours))
    save(desktop.window.side, folder / "why.png")
    desktop.actions["shelf.open"].trigger()
    models = desktop.shelf.dialog
    assert models is not None
    yield Quiet((models,))
    models.check.click()
    yield lambda: "belong together" in models.page.files.text()
    yield Quiet((models,))
    save(models, folder / "models.png")
    models.close()
    name_by_truth(desktop)
    desktop.actions["refine.open"].trigger()
    refine = desktop.refine.dialog
    assert refine is not None
    yield refine.start.isEnabled
    refine.start.click()
    yield lambda: refine.verdict.isVisible()
    yield Quiet((refine,))
    save(refine, folder / "verdict.png")


def take(pictures: Sequence[Path], settings: Settings, steps: Callable[[Desktop], _Take], size: QSize = SIZE) -> int:
    """Open pictures (none = the sample) in a window of this size and go through the steps; the exit status."""

    def shown(desktop: Desktop) -> None:
        def whole() -> _Take:
            yield from steps(desktop)
            desktop.window.close()
            QApplication.quit()

        desktop.window.resize(size)
        play(desktop, whole())

    with tempfile.TemporaryDirectory(prefix="bloodview-screenshot-") as folder:
        paths.use_folder(Path(folder))
        return app.run(list(pictures), demo=not pictures, settings=settings, on_shown=shown)


def main() -> int:
    """Take all, or the window on some pictures."""
    settings = Settings(show_outlines=True, language="en", reviewer="Reader")
    if len(sys.argv) > 1:
        file, given = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
        return take(given, settings, lambda desktop: the_window(desktop, file))
    return take([], settings, lambda desktop: all_pictures(desktop, PICTURES))


if __name__ == "__main__":
    sys.exit(main())
