"""What a case answers when asked: slides, counts, journal entries, signature. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Float32, Scale, Size


@dataclass(frozen=True, slots=True)
class SlideRecord:
    """A slide or picture of the case, as its latest analysis left it.

    Args:
        id: stable within the case.
        path: where it lay when it was last analysed.
        content_hash: identity of its pixels; the same picture under another name is the same slide.
        size: level-0 pixels, orientation applied.
        analysed_at: local time of the latest analysis.
        device: where the models ran.
        failed_tiles: level-0 boxes that could not be analysed.
    """

    id: int
    path: Path
    content_hash: str
    size: Size
    scale: Scale | None
    analysed_at: datetime | None
    device: str
    model_ids: tuple[str, ...]
    failed_tiles: tuple[Box, ...]

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self.path.name


class TileState(StrEnum):
    """What became of a tile of a slide's analysis."""

    MONOLAYER = "monolayer"
    OTHER = "other"
    """Analysed too, but thick, thin or out of focus."""
    BLANK = "blank"
    """Empty glass: not analysed, and no part of the area."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """An analysis of a slide that stopped half way, or left tiles that could not be read.

    Args:
        content_hash: of the slide.
        plan: how the slide was cut and with which models; another plan starts anew.
        scale: the slide's.
        seen_um_per_px: what the detector was shown it at.
        done: numbers of the tiles that need not be looked at again.
        boxes_l0: float32 [N, 4] xyxy of the cells found so far, level-0 px.
        kinds: of these cells, in the same order.
    """

    content_hash: str
    plan: str
    scale: Scale
    seen_um_per_px: float
    done: frozenset[int]
    boxes_l0: Float32
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class AnalysedArea:
    """How much of a slide was analysed, in level-0 pixels.

    Args:
        analysed: area of all tiles with a result.
        monolayer: of it, where the cells lie side by side and in focus.
        failed: area that could not be read.
        is_finished: whether every tile has its turn behind it.
    """

    analysed: float
    monolayer: float
    failed: float
    is_finished: bool


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many cells carry each label; undecided and rejected ones are counted apart.

    Args:
        by_label: class id -> active cells that count; "" for those that nobody has named.
        cut: active cells that the edge rule (`core.cells.counts_at_edge`) leaves out, whatever their label.
    """

    by_label: Mapping[str, int]
    undecided: int
    rejected: int
    cut: int = 0


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line of the journal.

    Args:
        kind: "edit", "undo", "redo", or "run" for an analysis.
        title: what was done, for people.
        edit_count: number of the edit, from 1; None for a run.
    """

    id: int
    at: datetime
    kind: str
    title: str
    edit_count: int | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A note that a person wrote into the case."""

    id: int
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the case, and when."""

    name: str
    at: datetime
