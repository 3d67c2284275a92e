"""What a case answers when asked: slides, counts, journal entries, signature. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bloodview.core.cells import Kind, Status
from bloodview.core.geometry import Box, Float32, Scale, Size
from bloodview.review.commands import OutsideExample


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
        plane: of a file of several the one that a person chose, counted from 0; None = the file's own choice.
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
    plane: int | None = None

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self.path.name


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
        kind: "edit", "undo", "redo", "run" for an analysis, or "learned" for new answers of classes that learn.
        title: what was done, for people.
        edit_count: number of the edit, from 1; None for a run and for answers.
        who: the user's name; "" for entries made before it was kept.
    """

    id: int
    at: datetime
    kind: str
    title: str
    edit_count: int | None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A note that a person wrote into the case."""

    id: int
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the case, and when.

    Args:
        identifiers: what the person typed to confirm whose smear it is; () if nobody asked.
        overrides: (check, reason) of each check that did not pass.
        amended_at: when it was taken back for an amendment; None while it stands.
        amended_because: the reason for that.
    """

    name: str
    at: datetime
    identifiers: tuple[str, ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()
    amended_at: datetime | None = None
    amended_because: str = ""


@dataclass(frozen=True, slots=True)
class KnownCells:
    """What the case keeps of its cells that have an embedding, column by column, by id.

    Args:
        ids: the cells.
        vectors: float16 [D] little-endian each.
        probabilities: float32 [C] little-endian each, in the order of the model's classes.
        models: (model id, classes) of each.
        person: what a person calls it; None = nobody said.
        machine: what the analysis calls it.
        is_active: whether it may count.
    """

    ids: tuple[int, ...]
    vectors: tuple[bytes, ...]
    probabilities: tuple[bytes, ...]
    models: tuple[tuple[str, tuple[str, ...]], ...]
    person: tuple[str | None, ...]
    machine: tuple[str, ...]
    is_active: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class OutsideRecord:
    """An example from outside the case, kept under an id."""

    id: int
    class_id: str
    example: OutsideExample


@dataclass(frozen=True, slots=True)
class Score:
    """How often a class that learns had said of a cell what a person then judged, before it learned of that.

    Args:
        right, n: verdicts that agreed with the class, of how many.
        refused: cells that a person said are not of the class.
    """

    right: int = 0
    n: int = 0
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person answered of a cell; see `commands.Read` and `commands.Settle`.

    Args:
        machine: what the machine called the cell at that moment; "" = nothing.
        is_consensus: whether readers agreed on it, rather than one reading alone.
    """

    cell_id: int
    who: str
    at: datetime
    label: str
    status: Status
    hid_machine: bool
    hid_readers: bool
    machine: str
    seed: int | None
    is_consensus: bool

    @property
    def answer(self) -> str:
        """The class, or "undecided" or "rejected"."""
        return self.label if self.status is Status.ACTIVE else self.status.value


@dataclass(frozen=True, slots=True)
class AnalyserValues:
    """The values of an analyser; see `commands.KeepAnalyser`."""

    name: str
    at: datetime
    values: tuple[tuple[str, float], ...]
    is_percent: bool
    total: int
