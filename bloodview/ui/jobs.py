"""Two lanes of background work; results come back on the main thread through one long-lived object.

Work is a plain function that touches no widget and no case. The compute lane calls `fn(*args, cancel, progress)` one
after the other; work in the background lets the other go first wherever it asks its token. The reads lane calls
`fn(*args)` on a few workers, newest first. After `JobHandle.cancel()` no callback of that job is called any more.
"""

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from bloodview.core.cancel import Cancelled, CancelToken, giving_way_to

log = logging.getLogger(__name__)

OnDone = Callable[[Any], None]
OnError = Callable[[Exception], None]
OnProgress = Callable[[float, str], None]

_BEHIND = 5
"""How far the compute lane stands back for the window, where the system lets a single thread do so: on all cores at
once it would keep the window waiting for one."""
_LOOK_S, _LOOKS = 0.05, 5
"""How often it is looked at what a worker does that is waited for, and how often in a row it may be importing."""
_DELIVERY_S = 0.008
"""How long the main thread hands out results before it looks after the user again."""


class JobHandle:
    """One piece of work that was asked for."""

    def __init__(
        self,
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        on_done: OnDone | None,
        on_error: OnError | None,
        on_progress: OnProgress | None,
        between: Callable[[], None] | None = None,
    ) -> None:
        self.fn, self.args = fn, args
        self.on_done, self.on_error, self.on_progress = on_done, on_error, on_progress
        self.between = between
        self.token = CancelToken(between)

    def cancel(self) -> None:
        """Ask the work to stop; from now on none of its callbacks is called."""
        self.token.cancel()
        self.on_done = self.on_error = self.on_progress = None

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self.token.is_cancelled

    def done(self, result: object) -> None:
        """Hand the result over, unless cancelled."""
        if self.on_done is not None:
            self.on_done(result)

    def failed(self, error: Exception) -> None:
        """Hand the error over, unless cancelled."""
        if self.on_error is not None:
            self.on_error(error)
        elif not self.is_cancelled:
            log.error("Background work failed", exc_info=error)

    def progressed(self, fraction: float, text: str) -> None:
        """Hand the progress over, unless cancelled."""
        if self.on_progress is not None:
            self.on_progress(fraction, text)


class Jobs(Protocol):
    """Where work that would freeze the window goes."""

    def compute(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: OnDone | None = None,
        on_error: OnError | None = None,
        on_progress: OnProgress | None = None,
        in_background: bool = False,
    ) -> JobHandle:
        """Queue `fn(*args, cancel, progress)` on the one worker that may use the models.

        What is done `in_background` comes after all that is not, and lets that go first whenever it asks its token, and
        in the midst of a network.
        """

    def reads(
        self, fn: Callable[..., Any], *args: object, on_done: OnDone | None = None, on_error: OnError | None = None
    ) -> JobHandle:
        """Run `fn(*args)` on one of a few workers, the newest request first."""

    def shutdown(self, timeout_s: float = 10.0) -> bool:
        """Cancel everything, wait for what runs; whether all workers ended in time."""


class _Mailbox(QObject):
    """Lives on the main thread as long as the program; workers drop calls here, it makes them."""

    _wake = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._calls: deque[Callable[[], None]] = deque()
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have a call made on the main thread; from any thread."""
        self._calls.append(call)
        self._wake.emit()

    def _deliver(self) -> None:
        until = time.perf_counter() + _DELIVERY_S
        try:
            while self._calls and time.perf_counter() < until:
                self._calls.popleft()()
        finally:
            if self._calls:
                QTimer.singleShot(0, self, self._deliver)


def _is_importing(thread: threading.Thread) -> bool:
    """Whether a thread is in the midst of an import statement."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "_find_and_load":  # of importlib
            return True
        frame = frame.f_back
    return False


class _Lane:
    """Workers that take jobs off one pile."""

    def __init__(
        self,
        name: str,
        workers: int,
        run: Callable[[JobHandle], None],
        *,
        newest_first: bool = False,
        stands_back: bool = False,
    ) -> None:
        self._pile: deque[JobHandle] = deque()
        self._later: deque[JobHandle] = deque()
        self._stands_back = stands_back
        self._ready = threading.Condition()
        self._closing = False
        self._current: set[JobHandle] = set()
        self._run, self._newest_first = run, newest_first
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{i}", daemon=True) for i in range(workers)]
        for thread in self._threads:
            thread.start()

    def add(self, job: JobHandle) -> JobHandle:
        with self._ready:
            if self._closing:
                job.cancel()
                return job
            (self._later if job.between else self._pile).append(job)
            self._ready.notify()
        return job

    def let_others_go(self) -> None:
        """Do what waits and is not in the background; called by work in the background on the lane's own thread."""
        while self._pile and (job := self._take(waits=False)) is not None:
            self._do(job)

    def close(self) -> None:
        """Cancel what waits and what runs; workers end when they notice."""
        with self._ready:
            self._closing = True
            for job in (*self._pile, *self._later, *self._current):
                job.cancel()
            self._pile.clear()
            self._later.clear()
            self._ready.notify_all()

    def join(self, deadline: float) -> bool:
        """Wait for the workers until a time of `time.monotonic()`; whether all ended.

        One that is loading a library is not waited for: PyTorch takes seconds, hears no token, and nothing is lost.
        """
        for thread in self._threads:
            looks = 0
            while thread.is_alive() and time.monotonic() < deadline and looks < _LOOKS:
                thread.join(_LOOK_S)
                looks = looks + 1 if _is_importing(thread) else 0
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        if self._stands_back and sys.platform == "linux":  # elsewhere this would move the whole process
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + _BEHIND)
        while (job := self._take()) is not None:
            self._do(job)
            del job

    def _do(self, job: JobHandle) -> None:
        if not job.is_cancelled:
            self._run(job)
        with self._ready:
            self._current.discard(job)

    def _take(self, *, waits: bool = True) -> JobHandle | None:
        """The next piece of work; None if there will be none, or if none is there that does not wait for others."""
        with self._ready:
            while waits and not (self._pile or self._later or self._closing):
                self._ready.wait()
            pile = self._pile or self._later if waits else self._pile
            if self._closing or not pile:
                return None
            job = pile.pop() if self._newest_first else pile.popleft()
            self._current.add(job)
            return job


class ThreadJobs:
    """The lanes on real threads; make it on the main thread, after the QApplication."""

    def __init__(self, readers: int = 2) -> None:
        self._mailbox = _Mailbox()
        self._compute = _Lane("compute", 1, self._run_compute, stands_back=True)
        self._reads = _Lane("reads", readers, self._run_read, newest_first=True)

    def compute(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: OnDone | None = None,
        on_error: OnError | None = None,
        on_progress: OnProgress | None = None,
        in_background: bool = False,
    ) -> JobHandle:
        """Queue `fn(*args, cancel, progress)` on the one worker that may use the models."""
        between = self._compute.let_others_go if in_background else None
        return self._compute.add(JobHandle(fn, args, on_done, on_error, on_progress, between))

    def reads(
        self, fn: Callable[..., Any], *args: object, on_done: OnDone | None = None, on_error: OnError | None = None
    ) -> JobHandle:
        """Run `fn(*args)` on one of a few workers, the newest request first."""
        return self._reads.add(JobHandle(fn, args, on_done, on_error, None))

    def shutdown(self, timeout_s: float = 10.0) -> bool:
        """Cancel everything, wait for what runs; whether all workers ended in time."""
        deadline = time.monotonic() + timeout_s
        self._compute.close()
        self._reads.close()
        ended = self._compute.join(deadline) & self._reads.join(deadline)
        if not ended and time.monotonic() < deadline:
            log.info("background work was left while it loaded a library")
        elif not ended:
            log.warning("background work did not end within %.0f s", timeout_s)
        return ended

    def _run_compute(self, job: JobHandle) -> None:
        def progress(fraction: float, text: str) -> None:
            self._mailbox.post(lambda: job.progressed(fraction, text))

        with giving_way_to(job.between):
            self._finish(job, lambda: job.fn(*job.args, job.token, progress))

    def _run_read(self, job: JobHandle) -> None:
        self._finish(job, lambda: job.fn(*job.args))

    def _finish(self, job: JobHandle, call: Callable[[], Any]) -> None:
        try:
            result = call()
        except Cancelled:
            return
        except Exception as error:  # noqa: BLE001 - the worker must live on; the error is shown by the job's owner
            caught = error
            self._mailbox.post(lambda: job.failed(caught))
        else:
            self._mailbox.post(lambda: job.done(result))


class InlineJobs:
    """Runs everything at once in the calling thread; `held=True` keeps jobs until `run_next()`. For tests."""

    def __init__(self, *, held: bool = False) -> None:
        self.held = held
        self.waiting: deque[tuple[JobHandle, bool]] = deque()

    def compute(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: OnDone | None = None,
        on_error: OnError | None = None,
        on_progress: OnProgress | None = None,
        in_background: bool = False,
    ) -> JobHandle:
        """As ThreadJobs, but that nothing goes before what came first."""
        del in_background
        return self._add(JobHandle(fn, args, on_done, on_error, on_progress), True)

    def reads(
        self, fn: Callable[..., Any], *args: object, on_done: OnDone | None = None, on_error: OnError | None = None
    ) -> JobHandle:
        """As ThreadJobs."""
        return self._add(JobHandle(fn, args, on_done, on_error, None), False)

    def shutdown(self, timeout_s: float = 10.0) -> bool:
        """Cancel what waits."""
        for job, _ in self.waiting:
            job.cancel()
        self.waiting.clear()
        return timeout_s >= 0

    def run_next(self) -> bool:
        """Run the oldest held job; False if none waits."""
        if not self.waiting:
            return False
        self._run(*self.waiting.popleft())
        return True

    def _add(self, job: JobHandle, is_compute: bool) -> JobHandle:
        if self.held:
            self.waiting.append((job, is_compute))
        else:
            self._run(job, is_compute)
        return job

    @staticmethod
    def _run(job: JobHandle, is_compute: bool) -> None:
        if job.is_cancelled:
            return
        extra: tuple[object, ...] = (job.token, job.progressed) if is_compute else ()
        try:
            result = job.fn(*job.args, *extra)
        except Cancelled:
            return
        except Exception as error:  # noqa: BLE001 - same rule as on the threads
            job.failed(error)
        else:
            job.done(result)
