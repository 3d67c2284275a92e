"""How far a training is: events within and after each epoch, and its curves as curves.csv and curves.png."""

import csv
import io
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

from bloodview.core.files import write_whole
from bloodview.core.training_run import Event

Emit = Callable[[Event], None]
Row = Mapping[str, float | int]
"""An epoch's figures: epoch, loss, seconds, and those of the validation where there was one."""

EVERY_S = 10.0
"""An epoch that lasts longer tells in between how far it is."""


class Progress:
    """Tells the steps of a training and keeps its curves.

    Args:
        folder: where curves.csv and curves.png go.
        emit: hears the events.
        epochs: of the whole training.
        steps: of an epoch.
        rows: the epochs that a checkpoint already holds; the curves go on from there.
        draws: whether curves.png is made.
    """

    def __init__(
        self, folder: Path, emit: Emit, epochs: int, steps: int, rows: Sequence[Row], *, draws: bool = True
    ) -> None:
        self.rows, self._draws = list(rows), draws
        self._folder, self._emit, self._epochs, self._steps = folder, emit, epochs, steps
        self._begun = self._told = self._epoch_begun = time.monotonic()
        self._before = len(self.rows)

    def step(self, done: int, summed: torch.Tensor) -> None:
        """After a step: tell of it if nothing was told for a while.

        Args:
            done: steps of this epoch.
            summed: their losses' sum; read only when it is told, since reading waits for the device.
        """
        now = time.monotonic()
        if now - self._told < EVERY_S:
            return
        self._told = now
        behind = (len(self.rows) - self._before) * self._steps + done
        ahead = (self._epochs - len(self.rows)) * self._steps - done
        figures = {
            "epoch": len(self.rows) + 1,
            "step": done,
            "of": self._steps,
            "loss": round(float(summed) / done, 5),
            "seconds_left": round((now - self._begun) / behind * ahead),
        }
        self._emit(Event("step", figures))

    def epoch(self, loss: float, figures: Mapping[str, float]) -> None:
        """After an epoch: add its row; `tell` makes it known once the checkpoint holds it."""
        now = time.monotonic()
        row = {"epoch": len(self.rows) + 1, "loss": round(loss, 5), **{k: round(v, 5) for k, v in figures.items()}}
        self.rows.append(row | {"seconds": round(now - self._epoch_begun, 1)})
        self._epoch_begun = self._told = now

    def tell(self) -> None:
        """The last row as an event, and all of them in curves.csv; drawn if the row has figures of a validation.

        The file is written whole from what the checkpoint holds, so a killed training leaves no epoch out or twice.

        Raises:
            StorageError: if a file cannot be written.
        """
        row = self.rows[-1]
        self._emit(Event("epoch", {"epoch": row["epoch"], "of": self._epochs, **row}))
        names = list(dict.fromkeys(["epoch", "loss", "seconds", *(k for r in self.rows for k in r)]))
        text = io.StringIO(newline="")
        table = csv.DictWriter(text, names, lineterminator="\n")
        table.writeheader()
        table.writerows(self.rows)
        with write_whole(self._folder / "curves.csv") as beside:
            beside.write_text(text.getvalue(), encoding="utf-8", newline="")
        if self._draws and len(row) > 3:
            draw(self.rows, self._folder / "curves.png")


def draw(rows: Sequence[Row], file: Path) -> None:
    """The loss above, the figures of the validation below, over the epochs.

    Raises:
        StorageError: if the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # It announces on standard error that it looks for fonts.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    figure = Figure(figsize=(8, 6), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True)
    above.plot([r["epoch"] for r in rows], [r["loss"] for r in rows], color="black", marker=".")
    above.set_ylabel("loss")
    for name in sorted({k for r in rows for k in r} - {"epoch", "loss", "seconds"}):
        own = [r for r in rows if name in r]
        below.plot([r["epoch"] for r in own], [r[name] for r in own], marker=".", label=name)
    below.set_xlabel("epoch")
    below.set_ylabel("validation part")
    if below.lines:
        below.legend(fontsize="small")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    with write_whole(file) as beside:
        figure.savefig(beside, dpi=110)
