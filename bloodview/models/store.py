"""The models that are installed: list, verify, load. The only door to the networks; torch waits behind `load_*`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bloodview.core import paths
from bloodview.core.errors import ModelError, UserError
from bloodview.models.api import Classifier, Detector, Segmenter
from bloodview.models.card import CARD_NAME, ModelCard

Tell = Callable[[str], None]

DEFAULTS = {"detect": "detector-points", "segment": "segmenter-window", "classify": "classifier-tree11"}
"""Task -> the model that is used where none is named."""


def _quiet(_message: str) -> None:
    """Told nothing."""


def model_folders(folders: Sequence[Path] | None = None) -> list[Path]:
    """Every model folder, those of the user after those that came with BloodView."""
    roots = folders if folders is not None else (paths.models(), paths.user_models())
    return [f for root in roots for f in _below(root) if (f / CARD_NAME).is_file()]


def _below(root: Path) -> list[Path]:
    """What a folder holds; nothing if it is not there, or lies in a home that may not be entered."""
    try:
        return sorted(f for f in root.iterdir() if f.is_dir())
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
            ModelCard.read(folder).check_weights(folder)
        except ModelError as error:
            problems.append(str(error))
    return problems


def find(task: str, model: str | Path | None) -> Path:
    """The folder of a model named by id or folder, or the task's default.

    Raises:
        ModelError: if there is none, or it is for another task.
    """
    folder = _named(str(model or DEFAULTS[task]))
    card = ModelCard.read(folder)
    if card.task != task:
        raise ModelError(f"is a model to {card.task}, not to {task}.", path=folder, hint="Name another model.")
    return folder


def _named(model: str) -> Path:
    """The folder with this id, else the folder at this path."""
    for folder in reversed(model_folders()):  # a user's own goes before one that came with BloodView
        if folder.name == model:
            return folder
    path = Path(model)
    if (path / CARD_NAME).is_file():
        return path.resolve()
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


def load_classifier(
    device: str = "auto", model: str | Path | None = None, batch_size: int | None = None, tell: Tell = _quiet
) -> Classifier:
    """The classifier on a device; see load_detector."""
    from bloodview.models.nets.inference import TorchClassifier

    folder = find("classify", model)
    return TorchClassifier(ModelCard.read(folder), folder, device, batch_size or 64, tell)
