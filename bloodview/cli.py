"""The commands without a screen: arguments, exit statuses, what people read. No Qt; heavy imports on demand."""

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

import bloodview
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.errors import UserError

if TYPE_CHECKING:
    from bloodview.analysis.inputs import Outcome
    from bloodview.core.differential import Differential
    from bloodview.review.case import Case
    from bloodview.workflows import Engine

DONE, SOME_FAILED, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""

_NAMED = 3  # pictures of one warning
_LONGEST_ANSWER = 300  # characters; an answer may quote what was given


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
BatchOption = Annotated[int | None, typer.Option("--batch-size", min=1, help="Cells at once.", show_default=False)]

app = typer.Typer(
    name="bloodview",
    help="Review of blood smears. Without a command: the window. For research use only.",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="The models.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")


def _tell_version(wanted: bool) -> None:
    if wanted:
        put(f"BloodView {bloodview.__version__}")
        raise typer.Exit


@app.callback()
def _before_all(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """What every command shares."""


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line without the program's name; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter shows its code
            stream.reconfigure(errors="backslashreplace")
    try:
        status = app(list(arguments), prog_name="bloodview", standalone_mode=False)
    except typer.Exit as exit_:
        return exit_.exit_code
    except typer.Abort:
        return INTERRUPTED
    except UserError as error:
        say(str(error))
        return NOTHING_DONE
    except (Cancelled, KeyboardInterrupt):
        say("stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answers is gone; a second complaint at exit would follow without this.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING_DONE
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        error.show(sys.stderr)
        return NOTHING_DONE
    return status if isinstance(status, int) else DONE


# -- what people read


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


def load(device: Device, model: str | None = None, batch_size: int | None = None) -> "Engine":
    """The models."""
    from bloodview import workflows

    return workflows.load_engine(device=device.value, classifier=model, batch_size=batch_size, tell=say)


# -- pictures to files


@app.command()
def classify(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", metavar="CELLS.csv", readable=False)],
    level: Annotated[Level, typer.Option("--level", help="11 fine or 8 coarse classes.")] = Level.FINE,
    model: Annotated[str | None, typer.Option("--model", metavar="ID|FOLDER", show_default=False)] = None,
    device: DeviceOption = Device.AUTO,
    batch_size: BatchOption = None,
) -> int:
    """Name the one centred cell of each picture."""
    from bloodview import workflows

    with stoppable() as cancel:
        engine = load(device, model, batch_size)
        return told(workflows.classify_pictures(paths, out, engine, level.value, cancel, Meter()))


@app.command()
def detect(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", metavar="BOXES.json", readable=False)],
    device: DeviceOption = Device.AUTO,
) -> int:
    """Find the cells of fields and slides."""
    from bloodview import workflows

    with stoppable() as cancel:
        return told(workflows.detect_fields(paths, out, load(device), cancel, Meter()))


@app.command()
def segment(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", readable=False)],
    device: DeviceOption = Device.AUTO,
) -> int:
    """Outline leukocytes.

    One PNG a picture: 0 background, 128 cytoplasm, 255 nucleus.
    """
    from bloodview import workflows

    with stoppable() as cancel:
        return told(workflows.segment_pictures(paths, out, load(device), cancel, Meter()))


@app.command()
def adapt(
    examples: Annotated[
        Path, typer.Option("--examples", metavar="FOLDER", help="Holds a folder a class.", readable=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MODEL_FOLDER", help="New or empty.", readable=False)],
    base: Annotated[str | None, typer.Option("--base", metavar="ID|FOLDER", show_default=False)] = None,
    device: DeviceOption = Device.AUTO,
) -> int:
    """Fit the classifier to a laboratory by a few of its cells, one centred cell a picture.

    Five cells of a class are a good number. A folder is called like a class, or like a group such as neutrophil.
    """
    from bloodview import workflows

    with stoppable() as cancel:
        worth, outcome = workflows.adapt_to_folder(examples, out, base, device.value, say, cancel, Meter())
    status = told(outcome)
    say(worth)
    return status


# -- the case


@app.command()
def analyze(
    paths: Paths,
    case: Annotated[Path, typer.Option("--case", metavar="FILE.bvcase", help="New, or added to.", readable=False)],
    report: Annotated[
        list[Path] | None, typer.Option("--report", metavar="FILE", show_default=False, readable=False)
    ] = None,
    device: DeviceOption = Device.AUTO,
    batch_size: BatchOption = None,
) -> int:
    """Find, outline, name and count cells.

    Adds to a case that is there already, and keeps what persons decided in it.
    """
    from bloodview import workflows

    with stoppable() as cancel:
        workflows.check_case_place(case)
        for file in report or ():
            workflows.check_report_place(file)
        engine = load(device, None, batch_size)
        return told(workflows.analyse_into(case, paths, engine, report or (), cancel, Meter()))


@app.command()
def report(
    case: CasePath, out: Annotated[Path, typer.Option("--out", metavar="FILE.html|.csv|.json", readable=False)]
) -> int:
    """Write the report of a case."""
    from bloodview import workflows
    from bloodview.review.case import Case

    with Case.open(case) as opened:
        workflows.write_report(opened, out)
    return DONE


@app.command()
def export(
    case: CasePath,
    format_: Annotated[str, typer.Option("--format", metavar="coco|csv|crops")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", readable=False)],
) -> int:
    """Write the labels of a case."""
    from bloodview import workflows
    from bloodview.review.case import Case

    with Case.open(case) as opened:
        outcome = workflows.export(opened, format_, out, Meter())
    Meter.clear()
    for failure in outcome.failures:
        say(failure.reason)
    return SOME_FAILED if outcome.failures else DONE


@app.command()
def edit(case: CasePath) -> int:
    """Edit a case by lines on standard input.

    list, relabel CELL CLASS, reject CELL, undo, redo, sign NAME; each is answered once it is on the disk.
    """
    from bloodview.review.case import Case

    if isinstance(sys.stdin, io.TextIOWrapper):  # the same on every system, and no line ends the program
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
    with Case.open(case) as opened:
        for line in sys.stdin:
            for answer in answers(opened, line):
                sys.stdout.write(answer + "\n")
            sys.stdout.flush()
    return DONE


def answers(case: "Case", line: str) -> Iterator[str]:
    """The answer to one line of `edit`, given once the edit is on the disk."""
    word, *rest = line.split(None, 1)[:2] or [""]
    argument = rest[0].strip() if rest else ""
    if word == "list" and not argument:
        for cell_id, label in case.labels():
            yield f"{cell_id} {label or 'unnamed'}"
        yield "ok"
        return
    try:
        _do_edit(case, word, argument)
    except UserError as error:
        yield f"error {' '.join(str(error).split())[:_LONGEST_ANSWER]}"
    else:
        yield f"ok {case.edit_count}"


def _do_edit(case: "Case", word: str, argument: str) -> None:
    from bloodview.review.commands import Reject, Relabel, Sign

    words = argument.split()
    if word == "relabel" and len(words) == 2:
        case.apply(Relabel((_cell_id(words[0]),), words[1]))
    elif word == "reject" and len(words) == 1:
        case.apply(Reject((_cell_id(words[0]),)))
    elif word == "undo" and not words:
        case.undo()
    elif word == "redo" and not words:
        case.redo()
    elif word == "sign" and words:
        case.apply(Sign(argument))
    else:
        raise UserError(
            "this is no command:", hint="list, relabel CELL CLASS, reject CELL, undo, redo and sign NAME are."
        )


def _cell_id(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise UserError(f"There is no cell {text!r}.")
    return int(text)


# -- models, checks, demo


@models_app.command("list")
def list_models() -> int:
    """Show the models that are there."""
    from bloodview.models import store

    for card in store.list_models():
        put(f"{card.id}\t{card.task}\t{card.title}" + ("\tin use" if card.id == store.chosen(card.task) else ""))
    return DONE


@models_app.command("activate")
def activate_model(model: Annotated[str, typer.Argument(metavar="ID|FOLDER", show_default=False)]) -> int:
    """Use a model from now on where none is named; a folder is copied to the others first."""
    from bloodview.models import store

    taken = store.activate(model)
    say(f"{taken.model} is used to {taken.task} now; `bloodview models rollback` goes back to {taken.before}.")
    return DONE


@models_app.command("rollback")
def roll_back() -> int:
    """Go back to the model that was used before the latest one was activated."""
    from bloodview.models import store

    taken = store.roll_back()
    say(f"{taken.model} is used to {taken.task} again, no longer {taken.before}.")
    return DONE


@models_app.command("verify")
def verify_models(model: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None) -> int:
    """Check that cards and weights are whole and belong together."""
    from bloodview.models import store

    problems = store.verify(model)
    for problem in problems:
        say(str(problem))
    if not problems:
        put("every model is whole" if model is None else f"{model} is whole")
    return SOME_FAILED if problems else DONE


@app.command("self-test")
def self_test(device: DeviceOption = Device.AUTO) -> int:
    """Check the models on the bundled sample."""
    from bloodview import workflows

    checks = workflows.self_test(load(device), Meter())
    Meter.clear()
    for check in checks:
        put(f"{'ok  ' if check.passed else 'FAIL'}  {check.title}: {check.detail}")
    return DONE if all(check.passed for check in checks) else SOME_FAILED


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="No window: print the differential.")] = False,
    device: DeviceOption = Device.AUTO,
) -> int:
    """Show the bundled sample, or count it."""
    if not headless:
        raise UserError("The window takes no options.", hint="bloodview demo, or bloodview demo --headless.")
    from bloodview import workflows
    from bloodview.core import paths

    with stoppable() as cancel:
        report, outcome = workflows.count_pictures([paths.sample()], load(device), cancel, Meter())
    if report:
        put_differential(report.differential, put)
        put(f"{outcome.done} fields of the bundled sample. For research use only.")
    # Beside the sample's pictures lies their truth, which is no picture and nothing to tell of.
    return told(replace(outcome, passed_over=0))


def put_differential(d: "Differential", put_line: Callable[[str], None]) -> None:
    """The differential as a table for people."""
    put_line(f"{'leukocytes':24}{d.n_leukocytes:6}")
    for row in d.rows:
        interval = f"{row.interval.low:5.1%} to {row.interval.high:5.1%}"
        put_line(f"  {row.title:22}{row.count:6}{row.share:8.1%}   {interval}")
    nrbc = f"   {d.nrbc_per_100_wbc.value:.1f} per 100 leukocytes" if d.nrbc_per_100_wbc else ""
    put_line(f"{'erythroblasts':24}{d.n_erythroblasts:6}{nrbc}")
    put_line(f"{'platelets':24}{d.n_platelets:6}")
    put_line(f"{'red cells':24}{d.n_red_cells:6}")


@app.command("open")
def open_window(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Slides, pictures, folders or a case.", readable=False)
    ],
) -> int:
    """Open the window."""
    raise UserError("The window takes paths and no options.", hint="bloodview open PATH...")


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="New or empty.", readable=False)],
    fields: Annotated[int, typer.Option("--fields", min=1, max=1000)] = 6,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    masks: Annotated[bool, typer.Option("--masks", help="Also the true masks.")] = False,
) -> int:
    """Draw synthetic fields with their truth."""
    from bloodview import workflows

    workflows.draw_sample(out, fields, seed, masks)
    return DONE
