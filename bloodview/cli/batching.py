"""The command of many slides: batch."""

import json
import os
import sys
import threading
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
    Device,
    DeviceOption,
    Meter,
    put,
    say,
    stoppable,
)
from bloodview.core.cancel import CancelToken

if TYPE_CHECKING:
    from bloodview.workflows.slide_rows import SlideRow

STOP_WORD = b"stop"
"""On standard input, of a batch that tells lines: end as with Ctrl+C."""


class Show(StrEnum):
    """How the progress is told."""

    METER = "meter"
    LINES = "lines"


def batch(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="For the cases.", readable=False)],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Slides, pictures or folders.", readable=False, show_default=False),
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
        str, typer.Option("--needs", metavar="NAME", help="Resource a worker must offer: GPU.", show_default=False)
    ] = "",
    device: DeviceOption = Device.AUTO,
    model: Annotated[
        str, typer.Option("--model", metavar="ID", help="Another classifier: id or folder.", show_default=False)
    ] = "",
    batch_size: BatchOption = None,
    show: Annotated[
        Show, typer.Option("--progress", help="lines: on standard output, a JSON object each.", show_default=False)
    ] = Show.METER,
) -> int:
    """Analyse many slides, each into a case of its own, and write a table of all.

    Run again, it goes on where it stopped. On a cluster, slides and OUT are under the same path for every worker.
    """
    from bloodview import batch as batching

    given = [*(paths or ()), *(listed(list_) if list_ else ())]
    place = table or out / "results.csv"
    in_lines = show is Show.LINES
    with stoppable() as cancel:
        if in_lines:
            threading.Thread(target=_listen, args=(cancel,), daemon=True).start()
        rows = batching.run(
            given,
            out,
            place,
            batching.Reading(device.value, model, batch_size=batch_size or 0),
            batching.Cluster(scheduler, workers, needs),
            cancel,
            None if in_lines else Meter(),
            tell=_tell if in_lines else None,
        )
    if in_lines:
        _put({"event": "finished", "table": str(place)})
    for row in rows:
        if row.problem:
            say(f"{row.slide}: {row.problem}")
    done = sum(row.is_done for row in rows)
    say(f"{done} of {len(rows)} done: {place}")
    if not done:
        return NOTHING_DONE
    return SOME_FAILED if any(row.problem for row in rows) else DONE


def _tell(row: "SlideRow", done: int, of: int) -> None:
    """A slide as a line; that nobody reads any more does not end the batch."""
    said = {"slide": row.slide, "case": row.case, "problem": row.problem, "is_done": row.is_done}
    _put({"event": "slide", "done": done, "of": of, **said})


def _put(said: dict[str, object]) -> None:
    with suppress(OSError):
        put(json.dumps(said))
        sys.stdout.flush()


def _listen(cancel: CancelToken) -> None:
    """Wait for the word that ends the batch; an end of the input is none.

    Not through sys.stdin, whose lock a thread that waits would keep beyond the end of the program.
    """
    heard = b""
    while STOP_WORD not in heard:
        try:
            more = os.read(0, 64)
        except OSError:
            return
        if not more:
            return
        heard = (heard + more)[-64:]
    cancel.cancel()


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
