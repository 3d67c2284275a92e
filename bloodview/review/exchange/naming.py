"""What an export calls pictures and cells, and what it leaves out of them, so that it tells nobody's name by chance."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID, uuid5

from bloodview.core.cells import Cell
from bloodview.review.records import SlideRecord

_CELLS = UUID("5d0a1c1e-6f0b-4a53-9f0e-1f2f6f5c7f11")
_NEUTRAL = re.compile(r"picture_\d{4,}_([0-9a-z]{1,12})(\.[^.]*)?$")

ALWAYS_STRIPPED = (
    "folders of the pictures",
    "label and macro pictures",
    "the pictures' own metadata",
    "names of persons",
    "notes",
    "moments of analyses and edits",
)
"""What no export carries."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How pictures are called in an export.

    Args:
        keep_names: by their file names, which often hold a patient's; else by number and the start of their hash.
    """

    keep_names: bool = False

    def picture(self, slide: SlideRecord) -> str:
        """A file name: the picture's own, or one that only its content's hash ties to it."""
        return slide.name if self.keep_names else f"{self.stem(slide)}{slide.path.suffix.lower()}"

    def stem(self, slide: SlideRecord) -> str:
        """The name of a file about this picture, without its ending; another one for each picture of a case."""
        if self.keep_names:
            return f"{slide.id:04d}_{file_name(slide.path.stem)}"
        return f"picture_{slide.id:04d}_{_short(slide.content_hash)}"

    @property
    def stripped(self) -> tuple[str, ...]:
        """What is left out, in words."""
        return ALWAYS_STRIPPED if self.keep_names else ("file names of the pictures", *ALWAYS_STRIPPED)


def is_called(slide: SlideRecord, name: str) -> bool:
    """Whether a name in a file of annotations, with or without folders and ending, can mean this picture."""
    name = PurePosixPath(name.replace("\\", "/")).name
    if (found := _NEUTRAL.match(name)) and found[1] == _short(slide.content_hash):
        return True
    stems = (slide.path.stem, f"{slide.id:04d}_{file_name(slide.path.stem)}")
    return name in (slide.name, *stems) or PurePosixPath(name).stem in stems


def cell_uuid(cell: Cell, slide: SlideRecord) -> str:
    """The same UUID for the same cell of the same picture, as programs want it that know no numbers."""
    return str(uuid5(_CELLS, f"{slide.content_hash}/{cell.id}"))


def file_name(text: str) -> str:
    """The text as part of a file name on every system, never a path and never hidden."""
    return re.sub(r"[^\w\-]+", "_", text)[:80].strip("_") or "unnamed"


def _short(content_hash: str) -> str:
    return re.sub(r"[^0-9a-z]", "", content_hash.rpartition(":")[2].casefold())[:12] or "0"
