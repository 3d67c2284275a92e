"""A classifier fitted to a laboratory: the model found, the cells read, the fit, the folder it is kept in."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from bloodview.analysis import examples
from bloodview.analysis.inputs import Outcome, Progress
from bloodview.core import paths
from bloodview.core.cancel import CancelToken
from bloodview.core.files import check_new_folder
from bloodview.models import adapted, store
from bloodview.models.adapted import Adapted
from bloodview.models.card import ModelCard

Tell = Callable[[str], None]

_READING = 0.5  # share of the time that reading the cells takes


def base_of(model: str | Path | None) -> ModelCard:
    """The card of the model that would be adapted: of one that was adapted itself, its base.

    Raises:
        ModelError: it is not there.
    """
    return ModelCard.read(store.to_adapt(model))


def folder_to_folder(
    folder: Path, out: Path, model: str | None, device: str, tell: Tell, cancel: CancelToken, progress: Progress
) -> tuple[str, Outcome]:
    """Fit a model to pictures of one cell each, in folders named by class; write it; what it is worth.

    Raises:
        UserError: as `examples.from_folders`; the model is missing or damaged.
        StorageError: `out` is there already and not empty, or cannot be written. Nothing is left there.
        Cancelled: the token was cancelled; nothing was written.
    """
    check_new_folder(out)
    base = store.to_adapt(model)
    card = ModelCard.read(base)
    examples.class_folders(folder, card.classes)  # a wrong name is told before the models' seconds
    detector = store.load_detector(device, tell=tell)
    classifier = store.load_classifier(device, base, tell=tell)
    read, outcome = examples.from_folders(folder, detector, classifier, cancel, _part(progress, 0, _READING))
    fitted = adapted.adapt(read.crops, read.labels, classifier, base, cancel, _part(progress, _READING, 1))
    _write(fitted, out, folder.resolve().name)
    return fitted.estimate.in_words, outcome


def to_cells(
    cells: Sequence[examples.NamedCell], model: str | None, device: str, cancel: CancelToken, progress: Progress
) -> tuple[Adapted, tuple[str, ...]]:
    """Fit a model to the cells that a person named in a case; nothing is written.

    Returns:
        The fitted model, and for each picture that could not be read why.

    Raises:
        UserError: as `examples.from_case`; the model is missing or damaged.
        Cancelled: the token was cancelled.
    """
    base = store.to_adapt(model)
    classifier = store.load_classifier(device, base, tell=lambda text: progress(0.0, text))
    read, outcome = examples.from_case(cells, classifier, cancel, _part(progress, 0, _READING))
    fitted = adapted.adapt(read.crops, read.labels, classifier, base, cancel, _part(progress, _READING, 1))
    return fitted, tuple(f"{f.path}: {f.reason}" for f in outcome.failures)


def take_into_use(fitted: Adapted, name: str) -> store.Taken:
    """Keep an adapted model among the user's, named after a laboratory or case, and use it from now on.

    Raises:
        StorageError: it could not be kept.
    """
    place = store.free_id(f"{fitted.card.id}-{_slug(name)}")
    _write(fitted, paths.user_models() / place, name, place)
    return store.activate(place)


def _write(fitted: Adapted, out: Path, name: str, model_id: str = "") -> None:
    title = f"{fitted.card.title}, adapted to {name}"
    adapted.write(fitted, out, model_id or f"{fitted.card.id}-{_slug(out.name)}", title)


def _slug(name: str) -> str:
    """A name as a part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "laboratory"


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda share, text: progress(start + (end - start) * share, text)
