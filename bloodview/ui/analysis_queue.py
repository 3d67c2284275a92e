"""The pictures that wait for their analysis: one after the other on the compute lane, large ones tile by tile."""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UntrustedDeviceError, UserError
from bloodview.core.settings import Settings
from bloodview.review.commands import Changes
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.language import tr
from bloodview.ui.step_desk import StepDesk

if TYPE_CHECKING:
    from bloodview.workflows.engine import Engine
    from bloodview.workflows.slide_steps import SlideResult

log = logging.getLogger(__name__)

Tell = Callable[[str], None]
Progress = Callable[[float, str], None]
Analyse = Callable[[Path, "Engine", CancelToken, Progress], "SlideResult"]


class EngineLoader(Protocol):
    """`engine.load_engine`, or what a test puts in its place."""

    def __call__(
        self,
        device: str,
        classifier: str | None,
        batch_size: int | None,
        tell: Tell,
        detector: str | None,
        segmenter: str | None,
    ) -> "Engine":
        """Load the three models."""


class State(StrEnum):
    """Where a picture stands."""

    LISTED = "listed"
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class AnalysisQueue(QObject):
    """Feeds the compute lane, one picture at a time.

    Signals:
        added: pictures that wait from now on.
        moved: (path, State, fraction 0 to 1, what is going on or why it failed).
        entered: (path, slide id) once the first tiles of a large picture are on the disk.
        recorded: (path, slide id, warnings) once a picture's cells are on the disk.
        progressed: (pictures done, pictures of this round, text).
        paused: whether the analysis waits, or goes on.
        told: a sentence of the models, such as a fallback to the CPU.
        device_known: where the models run.
        blocked: the models cannot be loaded; the UserError.
        idle: nothing is left to do.
    """

    added = Signal(object)
    moved = Signal(object, object, float, str)
    entered = Signal(object, int)
    recorded = Signal(object, int, object)
    paused = Signal(bool)
    progressed = Signal(int, int, str)
    told = Signal(str)
    device_known = Signal(str)
    blocked = Signal(object)
    idle = Signal()

    def __init__(
        self,
        jobs: Jobs,
        record: Callable[["SlideResult"], Changes | None],
        *,
        steps: StepDesk | None = None,
        engine_loader: EngineLoader | None = None,
        analyse: Analyse | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._record = jobs, record
        self._loader: EngineLoader = engine_loader or _load_engine
        self._steps = steps or StepDesk(lambda _step: None, dict)
        self._analyse: Analyse = analyse or self._steps.analyse
        self._entered: set[int] = set()
        self.choice = Settings()
        """Where and with which models the next picture is analysed; set by `choose`."""
        self._engine: Engine | None = None
        self._waiting: deque[Path] = deque()
        self._left: dict[Path, State] = {}
        self._current: Path | None = None
        self._job: JobHandle | None = None
        self._is_busy = False
        self._done = self._total = 0

    @property
    def is_busy(self) -> bool:
        """Whether models are loaded or a picture is analysed right now."""
        return self._is_busy

    @property
    def left(self) -> Mapping[Path, State]:
        """The pictures that were stopped or failed and could be tried again."""
        return self._left

    @property
    def is_paused(self) -> bool:
        """Whether the analysis waits to go on."""
        return self._job is not None and self._job.token.is_paused

    def pause(self) -> None:
        """Have the analysis wait before its next tile, or go on."""
        if self._job is not None:
            self._job.token.go_on() if self.is_paused else self._job.token.pause()
            self.paused.emit(self.is_paused)

    def choose(self, settings: Settings) -> None:
        """Where and with which models the next picture is analysed; what is under way ends with the former ones."""
        self.choice, self._engine = settings, None

    def add(self, files: Sequence[Path]) -> None:
        """Queue pictures; those that wait already are not queued twice."""
        present = {*self._waiting, self._current}
        new = [path for path in dict.fromkeys(files) if path not in present]
        if new:
            self.added.emit(new)
        for path in new:
            self._waiting.append(path)
            self._left.pop(path, None)
            self._total += 1
            self.moved.emit(path, State.WAITING, 0.0, "")
        self._next()

    def leave(self, files: Sequence[Path]) -> None:
        """Know of pictures that an earlier session did not finish; those that are queued are not among them."""
        for path in files:
            if path != self._current and path not in self._waiting:
                self._leave(path, State.STOPPED, "")

    def try_again(self) -> None:
        """Queue what was stopped or failed."""
        self.add(tuple(self._left))

    def stop(self) -> None:
        """Stop now; what has been recorded stays, the rest can be queued again."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._is_busy = None, False
        rest = [*([self._current] if self._current is not None else []), *self._waiting]
        self._current = None
        self._waiting.clear()
        for path in rest:
            self._leave(path, State.STOPPED, tr("not analysed"))
        self._rest()

    def forget(self) -> None:
        """Stop and forget all pictures, because another case is opened."""
        self.stop()
        self._left.clear()

    def _next(self) -> None:
        if self._is_busy:
            return
        if not self._waiting:
            self._rest()
        elif self._engine is None:
            self._is_busy = True
            self._tell_progress(tr("Loading the models"))
            self._submit(self._load, self._on_loaded, self._on_not_loaded, lambda _, text: self.told.emit(text))
        else:
            self._start(self._waiting.popleft(), self._engine)

    def _start(self, path: Path, engine: "Engine") -> None:
        self._current, self._is_busy = path, True
        self._entered.clear()
        self._steps.open()
        self.moved.emit(path, State.WORKING, 0.0, "")
        self._tell_progress(path.name)
        self._submit(
            lambda cancel, progress: self._analyse(path, engine, cancel, progress),
            lambda result: self._on_analysed(path, result),
            lambda error: self._on_failed(path, error),
            lambda fraction, text: self._on_progress(path, fraction, text),
        )

    def _submit(
        self,
        fn: Callable[[CancelToken, Progress], object],
        on_done: Callable[..., None],
        on_error: Callable[[Exception], None],
        on_progress: Progress,
    ) -> None:
        """Give work to the lane; a runner may answer before it returns."""

        def settled(then: Callable[..., None], value: object) -> None:
            self._is_busy, self._job = False, None
            then(value)

        self._is_busy = True
        job = self._jobs.compute(
            fn,
            on_done=lambda result: settled(on_done, result),
            on_error=lambda error: settled(on_error, error),
            on_progress=on_progress,
            in_background=True,
        )
        if self._is_busy:
            self._job = job

    def _load(self, cancel: CancelToken, progress: Progress) -> "Engine":
        wanted = self.choice
        cancel.check()
        return self._loader(
            device=wanted.device,
            classifier=wanted.classifier or None,
            batch_size=wanted.batch_size or None,
            tell=lambda text: progress(0.0, text),
            detector=wanted.detector or None,
            segmenter=wanted.segmenter or None,
        )

    def _on_loaded(self, engine: "Engine") -> None:
        self._engine = engine
        self.device_known.emit(engine.detector.device)
        self._next()

    def _on_not_loaded(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            log.error("the models could not be loaded", exc_info=error)
        why = tr("The models could not be loaded.")
        if isinstance(error, UntrustedDeviceError):
            why = tr("The models answer wrongly on this device.")
            self.device_known.emit(tr("not trusted"))
        self.blocked.emit(error)
        for path in tuple(self._waiting):
            self._leave(path, State.FAILED, why)
        self._waiting.clear()
        self._rest()

    def _on_progress(self, path: Path, fraction: float, text: str) -> None:
        """A tile is done; a picture that cannot be recorded any more is given up."""
        try:
            self._take_steps(path, most=1)
        except UserError as error:
            if self._job is not None:
                self._job.cancel()
            self._job, self._is_busy = None, False
            self._on_failed(path, error)
        else:
            if path == self._current:  # somebody may have stopped it on seeing what came
                self.moved.emit(path, State.WORKING, fraction, text)

    def _take_steps(self, path: Path, most: int | None = None) -> None:
        for changes in self._steps.take(most):
            for slide_id in changes.slide_ids - self._entered:
                self._entered.add(slide_id)
                self.entered.emit(path, slide_id)

    def _on_analysed(self, path: Path, result: "SlideResult") -> None:
        self._current = None
        try:
            self._take_steps(path)
            changes = self._record(result)
        except UserError as error:
            self._on_failed(path, error)
            return
        self._done += 1
        slide_id = min(changes.slide_ids, default=0) if changes is not None else 0
        self.moved.emit(path, State.DONE, 1.0, "")
        self.recorded.emit(path, slide_id, tuple(result.warnings))
        self._next()

    def _on_failed(self, path: Path, error: Exception) -> None:
        if not isinstance(error, UserError):
            log.error("a picture could not be analysed", exc_info=error)
        self._current = None
        self._done += 1
        self._leave(path, State.FAILED, reason_of(error))
        self._next()

    def _leave(self, path: Path, state: State, why: str) -> None:
        self._left[path] = state
        self.moved.emit(path, state, 0.0, why)

    def _tell_progress(self, text: str) -> None:
        self.progressed.emit(self._done, self._total, text)

    def _rest(self) -> None:
        self._done = self._total = 0
        self.idle.emit()


def reason_of(error: Exception) -> str:
    """Why a file failed, without its name, which stands beside it."""
    if isinstance(error, UserError):
        return f"{error.what} {error.hint}".strip()
    return tr("Unexpected error, see the log: {name}: {error}", name=type(error).__name__, error=error)


def _load_engine(
    device: str,
    classifier: str | None,
    batch_size: int | None,
    tell: Tell,
    detector: str | None,
    segmenter: str | None,
) -> "Engine":
    from bloodview.workflows import engine, golden  # pulls the engines in, which must not delay the window

    loaded = engine.load_engine(device, classifier, batch_size, tell, detector, segmenter)
    golden.trust(loaded)
    if not golden.knows_classes_of(loaded):
        tell(tr("Of this classifier only colour order and shape could be checked: its answer is not known."))
    return loaded
