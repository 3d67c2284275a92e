"""What stands in the model folders: each model, or why it cannot be used; whose it is; how one's own is removed."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bloodview.core import paths
from bloodview.core.errors import ModelError, StorageError, UserError
from bloodview.models import choices, store
from bloodview.models.card import CARD_NAME, WEIGHTS_NAME, ModelCard

KNOWN: Mapping[str, frozenset[str]] = {
    "detect": frozenset(["resnet-gn-points"]),
    "segment": frozenset(["resnet-gn-window"]),
    "outline": frozenset(["resnet-gn-clicks", "sam"]),
    "classify": frozenset(
        f"{network}-classifier" for network in ("resnet-gn", "resnet-bn", "resnet-gn-ensemble", "vit")
    ),
}
"""Task -> the architectures that this version can build; a card of any other is listed, but not used."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A folder that holds a model, or should.

    Args:
        folder: where it lies.
        card: None if it cannot be read.
        problem: why it cannot be used, in a sentence; "" if nothing is known against it. The weights are not read.
        is_own: whether it lies among the user's models; else it came with BloodView.
    """

    folder: Path
    card: ModelCard | None
    problem: str
    is_own: bool

    @property
    def id(self) -> str:
        """The name of the folder, by which it is found."""
        return self.folder.name


def shelved() -> list[Shelved]:
    """What the folders hold, those that came with BloodView first; what cannot be used with its reason."""
    own = paths.user_models()
    found = [_shelved(folder, is_own=folder.parent == own) for folder in store.model_folders()]
    return [*found, *(Shelved(f, None, _sentence(_without_card(f)), is_own=True) for f in _cardless(own))]


def check_files(shelved: Shelved) -> str:
    """What is wrong with card and weights, in sentences; "" if they belong together. Reads all of the weights."""
    if shelved.card is None:
        return shelved.problem
    try:
        shelved.card.check_weights(shelved.folder)
    except ModelError as error:
        return _sentence(error)
    return ""


def remove(model_id: str) -> None:
    """Remove a model of the user's, and its place in what was in use before.

    Raises:
        UserError: it came with BloodView, or is in use.
        StorageError: it cannot be removed.
    """
    folder = paths.user_models() / model_id
    if folder not in (s.folder for s in shelved()):
        raise UserError(f"{model_id} is no model of yours, so it stays.", hint="Choose one that you made or imported.")
    made = choices.read(paths.user_models())
    for task in store.DEFAULTS:
        if next((c.model for c in reversed(made) if c.task == task), "") == model_id:
            raise UserError(f"{model_id} is in use, so it stays.", hint="Use another model first, or go back.")
    kept: list[choices.Choice] = []
    for choice in made:
        if choice.model not in (model_id, next((c.model for c in reversed(kept) if c.task == choice.task), "")):
            kept.append(choice)
    if len(kept) < len(made):
        choices.write(paths.user_models(), kept)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise StorageError(
            f"could not be removed: {error.strerror or error}.", path=folder, hint="Check your rights to the folder."
        ) from error


def _shelved(folder: Path, *, is_own: bool) -> Shelved:
    try:
        card = ModelCard.read(folder)
    except ModelError as error:
        return Shelved(folder, None, _sentence(error), is_own)
    return Shelved(folder, card, _against(card, folder), is_own)


def _against(card: ModelCard, folder: Path) -> str:
    """What a card alone tells against using its model; "" if nothing."""
    if card.id != folder.name:
        return f"its card calls it {card.id}. Call the folder so, too."
    if card.task not in KNOWN:
        return f"it is made to {card.task}, which this version of BloodView does not know. Update BloodView."
    if card.architecture not in KNOWN[card.task]:
        return f"its architecture {card.architecture} is not known to this version of BloodView. Update BloodView."
    try:
        size = (folder / WEIGHTS_NAME).stat().st_size
    except OSError:
        return f"it has no {WEIGHTS_NAME}. Put the file beside its card."
    if size != card.weights_bytes:
        return "the weights are not those that the card describes. Install the model again."
    return ""


def _cardless(own: Path) -> Iterator[Path]:
    """Folders of the user's that hold something, but no card."""
    try:
        for folder in sorted(own.iterdir()):
            if folder.is_dir() and not folder.name.startswith(".") and not (folder / CARD_NAME).exists():
                yield folder
    except OSError:
        return


def _without_card(folder: Path) -> ModelError:
    return ModelError(f"it has no {CARD_NAME}.", path=folder, hint="Put the file beside its weights.")


def _sentence(error: ModelError) -> str:
    """What is wrong without the path, which is shown beside it."""
    return f"{error.what} {error.hint}".strip()
