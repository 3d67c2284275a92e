"""Takes the README's picture of the window on the analysed sample: `python -m tests.e2e.screenshot [FILE [PICTURE..]]`.

The real window, the real models; run it where there is a screen or under Xvfb. It takes about a minute.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtGui import QImage

from bloodview.core import paths
from bloodview.core.settings import Settings
from bloodview.ui import app
from bloodview.ui.desktop import Desktop

README_PICTURE = paths.resources() / "screenshot.png"
SIZE = QSize(1440, 900)
CHOSEN = "monocyte"
"""The class of the cell that is selected."""
_QUIET_MS = 1500
_MOST_BYTES = 600 * 1024


class Quiet(QObject):
    """Calls `then` once nothing has been painted for a while: all pictures of cells have arrived."""

    def __init__(self, desktop: Desktop, then: Callable[[], None]) -> None:
        super().__init__(desktop)
        self._timer = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._timer.timeout.connect(self._end)
        self._then = then
        self._watched = (desktop.panels.gallery.viewport(), desktop.panels.slide_view, desktop.panels.cell)
        for widget in self._watched:
            widget.installEventFilter(self)
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A painted widget starts the wait anew."""
        if event.type() == QEvent.Type.Paint:
            self._timer.start()
        return False

    def _end(self) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._then()


def choose_cell(desktop: Desktop) -> None:
    """Select the surest cell of the chosen class, or of any, and show the picture it lies on."""
    cells = [c for c in desktop.index.of_slide(None, red_cells=False) if c.prediction is not None]
    wanted = [c for c in cells if c.label == CHOSEN and not c.touches_edge] or cells
    if wanted:
        best = max(wanted, key=lambda c: c.prediction.confidence if c.prediction is not None else 0.0)
        desktop.desk.select((best.id,))
        desktop.presenter.show_cell(best)
        desktop.panels.gallery.setFocus()


def save(image: QImage, file: Path) -> None:
    """Write a PNG; in 256 colours if it were too large otherwise."""
    image.save(str(file))
    if file.stat().st_size > _MOST_BYTES:
        image.convertToFormat(QImage.Format.Format_Indexed8).save(str(file))


def take(file: Path, pictures: list[Path], settings: Settings, size: QSize = SIZE) -> int:
    """Analyse pictures (none = the sample) in a window of this size and write its picture; the exit status."""

    def grab(desktop: Desktop) -> None:
        save(desktop.window.grab().toImage(), file)
        desktop.window.close()

    def shown(desktop: Desktop) -> None:
        def chosen() -> None:
            choose_cell(desktop)
            Quiet(desktop, lambda: grab(desktop))

        def idle() -> None:
            if len(desktop.index) > 0 and not desktop.queue.is_busy:
                Quiet(desktop, chosen)

        desktop.window.resize(size)
        desktop.queue.idle.connect(idle)

    with tempfile.TemporaryDirectory(prefix="bloodview-screenshot-") as folder:
        paths.use_folder(Path(folder))
        return app.run(pictures, demo=not pictures, settings=settings, on_shown=shown)


def main() -> int:
    file = Path(sys.argv[1]) if sys.argv[1:] else README_PICTURE
    return take(file, [Path(name) for name in sys.argv[2:]], Settings(show_outlines=True))


if __name__ == "__main__":
    sys.exit(main())
