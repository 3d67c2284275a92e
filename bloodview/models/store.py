"""The models that are installed: list, verify, take into use, load. The only door to the networks.

torch waits behind `load_*`.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bloodview.core import paths
from bloodview.core.errors import ModelError, UserError
from bloodview.core.files import write_folder_whole
from bloodview.models import archive, choices
from bloodview.models.api import AdaptableClassifier, Classifier, Detector, Explainer, PromptSegmenter, Segmenter
from bloodview.models.card import CARD_NAME, ModelCard

Tell = Callable[[str], None]

DEFAULTS = {
    "detect": "detector-points",
    "segment": "segmenter-window",
    "outline": "outliner-clicks",
    "classify": "classifier-ensemble11",
}
"""Task -> the model that is used where none is named and none was taken into use."""
NETWORKS = "bloodview.models.nets.inference"
"""What brings PyTorch and the networks along: for a process that others are forked off."""
_MOST_STEPS = 10  # from a model to what it was made from


def _quiet(_message: str) -> None:
    """Told nothing."""


def model_folders(folders: Sequence[Path] | None = None) -> list[Path]:
    """Every model folder, those of the user after those that came with BloodView."""
    roots = folders if folders is not None else (paths.models(), paths.user_models())
    return [f for root in roots for f in _below(root) if (f / CARD_NAME).is_file()]


def _below(root: Path) -> list[Path]:
    """What a folder holds, but for what is being written; nothing if it is not there, or may not be entered."""
    try:
        return sorted(f for f in root.iterdir() if f.is_dir() and not f.name.startswith("."))
    except OSError:
        return []


def list_models() -> list[ModelCard]:
    """The cards of all models whose card can be read."""
    cards = []
    for folder in model_folders():
        try:
            cards.append(ModelCard.read(folder))
        except ModelError:
            continue  # verify() names it
    return cards


def verify(model_id: str | None = None) -> list[str]:
    """What is wrong with the installed models, or with one; empty if nothing is.

    Raises:
        UserError: if there is no model of that name.
    """
    folders = [f for f in model_folders() if model_id in (None, f.name)]
    if not folders:
        if model_id is None:
            raise UserError("No model is installed.", hint="Install BloodView again.")
        raise UserError(f"There is no model called {model_id!r}.", hint=_installed())
    problems = []
    for folder in folders:
        try:
            card = ModelCard.read(folder)
            card.check_files(folder)
        except ModelError as error:
            problems.append(str(error))
            continue
        if card.id != folder.name:
            problems.append(f"{folder}: holds the model {card.id!r}. Call the folder {card.id!r}.")
    return problems


@dataclass(frozen=True, slots=True)
class Taken:
    """Which model is used for a task now, and which was before."""

    task: str
    model: str
    before: str


def chosen(task: str) -> str:
    """The id of the model that is used where none is named.

    Raises:
        UserError: the file of what was chosen is damaged.
    """
    return _latest(choices.read(paths.user_models()), task)


def former() -> Taken | None:
    """What `roll_back` would lead to; None if no model was taken into use."""
    made = choices.read(paths.user_models())
    if not made:
        return None
    *kept, left = made
    return Taken(left.task, _latest(kept, left.task), left.model)


def activate(model: str | Path) -> Taken:
    """Take a model into use: where none is named, it is used for its task from now on.

    A model folder that is not installed is copied into the folder of the user's models.

    Raises:
        UserError: there is no such model, it is damaged, or another one of its id is installed.
        StorageError: it could not be kept.
    """
    folder = _named(str(model))
    card = ModelCard.read(folder)
    card.check_files(folder)
    if folder not in model_folders():
        _install(card, folder)
    made = choices.read(paths.user_models())
    taken = Taken(card.task, card.id, _latest(made, card.task))
    if taken.model != taken.before:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        choices.write(paths.user_models(), (*made, choices.Choice(card.task, card.id, now)))
    return taken


def install(folder: Path) -> str:
    """Keep a model folder among the user's models without taking it into use; its id.

    Raises:
        UserError: it is damaged, or another model of its id is installed.
        StorageError: it could not be kept.
    """
    card = ModelCard.read(folder)
    card.check_files(folder)
    _install(card, folder)
    return card.id


def export(model: str, file: Path) -> ModelCard:
    """Write a model, by id or folder, as one file; see `archive`.

    Raises:
        ModelError: there is none, or it is damaged.
        StorageError: the file cannot be written.
    """
    return archive.write(_named(model), file)


def take_in(file: Path) -> ModelCard:
    """Install the model of such a file among the user's, without taking it into use.

    Raises:
        ModelError: it is damaged, or from a newer version.
        UserError: another model of its id is installed.
        StorageError: it could not be kept.
    """
    with tempfile.TemporaryDirectory(prefix="bloodview-model-") as made:
        card = archive.read(file, Path(made) / "model")
        _install(card, Path(made) / "model")
    return card


def free_id(wanted: str) -> str:
    """This id, or the first with a number behind it that no model has."""
    taken = {f.name for f in model_folders()}
    return next(i for i in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if i not in taken)


def to_refine(model: str | Path | None) -> Path:
    """The folder of the classifier to refine: this or the one in use; of one fitted or taught by examples, its base.

    Raises:
        ModelError: there is none, or the base is not there any more.
    """
    folder = find("classify", model)
    for _ in range(_MOST_STEPS):
        card = ModelCard.read(folder)
        made = card.adaptation or card.lesson
        if made is None:
            break
        folder = find("classify", made.base.split("@")[0])
        if ModelCard.read(folder).weights_sha256 != made.base_sha256:
            raise ModelError(f"was made from {made.base}, which is not installed.", path=card.id)
    return folder


def roll_back() -> Taken:
    """Go back to the model that was in use before the latest one was taken; that one stays installed.

    Raises:
        UserError: no model was taken into use.
        StorageError: it could not be kept.
    """
    back = former()
    if back is None:
        raise UserError("No model was taken into use.", hint="The models that came with BloodView are used.")
    choices.write(paths.user_models(), choices.read(paths.user_models())[:-1])
    return back


def _latest(made: Sequence[choices.Choice], task: str) -> str:
    return next((c.model for c in reversed(made) if c.task == task), DEFAULTS[task])


def _install(card: ModelCard, folder: Path) -> None:
    """Copy a model folder to where the user's models lie."""
    if not re.fullmatch(r"\w[\w.-]*", card.id):
        raise ModelError(f"the model's id {card.id!r} is no name for a folder.", path=folder, hint="Make it anew.")
    place = paths.user_models() / card.id
    for known in (f for f in model_folders() if f.name == card.id):
        if ModelCard.read(known).weights_sha256 == card.weights_sha256:
            return
        raise ModelError(f"another model called {card.id!r} is installed.", path=folder, hint="Give it another id.")
    with write_folder_whole(place) as beside:
        for name in card.files:
            shutil.copyfile(folder / name, beside / name)


def find(task: str, model: str | Path | None) -> Path:
    """The folder of a model named by id or folder, else of the one in use for the task.

    Raises:
        ModelError: if there is none, or it is for another task.
        UserError: if the file of what was chosen is damaged.
    """
    name = str(model) if model else chosen(task)
    if not model and name != DEFAULTS[task] and name not in {f.name for f in model_folders()}:
        raise ModelError(
            f"the model {name!r} was taken into use, but is not there any more.",
            path=paths.user_models(),
            hint="`bloodview models rollback` goes back to the one before.",
        )
    folder = _named(name)
    card = ModelCard.read(folder)
    if card.task != task:
        raise ModelError(f"is a model to {card.task}, not to {task}.", path=folder, hint="Name another model.")
    return folder


def to_adapt(model: str | Path | None) -> Path:
    """The folder of the classifier to adapt: this one or the one in use; of one that was adapted itself, its base.

    Raises:
        ModelError: there is none, it was taught classes, or the base is not there any more.
    """
    folder = find("classify", model)
    card = ModelCard.read(folder)
    if card.lesson is not None:
        raise ModelError(
            "was taught classes by examples, which an adaptation would not know.",
            path=folder,
            hint=f"Adapt {card.lesson.base.split('@')[0]} first, then `bloodview learn --extend` the adapted model.",
        )
    adaptation = card.adaptation
    if adaptation is None:
        return folder
    try:
        base = find("classify", adaptation.base.split("@")[0])
        same = ModelCard.read(base).weights_sha256 == adaptation.base_sha256
    except ModelError:
        same = False
    if not same:
        raise ModelError(
            f"was adapted from {adaptation.base}, which is not installed.", path=folder, hint="Name another --base."
        )
    return base


def _named(model: str) -> Path:
    """The folder with this id, else the folder at this path."""
    for folder in reversed(model_folders()):  # a user's own goes before one that came with BloodView
        if folder.name == model:
            return folder
    path = Path(model)
    if (path / CARD_NAME).is_file():
        return Path(os.path.realpath(path))
    raise ModelError(f"there is no model called {model!r}.", hint=_installed())


def _installed() -> str:
    """What a person can do who named a model that is not there."""
    known = ", ".join(f.name for f in model_folders())
    return f"Installed: {known}." if known else "No model is installed: install BloodView again."


def load_detector(
    device: str = "auto", model: str | Path | None = None, batch_size: int | None = None, tell: Tell = _quiet
) -> Detector:
    """The detector on a device.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        model: id or folder; None = the default.
        batch_size: most pictures at once; halved when memory runs out.
        tell: hears of smaller batches and of a fall back to the CPU.

    Raises:
        ModelError: if the model is missing, damaged or tampered with.
        UserError: if the device is not there.
    """
    from bloodview.models.nets.inference import TorchDetector

    folder = find("detect", model)
    return TorchDetector(ModelCard.read(folder), folder, device, batch_size or 8, tell)


def load_segmenter(
    device: str = "auto", model: str | Path | None = None, batch_size: int | None = None, tell: Tell = _quiet
) -> Segmenter:
    """The segmenter on a device; see load_detector."""
    from bloodview.models.nets.inference import TorchSegmenter

    folder = find("segment", model)
    return TorchSegmenter(ModelCard.read(folder), folder, device, batch_size or 16, tell)


def load_prompt_segmenter(
    device: str = "auto", model: str | Path | None = None, tell: Tell = _quiet
) -> PromptSegmenter:
    """What outlines a cell at a click, on a device: ours, or a user's SAM; see load_detector.

    Raises:
        UserError: it is a SAM, and the package that it needs is not installed.
    """
    from bloodview.models.nets import outlining, sam

    folder = find("outline", model)
    card = ModelCard.read(folder)
    loader = sam.SamPromptSegmenter if card.architecture == sam.ARCHITECTURE else outlining.TorchPromptSegmenter
    return loader(card, folder, device, tell)


def take_in_sam(checkpoint: Path, out: Path) -> Path:
    """Make a model folder of a user's SAM checkpoint; see nets.sam.folder_from for what it raises."""
    from bloodview.models.nets import sam

    return sam.folder_from(checkpoint, out)


def load_classifier(
    device: str = "auto", model: str | Path | None = None, batch_size: int | None = None, tell: Tell = _quiet
) -> AdaptableClassifier:
    """The classifier on a device; see load_detector."""
    from bloodview.models.nets.inference import TorchClassifier

    folder = find("classify", model)
    return TorchClassifier(ModelCard.read(folder), folder, device, batch_size or 64, tell)


def use_threads(count: int) -> None:
    """Have the networks of this process use so many cores."""
    from bloodview.models.nets import device

    device.use_threads(count)


def explainer_of(classifier: Classifier) -> Explainer:
    """What can explain the answers of a loaded classifier.

    Raises:
        ModelError: it was not loaded by `load_classifier`.
    """
    from bloodview.models.nets.explain import TorchExplainer
    from bloodview.models.nets.inference import TorchClassifier

    if not isinstance(classifier, TorchClassifier):
        raise ModelError("cannot be explained: it is no network of this program.", path=classifier.model_id)
    return TorchExplainer(classifier)
