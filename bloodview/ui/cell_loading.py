"""The cells of a newly opened case enter the window: at once, or page by page between events where there are many."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from bloodview.core.cell_columns import CellColumns, Names
from bloodview.core.errors import UserError
from bloodview.review.case import Case
from bloodview.ui.language import tr

AT_ONCE = 40_000
"""Cells that are read before the case is shown; more come while the window answers already."""
_PAGE = 5_000
"""Of these many: some 12 ms, so that the window goes on smoothly meanwhile."""
_SHOWN_AT_ONCE = 25_000


class CellLoading(QObject):
    """Reads one case at a time.

    Signals:
        grown: of a large case the CellColumns of those that came since, many at a time, and how many there are at most.
        done: all cells are there.
        failed: the UserError that ended it.
        told: a sentence for the status bar.
    """

    grown = Signal(object, int)
    done = Signal()
    failed = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fresh: list[CellColumns] = []
        self._pages: Iterator[CellColumns] | None = None
        self._take: Callable[[CellColumns], None] = lambda _page: None
        self._read = self._total = 0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_running(self) -> bool:
        """Whether cells are still to come."""
        return self._pages is not None

    def start(self, case: Case, names: Names, take: Callable[[CellColumns], None]) -> None:
        """Read all cells, hand each page on, then say `done`."""
        self.stop()
        self._read, self._total, self._take = 0, case.cell_count(), take
        if self._total <= AT_ONCE:
            self._pages = case.cell_pages(names)
        else:
            self._pages = case.cell_pages(names, _PAGE)
            self.told.emit(tr("Reading {count:,} cells …", count=self._total))
            self._timer.start()
            return
        while self.is_running:
            self._on_turn()

    def stop(self) -> None:
        """Read no further."""
        self._timer.stop()
        self._fresh.clear()
        self._pages = None

    def _on_turn(self) -> None:
        """A page, which takes less time than anybody notices."""
        if self._pages is None:
            return
        try:
            page = next(self._pages, None)
        except UserError as error:
            self.stop()
            self.failed.emit(error)
            return
        if page is not None:
            self._take(page)
            self._read += len(page)
            self._fresh.append(page)
            if self._timer.isActive() and sum(map(len, self._fresh)) >= _SHOWN_AT_ONCE:
                first, *others = self._fresh
                self._fresh.clear()
                self.grown.emit(first.stacked(*others), self._total)
            return
        large = self._timer.isActive()
        self.stop()
        if large:
            self.told.emit(tr("{count:,} cells", count=self._read))
        self.done.emit()
