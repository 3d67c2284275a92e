"""Entry of the trainer: `python -m training RUN.json --data FOLDER --out FOLDER`, or one of the commands."""

import argparse
import sys
from pathlib import Path

import torch

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event, RunFile
from training import commands, references
from training.ensemble import assemble
from training.loop import fit
from training.messages import Messages, told
from training.processes import choose, is_first
from training.publish import check_licences, origins, publish
from training.shared_options import take_data, take_device, take_out
from training.start import begin_with, find, part
from training.tasks import TASKS, classify


def main(arguments: list[str] | None = None) -> int:
    """Train what the run file says; events go to standard output, one JSON object a line."""
    words = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Train what a run file says and publish the model.",
        epilog=f"Instead of a run file: {', '.join(commands.COMMANDS)}; each tells more with --help.",
    )
    parser.add_argument("run", type=Path, help="run file (JSON); recipes lie in training/recipes")
    take_data(parser)
    take_out(parser, "checkpoints, cache and the model")
    take_device(parser)
    try:
        if words[:1] and words[0] in commands.COMMANDS:
            with told(emit):
                return commands.main(words, emit)
        options = parser.parse_args(words)
        run = RunFile.read(options.run)
        with told(emit) as messages:
            return train(run, options.data, options.out, options.device, messages)
    except UserError as error:
        name = Path(str(error.path)).name if error.path is not None else ""
        emit(Event("failed", {"text": str(error), "name": name, "said": f"{error.what} {error.hint}".strip()}))
        sys.stderr.write(f"{error}\n")
        return 2


def emit(event: Event) -> None:
    """Print an event for the process that started this one; of several of torchrun's the first speaks."""
    if not is_first():
        return
    sys.stdout.write(event.line() + "\n")
    sys.stdout.flush()


def train(run: RunFile, data: Path, out: Path, device_name: str, messages: Messages) -> int:
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
    net = (
        assemble(task.net, run, [part(p, out) for p in run.parts])
        if run.sides
        else fit(task, run, folder, emit, device)
    )
    if not is_first():
        return 0
    what = task.publication(net)
    place = publish(net, run, what, origins(task.trained_on(), data), out / "models")
    if isinstance(task, classify.ClassifyTask):
        references.give(place, task.examples, task.held_out, device)
    figures = {m.name: f"{m.value:.4f} [{m.low:.4f}, {m.high:.4f}] n={m.n}" for m in what.metrics}
    emit(Event("finished", {"model": str(place), "skipped_pictures": len(messages.skipped_pictures), **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
