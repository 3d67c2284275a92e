"""Who works on a batch: processes of this machine, started as cheaply as the system allows, or a Dask scheduler's.

Dask is imported late.
"""

import importlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from bloodview.batch import server
from bloodview.core.errors import UserError

_CONNECT_S, WORKERS_S, _START_S = 10, 60, 300
"""How long a scheduler, its first worker that is fit, and the first process of this machine are waited for."""
_LOOK_S = 0.5
_COUNT_S = 2.0
"""How often it is asked how many workers a scheduler has: more may come, some may go."""
_WORKER_BYTES = 3 * 2**29
"""What a worker needs: its models, PyTorch and a slide's tiles."""


class Future(Protocol):
    """What is used of Dask's future of a row."""

    key: str

    def result(self) -> object: ...

    def exception(self) -> BaseException | None: ...

    def release(self) -> None: ...


class Client(Protocol):
    """What is used of Dask's client, whose own types are partial."""

    status: str

    def submit(self, work: object, *values: object, resources: dict[str, int] | None, pure: bool) -> Future: ...

    def cancel(self, futures: list[Future]) -> None: ...

    def nthreads(self) -> dict[str, int]: ...

    def scheduler_info(self, **how: int) -> dict[str, Any]: ...


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


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers that are ready for slides.

    Args:
        client: hands work to them.
        slots: how many slides they can work on at once, now.
        threads: cores that each of them may use; 0 = as PyTorch chooses.
    """

    client: Client
    slots: Callable[[], int]
    threads: int = 0


def dask() -> ModuleType:
    """Dask's distributed scheduler: by name, for its types are partial, and late, for it takes half a second."""
    return importlib.import_module("distributed")


@contextmanager
def crew(cluster: Cluster, device: str, slides: int) -> Iterator[Crew]:
    """The workers of the scheduler named, or processes of this machine for as long as the block lasts.

    Raises:
        UserError: no scheduler answers or it is lost, none of its workers offers what is needed, or no process could be
            started.
    """
    if cluster.scheduler:
        with _elsewhere(cluster) as client:
            yield Crew(client, _Slots(client).count)
        return
    workers = min(slides, cluster.workers or workers_here(device))
    with _here(workers, cluster.needs) as client:
        yield Crew(client, lambda: workers, max(1, _cores() // workers))


def workers_here(device: str) -> int:
    """Processes that this machine has cores and memory for; one where there is a GPU, which is not shared."""
    if device in ("cuda", "mps"):
        return 1
    memory: int = importlib.import_module("distributed.system").MEMORY_LIMIT
    return max(1, min(_cores(), memory // _WORKER_BYTES))


@contextmanager
def _here(workers: int, needs: str) -> Iterator[Client]:
    method = server.start_method()
    if method == "forkserver":
        server.start()
    distributed = dask()
    threads = str(max(1, _cores() // workers))
    with (
        # Read when a process starts, those that come for lost ones too.
        importlib.import_module("dask").config.set({"distributed.worker.multiprocessing-method": method}),
        distributed.LocalCluster(
            n_workers=0,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            env=dict.fromkeys(server.THREADS, threads),
            memory_limit=0,
            resources={needs: 1} if needs else None,
            silence_logs=logging.CRITICAL,
        ) as local,
        distributed.Client(local) as client,
    ):
        local.scale(workers)  # not waited for: the first one begins while others start
        try:
            client.wait_for_workers(1, timeout=_START_S)
        except TimeoutError as error:
            raise UserError(
                "No worker process could be started on this machine.", hint="Is there memory left? Try --workers 1."
            ) from error
        yield client


@contextmanager
def _elsewhere(cluster: Cluster) -> Iterator[Client]:
    try:
        client = dask().Client(cluster.scheduler, timeout=_CONNECT_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise UserError(
            "No Dask scheduler answers there.",
            path=cluster.scheduler,
            hint="Start one with `dask scheduler`, or leave --scheduler out to work on this machine.",
        ) from error
    with client:
        try:
            _wait_for_fit(client, cluster)
            yield client
        except (OSError, dask().CancelledError) as error:
            raise UserError(
                "The connection to the scheduler was lost.",
                path=cluster.scheduler,
                hint="What is done is kept. Start the scheduler and the batch again.",
            ) from error


def _wait_for_fit(client: Client, cluster: Cluster) -> None:
    """Wait until a worker is there that may take slides; one that needs what nobody offers would wait for ever."""
    until = time.monotonic() + WORKERS_S
    while not _fit(client, cluster.needs):
        if time.monotonic() > until:
            offer = f' --resources "{cluster.needs}=1"' if cluster.needs else ""
            raise UserError(
                f"None of the scheduler's workers offers {cluster.needs}." if cluster.needs
                else "The scheduler has no workers.",
                path=cluster.scheduler,
                hint=f"Start some with `dask worker ADDRESS --nthreads 1{offer}`, where BloodView is installed.",
            )  # fmt: skip
        time.sleep(_LOOK_S)


def _fit(client: Client, needs: str) -> bool:
    if not needs:
        return bool(client.nthreads())
    try:
        told = client.scheduler_info(n_workers=-1)  # some tell of five unless asked for all
    except TypeError:
        told = client.scheduler_info()
    return any(worker.get("resources", {}).get(needs, 0) >= 1 for worker in told["workers"].values())


class _Slots:
    """How many slides the workers of a scheduler can take at once, asked now and then."""

    def __init__(self, client: Client) -> None:
        self._client, self._asked, self._known = client, -_COUNT_S, 1

    def count(self) -> int:
        if time.monotonic() - self._asked > _COUNT_S:
            self._asked, self._known = time.monotonic(), max(1, sum(self._client.nthreads().values()))
        return self._known


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
