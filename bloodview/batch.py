"""Many slides on a Dask cluster, of this machine or elsewhere: a case a slide, each once; a lost worker loses nothing.

The cases are the truth. What is handed out again, after a kill or by a second start, finds what is there and goes on;
the table of results follows from the cases, so it is the same whoever did the work. Dask is imported late.
"""

import hashlib
import importlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import Protocol

from bloodview.analysis.inputs import gather
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import CaseInUseError, ModelError, UserError
from bloodview.core.files import check_folder_place
from bloodview.workflows import golden
from bloodview.workflows.engine import Engine, load_engine
from bloodview.workflows.slide_rows import SlideRow, analyse_once, check_table_place, write_rows

_log = logging.getLogger(__name__)

_CONNECT_S, _WORKERS_S = 10, 60
"""How long a scheduler, and then its first worker, is waited for."""
_AHEAD = 2
"""Slides handed out for each thread of the cluster; the rest wait here, so that no memory grows with their number."""
_TRIES = 3
"""How often a slide is handed out whose worker was lost or whose case was open elsewhere."""
_LOOK_S = 0.1
"""How often it is looked whether a slide is done or the batch is to stop."""
_WORKER_BYTES = 3 * 2**29
"""What a worker needs: its models, PyTorch and a slide's tiles."""


class Future(Protocol):
    """What is used of Dask's future of a row."""

    key: str

    def result(self) -> SlideRow: ...

    def exception(self) -> BaseException | None: ...

    def release(self) -> None: ...


class Client(Protocol):
    """What is used of Dask's client, whose own types are partial."""

    def submit(self, work: object, *values: object, resources: dict[str, int] | None, pure: bool) -> Future: ...

    def cancel(self, futures: list[Future]) -> None: ...

    def nthreads(self) -> dict[str, int]: ...


Progress = Callable[[float, str], None]
Tell = Callable[[SlideRow, int, int], None]
Analyse = Callable[[Path, Path, "Reading"], SlideRow]


@dataclass(frozen=True, slots=True)
class Reading:
    """How each slide is read: what goes to the workers beside its path.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        classifier: id or folder; "" = the default one.
        batch_size: crops at once; 0 = the model's own.
    """

    device: str = "auto"
    classifier: str = ""
    batch_size: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Who works.

    Args:
        scheduler: address of a Dask scheduler; "" = processes of this machine.
        workers: processes of this machine; 0 = as many as its cores and memory allow.
        needs: a resource that a worker must offer, such as "GPU"; "" = any worker.
    """

    scheduler: str = ""
    workers: int = 0
    needs: str = ""


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
        UserError: nothing to analyse, no scheduler or no worker there, a table that cannot be written.
        ModelError: the models fail.
        Cancelled: after the table was written.
    """
    cancel, reading, cluster = cancel or CancelToken(), reading or Reading(), cluster or Cluster()
    check_table_place(table)
    check_folder_place(folder)
    folder.mkdir(parents=True, exist_ok=True)
    inputs = gather([path.absolute() for path in given])
    if not inputs.pictures and not inputs.failures:
        raise UserError("There is no picture or slide to analyse.", hint="Name slides, pictures, folders or a --list.")
    slides = [picture.path for picture in inputs.pictures]
    problems = [SlideRow(failure.path, problem=failure.reason) for failure in inputs.failures]
    rows: dict[Path, SlideRow] = {}
    of = len(problems) + len(slides)
    for number, problem in enumerate(problems, 1):
        if tell:
            tell(problem, number, of)
    try:
        if slides:
            with _client(cluster, reading, len(slides)) as client:
                hands = _Hands(client, folder.absolute(), reading, cluster.needs, analyse or analyse_here)
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
    return analyse_once(slide, case, partial(_engine, reading))


@lru_cache(maxsize=1)
def _engine(reading: Reading) -> Engine:
    loaded = load_engine(reading.device, reading.classifier or None, reading.batch_size or None, _log.warning)
    golden.trust(loaded)
    return loaded


class _Hands:
    """Hands slides to the workers, a few ahead, and takes their rows as they come."""

    def __init__(self, client: Client, folder: Path, reading: Reading, needs: str, analyse: Analyse) -> None:
        self._client, self._folder, self._reading, self._analyse = client, folder, reading, analyse
        self._resources = {needs: 1} if needs else None
        self._tries: dict[Path, int] = {}
        self._slides: dict[str, Path] = {}

    def work(self, slides: Sequence[Path], cancel: CancelToken) -> Iterator[tuple[Path, SlideRow]]:
        waiting = iter(slides)
        flow = _dask().as_completed()
        for slide in self._next(waiting, _AHEAD * max(1, _threads(self._client))):
            flow.add(self._submit(slide))
        while flow.count():
            if cancel.is_cancelled:
                self._client.cancel(list(flow.futures))
                return
            done = flow.next_batch(block=False)
            for future in done:
                slide = self._slides.pop(future.key)
                row = self._taken(slide, future)
                future.release()
                if row is None:
                    flow.add(self._submit(slide))
                    continue
                yield slide, row
                for following in self._next(waiting, 1):
                    flow.add(self._submit(following))
            if not done:
                time.sleep(_LOOK_S)

    @staticmethod
    def _next(waiting: Iterator[Path], count: int) -> Iterator[Path]:
        for _, slide in zip(range(count), waiting, strict=False):
            yield slide

    def _submit(self, slide: Path) -> Future:
        self._tries[slide] = self._tries.get(slide, 0) + 1
        case = case_of(slide, self._folder)
        future = self._client.submit(self._analyse, slide, case, self._reading, resources=self._resources, pure=False)
        self._slides[future.key] = slide
        return future

    def _taken(self, slide: Path, future: Future) -> SlideRow | None:
        """The row of a slide, or None if it is to be handed out again."""
        error, dask = future.exception(), _dask()
        if error is None:
            return future.result()
        if isinstance(error, ModelError):
            raise error
        if isinstance(error, (CaseInUseError, dask.KilledWorker, dask.CancelledError)):
            if self._tries[slide] < _TRIES:
                return None
            said = str(error) if isinstance(error, UserError) else f"Its worker was lost {_TRIES} times, perhaps by it."
            return SlideRow(str(slide), problem=said)
        _log.error("a slide of the batch met an error nobody expected", exc_info=error)
        return SlideRow(str(slide), problem=f"An error nobody expected: {type(error).__name__}: {error}")


def _dask() -> ModuleType:
    """Dask's distributed scheduler: by name, for its types are partial, and late, for it takes half a second."""
    return importlib.import_module("distributed")


def _threads(client: Client) -> int:
    return sum(client.nthreads().values())


@contextmanager
def _client(cluster: Cluster, reading: Reading, slides: int) -> Iterator[Client]:
    """A client of the scheduler named, or of one of its own with processes of this machine."""
    distributed = _dask()
    if cluster.scheduler:
        try:
            client = distributed.Client(cluster.scheduler, timeout=_CONNECT_S)
        except (OSError, TimeoutError, ValueError) as error:
            raise UserError(
                "No Dask scheduler answers there.",
                path=cluster.scheduler,
                hint="Start one with `dask scheduler`, or leave --scheduler out to work on this machine.",
            ) from error
        with client:
            try:
                client.wait_for_workers(1, timeout=_WORKERS_S)
            except TimeoutError as error:
                raise UserError(
                    "The scheduler has no workers.",
                    path=cluster.scheduler,
                    hint="Start some with `dask worker ADDRESS --nthreads 1`, where BloodView is installed.",
                ) from error
            yield client
        return
    workers = min(slides, cluster.workers or _workers_here(reading))
    threads = str(max(1, _cores() // workers))
    environment = {name: threads for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            env=environment,
            memory_limit=0,
            resources={cluster.needs: 1} if cluster.needs else None,
            silence_logs=logging.CRITICAL,
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


def _workers_here(reading: Reading) -> int:
    """Processes that this machine has cores and memory for; one where there is a GPU, which is not shared."""
    if reading.device in ("cuda", "mps"):
        return 1
    memory: int = importlib.import_module("distributed.system").MEMORY_LIMIT
    return max(1, min(_cores(), memory // _WORKER_BYTES))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
