"""One slide to a case of its own, once, and what the case then says of it as a row of a table of many slides."""

import importlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bloodview.analysis.inputs import Progress, quiet
from bloodview.analysis.inputs import reason as reason_of
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import CaseInUseError, ModelError, UserError
from bloodview.core.files import check_place, write_whole
from bloodview.core.sheet import write_table
from bloodview.report.content import Report
from bloodview.review.case import Case
from bloodview.slides.slide import open_slide
from bloodview.workflows.analysing import analyse_into
from bloodview.workflows.engine import Engine
from bloodview.workflows.reporting import report

TABLE_ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class SlideRow:
    """A slide among many: how its analysis went and what it found. No time and no worker: it follows from the slide.

    Args:
        slide: its path.
        case: of its case; "" if there is none.
        problem: why there is no result, or why it is not whole; "" = all of it was analysed.
        is_done: whether there is a result.
        content_hash: identity of its pixels.
        um_per_px: its scale; None if it is not known.
        analysed_mm2: empty glass left out; None if the scale is not known.
        monolayer_mm2: of that, where cells lie side by side and in focus.
        failed_tiles: parts that could not be read.
        familiarity: 0 to 1, how like the training pictures; None without leukocytes.
        leukocytes: that count.
        erythroblasts: nucleated red cells.
        platelets: that count.
        red_cells: that count.
        undecided: cells that a person left undecided.
        unsure: leukocytes that ask for a look.
        counts: (class id, cells) of every class below the leukocytes that has one, in the tree's order.
        models: ids of the models.
    """

    slide: str
    case: str = ""
    problem: str = ""
    is_done: bool = False
    content_hash: str = ""
    um_per_px: float | None = None
    analysed_mm2: float | None = None
    monolayer_mm2: float | None = None
    failed_tiles: int = 0
    familiarity: float | None = None
    leukocytes: int = 0
    erythroblasts: int = 0
    platelets: int = 0
    red_cells: int = 0
    undecided: int = 0
    unsure: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    models: tuple[str, ...] = field(default=())


def analyse_once(
    slide: Path,
    case: Path,
    engine: Callable[[], Engine],
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
    who: str = "",
) -> SlideRow:
    """Analyse a slide into a case of its own, unless that is done already; one that stopped half way goes on there.

    A slide that cannot be analysed is a row that says why.

    Args:
        slide: what is analysed.
        case: its case, new or there already.
        engine: loads the models, which takes seconds; asked only if there is something to do.
        cancel: asked before each tile and batch of crops.
        progress: share of the slide.
        who: whose name the case's journal gets; "" = the system's user.

    Raises:
        ModelError: the models fail, which is no slide's fault.
        CaseInUseError: another program has the case open; later it may not.
        Cancelled: what was done stays.
    """
    try:
        found = _content_hash(slide)
        if not _is_done(case, found):
            outcome = analyse_into(case, [slide], engine(), (), cancel, progress, who)
            if outcome.failures:
                return SlideRow(str(slide), problem=outcome.failures[0].reason)
        return row_of(slide, case)
    except (ModelError, CaseInUseError):
        raise
    except (UserError, OSError) as error:
        return SlideRow(str(slide), problem=_named(error, slide))


def row_of(slide: Path, case: Path) -> SlideRow:
    """What a case says of its one slide.

    Raises:
        UserError: the case cannot be read.
    """
    with Case.open(case, or_read=True) as opened:
        made = report(opened)
    here = made.slides[0]
    d = made.differential
    return SlideRow(
        slide=str(slide),
        case=str(case),
        problem=_lacks(made),
        is_done=True,
        content_hash=here.content_hash,
        um_per_px=here.scale.um_per_px if here.scale else None,
        analysed_mm2=here.analysed_mm2,
        monolayer_mm2=here.monolayer_mm2,
        failed_tiles=here.n_failed_tiles,
        familiarity=here.familiarity,
        leukocytes=d.n_leukocytes,
        erythroblasts=d.n_erythroblasts,
        platelets=d.n_platelets,
        red_cells=d.n_red_cells,
        undecided=d.n_undecided,
        unsure=made.n_open,
        counts=tuple((r.class_id, r.count) for r in d.rows if r.count),
        models=here.model_ids,
    )


def _lacks(made: Report) -> str:
    """Why a result is not whole, or not of one slide alone; "" where nothing lacks."""
    here = made.slides[0]
    said = []
    if here.n_failed_tiles:
        said.append(f"Parts that could not be read: {here.n_failed_tiles}.")
    elif not here.is_whole:
        said.append("Its analysis stopped half way.")
    if len(made.slides) > 1:
        said.append("Its case holds other slides too, and the counts are of all of them.")
    return " ".join(said)


def check_table_place(out: Path) -> None:
    """Refuse an ending that no table has, a library that is missing, and a place that cannot be written."""
    if out.suffix.lower() not in TABLE_ENDINGS:
        raise UserError("is no kind of table.", path=out, hint=f"Endings: {', '.join(TABLE_ENDINGS)}.")
    if out.suffix.lower() == ".parquet":
        _pyarrow(out)
    check_place(out)


def write_rows(rows: Sequence[SlideRow], out: Path) -> None:
    """Write rows as a table, .csv or .parquet; whole or not at all. A column a class that any slide has.

    Raises:
        UserError: as `check_table_place`.
    """
    check_table_place(out)
    classes = list(dict.fromkeys(name for row in rows for name, _ in row.counts))
    header = [*_PLAIN, *(f"n_{name}" for name in sorted(classes)), "models"]
    lines = [_line(row, sorted(classes)) for row in rows]
    with write_whole(out) as beside:
        if out.suffix.lower() == ".parquet":
            arrow, parquet = _pyarrow(out)
            columns = {name: [line[i] for line in lines] for i, name in enumerate(header)}
            parquet.write_table(arrow.table(columns), beside)
        else:
            with beside.open("w", encoding="utf-8", newline="") as file:
                write_table(file, header, lines)


_PLAIN = (
    "slide",
    "case",
    "is_done",
    "problem",
    "content_hash",
    "um_per_px",
    "analysed_mm2",
    "monolayer_mm2",
    "failed_tiles",
    "familiarity",
    "leukocytes",
    "erythroblasts",
    "platelets",
    "red_cells",
    "undecided",
    "unsure",
)


def _line(row: SlideRow, classes: Iterable[str]) -> list[object]:
    counts = dict(row.counts)
    return [
        *(getattr(row, name) for name in _PLAIN),
        *(counts.get(name, 0) if row.is_done else None for name in classes),
        " ".join(row.models),
    ]


def _content_hash(slide: Path) -> str:
    with closing(open_slide(slide)) as opened:
        return opened.content_hash


def _is_done(case: Path, content_hash: str) -> bool:
    """Whether a case holds the whole analysis of this content.

    Raises:
        UserError: it holds another slide: one of this name was there before.
    """
    if not case.exists():
        return False
    with Case.open(case, or_read=True) as opened:
        slides = {s.content_hash: s for s in opened.slides()}
        if slides and content_hash not in slides:
            raise UserError(
                "The slide is another than the one its case was made of: the file was replaced.",
                path=case,
                hint="Name another folder for the cases, or move this case away.",
            )
        there = slides.get(content_hash)
        return there is not None and there.analysed_at is not None and content_hash not in opened.unfinished_runs()


def _named(error: UserError | OSError, slide: Path) -> str:
    """Why, with the file where it is another than the slide."""
    path = getattr(error, "path", None)
    said = reason_of(error)
    return f"{path}: {said}" if path is not None and Path(path) != slide else said


def _pyarrow(out: Path) -> tuple[Any, Any]:
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise UserError(
            "Parquet needs pyarrow, which is not installed.",
            path=out,
            hint='pip install "bloodview[parquet]", or .csv.',
        ) from error
