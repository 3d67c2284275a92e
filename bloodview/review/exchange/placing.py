"""Annotations from elsewhere find their place in a case: which picture, which class, which cell; what fits nowhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from bloodview.core.cells import Cell, Kind, Polygon, Source
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import Taxonomy
from bloodview.review import carry_over
from bloodview.review.commands import ImportCells, ImportedCell
from bloodview.review.exchange.annotation import Annotation, PictureRef
from bloodview.review.exchange.naming import is_called
from bloodview.review.records import SlideRecord

_ALIASES = {
    "wbc": "leukocyte",
    "white_cell": "leukocyte",
    "white_blood_cell": "leukocyte",
    "leucocyte": "leukocyte",
    "rbc": "red_cell",
    "red_blood_cell": "red_cell",
    "erythrocyte": "red_cell",
    "thrombocyte": "platelet",
    "plt": "platelet",
    "normoblast": "erythroblast",
    "nrbc": "erythroblast",
    "ig": "immature_granulocyte",
    "artifact": "artefact",
}
"""Names in wide use for the classes that every case has."""

_SAME_PX = 0.011
"""Boxes that differ by less were only rounded."""

_SAME_OUTLINE_PX = 0.02
_OUTSIDE_PX = 1.0
"""How far a box may leave its picture without a word; more than that is clipped and said."""

_NAMED = 5
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """What an import amounts to.

    Args:
        command: what to apply; None if nothing would change.
        changed: cells of the case that change.
        added: cells that are new.
        unchanged: annotations that say what the case says already.
        problems: one sentence for each kind of thing left out.
    """

    command: ImportCells | None
    changed: int
    added: int
    unchanged: int
    problems: tuple[str, ...]


def place(
    origin: str,
    annotations: Iterable[Annotation],
    slides: Sequence[SlideRecord],
    cells: Sequence[Cell],
    taxonomy: Taxonomy,
) -> Placed:
    """Find the cell of the case for each annotation.

    The picture is found by its content's hash, where the file says it, else by its name. The cell is the one of the
    same id if it lies there, else the one that overlaps most; where there is none, one is added. A class coarser than
    what the case says already changes no label, and a label that our own export says to be the machine's does not
    become a person's by coming back.

    Args:
        origin: the format, for people.
        annotations: of one or several files.
        slides: of the case.
        cells: of the case.
        taxonomy: of the case.
    """
    said = _Problems()
    by_slide: dict[int, list[_Wanted]] = {}
    finder = _Finder(slides)
    names = _names(taxonomy)
    for annotation in annotations:
        slide, why = finder.find(annotation.picture)
        if slide is None:
            said.add(why, _shown(annotation.picture.name))
        elif wanted := _wanted(annotation, slide, names, taxonomy, said):
            by_slide.setdefault(slide.id, []).append(wanted)
    of_slide: dict[int, list[Cell]] = {}
    for cell in cells:
        of_slide.setdefault(cell.slide_id, []).append(cell)
    imported: list[ImportedCell] = []
    unchanged = 0
    for slide_id, all_wanted in by_slide.items():
        there = of_slide.get(slide_id, [])
        for wanted, known in _pairs(_merged(all_wanted), there, said):
            cell_ = _as_imported(wanted, slide_id, known, taxonomy)
            if cell_:
                imported.append(cell_)
            else:
                unchanged += 1
    changed = sum(c.cell_id is not None for c in imported)
    command = ImportCells(origin, tuple(imported)) if imported else None
    return Placed(command, changed, len(imported) - changed, unchanged, said.sentences())


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An annotation with its class and its place on a picture of the case."""

    annotation: Annotation
    label: str
    kind: Kind
    box: Box | None


class _Problems:
    """Counts what was left out by reason, and keeps a few names of each."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._names: dict[str, dict[str, None]] = {}

    def add(self, reason: str, name: str = "") -> None:
        self._count[reason] += 1
        if name:
            self._names.setdefault(reason, {})[name] = None

    def sentences(self) -> tuple[str, ...]:
        said = []
        for reason, number in self._count.items():
            names = list(self._names.get(reason, ()))
            shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
            noun = "annotation" if number == 1 else "annotations"
            said.append(f"{number:,} {noun} {reason}{f': {shown}' if shown else ''}.")
        return tuple(said)


class _Finder:
    """Finds the slide that a file means; asked once for each picture."""

    def __init__(self, slides: Sequence[SlideRecord]) -> None:
        self._slides = slides
        self._found: dict[PictureRef, tuple[SlideRecord | None, str]] = {}

    def find(self, picture: PictureRef) -> tuple[SlideRecord | None, str]:
        """The slide, or None and why."""
        if picture not in self._found:
            self._found[picture] = self._look(picture)
        return self._found[picture]

    def _look(self, picture: PictureRef) -> tuple[SlideRecord | None, str]:
        if picture.content_hash:
            same = [s for s in self._slides if s.content_hash == picture.content_hash]
            if not same:
                return None, "left out, their picture is another one than the case's"
            return same[0], ""
        called = [s for s in self._slides if is_called(s, picture.name)]
        if not called:
            return None, "left out, their picture is not in the case"
        if len(called) > 1:
            return None, "left out, several pictures of the case have the name"
        if picture.size and picture.size != called[0].size:
            return None, "left out, the case's picture of that name has another size"
        return called[0], ""


def _names(taxonomy: Taxonomy) -> dict[str, str]:
    """What a class may be called, in `_key`'s form -> its id."""
    names = {alias: id_ for alias, id_ in _ALIASES.items() if id_ in taxonomy}
    for c in taxonomy.classes:
        names[_key(c.title)] = c.id
    for c in taxonomy.classes:
        names[_key(c.id)] = c.id
    return names


def _key(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _class_of(label: str, names: Mapping[str, str]) -> str | None:
    key = _key(label)
    return names.get(key) or names.get(key.removesuffix("s"))


def _kind_of(label: str, taxonomy: Taxonomy) -> Kind:
    top = taxonomy.path(label)[-1]
    return {"platelet": Kind.PLATELET, "red_cell": Kind.RBC}.get(top, Kind.WBC)


def _wanted(
    annotation: Annotation, slide: SlideRecord, names: Mapping[str, str], taxonomy: Taxonomy, said: _Problems
) -> _Wanted | None:
    """The annotation as the case would have it, or None and a word in `said`."""
    label = _class_of(annotation.label, names) if annotation.label else ""
    if label is None:
        said.add("left out, the case has no such class", _shown(annotation.label))
        return None
    if not label and annotation.kind is None:
        said.add("left out, they name no class")
        return None
    box = annotation.box_l0
    if box is not None:
        clipped = box.clipped(slide.size)
        if clipped is None:
            said.add("left out, their boxes lie outside the picture", _shown(annotation.picture.name))
            return None
        if max(abs(a - b) for a, b in zip(astuple(box), astuple(clipped), strict=True)) > _OUTSIDE_PX:
            said.add("reach beyond the picture and were cut there", _shown(annotation.picture.name))
        box = clipped
    return _Wanted(annotation, label, annotation.kind or _kind_of(label, taxonomy), box)


def _merged(wanted: Sequence[_Wanted]) -> list[_Wanted]:
    """Boxes without outline and outlines of the same cell, as some files have them side by side, become one."""
    # What carries an id is whole already.
    loose = [w for w in wanted if w.box is not None and w.annotation.cell_id is None]
    boxes = [w for w in loose if not w.annotation.cell_outline]
    outlined = [w for w in loose if w.annotation.cell_outline]
    if not boxes or not outlined:
        return list(wanted)
    pairs = carry_over.match(_corners(boxes), _corners(outlined))
    gone, better = set(), {}
    for i, j in pairs.items():
        box, outline = boxes[i], outlined[j]
        if box.kind is outline.kind:
            gone.add(id(outline))
            both = replace(
                box.annotation,
                cell_outline=outline.annotation.cell_outline,
                nucleus_outline=outline.annotation.nucleus_outline or box.annotation.nucleus_outline,
            )
            better[id(box)] = replace(box, annotation=both)
    return [better.get(id(w), w) for w in wanted if id(w) not in gone]


def _pairs(wanted: Sequence[_Wanted], cells: Sequence[Cell], said: _Problems) -> Iterable[tuple[_Wanted, Cell | None]]:
    """Each annotation with its cell of the case, or without one; a cell at most once."""
    by_id = {cell.id: cell for cell in cells}
    left: list[_Wanted] = []
    taken: set[int] = set()
    for one in wanted:
        known = by_id.get(one.annotation.cell_id or 0)
        if known and one.box and known.id not in taken and known.box_l0.iou(one.box) >= carry_over.MATCH_IOU:
            taken.add(known.id)
            yield one, known
        else:
            left.append(one)
    for kind in Kind:
        free = [c for c in cells if c.kind is kind and c.id not in taken]
        boxed = [w for w in left if w.kind is kind and w.box is not None]
        pairs = carry_over.match(_corners(boxed), _corners_of_cells(free))
        for i, one in enumerate(boxed):
            cell = free[pairs[i]] if i in pairs else None
            if cell:
                taken.add(cell.id)
            yield one, cell
    for one in (w for w in left if w.box is None):
        x, y = one.annotation.point_l0 or (-1.0, -1.0)
        around = [
            (c.box_l0.width * c.box_l0.height, c.id)
            for c in cells
            if c.kind is one.kind
            and c.id not in taken
            and c.box_l0.x0 <= x <= c.box_l0.x1
            and c.box_l0.y0 <= y <= c.box_l0.y1
        ]
        if around:
            taken.add(min(around)[1])
            yield one, by_id[min(around)[1]]
        else:
            said.add("left out, they are points where the case has no cell")


def _corners(wanted: Sequence[_Wanted]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return np.array([astuple(w.box) for w in wanted if w.box], np.float32).reshape(-1, 4)


def _corners_of_cells(cells: Sequence[Cell]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return np.array([astuple(c.box_l0) for c in cells], np.float32).reshape(-1, 4)


def _as_imported(wanted: _Wanted, slide_id: int, known: Cell | None, taxonomy: Taxonomy) -> ImportedCell | None:
    """What has to be done for this annotation, or None if the case says the same."""
    said = wanted.annotation
    if known is None:
        if wanted.box is None:
            return None
        return ImportedCell(
            slide_id=slide_id,
            cell_id=None,
            kind=wanted.kind,
            box_l0=wanted.box,
            label=wanted.label,
            status=said.status,
            cell_outline=said.cell_outline,
            nucleus_outline=said.nucleus_outline,
        )
    label = _new_label(wanted, known, taxonomy)
    box = wanted.box if wanted.box and not _same_box(wanted.box, known.box_l0) else None
    outline = said.cell_outline if _differs(said.cell_outline, known.cell_outline) else ()
    nucleus = said.nucleus_outline if _differs(said.nucleus_outline, known.nucleus_outline) else ()
    says_status = said.cell_id is not None or label is not None
    status = said.status if says_status and said.status is not known.status else None
    if label is None and box is None and not outline and not nucleus and status is None:
        return None
    return ImportedCell(
        slide_id=slide_id,
        cell_id=known.id,
        kind=known.kind,
        box_l0=box,
        label=label,
        status=status,
        cell_outline=outline,
        nucleus_outline=nucleus,
    )


def _new_label(wanted: _Wanted, known: Cell, taxonomy: Taxonomy) -> str | None:
    """The label that a person is taken to have given; None to leave it."""
    label, said = wanted.label, wanted.annotation
    if not label:
        return None
    if label == known.label:
        stands = known.source is Source.PERSON or said.source is not Source.PERSON
        return None if stands else label
    is_coarser = bool(known.label) and taxonomy.is_below(known.label, label)
    return None if is_coarser and said.cell_id is None else label


def _same_box(a: Box, b: Box) -> bool:
    return all(abs(x - y) <= _SAME_PX for x, y in zip(astuple(a), astuple(b), strict=True))


def _differs(new: Polygon, old: Polygon) -> bool:
    """Whether an outline is given and is another one than the case's."""
    if not new:
        return False
    if len(new) != len(old):
        return True
    return any(abs(a - b) > _SAME_OUTLINE_PX for p, q in zip(new, old, strict=True) for a, b in zip(p, q, strict=True))


def _shown(name: str) -> str:
    """A name from a stranger's file, fit for a line of text."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return repr(plain if len(plain) <= _LONGEST_NAME else f"{plain[:_LONGEST_NAME]}…")
