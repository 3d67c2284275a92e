"""Pictures and slides to a case: analysed, recorded, counted."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from bloodview.analysis.inputs import Outcome, Progress, Walk, quiet
from bloodview.core import own_classes, unfamiliar
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import FoundCell
from bloodview.core.errors import StorageError, UserError
from bloodview.report.content import Report
from bloodview.review.case import Case
from bloodview.review.commands import AddClass, AddRun, AddTiles, Changes, EndRun, NewSlide, RunStep
from bloodview.workflows import class_learning
from bloodview.workflows.engine import Engine
from bloodview.workflows.reporting import check_report_place, report, write_report
from bloodview.workflows.slide_steps import SlideResult, analyse_in_steps


def analyse_slide(
    path: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> SlideResult:
    """The analysis of a slide or picture with all its cells in memory: for pictures; see `analyse_in_steps`."""
    return analyse_in_steps(path, engine, cancel or CancelToken(), progress)


def record(case: Case, result: SlideResult) -> Changes:
    """Put an analysis into a case, or the end of one whose steps are there; what persons decided there stays."""
    if result.is_in_steps:
        return case.apply(EndRun(result.content_hash))
    cells = _in_the_tree(case, result.cells)
    # In full: the case is opened again from other folders.
    slide = NewSlide(result.path.absolute(), result.content_hash, result.size, result.scale)
    return case.apply(AddRun(slide, cells, result.model_ids, result.device, result.failed_tiles))


def record_step(case: Case, step: RunStep) -> Changes:
    """Put a step of the analysis of a large slide into a case."""
    if isinstance(step, AddTiles):
        step = replace(step, cells=_in_the_tree(case, step.cells))
    return case.apply(step)


def _in_the_tree(case: Case, cells: tuple[FoundCell, ...]) -> tuple[FoundCell, ...]:
    """The cells with their classes called as the case calls them; classes that it lacks join its tree."""
    said = next((c.prediction for c in cells if c.prediction is not None), None)
    if said is None:
        return cells
    ids = own_classes.ids_of([name for name, _ in said.probabilities])
    named = {c.prediction.label for c in cells if c.prediction is not None}
    for name in sorted(n for n in named if ids.get(n, n) not in case.taxonomy):
        case.apply(AddClass(own_classes.of_model(name, ids.get(name, name), case.taxonomy)))
    return cells if all(name == class_id for name, class_id in ids.items()) else tuple(_renamed(c, ids) for c in cells)


def _renamed(cell: FoundCell, ids: Mapping[str, str]) -> FoundCell:
    said = cell.prediction
    if said is None:
        return cell
    chances = tuple((ids[name], p) for name, p in said.probabilities)
    return replace(cell, prediction=replace(said, label=ids[said.label], probabilities=chances))


def check_case_place(path: Path) -> None:
    """Refuse a place where an analysis could not be kept, before work is spent on it.

    Raises:
        DamagedCaseError: a file that is no case, is damaged, or was made by a newer version.
        UserError: a signed case; StorageError: a place that cannot be written.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        is_there = False
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageError(f"could not be used: {reason}.", path=path, hint="Name another case.") from error
    else:
        is_there = True
    if is_there:
        with Case.open(path) as case:
            if case.signature:
                raise UserError("is signed, so nothing can be added.", path=path, hint="Name another case.")
            if case.is_read_only:
                raise StorageError("cannot be written.", path=path, hint="Name another case.")
    elif not path.parent.is_dir():
        raise StorageError("there is no such folder to make it in.", path=path, hint="Make the folder first.")
    elif not os.access(path.parent, os.W_OK):
        raise StorageError("cannot be made in this folder.", path=path, hint="Name a folder that you may write to.")


def analyse_into(
    case_path: Path,
    given: Sequence[Path],
    engine: Engine,
    reports: Sequence[Path] = (),
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
    who: str = "",
) -> Outcome:
    """Analyse slides and pictures into a case, new or there already, and write reports of it.

    A picture is on the disk once it is done, a large slide tile by tile; one that stopped half way goes on there. No
    case is made if none could be analysed. The journal names `who`, or else the system's user.

    Raises:
        as `check_case_place` and `write_report`; Cancelled: what was done stays.
    """
    check_case_place(case_path)
    for out in reports:
        check_report_place(out)
    cancel = cancel or CancelToken()
    walk = Walk(given, cancel, progress)
    warnings: list[tuple[str, str]] = []
    total, done, familiarity = len(walk.inputs.pictures), 0, list[list[float]]()
    with ExitStack() as stack:
        case: Case | None = stack.enter_context(Case.open(case_path)) if case_path.exists() else None

        def opened() -> Case:
            nonlocal case
            case = case or stack.enter_context(Case.open_or_create(case_path))
            case.who = who or case.who
            return case

        def deliver(step: RunStep) -> None:
            record_step(opened(), step)

        for number, picture in enumerate(walk.pictures()):
            part = partial(_part, progress, number, total, str(picture.path))
            try:
                unfinished, planes = (case.unfinished_runs(), case.chosen_planes()) if case else ({}, {})
                result = analyse_in_steps(picture.path, engine, cancel, part, unfinished, deliver, planes)
            except (UserError, OSError) as error:
                walk.failed(picture, error)
                continue
            record(opened(), result)
            warnings += [(str(picture.path), w) for w in result.warnings]
            familiarity.append(list(result.familiarity))
            done += 1
        if case:
            class_learning.refresh(opened())
            for out in reports:
                write_report(case, out)
    return walk.outcome(done, warnings, unfamiliar.strangeness(familiarity))


def _part(progress: Progress, number: int, total: int, name: str, share: float, text: str) -> None:
    """The progress of one slide among several."""
    progress((number + share) / total, f"{name} {text}".strip())


def count_pictures(
    given: Sequence[Path], engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> tuple[Report | None, Outcome]:
    """Analyse pictures without keeping a case; the report, or None if no picture could be analysed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "count.bvcase"
        outcome = analyse_into(path, given, engine, (), cancel, progress)
        if not outcome.done:
            return None, outcome
        with Case.open(path) as case:
            return report(case), outcome
