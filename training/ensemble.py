"""Trained classifiers brought together as the members of one network, whose logits are the mean of theirs."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from bloodview.core.errors import UserError
from bloodview.core.training_run import RunFile
from bloodview.models.card import ModelCard
from training.start import find

_EXTRA = "extra."


def assemble(net: nn.Module, run: RunFile, folder: Path) -> nn.Module:
    """Give the members of a network "resnet-gn-ensemble" the weights of the models that the run's `parts` name.

    Each member's logits are divided by its own temperature before they are averaged by `part_weights`. Nothing is
    trained here.

    Args:
        net: the network of the run.
        run: the run file.
        folder: where the models are looked for; see training.start.find.

    Raises:
        ModelError: if a part is no intact model.
        UserError: if a part is none of the run's kind.
    """
    tensors, weights, biases = {}, [], []
    counts = run.part_weights or (1.0,) * len(run.parts)
    for i, (name, side, count) in enumerate(zip(run.parts, run.sides, counts, strict=True)):
        place = find(name, folder)
        card = ModelCard.read(place)
        _check(card, place, run, side)
        own = load_file(card.check_weights(place))
        for key, value in own.items():
            if key.startswith(("backbone.", "norm.")):
                tensors[f"backbone.members.{i}.{key}"] = value.float()
        share = count / (sum(counts) * card.temperature)
        weights.append(own["head.weight"].float() * share)
        biases.append(own["head.bias"].float() * share)
    tensors |= {"head.weight": torch.cat(weights, dim=1), "head.bias": torch.stack(biases).sum(dim=0)}
    net.load_state_dict(tensors)
    return net


def _check(card: ModelCard, place: Path, run: RunFile, side: int) -> None:
    """See that a part sees the same window, referred the same way."""
    wanted: Sequence[tuple[str, object, object]] = (
        ("architecture", card.architecture, "resnet-gn-classifier"),
        ("stain", card.stain, run.stain),
        ("image_px", card.image_px, side),
        ("window_um", round(card.window_um, 1), round(run.image_px * run.um_per_px, 1)),
    )
    for name, found, asked in wanted:
        if found != asked:
            raise UserError(f"cannot be a part: its {name} is {found!r}, the run asks for {asked!r}", path=place)
