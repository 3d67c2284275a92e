"""What an analysis left behind, half analysed or not at all: said in a line over the views, with a button to go on."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from bloodview.review.commands import DropExpected, ExpectPictures
from bloodview.ui.analysis_queue import AnalysisQueue, State
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.language import tr
from bloodview.ui.notice import Notice


class Unfinished(QObject):
    """Keeps in the case which pictures wait, so that a window that closes loses none, and says what is left.

    Signals:
        found: there are pictures to go on with.
    """

    found = Signal()

    def __init__(self, bridge: CaseBridge, queue: AnalysisQueue, notice: Notice) -> None:
        super().__init__(notice)
        self._bridge, self._queue, self._notice = bridge, queue, notice
        queue.added.connect(self.on_queue_added)
        queue.recorded.connect(lambda path, *_: self.on_queue_recorded(path))
        queue.progressed.connect(lambda *_: self.show())
        queue.idle.connect(self.show)
        for signal in (bridge.opened, bridge.closed):
            signal.connect(self.show)

    def on_queue_added(self, files: Sequence[Path]) -> None:
        """Pictures wait: the case knows of them from now on."""
        if (case := self._bridge.case) is not None and not self._is_closed:
            known = {record.path for record in case.slides()}
            if new := tuple(path for path in files if path not in known):
                self._bridge.apply(ExpectPictures(new))

    def on_queue_recorded(self, path: Path) -> None:
        """A picture is in the case, perhaps under another name."""
        if not self._is_closed:
            self._bridge.apply(DropExpected((path,)))

    def look(self) -> None:
        """Find out what earlier sessions left of the case that is open now."""
        case = self._bridge.case
        if case is None or self._is_closed:
            return
        half = case.interrupted()
        self._queue.leave([*(r.path for r in case.slides() if r.id in half), *case.expected()])
        self.show()
        if self._queue.left and not self._queue.is_busy:
            self.found.emit()

    def show(self) -> None:
        """Say what is left, as long as nothing is analysed."""
        case = self._bridge.case
        stopped = [path for path, state in self._queue.left.items() if state is State.STOPPED]
        if case is None or not stopped or self._queue.is_busy:
            self._notice.hide()
            return
        half = case.interrupted()
        begun = {record.path for record in case.slides() if record.id in half}
        self._notice.show_offer(_in_words(sum(p in begun for p in stopped), sum(p not in begun for p in stopped)))

    @property
    def _is_closed(self) -> bool:
        """Whether nothing can be added to the case."""
        case = self._bridge.case
        return case is None or case.is_read_only or self._bridge.signature is not None


def _in_words(half: int, not_begun: int) -> str:
    parts = []
    if half:
        several = tr("The analysis stopped half way on {number:,} pictures.", number=half)
        parts.append(tr("The analysis stopped half way on 1 picture.") if half == 1 else several)
    if not_begun:
        several = tr("{number:,} pictures are not analysed yet.", number=not_begun)
        parts.append(tr("1 picture is not analysed yet.") if not_begun == 1 else several)
    return " ".join([*parts, tr("The counts lack what lies there.")])
