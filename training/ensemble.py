"""Trained classifiers brought together as the members of one network, whose logits are the mean of theirs."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from bloodview.core.errors import UserError
from bloodview.core.training_run import RunFile
from bloodview.models.card import ModelCard

_BACKBONE = ("backbone.", "norm.")
_MEMBERS = "backbone.members."
_KINDS = ("resnet-gn-classifier", "resnet-gn-ensemble-classifier")


def assemble(net: nn.Module, run: RunFile, places: Sequence[Path]) -> nn.Module:
    """Give the members of a network "resnet-gn-ensemble" the weights of trained models.

    The logits of each model are divided by its own temperature before they are averaged by `part_weights`. A model that
    is an ensemble itself brings all its members, and they share its weight as before. Nothing is trained here.

    Args:
        net: the network of the run.
        run: the run file.
        places: the model folder of each of its parts.

    Raises:
        ModelError: if a part is no intact model.
        UserError: if a part is none of the run's kind, or the parts have not as many members as the run has sides.
    """
    tensors, weights, biases = {}, [], []
    counts = run.part_weights or (1.0,) * len(places)
    first = 0
    for place, count in zip(places, counts, strict=True):
        card = ModelCard.read(place)
        sides = card.sides or (card.image_px,)
        _check(card, place, run, sides, run.sides[first : first + len(sides)])
        own = load_file(card.check_weights(place))
        for key, value in own.items():
            if key.startswith(_MEMBERS):
                i, _, rest = key.removeprefix(_MEMBERS).partition(".")
                tensors[f"{_MEMBERS}{first + int(i)}.{rest}"] = value.float()
            elif key.startswith(_BACKBONE):
                tensors[f"{_MEMBERS}{first}.{key}"] = value.float()
        share = count / (sum(counts) * card.temperature)
        weights.append(own["head.weight"].float() * share)
        biases.append(own["head.bias"].float() * share)
        first += len(sides)
    if first != len(run.sides):
        raise UserError(f"field 'sides': the parts of {run.model_id!r} have {first} members, not {len(run.sides)}.")
    tensors |= {"head.weight": torch.cat(weights, dim=1), "head.bias": torch.stack(biases).sum(dim=0)}
    net.load_state_dict(tensors)
    return net


def _check(card: ModelCard, place: Path, run: RunFile, sides: Sequence[int], asked: Sequence[int]) -> None:
    """See that a part sees the same window, referred the same way."""
    if card.architecture not in _KINDS:
        raise UserError(
            f"cannot be a part: its architecture {card.architecture!r} is none of {', '.join(_KINDS)}", path=place
        )
    wanted: Sequence[tuple[str, object, object]] = (
        ("stain", card.stain, run.stain),
        ("sides", list(sides), list(asked)),
        ("window_um", round(card.window_um, 1), round(run.image_px * run.um_per_px, 1)),
    )
    for name, found, wish in wanted:
        if found != wish:
            raise UserError(f"cannot be a part: its {name} is {found!r}, the run asks for {wish!r}", path=place)
