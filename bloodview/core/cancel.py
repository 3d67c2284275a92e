"""A token that asks long work to stop or to pause; work asks it once a tile and once a batch."""

import threading


class Cancelled(Exception):  # noqa: N818 - it is a wish, not an error
    """Raised by work that was asked to stop."""


class CancelToken:
    """Thread-safe. Once cancelled it stays cancelled; a pause ends by `go_on` or `cancel`."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._may_go = threading.Event()
        self._may_go.set()

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self._event.set()
        self._may_go.set()

    def pause(self) -> None:
        """Ask the work to wait at its next check."""
        if not self.is_cancelled:
            self._may_go.clear()

    def go_on(self) -> None:
        """End the pause."""
        self._may_go.set()

    @property
    def is_paused(self) -> bool:
        """Whether work waits at its next check."""
        return not self._may_go.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled if somebody asked to stop; wait while it is paused."""
        self._may_go.wait()
        if self._event.is_set():
            raise Cancelled
