"""The cells that a report shows: typical ones of each common class, all that there is room for of each rare one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bloodview.core.cells import Cell, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.red_cells import samples
from bloodview.core.taxonomy import Taxonomy
from bloodview.report.content import CellPicture, ClassPictures
from bloodview.review import shapes as shape_rows
from bloodview.review.case import Case
from bloodview.review.records import SlideRecord
from bloodview.slides.slide import open_slide
from bloodview.workflows.exporting import read_crop

WINDOW_UM = 20.0
"""Width of a picture where the scale is known."""

_BOXES = 1.5
"""The same where it is not, in larger sides of the cell's box."""

_SIDE_PX = 160
_RARE = 0.05
"""Share of the leukocytes below which a class is rare."""

_TYPICAL_SHOWN, _RARE_SHOWN, _RED_SHOWN = 7, 14, 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """Cells of one class to show."""

    class_id: str
    title: str
    count: int
    is_rare: bool
    cells: tuple[Cell, ...]
    said: str = ""


def choose_red(case: Case) -> list[Wanted]:
    """Red cells of average and of extreme shape, among those that could be measured."""
    shapes = list(case.ask(shape_rows.columns).values())
    n = sum(len(s.ids) for s in shapes)
    found = []
    for what, ids in samples(shapes, _RED_SHOWN):
        cells = {c.id: c for c in case.cells(ids=ids)}
        found.append(Wanted("red_cell", what.capitalize(), n, False, tuple(cells[i] for i in ids), f"of {n} measured"))
    return found


def choose(cells: Iterable[Cell], taxonomy: Taxonomy) -> list[Wanted]:
    """The cells to show, by class in the order of the tree: those that a person named first, then the surest.

    Leukocytes and erythroblasts; an erythroblast is always rare.
    """
    by_label: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.status is Status.ACTIVE and cell.label and cell.counts:
            by_label.setdefault(cell.label, []).append(cell)
    shown = [
        c for c in taxonomy.classes if c.id in by_label and taxonomy.path(c.id)[-1] in ("leukocyte", "erythroblast")
    ]
    total = sum(len(by_label[c.id]) for c in shown if taxonomy.is_below(c.id, "leukocyte"))
    found = []
    for c in shown:
        own = by_label[c.id]
        is_rare = not taxonomy.is_below(c.id, "leukocyte") or len(own) < _RARE * total
        most = _RARE_SHOWN if is_rare else _TYPICAL_SHOWN
        found.append(Wanted(c.id, c.title, len(own), is_rare, tuple(sorted(own, key=_order)[:most])))
    return found


def read(wanted: Sequence[Wanted], slides: Sequence[SlideRecord]) -> tuple[tuple[ClassPictures, ...], tuple[str, ...]]:
    """Read the cells' pictures; those of a slide that is gone or is another one by now are left out, and said."""
    records = {s.id: s for s in slides}
    read_cells: dict[int, CellPicture] = {}
    problems: list[str] = []
    by_slide: dict[int, list[Cell]] = {}
    for cell in (c for w in wanted for c in w.cells):
        by_slide.setdefault(cell.slide_id, []).append(cell)
    for slide_id, cells in by_slide.items():
        try:
            read_cells |= _of_slide(records[slide_id], cells)
        except UserError as error:
            problems.append(f"The cells of {records[slide_id].name} are not shown: {error.what}")
    pictures = []
    for w in wanted:
        if shown := tuple(read_cells[c.id] for c in w.cells if c.id in read_cells):
            pictures.append(ClassPictures(w.class_id, w.title, w.count, w.is_rare, shown, w.said))
    return tuple(pictures), tuple(problems)


def _of_slide(record: SlideRecord, cells: Sequence[Cell]) -> dict[int, CellPicture]:
    slide = open_slide(record.path, record.plane)
    try:
        if slide.content_hash != record.content_hash:
            raise UserError("it is another picture by now.", path=record.path)
        found = {}
        for cell in cells:
            box = cell.box_l0
            side = record.scale.px(WINDOW_UM) if record.scale else _BOXES * max(box.width, box.height)
            image = read_crop(slide, Box.square(box.center, side), _SIDE_PX)
            found[cell.id] = CellPicture(cell.id, record.name, cell.source is Source.PERSON, image)
        return found
    finally:
        slide.close()


def _order(cell: Cell) -> tuple[bool, float, int]:
    return cell.source is not Source.PERSON, -(cell.prediction.confidence if cell.prediction else 0.0), cell.id
