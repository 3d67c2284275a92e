"""Ctrl+C and a polite kill close the window; without this Qt's loop would sleep on and never hear of them."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def closing_on_interrupt(close: Callable[[], None]) -> Iterator[None]:
    """Call `close` when the program is asked to end from outside, as long as the block lasts. On the main thread."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def on_notifier_activated() -> None:
        if set(reader.recv(64)) & set(_SIGNALS):
            close()

    notifier.activated.connect(on_notifier_activated)
    former_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    # A handler of Python's own must exist for the wake-up to be written; the work is done by the notifier.
    former = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(former_fd)
        notifier.setEnabled(False)
        reader.close()
        writer.close()
