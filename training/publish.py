"""A trained network becomes a model folder: card and safetensors, written beside and then renamed into place."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.training_run import RunFile
from bloodview.models.card import CARD_NAME, FORMAT, WEIGHTS_NAME, DataOrigin, Metric, ModelCard, sha256_of
from bloodview.models.derived import EXTRA

MEAN, STD = (0.75, 0.65, 0.70), (0.20, 0.22, 0.15)
"""Of RGB over the training pictures, rounded; every task normalises by them, and the card carries them to the app."""
LICENCES = {
    "pbc": "CC BY 4.0; boxes MIT",
    "bccd": "MIT",
    "chula_wbc": "MIT",
    "chula_rbc12": "MIT",
    "synthetic": "drawn by BloodView",
}
"""The sets that may train weights that ship, with their licences."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a task says of its result, for the card.

    Args:
        architecture: name that models.nets.inference has a builder for.
        classes: in the order of the outputs.
        thresholds: see ModelCard.
        metrics: measured on data that did not train.
        limits: what the model must not be trusted with.
        temperature: see ModelCard.
        extra: further tensors to keep beside the weights.
    """

    architecture: str
    classes: tuple[str, ...]
    thresholds: Mapping[str, float]
    metrics: tuple[Metric, ...]
    limits: str
    temperature: float = 1.0
    extra: Mapping[str, torch.Tensor] = field(default_factory=dict)


def publish(net: nn.Module, run: RunFile, what: Publication, data: Sequence[DataOrigin], root: Path) -> Path:
    """Write `root/<model id>/`: weights in half precision (read back as float32), then the card that seals them."""
    folder = root / run.model_id
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {k: v.detach().cpu().half().contiguous() for k, v in net.state_dict().items()}
    tensors |= {f"{EXTRA}{k}": v.detach().cpu().float().contiguous() for k, v in what.extra.items()}
    with write_whole(folder / WEIGHTS_NAME) as part:
        save_file(tensors, part)
    weights = folder / WEIGHTS_NAME
    card = ModelCard(
        format=FORMAT,
        id=run.model_id,
        task=run.task,
        title=run.title,
        architecture=what.architecture,
        channels=run.channels,
        layers=run.layers,
        classes=what.classes,
        image_px=run.image_px,
        um_per_px=run.um_per_px,
        mean=MEAN,
        std=STD,
        thresholds={k: round(float(v), 4) for k, v in what.thresholds.items()},
        temperature=round(what.temperature, 4),
        data=tuple(data),
        metrics=what.metrics,
        recipe=run.to_json(),
        limits=what.limits,
        created=datetime.date.today().isoformat(),
        weights_sha256=sha256_of(weights),
        weights_bytes=weights.stat().st_size,
        fusion=run.fusion,
        head=run.head,
        sides=run.sides,
        stain=run.stain,
    )
    with write_whole(folder / CARD_NAME) as part:
        part.write_text(card.to_json(), encoding="utf-8")
    return folder


def check_licences(datasets: Iterable[str]) -> None:
    """Refuse data sets that may not train weights that ship; they only judge.

    Raises:
        UserError: naming the first of them.
    """
    for name in sorted(set(datasets) - set(LICENCES)):
        raise UserError(
            f"The data set {name!r} must not train: its licence, or its use as a judge, forbids it.",
            hint=f"Those that may: {', '.join(LICENCES)}.",
        )


def origins(examples: Sequence[tuple[str, Path]], root: Path) -> list[DataOrigin]:
    """Of (data set, file) pairs that trained: name, licence, count and fingerprint a set.

    Raises:
        UserError: if a set is not one of those that may train.
    """
    from training.data import fingerprint

    check_licences([d for d, _ in examples])
    found = []
    for name in sorted({d for d, _ in examples}):
        own = [p for d, p in examples if d == name]
        found.append(DataOrigin(name, LICENCES[name], len(own), fingerprint(own, root)))
    return found
