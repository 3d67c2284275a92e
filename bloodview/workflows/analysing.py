"""Pictures and slides to a case: analysed, recorded, counted."""

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bloodview.analysis import pipeline
from bloodview.analysis.inputs import Outcome, Progress, Walk, quiet
from bloodview.core import unfamiliar
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import FoundCell
from bloodview.core.errors import StorageError, UnreadableFileError, UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.report.content import Report
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, Changes, NewSlide
from bloodview.slides.slide import open_slide
from bloodview.workflows import learning
from bloodview.workflows.engine import Engine
from bloodview.workflows.reporting import check_report_place, report, write_report


@dataclass(frozen=True, slots=True)
class SlideResult:
    """What the analysis of one slide gave.

    Args:
        scale: as measured or assumed; never None.
        failed_tiles: level-0 boxes that could not be read.
        seconds: wall time.
        warnings: for a person, the failed tiles' reasons among them.
    """

    path: Path
    content_hash: str
    size: Size
    scale: Scale
    cells: tuple[FoundCell, ...]
    model_ids: tuple[str, ...]
    device: str
    failed_tiles: tuple[Box, ...]
    seconds: float
    warnings: tuple[str, ...]


def analyse_slide(
    path: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> SlideResult:
    """Find, outline and name the cells of a slide or picture. Pure: touches no case, so it runs on any thread.

    Raises:
        UnreadableFileError: the file cannot be read, or none of its tiles can.
        Cancelled: the token was cancelled.
    """
    begin = time.perf_counter()
    with closing(open_slide(path)) as slide:
        batches = list(
            pipeline.analyse(
                slide,
                engine.detector,
                engine.segmenter,
                engine.classifier,
                cancel=cancel or CancelToken(),
                progress=progress,
            )
        )
        failed = [b.failed for b in batches if b.failed]
        if len(failed) == len(batches):
            raise UnreadableFileError(failed[0].reason if failed else "has no pixels.", path=path)
        return SlideResult(
            path=path,
            content_hash=slide.content_hash,
            size=slide.size,
            scale=batches[0].scale,
            cells=tuple(cell for batch in batches for cell in batch.cells),
            model_ids=engine.model_ids,
            device=engine.device,
            failed_tiles=tuple(f.box_l0 for f in failed),
            seconds=time.perf_counter() - begin,
            warnings=tuple(w for b in batches for w in b.warnings)
            + tuple(f"The part at {f.box_l0.x0:.0f}, {f.box_l0.y0:.0f} could not be read: {f.reason}" for f in failed),
        )


def record(case: Case, result: SlideResult) -> Changes:
    """Put an analysis into a case, in one transaction; what persons decided there stays."""
    # In full: the case is opened again from other folders.
    slide = NewSlide(result.path.absolute(), result.content_hash, result.size, result.scale)
    return case.apply(AddRun(slide, result.cells, result.model_ids, result.device, result.failed_tiles))


def check_case_place(path: Path) -> None:
    """Refuse a place where an analysis could not be kept, before work is spent on it.

    Raises:
        DamagedCaseError: a file that is no case, is damaged, or was made by a newer version.
        UserError: a signed case; StorageError: a place that cannot be written.
    """
    if os.path.lexists(path):
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
) -> Outcome:
    """Analyse slides and pictures into a case, new or there already, and write reports of it.

    Each slide is on the disk once it is done, in one transaction; no case is made if none could be analysed.

    Raises:
        as `check_case_place` and `write_report`; Cancelled: what was done stays, the slide under way leaves nothing.
    """
    check_case_place(case_path)
    for out in reports:
        check_report_place(out)
    cancel = cancel or CancelToken()
    walk = Walk(given, cancel, progress)
    warnings: list[tuple[str, str]] = []
    total, done, familiarity = len(walk.inputs.pictures), 0, list[list[float]]()
    with ExitStack() as stack:
        case: Case | None = None
        for number, picture in enumerate(walk.pictures()):
            part = partial(_part, progress, number, total, str(picture.path))
            try:
                result = analyse_slide(picture.path, engine, cancel, part)
            except (UserError, OSError) as error:
                walk.failed(picture, error)
                continue
            case = case or stack.enter_context(Case.open_or_create(case_path))
            record(case, result)
            warnings += [(str(picture.path), w) for w in result.warnings]
            familiarity.append(unfamiliar.of_found(result.cells))
            done += 1
        if case:
            learning.refresh(case)
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
