"""Many slides on a Dask cluster, of this machine or elsewhere: a case a slide, each once; a lost worker loses nothing.

The cases are the truth. What is handed out again, after a kill or by a second start, finds what is there and goes on;
the table of results follows from the cases, so it is the same whoever did the work. Dask is imported late.
"""

import hashlib
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from bloodview.analysis.inputs import gather
from bloodview.batch.cluster import Cluster, Crew, Future, crew, dask
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import CaseInUseError, ModelError, UserError
from bloodview.core.files import check_folder_place
from bloodview.core.hold import held
from bloodview.models import store
from bloodview.workflows import golden
from bloodview.workflows.engine import Engine, load_engine
from bloodview.workflows.slide_rows import SlideRow, analyse_once, check_table_place, write_rows

_log = logging.getLogger(__name__)

_AHEAD = 2
"""Slides handed out for each that can be worked on; the rest wait here, so that no memory grows with their number."""
_TRIES = 3
"""How often a slide is handed out whose worker was lost or whose case was open elsewhere."""
LOCK = ".batch.lock"
"""In the folder of the cases: two batches would take each other's cases for busy, and write one table."""
_LOOK_S = 0.1
"""How often it is looked whether a slide is done or the batch is to stop."""

Progress = Callable[[float, str], None]
Tell = Callable[[SlideRow, int, int], None]
Analyse = Callable[[Path, Path, "Reading"], SlideRow]


@dataclass(frozen=True, slots=True)
class Reading:
    """How each slide is read: what goes to the workers beside its path.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        classifier: id or folder; "" = the one in use.
        batch_size: crops at once; 0 = the model's own.
        detector: id or folder; "" = the one in use.
        segmenter: id or folder; "" = the one in use.
        who: whose name the journal of the cases gets; "" = the system's user.
        threads: cores that a worker may use; 0 = as PyTorch chooses.
    """

    device: str = "auto"
    classifier: str = ""
    batch_size: int = 0
    detector: str = ""
    segmenter: str = ""
    who: str = ""
    threads: int = 0


def run(
    given: Sequence[Path],
    folder: Path,
    table: Path,
    reading: Reading | None = None,
    cluster: Cluster | None = None,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
    *,
    tell: Tell | None = None,
    analyse: Analyse | None = None,
) -> list[SlideRow]:
    """Analyse slides into cases of their own below a folder and write the table of all of them.

    The folder of the cases and the slides must be under the same paths for all workers.

    Args:
        given: slides, pictures and folders.
        folder: where the cases are put.
        table: .csv or .parquet.
        reading: how each slide is read.
        cluster: who works.
        cancel: stops handing out; the table of what is done is written all the same.
        progress: share of the slides, and a slide that is done.
        tell: each row as it comes, how many there are then and how many there will be; inputs that are none first.
        analyse: instead of the analysis.

    Returns:
        A row for each slide, in the order given; inputs that are none come first, with their problem.

    Raises:
        UserError: nothing to analyse, no scheduler or no worker there, another batch works in the folder, a table that
            cannot be written; the cases stay.
        ModelError: the models fail.
        Cancelled: after the table was written.
    """
    cancel, reading, cluster = cancel or CancelToken(), reading or Reading(), cluster or Cluster()
    check_table_place(table)
    check_folder_place(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder, LOCK, "Another batch is at work in this folder."):
        inputs = gather([path.absolute() for path in given])
        if not inputs.pictures and not inputs.failures:
            raise UserError(
                "There is no picture or slide to analyse.", hint="Name slides, pictures, folders or a --list."
            )
        slides = [picture.path for picture in inputs.pictures]
        problems = [SlideRow(failure.path, problem=failure.reason) for failure in inputs.failures]
        rows: dict[Path, SlideRow] = {}
        of = len(problems) + len(slides)
        for number, problem in enumerate(problems, 1):
            if tell:
                tell(problem, number, of)
        try:
            if slides:
                with crew(cluster, reading.device, len(slides)) as workers:
                    with_threads = replace(reading, threads=workers.threads)
                    hands = _Hands(workers, folder.absolute(), with_threads, cluster.needs, analyse or analyse_here)
                    for slide, row in hands.work(slides, cancel):
                        rows[slide] = row
                        if tell:
                            tell(row, len(problems) + len(rows), of)
                        if progress:
                            progress(len(rows) / len(slides), str(slide))
        finally:
            ordered = [*problems, *(rows[slide] for slide in slides if slide in rows)]
            write_rows(ordered, table)
    cancel.check()
    return ordered


def case_of(slide: Path, folder: Path) -> Path:
    """Where the case of a slide lies: by its name, and by its place, for two folders may hold one of the same name."""
    place = hashlib.sha256(str(slide.absolute()).encode()).hexdigest()[:8]
    return folder / f"{slide.stem}-{place}.bvcase"


def analyse_here(slide: Path, case: Path, reading: Reading) -> SlideRow:
    """What a worker does with a slide; its models stay loaded for the next one."""
    return analyse_once(slide, case, partial(_engine, reading), who=reading.who)


@lru_cache(maxsize=1)
def _engine(reading: Reading) -> Engine:
    if reading.threads:
        store.use_threads(reading.threads)
    loaded = load_engine(
        reading.device,
        reading.classifier or None,
        reading.batch_size or None,
        _log.warning,
        reading.detector or None,
        reading.segmenter or None,
    )
    golden.trust(loaded)
    return loaded


class _Hands:
    """Hands slides to the workers, a few ahead, and takes their rows as they come."""

    def __init__(self, workers: Crew, folder: Path, reading: Reading, needs: str, analyse: Analyse) -> None:
        self._client, self._slots = workers.client, workers.slots
        self._folder, self._reading, self._analyse = folder, reading, analyse
        self._resources = {needs: 1} if needs else None
        self._tries: dict[Path, int] = {}
        self._slides: dict[str, Path] = {}
        self._waiting: deque[Path] = deque()

    def work(self, slides: Sequence[Path], cancel: CancelToken) -> Iterator[tuple[Path, SlideRow]]:
        self._waiting.extend(slides)
        flow = dask().as_completed()
        while self._waiting or flow.count():
            if cancel.is_cancelled:
                self._client.cancel(list(flow.futures))
                return
            for _ in range(min(len(self._waiting), _AHEAD * self._slots() - flow.count())):
                flow.add(self._submit(self._waiting.popleft()))
            done = flow.next_batch(block=False)
            for future in done:
                slide = self._slides.pop(future.key)
                row = self._taken(slide, future)
                future.release()
                if row is not None:
                    yield slide, row
            if not done:
                time.sleep(_LOOK_S)

    def _answer(self, future: Future) -> object:
        """The row of a slide, or what went wrong with it; raises Dask's error if the scheduler is gone."""
        if (error := future.exception()) is not None:
            return error
        try:
            return future.result()
        except dask().CancelledError as lost:  # of which `exception` says nothing
            if self._client.status != "running":
                raise
            return lost

    def _submit(self, slide: Path) -> Future:
        self._tries[slide] = self._tries.get(slide, 0) + 1
        case = case_of(slide, self._folder)
        future = self._client.submit(self._analyse, slide, case, self._reading, resources=self._resources, pure=False)
        self._slides[future.key] = slide
        return future

    def _taken(self, slide: Path, future: Future) -> SlideRow | None:
        """The row of a slide, or None if it is to be handed out again: at once, or at the end if its case is busy."""
        error = self._answer(future)
        if isinstance(error, SlideRow):
            return error
        assert isinstance(error, BaseException)
        if isinstance(error, ModelError):
            raise error
        is_busy = isinstance(error, CaseInUseError)
        if is_busy or isinstance(error, (dask().KilledWorker, dask().CancelledError)):
            if self._tries[slide] < _TRIES:
                self._waiting.append(slide) if is_busy else self._waiting.appendleft(slide)
                return None
            said = str(error) if is_busy else f"Its worker was lost {_TRIES} times, perhaps by it."
            return SlideRow(str(slide), problem=said)
        _log.error("a slide of the batch met an error nobody expected", exc_info=error)
        return SlideRow(str(slide), problem=f"An error nobody expected: {type(error).__name__}: {error}")
