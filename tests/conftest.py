"""What every test lives by: a user folder of its own, and no thread, window, timer or log record left behind."""

import faulthandler
import gc
import importlib.util
import logging
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from bloodview.core import paths

# Before anything imports Qt or a library with its own thread pool.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_pool, "2")

hypothesis.settings.register_profile("house", deadline=None, max_examples=50, database=None)
hypothesis.settings.load_profile("house")

_PATIENCE_S = 3.0
"""How long a thread that was asked to end may take to do so."""

_BEYOND_S = 60.0
"""How long a test may stay beyond its limit in code that no signal reaches, such as Qt's or a driver's."""

_STDERR = pytest.StashKey[int]()

_TIMERS: weakref.WeakSet[object] = weakref.WeakSet()
"""The timers that Python made, whenever that was."""

_HIDDEN_BY_QT = frozenset({"QTipLabel", "QComboBoxPrivateContainer", "QDesktopWidget"})
"""Windows that Qt keeps for itself once they were shown."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the true standard error: while a test runs it is captured."""
    config.stash[_STDERR] = os.dup(2)
    if importlib.util.find_spec("PySide6") is not None:
        _note_timers()


def _note_timers() -> None:
    """Have every timer noted as it is made: to look for them among all objects took a quarter of the tests' time."""
    from PySide6.QtCore import QTimer

    made = QTimer.__init__

    def noted(self: "QTimer", *args: object, **options: object) -> None:
        made(self, *args, **options)
        _TIMERS.add(self)

    QTimer.__init__ = noted


@pytest.fixture(autouse=True)
def _no_endless_wait(request: pytest.FixtureRequest) -> Iterator[None]:
    """End the whole run, with the stacks of all threads, where a test hangs and its time limit cannot reach it."""
    limit = request.node.get_closest_marker("timeout")
    seconds = float(limit.args[0] if limit else request.config.getini("timeout"))
    faulthandler.dump_traceback_later(seconds + _BEYOND_S, exit=True, file=request.config.stash[_STDERR])
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, own models, cache and logs of this test alone, never the developer's."""
    folder = tmp_path_factory.mktemp("user")
    paths.use_folder(folder)
    yield folder
    paths.use_folder(None)


@pytest.fixture(autouse=True)
def _no_log_record(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on records at warning level or above, unless the test takes `caplog` or is marked `expects_log`."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    expected = "caplog" in request.fixturenames or request.node.get_closest_marker("expects_log")
    if records and not expected:
        pytest.fail("unexpected log records:\n" + "\n".join(f"{r.name}: {r.getMessage()}" for r in records))


@pytest.fixture(autouse=True)
def _no_left_over_thread() -> Iterator[None]:
    """Fail on a thread that the test started and that does not end."""
    before = set(threading.enumerate())
    yield
    # Threads of Qt and of C libraries that once called Python show up as dummies and end with their pool.
    started = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in started:
        thread.join(_PATIENCE_S)
    alive = [t.name for t in started if t.is_alive()]
    if alive:
        pytest.fail(f"threads left running: {', '.join(alive)}")


@pytest.fixture(autouse=True)
def _no_left_over_window_or_timer(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on a top-level widget or an active timer that outlives a test with a window, and on a busy Qt pool."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    windows, timers = _windows(), _timers()
    # With torch half a million objects are there before the test: set aside, no collection looks through them.
    gc.freeze()
    yield
    _delete_later_now()
    gc.collect()  # what only a circle of references keeps alive is not left over
    _delete_later_now()
    left = [f"window {name}" for name in _named(_windows() - windows)]
    left += [f"timer of {name}" for name in _named(_timers() - timers)]
    gc.unfreeze()
    from PySide6.QtCore import QThreadPool

    if not QThreadPool.globalInstance().waitForDone(int(_PATIENCE_S * 1000)):
        left.append("work in Qt's thread pool")
    if left:
        pytest.fail("left over: " + "; ".join(left))


def _delete_later_now() -> None:
    """Run the deletions that Qt puts off until its next loop."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _windows() -> set[object]:
    from PySide6.QtWidgets import QApplication

    return {w for w in QApplication.topLevelWidgets() if w.metaObject().className() not in _HIDDEN_BY_QT}


def _timers() -> set[object]:
    """Timers that run."""
    import shiboken6

    return {t for t in _TIMERS if shiboken6.isValid(t) and t.isActive()}


def _named(objects: set[object]) -> list[str]:
    from PySide6.QtCore import QObject

    names = []
    for o in objects:
        parent = o.parent() if isinstance(o, QObject) else None
        names.append(f"{type(o).__name__} in {type(parent).__name__}" if parent else type(o).__name__)
    return sorted(names)


def pytest_report_header() -> str:
    """Say where it runs, since Qt and torch depend on it."""
    return f"platform {sys.platform}, QT_QPA_PLATFORM={os.environ['QT_QPA_PLATFORM']}"
