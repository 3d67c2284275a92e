"""The commands beside the training itself: `evaluate` a protocol, render the `results`, judge at the `gate`."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from bloodview.core.errors import UserError
from bloodview.core.refinement import CLASSIFIER, DETECTOR, SEGMENTER, STOPPED, Kind, RefineFile, Verdict, What
from bloodview.core.training_run import Event, RunFile
from bloodview.models.api import METHODS
from bloodview.models.nets.device import choose
from training import (
    explanations,
    newcomers,
    outline_scores,
    protocol_finders,
    protocol_outlines,
    protocol_refine,
    references,
    refine_detector,
    refine_segmenter,
    refining,
    render,
    results,
)
from training import gate as gates
from training.control import StopError
from training.loop import Emit
from training.protocol_few_shot import few_shots
from training.protocol_queue import queue
from training.protocols import PROTOCOLS, Bench, Protocol, published
from training.results import Record
from training.shared_options import take_data, take_device, take_out, take_records
from training.splits import LABORATORIES

EVERY: dict[str, Protocol] = PROTOCOLS | {
    "few-shot": few_shots,
    "queue": queue,
    "new-class": newcomers.new_class,
    "refine": protocol_refine.refine,
}
"""Name -> the protocol, of those that `evaluate` knows."""
_OF_FOLDERS: dict[str, Callable[..., Iterator[Record]]] = {
    "home": lambda bench, folder: iter((published(bench, folder),)),
    "refine": lambda bench, folder, **of_kind: iter((protocol_refine.published(bench, folder, **of_kind),)),
    "refine-finders": protocol_finders.published,
    "refine-outlines": protocol_outlines.published,
}
_REFINES: dict[What, Callable[..., Verdict]] = {
    CLASSIFIER: refining.refine,
    DETECTOR: refine_detector.refine,
    SEGMENTER: refine_segmenter.refine,
}
_PROTOCOLS_HELP = """protocols:
  home          train on the run's data sets; judge pbc test, bccd test, chula_wbc val
  left-out      train on all laboratories of the run but one, in turn; judge every leukocyte of that one, and zheng1
  adapt         the same before and after the app's adaptation to 5 labelled cells a class, drawn 30 times
  few-labels    train on 5, 10, 25 and 125 labels a class of pbc; judge pbc test
  calibration   confidence against truth at home and in the laboratory left out
  few-shot      train on 125 cells a class of pbc; 8-way 5-shot, prototypes and nearest neighbours on all the rest
  queue         the trainings of left-out; labels that the laboratory needs where the program chooses which cells a
                person names, against chance
  refine        the trainings of left-out, refined by the laboratory's train part; judged by its other parts
  refine-finders  of a detector's folder: refined by fields of chula_wbc and of pig_wbc; judged by others, and bccd test
  refine-outlines  of a segmenter's folder: refined by half of zheng1; judged by the other half, and bccd test
  unseen-class  train without one class, in turn; is it told from the others by familiarity and doubt?
  new-class     train without two classes, in turn; learn each from 5 and 10 examples beside those that trained

A training is kept in OUT/learned under a fingerprint of run file and cells: what is there is not trained again, what
was killed goes on. The fingerprint knows nothing of the code: after a change of it name another OUT. Each record is
written as a JSON file as soon as it is measured."""


def main(arguments: Sequence[str], emit: Emit) -> int:
    """Run a command with the words that follow it; the exit status."""
    return COMMANDS[arguments[0]](arguments[1:], emit)


def evaluate(arguments: Sequence[str], emit: Emit) -> int:
    """Measure run files by a protocol."""
    parser = argparse.ArgumentParser(
        prog="python -m training evaluate",
        description="Train run files by a protocol, judge them and write records.",
        epilog=_PROTOCOLS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "protocol", choices=[*EVERY, *sorted(set(_OF_FOLDERS) - set(EVERY))], metavar="PROTOCOL", help=", ".join(EVERY)
    )
    parser.add_argument(
        "run",
        type=Path,
        nargs="+",
        metavar="RUN.json",
        help="run files; recipes in training/recipes. Of home and refine also model folders, not trained",
    )
    take_data(parser)
    take_out(parser, "trainings, caches and models")
    take_records(parser)
    parser.add_argument(
        "--seeds", default="", help="such as 0,1,2: train once with each; without it the run file's own"
    )
    parser.add_argument(
        "--left-out",
        default=",".join(LABORATORIES),
        help="laboratories left out in turn, by left-out, adapt, calibration, queue and refine (%(default)s)",
    )
    parser.add_argument("--kind", default="head", choices=get_args(Kind), help="what refine changes (%(default)s)")
    parser.add_argument("--only", default="", help="laboratories that refine a model, by refine; without it all")
    take_device(parser)
    options = parser.parse_args(arguments)
    if (options.kind != "head" or options.only) and options.protocol != "refine":
        raise UserError("Only refine has --kind and --only.", hint="Leave them out.")
    seeds = _seeds(options.seeds)
    laboratories = [w for w in options.left_out.split(",") if w]
    for name in laboratories:
        if name not in LABORATORIES:
            raise UserError(f"There is no laboratory {name!r} to leave out; known are {', '.join(LABORATORIES)}.")
    models = [place for place in options.run if place.is_dir()]
    if models and options.protocol not in _OF_FOLDERS:
        raise UserError(f"is a model folder; only {', '.join(_OF_FOLDERS)} take one as it is.", path=models[0])
    if options.protocol not in EVERY and len(models) < len(options.run):
        raise UserError(f"The protocol {options.protocol!r} takes model folders, no run files.")
    runs = [RunFile.read(file) for file in options.run if file not in models]
    bench = Bench(options.data, options.out, choose(options.device), emit)

    of_kind = (
        {"kind": options.kind, "only": options.only.split(",") if options.only else ()}
        if options.protocol == "refine"
        else {}
    )

    def measured() -> Iterator[Record]:
        for folder in models:
            yield from _OF_FOLDERS[options.protocol](bench, folder, **of_kind)
        for run in runs:
            of_run: Callable[..., Iterator[Record]] = EVERY[options.protocol]
            for seed in seeds or [run.seed]:
                yield from of_run(bench, replace(run, seed=seed), laboratories, **of_kind)

    for record in measured():
        results.write(record, options.results)
        told = {
            f"{p.judged}, {f.name}": f"{f.value:.4f} [{f.low:.4f}, {f.high:.4f}] n={f.n}"
            for p in record.parts
            for f in p.figures
        }
        emit(Event("finished", {"record": record.name, **told}))
    return 0


def show(arguments: Sequence[str], emit: Emit) -> int:
    """Render the records into the table and its plots, or check that the table is theirs."""
    parser = argparse.ArgumentParser(
        prog="python -m training results",
        description="Render training/RESULTS.md and its plots from the records and notes in training/results.",
    )
    take_records(parser)
    parser.add_argument("--to", type=Path, default=render.TABLE, help="file to write (%(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is not what would be")
    options = parser.parse_args(arguments)
    if options.check:
        if problem := render.stale(options.results, options.to):
            sys.stderr.write(f"{problem}\n")
            return 1
        return 0
    render.write(options.results, options.to)
    emit(Event("finished", {"table": str(options.to)}))
    return 0


def gate(arguments: Sequence[str], emit: Emit) -> int:
    """Judge a new model against an old one."""
    parser = argparse.ArgumentParser(
        prog="python -m training gate",
        description="Ask a new and an old classifier the same cells. The new one passes if it is nowhere worse by more "
        "than the interval of the difference, and better on the mean over the sets elsewhere. Exit status 0 or 1.",
    )
    parser.add_argument("new", type=Path, metavar="NEW_MODEL_FOLDER")
    parser.add_argument("old", type=Path, metavar="OLD_MODEL_FOLDER")
    take_data(parser)
    take_records(parser)
    parser.add_argument("--cache", type=Path, help="folder that keeps decoded crops; without it a temporary one")
    take_device(parser)
    options = parser.parse_args(arguments)
    verdict = gates.compare(options.new, options.old, options.data, choose(options.device), options.cache)
    gates.write(verdict, options.results)
    told = {
        f"{d.judged}, {d.level}": f"{d.difference.value:+.4f} [{d.difference.low:+.4f}, {d.difference.high:+.4f}] "
        f"n={d.difference.n}: {d.verdict}"
        for d in (*verdict.sets, verdict.elsewhere)
    }
    emit(Event("finished", {"passed": str(verdict.passed).lower(), **told}))
    return 0 if verdict.passed else 1


def explain(arguments: Sequence[str], emit: Emit) -> int:
    """Score the explanations of a model."""
    parser = argparse.ArgumentParser(
        prog="python -m training explanations",
        description="Score the explanations of a classifier on cells with masks that never trained it: bccd test and "
        "zheng1. Methods that are not named keep what the record of this model says of them.",
    )
    parser.add_argument("model", type=Path, metavar="MODEL_FOLDER")
    take_data(parser)
    take_records(parser)
    parser.add_argument("--methods", default=",".join(METHODS), help="%(default)s")
    parser.add_argument("--limit", type=int, default=0, help="most cells of a set, drawn by a seed; 0 = all")
    take_device(parser)
    options = parser.parse_args(arguments)
    methods = [w for w in options.methods.split(",") if w] or list(METHODS)
    for method in methods:  # each is kept as soon as it is measured
        found = explanations.measure(options.model, options.data, [method], options.limit, choose(options.device), emit)
        file = explanations.write(found, options.results)
    emit(Event("finished", {"record": str(file)}))
    return 0


def outlines(arguments: Sequence[str], emit: Emit) -> int:
    """Score a model that outlines at clicks."""
    parser = argparse.ArgumentParser(
        prog="python -m training outlines",
        description="Score a model that outlines at clicks on cells with outlines that never trained it: bccd test, "
        "zheng1, and drawn fields where the data folder holds them.",
    )
    parser.add_argument("model", type=Path, metavar="MODEL_FOLDER")
    take_data(parser)
    take_records(parser)
    take_device(parser)
    options = parser.parse_args(arguments)
    found = outline_scores.measure(options.model, options.data, options.device, emit)
    emit(Event("finished", {"record": str(outline_scores.write(found, options.results))}))
    return 0


def refer(arguments: Sequence[str], emit: Emit) -> int:
    """Write a classifier anew with reference cells."""
    parser = argparse.ArgumentParser(
        prog="python -m training references",
        description="Write a trained classifier anew with reference cells of the data that trained it, from which "
        "`bloodview learn --extend` tells a new class, and with what enters the network's last stage for some of them, "
        "by which that stage can be refined. What is trained by this version has them already.",
    )
    parser.add_argument("model", type=Path, metavar="MODEL_FOLDER")
    take_data(parser)
    parser.add_argument("--to", type=Path, required=True, help="folder to write, new or empty")
    take_device(parser)
    options = parser.parse_args(arguments)
    references.republish(options.model, options.data, options.to, choose(options.device))
    emit(Event("finished", {"model": str(options.to)}))
    return 0


def refine(arguments: Sequence[str], emit: Emit) -> int:
    """Refine a classifier, a detector or a segmenter by corrections."""
    parser = argparse.ArgumentParser(
        prog="python -m training refine",
        description="Refine a model by the corrections of a training set, as the app asks for it by a file. "
        "Killed or stopped, the same command goes on. Exit status 0; 3 if it was asked to stop.",
    )
    parser.add_argument("run", type=Path, metavar="REFINE.json", help="see bloodview.core.refinement.RefineFile")
    take_out(parser, "the state, the model and the verdict")
    take_device(parser)
    options = parser.parse_args(arguments)
    try:
        run, device = RefineFile.read(options.run), choose(options.device)
        verdict = _REFINES[run.what](run, options.out, device, emit)
    except StopError:
        emit(Event("stopped", {}))
        return STOPPED
    gain = verdict.locked.difference
    told = f"{gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}] n={verdict.locked.cells}"
    emit(Event("finished", {"model": str(options.out / verdict.model), "answer": verdict.answer, "locked": told}))
    return 0


def _seeds(text: str) -> list[int]:
    """Whole numbers between commas."""
    try:
        return [int(word) for word in text.split(",") if word.strip()]
    except ValueError:
        raise UserError(f"--seeds {text!r} are no whole numbers between commas.") from None


COMMANDS: dict[str, Callable[[Sequence[str], Emit], int]] = {
    "evaluate": evaluate,
    "results": show,
    "gate": gate,
    "explanations": explain,
    "outlines": outlines,
    "references": refer,
    "refine": refine,
}
"""First word -> the command. A run file of that name is trained as `./evaluate`."""
