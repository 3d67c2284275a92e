"""Classes taught to a classifier by a few pictures each: the pictures read, the fit, the folder it is kept in."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bloodview.analysis.examples import folders_in
from bloodview.analysis.inputs import Outcome, Picture, Progress, Walk, gather
from bloodview.analysis.pictures import one_cell_crop
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import ModelError, UnreadableFileError, UserError
from bloodview.core.files import check_new_folder
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.models import references, store, taught
from bloodview.models.api import Classifier, Detector, UInt8
from bloodview.models.card import ModelCard
from bloodview.models.looks import stain_features
from bloodview.slides.slide import Slide

Tell = Callable[[str], None]

LONGEST_NAME = 60
_READING = 0.5  # share of the time that reading the pictures takes
_LEAST_DYE = 0.12  # optical density over the glass; less in every colour is an empty picture


@dataclass(frozen=True, slots=True)
class Given:
    """Pictures of one cell each that a person gave as examples.

    Args:
        crops: uint8 [N, input_px, input_px, 3], as the classifier wants them.
        labels: the class of each, the name of its folder.
        paths: the picture of each.
    """

    crops: UInt8
    labels: tuple[str, ...]
    paths: tuple[Path, ...]


def folder_to_folder(
    folder: Path, out: Path, extend: str | None, device: str, tell: Tell, cancel: CancelToken, progress: Progress
) -> tuple[tuple[str, ...], Outcome]:
    """Teach a model the classes of pictures of one cell each, in folders named by class; write it; what it is worth.

    Args:
        folder: holds a folder a class.
        out: new or empty.
        extend: id or folder of the model whose classes stay; without it the new classes stand alone, on the features
            of the classifier in use.
        device: where the models run.
        tell: hears, in words, of what the models do otherwise than asked.
        cancel: asked now and then.
        progress: hears of it.

    Raises:
        UserError: as `class_folders` and `read`; the model is missing, damaged or keeps no reference cells.
        StorageError: `out` is there already and not empty, or cannot be written. Nothing is left there.
        Cancelled: the token was cancelled; nothing was written.
    """
    check_new_folder(out)
    base = store.find("classify", extend)
    card = ModelCard.read(base)
    folders = class_folders(folder, card.classes if extend else ())
    if extend and not (card.lesson and not card.lesson.extends) and references.read(base) is None:
        raise ModelError(
            "keeps no reference cells, which a new class must be told from.",
            path=base,
            hint="Extend a model that was made by this version.",
        )
    detector = store.load_detector(device, tell=tell)
    classifier = store.load_classifier(device, base, tell=tell)
    given, outcome = read(folder, folders, detector, classifier, cancel, _part(progress, 0, _READING))
    made = taught.teach(given.crops, given.labels, classifier, base, bool(extend), cancel, _part(progress, _READING, 1))
    slug = re.sub(r"[^a-z0-9]+", "-", out.name.lower()).strip("-")[:40] or "learned"
    names = ", ".join(dict.fromkeys(given.labels))
    title = f"{card.title}, and {names}" if extend else f"Learned from examples: {names}"
    taught.write(made, out, f"{card.id}-{slug}" if extend else slug, title)
    return made.in_words, _with_doubts(outcome, given, made)


def class_folders(folder: Path, known: tuple[str, ...]) -> dict[str, Path]:
    """The folders of a folder of examples by class; none may be called like a class that the model has.

    Raises:
        UserError: it is no folder, holds no folder (or one only, where no class is known), or one whose name cannot be
            a new class's, or that holds no picture.
    """
    below = folders_in(folder)
    if len(below) < (1 if known else 2):
        raise UserError(
            f"holds {'only one folder' if below else 'no folder'} of examples.",
            path=folder,
            hint="It needs a folder of pictures for each class"
            + ("." if known else ", and at least two classes; or name a model with --extend."),
        )
    for own in below:
        _check_name(own, known)
        if not gather([own]).pictures:
            raise UserError("holds no picture.", path=own, hint="Put pictures of one cell each into it.")
    return {own.name: own for own in below}


def _check_name(own: Path, known: tuple[str, ...]) -> None:
    """Refuse a name that is no name, or that the model gives already.

    Raises:
        UserError: naming the folder.
    """
    name = own.name
    if not name.isprintable() or not name.strip() or len(name) > LONGEST_NAME:
        raise UserError(
            "cannot be the name of a class.", path=own, hint=f"At most {LONGEST_NAME} letters, none that is not seen."
        )
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    taken = [k for k in known if k.lower() == plain]
    if not taken and plain in DEFAULT_TAXONOMY:
        taken = [k for k in DEFAULT_TAXONOMY.leaves_below(plain) if k in known]
    if taken:
        raise UserError(
            f"is called like a class that the model has already: {', '.join(taken)}.",
            path=own,
            hint="`bloodview adapt` fits classes that are there; a new class needs a name of its own.",
        )


def read(
    folder: Path,
    folders: dict[str, Path],
    detector: Detector,
    classifier: Classifier,
    cancel: CancelToken,
    progress: Progress,
) -> tuple[Given, Outcome]:
    """Read the pictures; those that cannot be read, or show no cell, are named and left away. A copy counts once.

    Raises:
        UserError: one picture under two classes, or a class of which no picture can be used.
    """
    walk = Walk(tuple(folders.values()), cancel, progress)
    taken: dict[str, tuple[UInt8, str, Path]] = {}
    warnings: list[tuple[str, str]] = []
    clashes: list[UserError] = []

    def work(picture: Picture, slide: Slide) -> None:
        label = picture.path.relative_to(folder).parts[0]
        if slide.content_hash in taken:
            _, other, first = taken[slide.content_hash]
            if other != label:
                clashes.append(UserError(f"is the same picture as {first}, of another class.", path=picture.path))
            warnings.append((str(picture.path), f"is the same picture as {first}; it counts once."))
            return
        crop = one_cell_crop(slide, detector, classifier)
        if stain_features(crop[None])[0, 3:].max() < _LEAST_DYE:
            raise UnreadableFileError("shows no cell.", path=picture.path)
        taken[slide.content_hash] = crop, label, picture.path

    walk.each(work)
    if clashes:
        raise clashes[0]
    counts = Counter(label for _, label, _ in taken.values())
    if lost := sorted(set(folders) - set(counts)):
        why = next(
            (f"{f.path}: {f.reason}" for f in walk.failures if Path(f.path).is_relative_to(folders[lost[0]])), ""
        )
        raise UserError(f"holds no picture that can be used. {why}".strip(), path=folders[lost[0]])
    crops, labels, paths = zip(*taken.values(), strict=True)
    return Given(np.stack(crops), labels, paths), walk.outcome(len(taken), warnings)


def _with_doubts(outcome: Outcome, given: Given, made: taught.Taught) -> Outcome:
    """The outcome with what the examples themselves said: copies, contradictions, too few."""
    warnings = list(outcome.warnings)
    for i, first in enumerate(made.twice):
        if first != i:
            warnings.append((str(given.paths[i]), f"shows the same as {given.paths[first]}; both count as one."))
    warnings += [(str(given.paths[d.cell]), d.why) for d in made.doubts]
    numbers = {name: made.examples.number(name) for name in made.learned.new}
    if few := [name for name, number in numbers.items() if number == 1]:
        warnings.append((", ".join(few), "one example; nothing tells how well it does. Five are a good number."))
    return Outcome(outcome.done, outcome.failures, outcome.passed_over, tuple(warnings), outcome.strangeness)


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda share, text: progress(start + (end - start) * share, text)
