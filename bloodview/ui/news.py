"""Changes of the case on their way to those who show them: at once, or each in a later turn of the event loop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from bloodview.review.commands import Changes


class News(QObject):
    """Tells of changes in the order in which they came."""

    def __init__(self, tell: Callable[[Changes], None], parent: QObject) -> None:
        super().__init__(parent)
        self._tell = tell
        self.can_wait = False
        """Whether what comes now may be told later; what comes at once takes all that waits along before it."""
        self._owed: list[Changes] = []
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._tell_one)

    def came(self, changes: Changes) -> None:
        """The case changed."""
        self._owed.append(changes)
        if self.can_wait:
            self._later.start()
            return
        while self._owed:
            self._tell_one()

    def forget(self) -> None:
        """Nobody needs to know any more."""
        self._later.stop()
        self._owed.clear()

    def _tell_one(self) -> None:
        if self._owed:
            self._tell(self._owed.pop(0))
        if self._owed:
            self._later.start()
