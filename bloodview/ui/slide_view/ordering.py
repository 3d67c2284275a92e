"""Very many cells are put in order off the GUI thread; what is done to them meanwhile is done again afterwards."""

import logging
from collections.abc import Callable

from bloodview.ui.slide_view.cell_table import CellTable
from bloodview.ui.slide_view.tile_layer import ReadHandle, Reads

log = logging.getLogger(__name__)


class Ordering:
    """One table at a time; the latest wish counts."""

    def __init__(self, jobs: Reads) -> None:
        self._jobs = jobs
        self._job: ReadHandle | None = None
        self._is_running = False
        self._owed: list[Callable[[], None]] = []

    def order(self, make: Callable[[], CellTable], put: Callable[[CellTable], None], *, aside: bool) -> None:
        """Make a table and put it into the view: at once, or `aside` while the former one is still shown."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._is_running = None, aside
        self._owed.clear()
        if not aside:
            put(make())
            return

        def done(table: CellTable) -> None:
            self._job, self._is_running = None, False
            put(table)
            owed = list(self._owed)
            self._owed.clear()
            for act in owed:
                act()

        def made() -> CellTable:
            table = make()
            table.crowd.prepare()
            return table

        job = self._jobs.reads(made, on_done=done, on_error=self._on_failed)
        self._job = job if self._is_running else None

    def again(self, act: Callable[[], None]) -> None:
        """What is done now is to be done with the table to come, too."""
        if self._is_running:
            self._owed.append(act)

    def _on_failed(self, error: Exception) -> None:
        self._job, self._is_running = None, False
        self._owed.clear()
        log.error("the cells could not be put in order", exc_info=error)
