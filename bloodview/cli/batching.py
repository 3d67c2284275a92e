"""The command of many slides: batch."""

import json
import os
import stat
import sys
import threading
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bloodview.cli.console import (
    DONE,
    NOTHING_DONE,
    SOME_FAILED,
    BatchOption,
    ClassifierOption,
    DetectorOption,
    Device,
    DeviceOption,
    Meter,
    SegmenterOption,
    put,
    say,
    stoppable,
)
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.overnight import STOP_WORD, process_here

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bloodview.workflows.slide_rows import SlideRow

_LOOK_S = 0.3
"""How often a file that is the standard input is looked at for words added to it."""


class Show(StrEnum):
    """How the progress is told."""

    METER = "meter"
    LINES = "lines"


def batch(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="For the cases.", readable=False)],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Slides, pictures, folders, lists (.txt).", readable=False, show_default=False
        ),
    ] = None,
    list_: Annotated[
        Path | None,
        typer.Option("--list", metavar="FILE", help="A path a line, beside those given.", show_default=False),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--table", metavar="FILE.csv|.parquet", help="OUT/results.csv if not given.", show_default=False),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Processes; 0 = as cores and memory allow.", show_default=False)
    ] = 0,
    scheduler: Annotated[
        str, typer.Option("--scheduler", metavar="ADDRESS", help="Of Dask, elsewhere.", show_default=False)
    ] = "",
    needs: Annotated[
        str, typer.Option("--needs", metavar="NAME", help="Resource a worker must offer, as GPU.", show_default=False)
    ] = "",
    device: DeviceOption = Device.AUTO,
    model: ClassifierOption = "",
    detector: DetectorOption = "",
    segmenter: SegmenterOption = "",
    batch_size: BatchOption = None,
    show: Annotated[
        Show, typer.Option("--progress", help="lines: on standard output, a JSON object each.", show_default=False)
    ] = Show.METER,
) -> int:
    """Analyse many slides, each into a case of its own, and write a table of all.

    Run again, it goes on where it stopped. On a cluster, slides and OUT are under the same path for every worker;
    `dask scheduler` starts one, `dask worker ADDRESS --nthreads 1` adds a worker. For GPUs start one worker each,
    `CUDA_VISIBLE_DEVICES=0 dask worker ADDRESS --nthreads 1 --resources "GPU=1"`, and the batch with
    --needs GPU --device cuda.
    """
    from bloodview.batch import running
    from bloodview.batch.cluster import Cluster
    from bloodview.core.settings import load as load_settings

    given = [*_unfolded(paths or ()), *(listed(list_) if list_ else ())]
    place = table or out / "results.csv"
    in_lines = show is Show.LINES
    reading = running.Reading(
        device.value, model, batch_size or 0, detector, segmenter, load_settings(lambda _sentence: None).reviewer
    )
    with stoppable() as cancel:
        if in_lines:
            _put({"event": "started", **process_here()})
            threading.Thread(target=_listen, args=(cancel,), daemon=True).start()
        try:
            rows = running.run(
                given,
                out,
                place,
                reading,
                Cluster(scheduler, workers, needs),
                cancel,
                None if in_lines else Meter(),
                tell=_tell if in_lines else _say_problem,
            )
        except Cancelled:
            if in_lines:
                _put({"event": "stopped", "table": str(place)})
            raise
    if in_lines:
        _put({"event": "finished", "table": str(place)})
    done = sum(row.is_done for row in rows)
    say(f"{done} of {len(rows)} done: {place}")
    if not done:
        return NOTHING_DONE
    return SOME_FAILED if any(row.problem for row in rows) else DONE


def _say_problem(row: "SlideRow", _done: int, _of: int) -> None:
    """Named as it happens: a batch that breaks off later has told it by then."""
    if row.problem:
        say(f"{row.slide}: {row.problem}")


def _tell(row: "SlideRow", done: int, of: int) -> None:
    """A slide as a line; that nobody reads any more does not end the batch."""
    said = {"slide": row.slide, "case": row.case, "problem": row.problem, "is_done": row.is_done}
    _say_problem(row, done, of)
    _put({"event": "slide", "done": done, "of": of, **said})


def _put(said: dict[str, object]) -> None:
    with suppress(OSError):
        put(json.dumps(said))
        sys.stdout.flush()


def _listen(cancel: CancelToken) -> None:
    """Wait for the word that ends the batch; an end of the input is none, and a file may grow.

    Not through sys.stdin, whose lock a thread that waits would keep beyond the end of the program.
    """
    heard = b""
    while STOP_WORD not in heard:
        try:
            more = os.read(0, 64)
            grows = not more and stat.S_ISREG(os.fstat(0).st_mode)
        except OSError:
            return
        if grows:
            time.sleep(_LOOK_S)
        elif not more:
            return
        heard = (heard + more)[-64:]
    cancel.cancel()


def _unfolded(given: "Iterable[Path]") -> list[Path]:
    """The paths given, a list among them as the paths it names."""
    return [path for one in given for path in (listed(one) if one.suffix.lower() == ".txt" else [one])]


def listed(file: Path) -> list[Path]:
    """The paths of a list, a line each; relative ones lie beside it, empty lines and those that begin with # are none.

    Raises:
        UnreadableFileError: it cannot be read as text.
    """
    from bloodview.core.errors import UnreadableFileError

    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            "cannot be read as a list of paths.", path=file, hint="A path a line, UTF-8."
        ) from error
    return [file.parent / line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
