"""Corrections of chosen cases become a training set, the trainer's process refines a model by it, a person decides.

Everything of a refinement lies in one folder, so that it can be gone on with after the program was closed. The trainer
is a process of its own, which whoever calls starts by `command`.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bloodview.analysis.inputs import Progress, quiet
from bloodview.core import paths, refinement, trainset
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole
from bloodview.core.person import system_user
from bloodview.core.refinement import LOOKED, RUN, VERDICT, RefineFile, Verdict
from bloodview.core.taxonomy import CellClass, Taxonomy, taught
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.review.case import Case
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord
from bloodview.workflows.exporting import CropReader, case_mark, described, training_cells

SET = "set"
"""Folder of the training set below that of the refinement."""
HEAD_ALONE = "This model keeps no maps of its reference cells, so only its last layer can be refined."


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person named in a case, free of the case itself.

    Args:
        path: the case file.
        slides: all of the case.
        cells: those that a person named or confirmed and that lie whole on their picture; no red cells.
        taxonomy: the case's tree.
    """

    path: Path
    slides: tuple[SlideRecord, ...]
    cells: tuple[Cell, ...]
    taxonomy: Taxonomy

    @property
    def name(self) -> str:
        """What people call the case."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to train with.

    Args:
        model: id of the model that would be refined.
        current: id of the model in use, which the result is compared with.
        counts: class of the model's tree -> cells, before some are locked away.
        remarks: what to expect of such numbers, in sentences.
        too_few: why it cannot begin; "" if it can.
        head_alone: why only the head can be refined; "" if the last stage can be too.
    """

    model: str
    current: str
    counts: Mapping[str, int]
    remarks: tuple[str, ...]
    too_few: str
    head_alone: str


def corrected(case: Case, cells: Sequence[Cell] | None = None) -> Corrected:
    """What a person named in an open case; `cells` are all of the case, if they are at hand."""
    own = tuple(c for c in (case.cells() if cells is None else cells) if _teaches(c))
    return Corrected(case.path, tuple(case.slides()), own, case.taxonomy)


def corrected_in(path: Path) -> Corrected:
    """The same of a case file, which is only read.

    Raises:
        DamagedCaseError, StorageError: it cannot be read.
    """
    with Case.open(path, or_read=True) as case:
        return corrected(case)


def offer(cases: Sequence[Corrected], model: str | None = None) -> Offer:
    """What there is to train with in these cases.

    Raises:
        ModelError: the model to refine is not there.
    """
    card, current = ModelCard.read(store.to_refine(model)), ModelCard.read(store.find("classify", model))
    counts = Counter(
        label
        for case, cells in _once(cases)
        for cell in cells
        if (label := taught(cell.label, case.taxonomy, card.outputs))
    )
    own = dict(sorted(counts.items()))
    head_alone = "" if card.replay_sha256 else HEAD_ALONE
    return Offer(card.id, current.id, own, refinement.remarks(own), refinement.why_too_few(own), head_alone)


def gather(
    cases: Sequence[Corrected],
    folder: Path,
    model: str | None,
    title: str,
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
    *,
    model_id: str = "",
    epochs: int = 0,
    kind: refinement.Kind = "head",
) -> tuple[str, ...]:
    """Write the training set and what shall be done into a new folder; one sentence for each picture left out.

    Args:
        cases: whose cells train and judge; a picture that is in two of them counts in the first.
        folder: of the refinement, new or empty.
        model: id or folder; None = the one in use.
        title: what people call the laboratory, or the cases.
        cancel: asked once a cell, if given.
        progress: told of cells whose pictures are read.
        model_id: of the model that comes out; "" = named after the one refined.
        epochs: passes; 0 = the usual number.
        kind: what is refined; see core.refinement.

    Raises:
        UserError: no cell can be read, the model is not there, or cannot be refined so.
        StorageError: it cannot be written.
        Cancelled: the token was cancelled; nothing was written.
    """
    parent, current = store.to_refine(model), store.find("classify", model)
    card = ModelCard.read(parent)
    if kind == "lora" and not card.replay_sha256:
        raise UserError(HEAD_ALONE, path=card.id, hint="Refine its last layer.")
    naming, total = Naming(keep_names=False), sum(len(c.cells) for c in cases)

    def read(share: float, text: str) -> None:
        if cancel is not None:
            cancel.check()
        progress(share, text)

    with write_folder_whole(folder) as beside:
        with CropReader(read, total) as reader:
            cells = (
                found
                for case, own in _once(cases)
                for found in training_cells(case.slides, own, reader, case_mark(case.slides))
            )
            _, failed = trainset.write(beside / SET, described(_together(cases), naming), cells)
        run = RefineFile(
            trainset=str(folder / SET),
            parent=str(parent),
            current=str(current),
            model_id=store.free_id(model_id or f"{card.id}-refined"),
            title=f"{card.title.split(', refined')[0]}, refined by corrections of {title}",
            by=system_user(),
            kind=kind,
        )
        (replace(run, epochs=epochs) if epochs else run).write(beside)
    return failed


def command(folder: Path, device: str = "auto") -> list[str]:
    """The words that start, or go on with, the refinement of a folder.

    Raises:
        UserError: what the trainer needs is not installed; says what to install.
    """
    refinement.wish(folder, "go")
    return [*refinement.trainer_command(), "refine", str(folder / RUN), "--out", str(folder), "--device", device]


def new_folder() -> Path:
    """Where the next refinement of the window goes."""
    return _place() / datetime.now().strftime("%Y%m%d-%H%M%S")


def unfinished() -> Path | None:
    """The latest refinement of the window that waits: to go on, or for a decision; None if none does."""
    try:
        found = sorted(f for f in _place().iterdir() if (f / RUN).is_file())
    except OSError:
        return None
    return found[-1] if found else None


def has_begun(folder: Path) -> bool:
    """Whether there is work in it that would be lost without it."""
    return (folder / LOOKED).is_file()


def verdict(folder: Path) -> Verdict | None:
    """What the gate said; None while there is no verdict."""
    return Verdict.read(folder) if (folder / VERDICT).is_file() else None


def adopt(folder: Path) -> store.Taken:
    """Take the refined model into use and clear the folder away.

    Raises:
        UserError: it is not what its card says.
        StorageError: it could not be kept.
    """
    taken = store.activate(_model(folder))
    discard(folder)
    return taken


def keep(folder: Path) -> str:
    """Keep the refined model among the user's without using it, and clear the folder away; its id.

    Raises:
        UserError: it is not what its card says.
        StorageError: it could not be kept.
    """
    model_id = store.install(_model(folder))
    discard(folder)
    return model_id


def discard(folder: Path) -> None:
    """Clear a refinement away, its training set too."""
    shutil.rmtree(folder, ignore_errors=True)


def slug(name: str) -> str:
    """A name as a part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "refined"


def _place() -> Path:
    return paths.user_data() / "refinements"


def _model(folder: Path) -> Path:
    said = verdict(folder)
    if said is None:
        raise UserError("The refinement has not ended.", path=folder, hint="Let it go on.")
    return folder / said.model


def _teaches(cell: Cell) -> bool:
    """Whether a person named it and it lies whole on its picture."""
    named = cell.source is Source.PERSON and cell.status is Status.ACTIVE and bool(cell.label)
    return named and cell.kind is not Kind.RBC and not cell.touches_edge


def _once(cases: Sequence[Corrected]) -> Iterator[tuple[Corrected, list[Cell]]]:
    """Each case once, with its cells; of a picture that is in several cases those of the first."""
    first: dict[str, Path] = {}
    for case in {c.path: c for c in cases}.values():
        for slide in case.slides:
            first.setdefault(slide.content_hash, case.path)
        own = {s.id for s in case.slides if first[s.content_hash] == case.path}
        yield case, [c for c in case.cells if c.slide_id in own]


def _together(cases: Sequence[Corrected]) -> Taxonomy:
    """The trees of all cases as one; a class that two of them have is the first one's."""
    classes: dict[str, CellClass] = {}
    for case in cases:
        for own in case.taxonomy.classes:
            classes.setdefault(own.id, own)
    return Taxonomy(classes.values())
