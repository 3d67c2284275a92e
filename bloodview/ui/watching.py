"""What watches over the window as long as it is open: stalls are avoided and noted, a bad end is told by the next."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bloodview.ui.actions import Actions
from bloodview.ui.crash_desk import CrashDesk
from bloodview.ui.garbage import Collector
from bloodview.ui.last_session import LastSession
from bloodview.ui.watchdog import Watchdog

_SWITCH_S = 0.001
"""A worker in the midst of Python gives way to the window after that, not after five times as long as usual."""


@contextmanager
def watched(
    actions: Actions, crashes: CrashDesk, folder: Path | None, tell_bad_end: Callable[[], None]
) -> Iterator[None]:
    """Watch as long as the block lasts.

    Args:
        actions: name what was asked for before a stall.
        crashes: know whether the person quit because of an error.
        folder: where the end of a window is kept; None = nowhere.
        tell_bad_end: called if the window before did not end in order.
    """
    session = LastSession(folder) if folder is not None else None
    if session is not None and session.ended_badly:
        tell_bad_end()
    watchdog = Watchdog(lambda: actions.latest, actions)
    watchdog.start()
    collector = Collector(actions)
    collector.start()
    switched_s = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(switched_s)
        collector.stop()
        watchdog.stop()
        if session is not None:
            session.end(badly=crashes.ends_badly)
