"""Why cells are called what they are; see `analysis.explaining`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bloodview.analysis import explaining, overlays
from bloodview.analysis.examples import NamedCell
from bloodview.analysis.inputs import Outcome, Progress, quiet
from bloodview.core import own_classes
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.models import store
from bloodview.models.api import Classifier, Explainer, Float32, UInt8
from bloodview.models.renaming import RenamedClassifier, RenamedExplainer

CellToExplain = NamedCell
Explained = explaining.Explained
Wish = explaining.Wish
Exported = Outcome
NEAREST = 5
"""Reference cells that are shown beside a cell."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A named cell of the case that others can be compared with.

    Args:
        cell_id: stable within the case.
        label: its class.
        embedding: float16 [D] little-endian, as the case keeps it.
    """

    cell_id: int
    label: str
    embedding: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What the window asks of one cell.

    Args:
        cell: where it lies, and its class.
        said_by: the model that named it; "" for a cell that none has named.
        references: cells whose embeddings come from that model.
    """

    cell: CellToExplain
    said_by: str
    wish: Wish
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back.

    Args:
        crop: uint8 [S, S, 3], what the classifier saw.
        window_l0: where that lies, level-0 pixels.
        heat: uint8 [S, S, 4] RGBA.
        explained: the map and what was asked.
        nearest: (cell id, similarity) of the references most like it, best first.
        note: what a person should know, such as that another model answered; "" if nothing.
    """

    crop: UInt8
    window_l0: Box
    heat: UInt8
    explained: Explained
    nearest: tuple[tuple[int, float], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A loaded classifier and what explains it."""

    classifier: Classifier
    explainer: Explainer


def load(model: str | Path | None = None, device: str = "auto", tell: Callable[[str], None] = lambda _: None) -> Asked:
    """The classifier to ask: this one, else the one in use.

    Raises:
        ModelError: it is missing, damaged or no classifier.
    """
    classifier = store.load_classifier(device, model, tell=tell)
    return Asked(classifier, store.explainer_of(classifier))


def load_for(said_by: str, device: str, former: Asked | None, chosen: str | None) -> Asked:
    """The model that gave an answer, by the id that stands in its prediction; where it is gone, the one in use.

    `former` is kept where it is the right one already.

    Raises:
        ModelError: the one in use is missing or damaged.
    """
    if former is not None and former.classifier.model_id == said_by:
        return former
    name = said_by.split("@")[0]
    if name in {folder.name for folder in store.model_folders()}:
        try:
            found = load(name, device)
        except UserError:
            found = None
        if found is not None and found.classifier.model_id == said_by:
            return found
    return load(chosen, device)


def explain_pictures(
    given: Sequence[Path],
    out: Path,
    heat: Path | None = None,
    wish: Wish | None = None,
    *,
    model: str | None = None,
    reference: Path | None = None,
    device: str = "auto",
    tell: Callable[[str], None] = lambda _: None,
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Explain one centred cell a picture; see `analysis.explaining`."""
    explaining.outputs(given, out, heat)  # a wrong place is told before the models' seconds
    asked = load(model, device, tell)
    return explaining.explain_pictures(
        given,
        out,
        heat,
        wish or Wish(),
        store.load_detector(device, tell=tell),
        asked.classifier,
        asked.explainer,
        reference=reference,
        cancel=cancel or CancelToken(),
        progress=progress,
    )


def export_cells(
    cells: Sequence[tuple[str, CellToExplain]],
    folder: Path,
    wish: Wish,
    asked: Asked,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Overlays of cells of a case into a folder; see `analysis.explaining`."""
    return explaining.export_cells(cells, folder, wish, asked.classifier, asked.explainer, cancel, progress)


class Session:
    """Explains the cells of a case; keeps the model between two questions. For one thread at a time.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        model: the classifier that a person chose; None = the one in use.
    """

    def __init__(self, device: str = "auto", model: str | None = None) -> None:
        self._device, self._model = device, model
        self._asked: Asked | None = None

    def answer(self, request: Request, cancel: CancelToken, progress: Progress) -> Reply:
        """The map of a cell by the model that named it, and the references most like it.

        Raises:
            UserError: the picture or the model cannot be read, or there is no such class or method.
            Cancelled: the token was cancelled.
        """
        cancel.check()
        progress(0.0, "explaining")
        asked = self._for(request.said_by)
        cancel.check()
        crop, window = explaining.cell_crop(request.cell, asked.classifier)
        is_same = asked.classifier.model_id == request.said_by
        references = request.references if is_same else ()
        toward, note = None, ""
        wish = explaining.asked_of(request.wish, request.cell.label, asked.classifier.classes)
        if wish.method == "similarity":
            own = asked.classifier.classify(crop[None]).embeddings[0]
            toward = _toward(own, references, wish)
        if wish.label and not explaining.knows(wish.label, asked.classifier.classes):
            note = f"{wish.label} was taught in this case: the cell is compared with the likest of its cells."
            if toward is None:
                raise UserError(
                    f"{wish.label!r} was taught in this case: this method knows the model's own classes.",
                    hint="Take the method similarity, or another class.",
                )
            wish = replace(wish, label="", instead_of="")
        explained = explaining.explain_crop(crop, wish, asked.classifier, asked.explainer, cancel, reference=toward)
        if request.said_by and not is_same:
            note = f"{request.said_by}, which named this cell, is not there; {asked.classifier.model_id} answers."
        heat = overlays.tinted(explaining.shown(explained))
        return Reply(crop, window, heat, explained, _nearest(explained.embedding, references), note)

    def judge(self, reply: Reply, cancel: CancelToken, _progress: Progress) -> Reply:
        """The same with how far the map can be trusted.

        Raises:
            Cancelled: the token was cancelled.
        """
        asked = self._for(reply.explained.model_id)
        return replace(reply, explained=explaining.judged(reply.crop, reply.explained, asked.classifier, cancel))

    def export(
        self,
        cells: Sequence[tuple[str, Request]],
        folder: Path,
        cancel: CancelToken,
        progress: Progress,
    ) -> Outcome:
        """An overlay of each cell, by its name, into a folder.

        Raises:
            StorageError: the folder cannot be written.
            Cancelled: the token was cancelled; what was written before stays.
        """
        outcome = Outcome(0)
        for said_by in dict.fromkeys(request.said_by for _, request in cells):
            own = [(name, request) for name, request in cells if request.said_by == said_by]
            asked = self._for(said_by)
            before = outcome.done + len(outcome.failures)

            def told(share: float, text: str, before: int = before, number: int = len(own)) -> None:
                progress((before + share * number) / len(cells), text)

            found = explaining.export_cells(
                [(name, r.cell) for name, r in own],
                folder,
                own[0][1].wish,
                asked.classifier,
                asked.explainer,
                cancel,
                told,
            )
            outcome = Outcome(outcome.done + found.done, outcome.failures + found.failures)
        return outcome

    def _for(self, said_by: str) -> Asked:
        self._asked = load_for(said_by, self._device, self._asked, self._model)
        return in_words_of_a_case(self._asked)


def in_words_of_a_case(asked: Asked) -> Asked:
    """The same with its classes called as cases call them."""
    ids = own_classes.ids_of(asked.classifier.classes)
    if all(name == class_id for name, class_id in ids.items()):
        return asked
    own = {class_id: name for name, class_id in ids.items()}
    return Asked(
        RenamedClassifier(asked.classifier, tuple(ids[name] for name in asked.classifier.classes)),
        RenamedExplainer(asked.explainer, own),
    )


def _comparable(own: Float32, references: Sequence[Reference]) -> list[Reference]:
    """Those of the same length: what an earlier version kept of a cell is shorter."""
    return [r for r in references if len(r.embedding) == 2 * len(own)]


def _vectors(references: Sequence[Reference]) -> Float32:
    return np.stack([np.frombuffer(r.embedding, "<f2") for r in references]).astype(np.float32)


def _nearest(own: Float32, references: Sequence[Reference]) -> tuple[tuple[int, float], ...]:
    """The references most like an embedding by the angle between them, best first, with its cosine."""
    references = _comparable(own, references)
    if not references:
        return ()
    vectors = _vectors(references)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(own)
    likeness = (vectors @ own) / np.maximum(lengths, 1e-9)
    best = np.argsort(-likeness, kind="stable")[:NEAREST]
    return tuple((references[i].cell_id, float(likeness[i])) for i in best.tolist())


def _toward(own: Float32, references: Sequence[Reference], wish: Wish) -> Float32:
    """What a cell is compared with: the reference of the class most like it, less that of the other class.

    Raises:
        UserError: there is no such reference.
    """
    found = []
    for label in (wish.label, wish.instead_of):
        among = [r for r in _comparable(own, references) if not label or explaining.is_below(r.label, label)]
        if not among:
            raise UserError(
                f"No other cell of this case is a sure {label.replace('_', ' ')} to compare with.",
                hint="Decide some, or take another method.",
            )
        vectors = _vectors(among)
        found.append(vectors[int((vectors @ own).argmax())])
        if not wish.instead_of:
            return np.asarray(found[0], np.float32)
    return np.asarray(found[0] - found[1], np.float32)
