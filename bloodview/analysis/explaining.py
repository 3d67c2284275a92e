"""Why a cell is called what it is: the model asked for a map, the map judged, overlays written."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from bloodview.analysis import overlays
from bloodview.analysis.crops import centred_window
from bloodview.analysis.examples import NamedCell, crop_of, window_of
from bloodview.analysis.inputs import Failure, Outcome, Picture, Progress, Walk, reason
from bloodview.analysis.pictures import whole
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import StorageError, UnreadableFileError, UserError
from bloodview.core.files import check_folder_place, check_place, write_whole
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.models.api import Classifier, Detector, Explainer, Float32, Question, UInt8
from bloodview.models.faithfulness import Faithfulness, faithfulness
from bloodview.models.windows import cut
from bloodview.slides.slide import Slide, open_slide

_LONGEST_PX = 4096  # an overlay is drawn on no larger a picture


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks of an explanation, by names.

    Args:
        method: see models.api.Explainer; "" = the model's best.
        label: a class or a group of classes; "" = what the model says.
        instead_of: what it is held against; "" = everything else.
    """

    method: str = ""
    label: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """The map of one crop.

    Args:
        heat: float32 [S, S] of the crop, positive where it speaks for the class.
        is_signed: whether what is below 0 speaks against it.
        wish: with the method and class that were taken.
        question: the same in leaf classes.
        probabilities: (class, probability) in the model's order.
        model_id: the model that was asked.
        embedding: float32 [D] of the crop, of length 1.
        faithfulness: how far the map can be trusted; None until it was judged.
    """

    heat: Float32
    is_signed: bool
    wish: Wish
    question: Question
    probabilities: tuple[tuple[str, float], ...]
    model_id: str
    embedding: Float32
    faithfulness: Faithfulness | None = None


def question_of(wish: Wish, classes: Sequence[str], taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> Question:
    """The names of a wish as leaf classes of the model.

    Raises:
        UserError: a name is no class of the model, or the two exclude nothing.
    """
    wanted = _leaves(wish.label, classes, taxonomy)
    if not wish.instead_of:
        if len(wanted) == len(classes):
            raise UserError(f"{wish.label!r} holds every class of the model: there is nothing to explain.")
        return Question(wanted)
    against = _leaves(wish.instead_of, classes, taxonomy)
    if set(wanted) & set(against):
        raise UserError(
            f"{wish.label!r} and {wish.instead_of!r} do not exclude each other.", hint="Name two different classes."
        )
    return Question(wanted, against)


def _leaves(name: str, classes: Sequence[str], taxonomy: Taxonomy) -> tuple[str, ...]:
    if name in classes:
        return (name,)
    below = set(taxonomy.leaves_below(name)) if name in taxonomy else set()
    found = tuple(c for c in classes if c in below)
    if not found:
        inner = {c.id for c in taxonomy.classes if set(taxonomy.leaves_below(c.id)) & set(classes)}
        known = [*classes, *sorted(inner - set(classes))]
        raise UserError(f"There is no class {name!r} in this model.", hint=f"Classes: {', '.join(known)}.")
    return found


def check_method(method: str, explainer: Explainer) -> None:
    """Refuse a method that there is not.

    Raises:
        UserError: naming those that there are.
    """
    if method not in explainer.methods:
        known = ", ".join(explainer.methods)
        raise UserError(f"There is no method {method!r} for this model.", hint=f"Methods: {known}.")


def explain_crop(
    crop: UInt8,
    wish: Wish,
    classifier: Classifier,
    explainer: Explainer,
    cancel: CancelToken,
    *,
    taxonomy: Taxonomy = DEFAULT_TAXONOMY,
    reference: Float32 | None = None,
) -> Explained:
    """The map of a crop uint8 [S, S, 3]; `judged` says how far it can be trusted.

    Raises:
        UserError: no such method or class.
        Cancelled: the token was cancelled.
    """
    method = wish.method or explainer.methods[0]
    check_method(method, explainer)
    opinions = classifier.classify(crop[None])
    said = opinions.probabilities[0].astype(float)
    label = wish.label or classifier.classes[int(said.argmax())]
    full = replace(wish, method=method, label=label)
    question = question_of(full, classifier.classes, taxonomy)
    heat = explainer.explain(crop, question, method, cancel, reference)
    probabilities = tuple(zip(classifier.classes, said.tolist(), strict=True))
    return Explained(
        heat, method in explainer.signed, full, question, probabilities, explainer.model_id, opinions.embeddings[0]
    )


def judged(crop: UInt8, explained: Explained, classifier: Classifier, cancel: CancelToken) -> Explained:
    """The same with what deleting its places says of it.

    Raises:
        Cancelled: the token was cancelled.
    """
    found = faithfulness(crop, explained.heat, explained.question, classifier, cancel)
    return replace(explained, faithfulness=found)


def caption(explained: Explained) -> tuple[str, ...]:
    """What stands below an overlay."""
    wish, p = explained.wish, dict(explained.probabilities)
    chance = sum(p[c] for c in explained.question.wanted)
    held = (
        f" instead of {wish.instead_of} {sum(p[c] for c in explained.question.against):.1%}" if wish.instead_of else ""
    )
    lines = [f"{wish.label} {chance:.1%}{held}, {wish.method}, {explained.model_id}"]
    if explained.faithfulness is not None:
        lines.append(explained.faithfulness.in_words)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the overlays of pictures go.

    Args:
        overlay: a PNG for one picture, a folder for several or for a folder.
        heat: the same for the maps as .npy, or None.
        is_folder: whether these are folders.
    """

    overlay: Path
    heat: Path | None
    is_folder: bool

    def of(self, picture: Picture, taken: set[Path]) -> tuple[Path, Path | None]:
        """Overlay and map of a picture; of two that would take one place the later keeps its own ending too."""
        if not self.is_folder:
            return self.overlay, self.heat
        relative = picture.relative.with_suffix("")
        if relative in taken:
            relative = picture.relative
        taken.add(relative)
        heat = self.heat / relative.with_name(f"{relative.name}.npy") if self.heat is not None else None
        return self.overlay / relative.with_name(f"{relative.name}.png"), heat


def outputs(given: Sequence[Path], overlay: Path, heat: Path | None) -> Outputs:
    """Where overlays go: a file for one picture, a folder for several, or for a folder.

    Raises:
        StorageError: a place cannot be written, or a file is named for several pictures.
    """
    many = len(given) > 1 or any(p.is_dir() for p in given)
    if many and (overlay.suffix.lower() == ".png" and not overlay.is_dir()):
        raise StorageError("is one file for several pictures.", path=overlay, hint="Name a folder.")
    check = check_folder_place if many else check_place
    for place in (overlay, heat):
        if place is not None:
            check(place)
    return Outputs(overlay, heat, many)


def explain_pictures(
    given: Sequence[Path],
    out: Path,
    heat_out: Path | None,
    wish: Wish,
    detector: Detector,
    classifier: Classifier,
    explainer: Explainer,
    *,
    reference: Path | None,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Explain one centred cell a picture: an overlay each, and its map where that is asked for, each written whole.

    Raises:
        UserError: no such method or class, or an overlay would replace one of the pictures.
        StorageError: a place cannot be written.
        Cancelled: the token was cancelled; what was written before stays.
    """
    places = outputs(given, out, heat_out)
    # A wrong name is told once, not for each picture.
    check_method(wish.method or explainer.methods[0], explainer)
    if wish.instead_of and not wish.label:
        _leaves(wish.instead_of, classifier.classes, DEFAULT_TAXONOMY)
    elif wish.label:
        question_of(wish, classifier.classes)
    walk = Walk(given, cancel, progress)
    taken: set[Path] = set()
    written = {p.path: places.of(p, taken) for p in walk.inputs.pictures}
    walk.check_spared([place for pair in written.values() for place in pair if place is not None])
    toward = _embedding(reference, detector, classifier) if reference is not None else None
    warnings: list[tuple[str, str]] = []
    done: list[Path] = []

    def work(picture: Picture, slide: Slide) -> None:
        image, window, rule = _centred(slide, detector, classifier)
        crop = cut(image, window, classifier.input_px)
        if _is_blank(crop):
            raise UnreadableFileError("shows no cell: it is all of one colour.", path=picture.path)
        if rule == "picture":
            warnings.append((str(picture.path), "no cell was found in its middle; the whole picture is explained."))
        found = explain_crop(crop, wish, classifier, explainer, cancel, reference=toward)
        found = judged(crop, found, classifier, cancel)
        placed = overlays.placed(found.heat, window, Size(image.shape[1], image.shape[0]))
        _write(written[picture.path], slide.size, image, placed, found)
        done.append(picture.path)

    walk.each(work)
    return walk.outcome(len(done), warnings)


def _write(places: tuple[Path, Path | None], size: Size, image: UInt8, placed: Float32, found: Explained) -> None:
    """An overlay, and the map at the size of the picture itself."""
    write_overlay(places[0], overlays.captioned(overlays.laid_over(image, shown(found, placed)), caption(found)))
    if places[1] is not None:
        heat = placed
        if (size.height, size.width) != heat.shape:
            heat = np.asarray(cv2.resize(heat, (size.width, size.height), interpolation=cv2.INTER_LINEAR), np.float32)
        with write_whole(places[1]) as beside, beside.open("wb") as file:
            np.save(file, heat)


def shown(found: Explained, heat: Float32 | None = None) -> Float32:
    """What of the map, or of it as it was placed, is drawn: below 0 only where that speaks against the class."""
    heat = found.heat if heat is None else heat
    return heat if found.is_signed else np.maximum(heat, 0)


def write_overlay(place: Path, image: UInt8) -> None:
    """Write uint8 [H, W, 3] RGB as PNG, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    done, data = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    if not done:
        raise StorageError("the overlay could not be encoded as PNG.", path=place)
    with write_whole(place) as beside:
        beside.write_bytes(data.tobytes())


def _centred(slide: Slide, detector: Detector, classifier: Classifier) -> tuple[UInt8, Box, str]:
    """A one-cell picture, the window that is classified, and what that was found by; as `classify` does it."""
    image, shrink = whole(slide, _LONGEST_PX // 2)
    scale = slide.scale
    if scale is not None and shrink > 1:
        scale = Scale(scale.um_per_px * shrink, scale.source)
    found = centred_window(image, detector, classifier.window_um, scale=scale)
    return image, found.box, found.rule


def _embedding(reference: Path, detector: Detector, classifier: Classifier) -> Float32:
    """The embedding float32 [D] of the centred cell of a picture."""
    with closing(open_slide(reference)) as slide:
        image, window, _ = _centred(slide, detector, classifier)
    found: Float32 = classifier.classify(cut(image, window, classifier.input_px)[None]).embeddings[0]
    return found


def _is_blank(crop: UInt8) -> bool:
    """Whether there is nothing to explain."""
    return bool(np.ptp(crop.reshape(-1, 3), axis=0).max() == 0)


def cell_crop(cell: NamedCell, classifier: Classifier) -> tuple[UInt8, Box]:
    """The crop of a cell of a case, and its window in level-0 pixels.

    Raises:
        UserError: the picture cannot be read, or is another one by now.
    """
    with closing(open_slide(cell.path, cell.plane)) as slide:
        if slide.content_hash != cell.content_hash:
            raise UnreadableFileError("is another picture by now.", path=cell.path, hint="Analyse it again.")
        return crop_of(slide, cell, classifier), window_of(slide, cell, classifier)


def export_cells(
    cells: Sequence[tuple[str, NamedCell]],
    folder: Path,
    wish: Wish,
    classifier: Classifier,
    explainer: Explainer,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Write an overlay of each cell of a case, by its name, into a folder; its class is the one that it carries.

    Raises:
        StorageError: the folder cannot be written.
        Cancelled: the token was cancelled; what was written before stays.
    """
    check_folder_place(folder)
    failures: list[Failure] = []
    for number, (name, cell) in enumerate(cells):
        cancel.check()
        progress(number / len(cells), f"{number + 1} of {len(cells)}")
        try:
            crop, _ = cell_crop(cell, classifier)
            own = asked_of(wish, cell.label, classifier.classes)
            found = judged(crop, explain_crop(crop, own, classifier, explainer, cancel), classifier, cancel)
            drawn = overlays.captioned(overlays.laid_over(crop, shown(found)), (name, *caption(found)))
            write_overlay(folder / f"{name}.png", drawn)
        except StorageError:
            raise
        except (UserError, OSError) as error:
            failures.append(Failure(str(cell.path), reason(error)))
    return Outcome(len(cells) - len(failures), tuple(failures))


def asked_of(wish: Wish, label: str, classes: Sequence[str]) -> Wish:
    """A wish without a class asks for the cell's own, as long as the model knows that; else for what the model says."""
    return replace(wish, label=label) if not wish.label and knows(label, classes) else wish


def knows(label: str, classes: Sequence[str]) -> bool:
    """Whether a model has this class, or one below it."""
    below = DEFAULT_TAXONOMY.leaves_below(label) if label in DEFAULT_TAXONOMY else ()
    return label in classes or bool(set(below) & set(classes))


def is_below(label: str, group: str) -> bool:
    """Whether a class is another one or lies below it."""
    return label == group or (label in DEFAULT_TAXONOMY and DEFAULT_TAXONOMY.is_below(label, group))
