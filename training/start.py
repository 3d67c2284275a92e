"""A training that begins with the weights of a model trained before: which one is found, and which tensors fit."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event
from bloodview.models.card import CARD_NAME, ModelCard
from training.loop import Emit


def find(model_id: str, folder: Path) -> Path:
    """The model folder of this id below `models` of a folder or of the nearest one above it.

    Raises:
        UserError: if there is none.
    """
    for above in (folder, *folder.parents):
        if (above / "models" / model_id / CARD_NAME).is_file():
            return above / "models" / model_id
    raise UserError(
        f"holds no model {model_id!r} to start with.",
        path=folder / "models",
        hint="Train it first, with the same --out.",
    )


def part(name: str, folder: Path) -> Path:
    """The model folder of an ensemble's part, a model id or NAME@SEED as where it is evaluated.

    Raises:
        UserError: if there is none, or it was trained with another seed.
    """
    model_id, at, seed = name.partition("@")
    place = find(model_id, folder)
    if at and str(ModelCard.read(place).recipe.get("seed", 0)) != seed:
        raise UserError(f"was not trained with seed {seed}, which the ensemble asks for.", path=place)
    return place


def begin_with(net: torch.nn.Module, folder: Path, emit: Emit) -> None:
    """Give a network the weights of a model folder, where names and shapes agree; the rest keeps its first values.

    Raises:
        ModelError: if the folder is no intact model.
        UserError: if not one tensor fits.
    """
    tensors = load_file(ModelCard.read(folder).check_weights(folder))
    own = net.state_dict()
    fitting = {k: v.float() for k, v in tensors.items() if k in own and own[k].shape == v.shape}
    if not fitting:
        raise UserError("has no weights that fit this run's network", path=folder)
    net.load_state_dict(own | fitting)
    emit(Event("message", {"text": f"begins with {len(fitting)} of {len(own)} tensors of {folder.name}"}))
