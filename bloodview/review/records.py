"""What a case answers when asked: slides, counts, journal entries, signature. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bloodview.core.geometry import Box, Scale, Size


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
