"""A token that asks long work to stop, to pause, to let others go first; work asks it once a tile and once a batch."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK_S = 0.02
"""How often a pause looks whether others want to go."""


class Cancelled(Exception):  # noqa: N818 - it is a wish, not an error
    """Raised by work that was asked to stop."""


class CancelToken:
    """Thread-safe. Once cancelled it stays cancelled; a pause ends by `go_on` or `cancel`."""

    def __init__(self, between: Callable[[], None] | None = None) -> None:
        """`between` is called by the work's own thread at each check: what it does goes first, also while it pauses."""
        self._between = between
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
        """Raise Cancelled if somebody asked to stop; let others go first; wait while it is paused."""
        if self._between is None:
            self._may_go.wait()
        elif not self._event.is_set():
            self._between()
            while not self._may_go.wait(_LOOK_S):
                self._between()
        if self._event.is_set():
            raise Cancelled


class _Here(threading.local):
    """What a thread's work gives way to."""

    between: Callable[[], None] | None = None


_here = _Here()


def gives_way_to() -> Callable[[], None] | None:
    """What a step that takes long may call in its midst, so that others go first; None if nobody is to."""
    return _here.between


@contextmanager
def giving_way_to(between: Callable[[], None] | None) -> Iterator[None]:
    """Work of the block, on this thread, gives way to that alone."""
    before, _here.between = _here.between, between
    try:
        yield
    finally:
        _here.between = before
