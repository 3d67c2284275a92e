"""Entry of the trainer: `python -m training RUN.json --data FOLDER --out FOLDER`."""

import argparse
import sys
from pathlib import Path

import torch

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event, RunFile
from bloodview.models.nets.device import choose
from training.loop import fit
from training.publish import check_licences, origins, publish
from training.start import begin_with, find
from training.tasks import TASKS, classify


def main(arguments: list[str] | None = None) -> int:
    """Train what the run file says; events go to standard output, one JSON object a line."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("run", type=Path, help="run file (JSON); recipes lie in training/recipes")
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, cache and the model")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"])
    options = parser.parse_args(arguments)
    try:
        run = RunFile.read(options.run)
        return train(run, options.data, options.out, options.device)
    except UserError as error:
        emit(Event("failed", {"text": str(error)}))
        sys.stderr.write(f"{error}\n")
        return 2


def emit(event: Event) -> None:
    """Print an event for the process that started this one."""
    sys.stdout.write(event.line() + "\n")
    sys.stdout.flush()


def train(run: RunFile, data: Path, out: Path, device_name: str) -> int:
    """Fit, measure on the validation part, publish into `out/models`."""
    check_licences(run.datasets)
    device = choose(device_name)
    folder = out / run.model_id
    torch.manual_seed(run.seed)
    task = TASKS[run.task](run, data, folder / "cache", device)
    emit(Event("started", {"task": run.task, "model": run.model_id, "device": str(device), "epochs": run.epochs}))
    if run.start:
        begin_with(task.net, find(run.start, out), emit)
    if run.mae_epochs:
        begin_with(task.net, classify.pretrained(run, data, folder, device, emit), emit)
    net = fit(task, run, folder, emit, device)
    what = task.publication(net)
    place = publish(net, run, what, origins(task.trained_on(), data), out / "models")
    figures = {m.name: f"{m.value:.4f} [{m.low:.4f}, {m.high:.4f}] n={m.n}" for m in what.metrics}
    emit(Event("finished", {"model": str(place), **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
