"""The command that refines a model by the corrections of cases: starts the trainer and tells how far it is."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bloodview.cli.console import DONE, INTERRUPTED, NOTHING_DONE, Device, DeviceOption, Meter, put, say, stoppable
from bloodview.core import refinement
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.files import check_new_folder, write_folder_whole
from bloodview.core.training_run import Event

if TYPE_CHECKING:
    from bloodview.core.refinement import Verdict


class Depth(StrEnum):
    """What `--kind` may be; see core.refinement."""

    HEAD = "head"
    LORA = "lora"


_LOOKING = 0.4  # share of the time that looking at the cells takes
_WORDS: dict[refinement.What, tuple[str, str, str]] = {
    refinement.CLASSIFIER: ("Label about {} more cells to tell.", "your locked cells", "reference cells"),
    refinement.DETECTOR: (
        "Go through about {} more pictures to tell.",
        "your locked pictures, AP50",
        "drawn fields, AP50",
    ),
    refinement.SEGMENTER: ("Outline about {} more cells to tell.", "your locked cells, Dice", "drawn cells, Dice"),
}
"""Of what was refined: what is missing, what the locked part is called, and what the reference is."""


class What(StrEnum):
    """What can be refined."""

    CLASSIFIER = "classifier"
    DETECTOR = "detector"
    SEGMENTER = "segmenter"


def refine(
    cases: Annotated[list[Path], typer.Argument(metavar="FILE.bvcase...", show_default=False, readable=False)],
    out: Annotated[Path, typer.Option("--out", metavar="MODEL_FOLDER", help="New or empty.", readable=False)],
    base: Annotated[str | None, typer.Option("--base", metavar="ID|FOLDER", show_default=False)] = None,
    work: Annotated[
        Path | None,
        typer.Option("--work", metavar="FOLDER", help="Keeps the state: started again it goes on.", readable=False),
    ] = None,
    kind: Annotated[
        Depth,
        typer.Option("--kind", help="Of a classifier: the last layer; or by low rank its last stage too, much slower."),
    ] = Depth.HEAD,
    epochs: Annotated[int, typer.Option("--epochs", min=0, help="0 = the usual number.")] = 0,
    device: DeviceOption = Device.AUTO,
    what: Annotated[What, typer.Option("--what", help="What is refined.")] = What.CLASSIFIER,
    complete: Annotated[
        list[Kind] | None,
        typer.Option("--complete", help="Of a detector: all of these have a box where you worked. Usually wbc."),
    ] = None,
) -> int:
    """Refine classifier, detector or segmenter by what persons did in cases, and judge it by what is locked away.

    A detector learns from the pictures on which a person named, added, moved or rejected a cell; a segmenter from the
    leukocytes that a person outlined, or whose nucleus. The model in use stays in use: `bloodview models activate
    MODEL_FOLDER` takes the new one.
    """
    from bloodview.workflows import refining

    check_new_folder(out)
    with tempfile.TemporaryDirectory(prefix="bloodview-refine-") as made, stoppable() as cancel:
        folder = work or Path(made) / "refinement"
        if not (folder / refinement.RUN).is_file():
            own = refining.slug(out.name)
            of_what: dict[What, Callable[..., tuple[str, ...]]] = {
                What.CLASSIFIER: partial(_cells, kind),
                What.DETECTOR: _pictures,
                What.SEGMENTER: _outlines,
            }
            for sentence in of_what[what](cases, folder, base, complete or [Kind.WBC], cancel, own, epochs):
                say(sentence)
        status = _trained(refining.command(folder, device.value), folder, cancel)
        if status == refinement.STOPPED:
            say("stopped." + (f" The same command goes on, as {work} keeps the state." if work else ""))
            return INTERRUPTED
        verdict = refining.verdict(folder)
        if verdict is None:
            return NOTHING_DONE
        with write_folder_whole(out) as beside:
            shutil.copytree(folder / verdict.model, beside, dirs_exist_ok=True)
    _tell(verdict)
    return DONE


def _cells(
    kind: Depth,
    cases: Sequence[Path],
    folder: Path,
    base: str | None,
    _complete: Sequence[Kind],
    cancel: CancelToken,
    model_id: str,
    epochs: int,
) -> tuple[str, ...]:
    """Gather what teaches the classifier."""
    from bloodview.workflows import refining

    found = [refining.corrected_in(case) for case in cases]
    _refuse(refining.offer(found, base).too_few, "Name or confirm more cells in the case.")
    title = ", ".join(c.name for c in found)
    return refining.gather(
        found, folder, base, title, cancel, Meter(), model_id=model_id, epochs=epochs, kind=kind.value
    )


def _pictures(
    cases: Sequence[Path],
    folder: Path,
    base: str | None,
    complete: Sequence[Kind],
    cancel: CancelToken,
    model_id: str,
    epochs: int,
) -> tuple[str, ...]:
    """Gather what teaches the detector."""
    from bloodview.workflows import refining_detector

    found = [refining_detector.gone_through_at(case) for case in cases]
    too_few = refining_detector.offer(found, complete, base).too_few
    _refuse(too_few, "Go through more pictures: name, confirm, add, move or reject cells on them.")
    title = ", ".join(c.name for c in found)
    return refining_detector.gather(
        found, folder, base, title, complete, cancel, Meter(), model_id=model_id, epochs=epochs
    )


def _outlines(
    cases: Sequence[Path],
    folder: Path,
    base: str | None,
    _complete: Sequence[Kind],
    cancel: CancelToken,
    model_id: str,
    epochs: int,
) -> tuple[str, ...]:
    """Gather what teaches the segmenter."""
    from bloodview.workflows import refining_segmenter

    found = [refining_segmenter.outlined_at(case) for case in cases]
    _refuse(refining_segmenter.offer(found, base).too_few, "Outline more cells in the case, or import their outlines.")
    title = ", ".join(c.name for c in found)
    return refining_segmenter.gather(found, folder, base, title, cancel, Meter(), model_id=model_id, epochs=epochs)


def _refuse(too_few: str, hint: str) -> None:
    """Before anything is read or drawn: the trainer would refuse it later, and name no case."""
    if too_few:
        raise UserError(too_few, hint=hint)


def _trained(command: list[str], folder: Path, cancel: CancelToken) -> int:
    """Run the trainer to its end, telling how far it is; its exit status."""
    meter = Meter()
    # In a session of its own, so that Ctrl+C reaches this process alone, which then asks the trainer to stop.
    with subprocess.Popen(
        command,
        cwd=refinement.trainer_folder(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if cancel.is_cancelled:
                    refinement.wish(folder, "stop")
                event = Event.parse(line)
                if event is not None:
                    _follow(event, meter)
        except BaseException:
            process.kill()
            raise
    if process.returncode not in (0, refinement.STOPPED):
        raise UserError("The trainer ended without a result.", hint="The messages above say why.")
    return process.returncode


def _follow(event: Event, meter: Meter) -> None:
    """Tell an event on."""
    values = event.values
    if event.kind in ("message", "failed"):
        say(str(values["text"]))
    elif event.kind == "step" and "text" in values:
        meter(_LOOKING * float(values["done"]) / float(values["of"]), str(values["text"]))
    elif event.kind == "epoch":
        share = float(values["epoch"]) / float(values["of"])
        name = "held-out loss" if "held-out loss" in values else "loss"
        meter(_LOOKING + (1 - _LOOKING) * share, f"{name} {values.get(name, '')}")


def _tell(verdict: "Verdict") -> None:
    """The verdict, class by class, on standard output."""
    more, own, old = _WORDS[verdict.what]
    is_segmenter = verdict.what == refinement.SEGMENTER
    digits = int(is_segmenter)  # of which a point is much
    mean = "mean of both" if is_segmenter else "mean of the classes"
    put(f"{verdict.model_id} against {verdict.before}: {verdict.answer}")
    put(verdict.why)
    if verdict.label_more:
        put(more.format(verdict.label_more))
    for title, part in ((own, verdict.locked), (old, verdict.reference)):
        if part is None or not part.cells:
            continue
        put(f"\n{title}\tn\tbefore\tafter")
        for line in part.classes:
            put(f"{line.label}\t{line.n}\t{line.before.to_decimals(digits)}\t{line.after.to_decimals(digits)}")
        before, after = part.before.to_decimals(digits), part.after.to_decimals(digits)
        put(f"{mean}\t{part.cells}\t{before}\t{after}")
    for note in verdict.notes:
        say(note)
    for doubt in verdict.doubts:
        say(f"{doubt.file}: is called {doubt.label}; {doubt.why}")
