"""Carries the steps of a slide's analysis from the compute lane to the case on the main thread, never many at once."""

import queue
import threading
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bloodview.core.cancel import CancelToken
from bloodview.review.commands import Changes, RunStep
from bloodview.review.records import UnfinishedRun

if TYPE_CHECKING:
    from bloodview.workflows.engine import Engine
    from bloodview.workflows.slide_steps import SlideResult

Progress = Callable[[float, str], None]
Apply = Callable[[RunStep], Changes | None]

_AT_ONCE = 4
"""Steps that may wait for the main thread: more would pile up in memory."""


class StepDesk:
    """One analysis at a time; `open` and `take` on the main thread, `analyse` on the worker."""

    def __init__(
        self,
        apply: Apply,
        unfinished: Callable[[], Mapping[str, UnfinishedRun]],
        planes: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """Needs to know how to change the case, what is unfinished in it, and which planes were chosen."""
        self._apply, self._ask_unfinished, self._ask_planes = apply, unfinished, planes
        self._planes: Mapping[str, int] = {}
        self._unfinished: Mapping[str, UnfinishedRun] = {}
        self._steps: queue.SimpleQueue[RunStep] = queue.SimpleQueue()
        self._room = threading.Semaphore(_AT_ONCE)

    def open(self) -> None:
        """Another analysis begins: what an earlier one has left is forgotten."""
        self._unfinished, self._planes = self._ask_unfinished(), self._ask_planes()
        self._steps, self._room = queue.SimpleQueue(), threading.Semaphore(_AT_ONCE)

    def take(self, most: int | None = None) -> list[Changes]:
        """Put what has come into the case.

        Args:
            most: steps at once, so that the window can answer between them; None = all that there are.

        Raises:
            UserError: it could not be written; the analysis is to be stopped.
        """
        changed: list[Changes] = []
        for number in count():
            if number == most:
                break
            try:
                step = self._steps.get_nowait()
            except queue.Empty:
                break
            try:
                changes = self._apply(step)
            finally:
                self._room.release()
            if changes is not None:
                changed.append(changes)
        return changed

    def analyse(self, path: Path, engine: "Engine", cancel: CancelToken, progress: Progress) -> "SlideResult":
        """Analyse a picture or slide; runs on a worker, which waits while the main thread is busy."""
        from bloodview.workflows import slide_steps  # pulls the engines in, which must not delay the window

        steps, room, latest = self._steps, self._room, (0.0, "")

        def tell(share: float, text: str) -> None:
            nonlocal latest
            latest = (share, text)
            progress(share, text)

        def deliver(step: RunStep) -> None:
            # On the thread that also takes, as in tests, there is always room: each step is taken at once.
            while not room.acquire(timeout=0.1):
                cancel.check()
            steps.put(step)
            progress(*latest)  # wakes the main thread, which takes

        return slide_steps.analyse_in_steps(path, engine, cancel, tell, self._unfinished, deliver, self._planes)
