"""A classifier fitted to a laboratory, or taught classes; see `analysis.adapting` and `analysis.lessons`."""

from collections.abc import Sequence

from bloodview.analysis import adapting, examples, lessons
from bloodview.core.cells import Cell
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.records import SlideRecord

NamedCell = examples.NamedCell
adapt_to_folder = adapting.folder_to_folder
adapt_to_cells = adapting.to_cells
learn_from_folder = lessons.folder_to_folder
adopt = adapting.take_into_use


def named_cells(
    cells: Sequence[Cell], slides: Sequence[SlideRecord], taxonomy: Taxonomy, base: str | None = None
) -> tuple[NamedCell, ...]:
    """The cells of a case that a person named and that a classifier, by default the one in use, can be fitted to."""
    places = [(s.id, s.path, s.content_hash, s.scale, s.plane) for s in slides]
    return examples.named_cells(cells, places, taxonomy, adapting.base_of(base).classes)
