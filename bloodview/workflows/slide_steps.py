"""The analysis of one slide in steps that enter a case as they come; one that stopped half way goes on there."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bloodview.analysis import merge, pipeline
from bloodview.analysis.field_scale import Settled
from bloodview.analysis.inputs import Progress, quiet, reason
from bloodview.analysis.survey import Ground
from bloodview.core import unfamiliar
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import FoundCell
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.review.commands import AddTiles, BeginRun, DoneTile, NewSlide, RunStep, TileState
from bloodview.review.records import UnfinishedRun
from bloodview.slides.planes import planes_of
from bloodview.slides.slide import Slide, open_chosen, open_slide
from bloodview.workflows.engine import Engine

_STATES = {Ground.MONOLAYER: TileState.MONOLAYER, Ground.UNKNOWN: TileState.MONOLAYER, Ground.BLANK: TileState.BLANK}
_MOST_PENDING = 512  # tiles without a cell that may wait for one with


@dataclass(frozen=True, slots=True)
class SlideResult:
    """What the analysis of one slide gave.

    Args:
        scale: as measured or assumed; never None.
        cells: of a slide of one tile; those of a larger one went into the case already.
        failed_tiles: level-0 boxes that could not be read.
        seconds: wall time.
        warnings: for a person, the failed tiles' reasons among them.
        is_in_steps: whether its tiles went into the case one by one, so that only the end is to be recorded.
        familiarity: of the leukocytes found this time, how like the training pictures.
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
    is_in_steps: bool = False
    familiarity: tuple[float, ...] = ()


Deliver = Callable[[RunStep], None]


def analyse_in_steps(
    path: Path,
    engine: Engine,
    cancel: CancelToken,
    progress: Progress = quiet,
    unfinished: Mapping[str, UnfinishedRun] | None = None,
    deliver: Deliver | None = None,
    planes: Mapping[str, int] | None = None,
) -> SlideResult:
    """Find, outline and name the cells of a slide or picture. Touches no case itself, so it runs on any thread.

    Args:
        path: of the slide.
        engine: the models.
        cancel: asked before each tile and batch of crops; also pauses.
        progress: share of the area, and a text with the time left.
        unfinished: by content hash, analyses that may go on where they stopped.
        deliver: takes the steps of a slide of several tiles as they come; without it their cells are all kept in memory
            and returned.
        planes: by content hash, the plane of a file of several that a person chose; its own choice otherwise.

    Raises:
        UnreadableFileError: the file cannot be read, or none of its tiles can, or it is gone while it is analysed; what
            was delivered before stays.
        Cancelled: the token was cancelled.
    """
    begin = time.perf_counter()
    with ExitStack() as slides:
        slide = slides.enter_context(closing(_opened(path, planes)))
        content_hash = slide.content_hash

        def reopen() -> Slide:
            again = slides.enter_context(closing(_opened(path, planes)))
            if again.content_hash != content_hash:
                raise UnreadableFileError("is another file now than when its analysis began.", path=path)
            return again

        left = (unfinished or {}).get(content_hash) if deliver else None
        resumed = _resumed(left, engine, planes_of(slide).shown) if left else None
        batches = pipeline.analyse(
            slide,
            engine.detector,
            engine.segmenter,
            engine.classifier,
            cancel=cancel,
            progress=progress,
            resumed=resumed,
            reopen=reopen,
        )
        run = _Run(path, slide, content_hash, engine, deliver, resumed)
        try:
            for batch in batches:
                run.take(batch)
        except pipeline.GoneError as error:
            raise UnreadableFileError(
                f"The file cannot be read any more: {reason(error.cause)}",
                path=path,
                hint="What was analysed is kept. Analyse it again when the file is back.",
            ) from error
        return run.result(time.perf_counter() - begin)


def _opened(path: Path, planes: Mapping[str, int] | None) -> Slide:
    return open_chosen(path, planes) if planes else open_slide(path)


class _Run:
    """Takes the batches of one slide and hands them on."""

    def __init__(
        self,
        path: Path,
        slide: Slide,
        content_hash: str,
        engine: Engine,
        deliver: Deliver | None,
        resumed: pipeline.Resumed | None,
    ) -> None:
        self._path, self._size, self._hash, self._engine = path, slide.size, content_hash, engine
        self._deliver, self._resumed = deliver, resumed
        self._plane = planes_of(slide).shown
        self._settled: Settled | None = resumed.settled if resumed else None
        self._pending: list[DoneTile] = []
        self._has_begun = False
        self._cells: list[FoundCell] = []
        self._failed: list[pipeline.FailedTile] = []
        self._read = len(resumed.done) if resumed else 0
        self._warnings: list[str] = []
        self._familiarity: list[float] = []

    def take(self, batch: pipeline.CellBatch) -> None:
        """A tile with its cells."""
        self._settled = batch.settled
        self._warnings += batch.warnings
        self._familiarity += unfamiliar.of_found(batch.cells)
        if batch.failed:
            self._failed.append(batch.failed)
        else:
            self._read += 1
        if self._deliver is None or batch.tiles == 1:
            self._cells += batch.cells
            return
        self._pending.append(_done(batch))
        # Until a tile could be read nothing enters the case; tiles without a cell wait for one with.
        if batch.cells or (self._read and len(self._pending) >= _MOST_PENDING):
            self._send(batch.cells)

    def result(self, seconds: float) -> SlideResult:
        """How it went, once all batches were taken."""
        if self._settled is None or not self._read:
            raise UnreadableFileError(self._failed[0].reason if self._failed else "has no pixels.", path=self._path)
        in_steps = self._has_begun or bool(self._pending) or self._resumed is not None
        if in_steps and (self._pending or not self._has_begun):
            self._send(())
        failed = tuple(f"The part at {f.box_l0.x0:.0f}, {f.box_l0.y0:.0f} could not be read: {f.reason}"
                       for f in self._failed)  # fmt: skip
        return SlideResult(
            self._path,
            self._hash,
            self._size,
            self._settled.scale,
            tuple(self._cells),
            self._engine.model_ids,
            self._engine.device,
            tuple(f.box_l0 for f in self._failed),
            seconds,
            (*self._warnings, *failed),
            in_steps,
            tuple(self._familiarity),
        )

    def _send(self, cells: tuple[FoundCell, ...]) -> None:
        assert self._deliver is not None
        assert self._settled is not None
        if not self._has_begun:
            # In full: the case is opened again from other folders.
            slide = NewSlide(self._path.absolute(), self._hash, self._size, self._settled.scale)
            seen = self._settled.seen_um_per_px
            self._deliver(
                BeginRun(
                    slide, self._engine.model_ids, self._engine.device, _plan(self._engine, seen, self._plane), seen
                )
            )
            self._has_begun = True
        self._deliver(AddTiles(self._hash, tuple(self._pending), cells))
        self._pending = []


def _done(batch: pipeline.CellBatch) -> DoneTile:
    core = batch.core_l0
    state = TileState.FAILED if batch.failed else _STATES.get(batch.ground, TileState.OTHER)
    return DoneTile(
        batch.number, state, batch.box_l0, core.width * core.height, batch.failed.reason if batch.failed else ""
    )


def _plan(engine: Engine, seen_um_per_px: float, plane: int) -> str:
    """All that decides which tiles there are and what is found on them."""
    cut = {"tile_px": pipeline.TILE_PX, "overlap_um": pipeline.OVERLAP_UM, "um_per_px": round(seen_um_per_px, 9)}
    if plane:
        cut["plane"] = plane
    return json.dumps(cut | {"detector_um": engine.detector.um_per_px, "models": engine.model_ids}, sort_keys=True)


def _resumed(left: UnfinishedRun, engine: Engine, plane: int) -> pipeline.Resumed | None:
    """What is known already; None if it was found in another way than it would be now."""
    if left.plan != _plan(engine, left.seen_um_per_px, plane):
        return None
    kinds = np.array([merge.KINDS.index(k) for k in left.kinds], np.int64)
    known = merge.Found(left.boxes_l0, np.ones(len(kinds), np.float32), kinds)
    return pipeline.Resumed(Settled(left.scale, left.seen_um_per_px), left.done, known)
