"""What every command shares: messages, progress, Ctrl+C, exit statuses, options."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from bloodview.core.cancel import CancelToken

if TYPE_CHECKING:
    from bloodview.analysis.inputs import Outcome
    from bloodview.workflows.engine import Engine


DONE, SOME_FAILED, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""


_NAMED = 3  # pictures of one warning


class Device(StrEnum):
    """Where the models run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Level(StrEnum):
    """How finely cells are named."""

    FINE = "fine"
    COARSE = "coarse"


# readable=False: Typer would end the whole run over one path that may not be read; the rest is to go on.
Paths = Annotated[list[Path], typer.Argument(metavar="PATH", help="Pictures, slides or folders.", readable=False)]
CasePath = Annotated[Path, typer.Argument(metavar="FILE.bvcase", show_default=False, readable=False)]
DeviceOption = Annotated[Device, typer.Option("--device", help="Where the models run.")]
ClassifierOption = Annotated[
    str, typer.Option("--model", metavar="ID", help="Another classifier: id or folder.", show_default=False)
]
DetectorOption = Annotated[
    str, typer.Option("--detector", metavar="ID", help="Another detector: id or folder.", show_default=False)
]
SegmenterOption = Annotated[
    str, typer.Option("--segmenter", metavar="ID", help="Another segmenter: id or folder.", show_default=False)
]
BatchOption = Annotated[int | None, typer.Option("--batch-size", min=1, help="Cells at once.", show_default=False)]


def say(text: str) -> None:
    """A message for people, on standard error."""
    Meter.clear()
    sys.stderr.write(f"bloodview: {text}\n")
    sys.stderr.flush()


def put(text: str) -> None:
    """A line of a result, on standard output."""
    sys.stdout.write(f"{text}\n")


class Meter:
    """Progress on standard error, on one line, if a person is there to see it."""

    width = 0

    def __call__(self, share: float, text: str) -> None:
        if not sys.stderr.isatty():
            return
        line = f"{share:4.0%}  {text[-70:]}"
        sys.stderr.write("\r" + line.ljust(Meter.width))
        sys.stderr.flush()
        Meter.width = len(line)

    @staticmethod
    def clear() -> None:
        """Wipe the line away."""
        if Meter.width:
            sys.stderr.write("\r" + " " * Meter.width + "\r")
            Meter.width = 0


@contextmanager
def stoppable() -> Iterator[CancelToken]:
    """A token that the first Ctrl+C cancels; the second ends the work where it is."""
    token = CancelToken()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield token
        token.check()
    finally:
        signal.signal(signal.SIGINT, before)
        Meter.clear()


def told(outcome: "Outcome") -> int:
    """Name what failed and what to be careful about; the exit status."""
    warned: dict[str, list[str]] = {}
    for path, warning in outcome.warnings:
        warned.setdefault(warning, []).append(path)
    for warning, paths in warned.items():
        more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        say(f"{', '.join(paths[:_NAMED])}{more}: {warning}")
    if outcome.passed_over:
        files = "file that is no picture was" if outcome.passed_over == 1 else "files that are no pictures were"
        say(f"{outcome.passed_over} {files} passed over.")
    if outcome.strangeness.sentence:
        say(outcome.strangeness.sentence)
    for failure in outcome.failures:
        say(f"{failure.path}: {failure.reason}" if failure.path else failure.reason)
    if outcome.failures:
        say(f"{outcome.done} done, {len(outcome.failures)} failed.")
    if not outcome.done:
        return NOTHING_DONE
    return SOME_FAILED if outcome.failures else DONE


def load(
    device: Device, model: str | None = None, batch_size: int | None = None, detector: str = "", segmenter: str = ""
) -> "Engine":
    """The models."""
    from bloodview.workflows import engine

    return engine.load_engine(
        device=device.value,
        classifier=model or None,
        batch_size=batch_size,
        tell=say,
        detector=detector or None,
        segmenter=segmenter or None,
    )
