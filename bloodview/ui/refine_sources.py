"""What a refinement is made from, for each thing that can be refined: what cases hold for it, and how to gather it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.refinement import CLASSIFIER, DETECTOR, SEGMENTER, What
from bloodview.core.refinement import Kind as Depth
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.case import Case
from bloodview.ui.language import tr

if TYPE_CHECKING:
    from bloodview.core.cells import Cell


@dataclass(frozen=True, slots=True)
class Held:
    """What a case holds for a refinement: its name, how much, and the value itself, for `Source.gather`."""

    path: Path
    name: str
    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Offered:
    """What would train: the model's id, (title, number), what to expect, why it cannot begin, or only by the head."""

    model: str
    counts: tuple[tuple[str, int], ...]
    remarks: tuple[str, ...]
    too_few: str
    head_alone: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """How one thing is refined; the work lies in the workflows.

    Args:
        of_case: what the open case holds; on the main thread.
        at_path: what a case file holds; on the reads lane.
        offer: what would train of these, for people.
        gather: writes the training set; takes them, the folder, a title, a token to cancel it and whom to tell how far
            it is, gives sentences on what was left out.
    """

    of_case: Callable[[Case], Held]
    at_path: Callable[[Path], Held]
    offer: Callable[[Sequence[Held]], Offered]
    gather: Callable[[Sequence[Held], Path, str, CancelToken, Callable[[float, str], None]], tuple[str, ...]]


def source(
    what: What,
    cells: Callable[[], Sequence["Cell"]],
    base: str | None,
    detector: str | None,
    segmenter: str | None,
    complete: tuple[Kind, ...],
    taxonomy: Taxonomy,
    depth: Depth = "head",
) -> Source:
    """The source of what is chosen.

    Args:
        what: is refined.
        cells: those of the open case, which the window has at hand.
        base: the classifier that the settings name; None = the one in use.
        detector: likewise.
        segmenter: likewise.
        complete: of a detector, see `refining_detector.gather`.
        taxonomy: whose titles are shown.
        depth: of a classifier, what of its network is refined.
    """
    if what == DETECTOR:
        return _boxes(detector, complete)
    return _outlines(segmenter) if what == SEGMENTER else _names(cells, base, taxonomy, depth)


def titles_for(what: What, taxonomy: Taxonomy) -> dict[str, str]:
    """What is judged by itself -> its title in the language of the window."""
    titles = {CLASSIFIER: lambda: titles_of(taxonomy), DETECTOR: kind_titles, SEGMENTER: part_titles}
    return titles[what]()


def titles_of(taxonomy: Taxonomy) -> dict[str, str]:
    """Class id -> its title in the language of the window."""
    return {c.id: tr(c.title) for c in taxonomy.classes}


def kind_titles() -> dict[str, str]:
    """Kind of cell -> its title in the language of the window."""
    return {"wbc": tr("White cells"), "rbc": tr("Red cells"), "platelet": tr("Platelets")}


def part_titles() -> dict[str, str]:
    """What of a cell is outlined -> its title in the language of the window."""
    return {"cell": tr("Cell"), "nucleus": tr("Nucleus")}


def in_titles(text: str, titles: dict[str, str]) -> str:
    """A sentence of the trainer with the titles of classes in the place of their ids."""
    return " ".join(_word(w, titles) for w in text.split(" "))


def _word(word: str, titles: dict[str, str]) -> str:
    bare = word.strip(".,;()")
    return word.replace(bare, titles[bare].lower()) if bare in titles else word


def _names(cells: Callable[[], Sequence["Cell"]], base: str | None, taxonomy: Taxonomy, depth: Depth) -> Source:
    from bloodview.workflows import refining  # pulls the analysis in, which must not delay the window

    def held(found: refining.Corrected) -> Held:
        return Held(found.path, found.name, len(found.cells), found)

    def offer(chosen: Sequence[Held]) -> Offered:
        found, titles = refining.offer([h.value for h in chosen], base), titles_of(taxonomy)
        counts = tuple((titles.get(label, label), n) for label, n in found.counts.items())
        return Offered(
            found.model, counts, tuple(in_titles(r, titles) for r in found.remarks), found.too_few, found.head_alone
        )

    return Source(
        lambda case: held(refining.corrected(case, cells())),
        lambda path: held(refining.corrected_in(path)),
        offer,
        lambda chosen, folder, title, cancel, progress: refining.gather(
            [h.value for h in chosen], folder, base, title, cancel, progress, kind=depth
        ),
    )


def _how_long(too_few: str) -> tuple[str, ...]:
    """What to expect where the whole network trains, if it can."""
    return () if too_few else (tr("This takes some minutes."),)


def _boxes(detector: str | None, complete: tuple[Kind, ...]) -> Source:
    from bloodview.workflows import refining_detector

    def held(found: refining_detector.GoneThrough) -> Held:
        return Held(found.path, found.name, len(found.places), found)

    def offer(chosen: Sequence[Held]) -> Offered:
        found, titles = refining_detector.offer([h.value for h in chosen], complete, detector), kind_titles()
        counts = [(titles[k.value], found.counts[k]) for k in complete]
        counts += [(tr("Pictures or fields"), found.fields), (tr("Boxes that are no cell"), found.rejected)]
        return Offered(found.model, tuple(counts), _how_long(found.too_few), found.too_few)

    return Source(
        lambda case: held(refining_detector.gone_through_in(case)),
        lambda path: held(refining_detector.gone_through_at(path)),
        offer,
        lambda chosen, folder, title, cancel, progress: refining_detector.gather(
            [h.value for h in chosen], folder, detector, title, complete, cancel, progress
        ),
    )


def _outlines(segmenter: str | None) -> Source:
    from bloodview.workflows import refining_segmenter

    def held(found: refining_segmenter.Outlined) -> Held:
        return Held(found.path, found.name, len(found.cells), found)

    def offer(chosen: Sequence[Held]) -> Offered:
        found = refining_segmenter.offer([h.value for h in chosen], segmenter)
        counts = (
            (tr("Outlines of cells"), found.cells),
            (tr("Outlines of nuclei"), found.nuclei),
            (tr("Pictures"), found.pictures),
        )
        return Offered(found.model, counts, _how_long(found.too_few), found.too_few)

    return Source(
        lambda case: held(refining_segmenter.outlined_in(case)),
        lambda path: held(refining_segmenter.outlined_at(path)),
        offer,
        lambda chosen, folder, title, cancel, progress: refining_segmenter.gather(
            [h.value for h in chosen], folder, segmenter, title, cancel, progress
        ),
    )
