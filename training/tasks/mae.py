"""Masked pre-training of a ViT on cells without their labels: most patches are hidden, and painted from the rest.

The masked autoencoder of He et al. 2022: the encoder sees only the visible quarter, a light decoder paints all
patches, and the error counts on the hidden ones alone, each patch normalised to its own mean and deviation. What
differs: no class token, fixed positions, and crops that are turned, zoomed and restained like a classifier's.
"""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bloodview.core.training_run import RunFile
from bloodview.models.card import CARD_NAME
from bloodview.models.nets.preprocess import to_tensor
from bloodview.models.nets.vit import PATCH_PX, VisionTransformer, positions, transformer
from training.data import CellExample
from training.evaluate import bootstrap
from training.loop import Emit, fit
from training.publish import MEAN, STD, Publication, origins, publish

HIDDEN = 0.75
"""Share of the patches that the encoder does not see."""
DECODER_WIDTH, DECODER_DEPTH = 96, 2
LIMITS = "An encoder to start a classifier's training with; names no cells. For research use only."


class Views(Protocol):
    """Cells that train a classifier, as it is shown them."""

    examples: list[CellExample]
    val_crops: NDArray[np.uint8]
    weights: torch.Tensor

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""

    def steps_per_epoch(self) -> int:
        """Number of batches that `batches` yields."""

    def batches(self, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Pictures float32 [N, 3, H, W] ready for the network, and their truth."""


class MaskedAutoencoder(nn.Module):
    """Encoder, and a decoder that is thrown away.

    Args:
        width: channels of the encoder's tokens.
        depth: its blocks.
    """

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.backbone = VisionTransformer(width, depth)
        self.into = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, DECODER_WIDTH))
        self.hidden = nn.Parameter(0.02 * torch.randn(DECODER_WIDTH))
        self.decoder = transformer(DECODER_WIDTH, DECODER_DEPTH)
        self.out = nn.Sequential(nn.LayerNorm(DECODER_WIDTH), nn.Linear(DECODER_WIDTH, 3 * PATCH_PX**2))

    def forward(self, x: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        """Pictures float32 [N, 3, H, W], indices of visible patches int64 [N, V] -> patches float [N, T, 3 * P * P]."""
        tokens = self.backbone.tokens(x)
        at = visible[:, :, None]
        seen = self.into(self.backbone.outputs(tokens.gather(1, at.expand(-1, -1, tokens.shape[2])))[-1])
        every = self.hidden.to(seen).expand(len(x), tokens.shape[1], -1)
        every = every.scatter(1, at.expand(-1, -1, DECODER_WIDTH), seen)
        every = every + positions(x.shape[2] // PATCH_PX, x.shape[3] // PATCH_PX, DECODER_WIDTH).to(every)
        for block in self.decoder:
            every = block(every)
        painted: torch.Tensor = self.out(every)
        return painted


class MaskedTask:
    """Hidden patches and their loss.

    Args:
        run: the run file; its network is a ViT's width and depth.
        views: the cells; of their truth nothing is read, and each counts by its data set's weight alone.
        device: where it trains.
    """

    def __init__(self, run: RunFile, views: Views, device: torch.device) -> None:
        self.run, self.views, self.device = run, views, device
        views.weights = torch.tensor([run.data_weights.get(e.dataset, 1.0) for e in views.examples])
        self.patches = (run.image_px // PATCH_PX) ** 2
        torch.manual_seed(run.seed)
        self.net: nn.Module = MaskedAutoencoder(run.channels[0], run.layers[0])

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""
        return self.views.trained_on()

    def steps_per_epoch(self) -> int:
        """As many batches as the weights add up to."""
        return self.views.steps_per_epoch()

    def batches(self, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Pictures and the order of their patches, of which the first quarter is visible."""
        for x, _ in self.views.batches(generator):
            yield x, self._order(len(x), generator).to(self.device)

    def loss(self, net: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """Mean squared error of the hidden patches' pixels, in deviations of each patch."""
        return self._errors(net, batch).mean()

    @torch.inference_mode()
    def errors(self, net: nn.Module) -> NDArray[np.float32]:
        """The loss of each held-out cell, float32 [N], with patches hidden by a fixed seed."""
        net.eval()
        generator = torch.Generator().manual_seed(0)
        found = []
        for at in range(0, len(self.views.val_crops), 128):
            x = to_tensor(np.array(self.views.val_crops[at : at + 128]), MEAN, STD, self.device, self.run.stain)
            found.append(self._errors(net, (x, self._order(len(x), generator).to(self.device))).cpu().numpy())
        return np.concatenate(found)

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """The loss on held-out cells."""
        return {"hidden_mse": float(self.errors(net).mean())}

    def publication(self, net: nn.Module) -> Publication:
        """The loss on held-out cells, with its interval."""
        metric = bootstrap("val, squared error of hidden patches", self.errors(net), lambda v: float(v.mean()))
        return Publication("vit-mae", (), {}, (metric,), LIMITS)

    def _order(self, n: int, generator: torch.Generator) -> torch.Tensor:
        """A random order of the patches for each of n pictures, int64 [n, T]."""
        return torch.rand(n, self.patches, generator=generator).argsort(1)

    def _errors(self, net: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        """The loss of each picture, float32 [N]."""
        x, order = batch
        seen = max(1, round((1 - HIDDEN) * self.patches))
        painted: torch.Tensor = net(x, order[:, :seen])
        error = (painted.float() - patches_of(x)).square().mean(dim=2)
        return error.gather(1, order[:, seen:]).mean(dim=1)


def patches_of(x: torch.Tensor) -> torch.Tensor:
    """float32 [N, 3, H, W] -> its patches row by row, float32 [N, T, 3 * P * P], each with mean 0 and deviation 1."""
    patches = nn.functional.unfold(x.contiguous(), PATCH_PX, stride=PATCH_PX).transpose(1, 2)
    spread, middle = torch.var_mean(patches, dim=2, keepdim=True)
    return (patches - middle) / (spread + 1e-6).sqrt()


def before(run: RunFile) -> RunFile:
    """The run file of the pre-training that a classifier's run asks for by `mae_epochs`: on all its cells."""
    return dataclasses.replace(
        run,
        task="mae",
        model_id=f"{run.model_id}-mae",
        title="Encoder pre-trained on hidden patches",
        epochs=run.mae_epochs,
        mae_epochs=0,
        fusion="none",
        head="linear",
        start="",
        limit=0,
    )


def pretrained(run: RunFile, task: MaskedTask, root: Path, folder: Path, emit: Emit) -> Path:
    """The model folder of this pre-training, found below or above `folder`, or else trained into `folder/models`.

    It is called by what made it, the run file and the cells, so that runs that differ only in what comes afterwards
    share one, and a training on other cells, such as those of other laboratories, never takes it for its own.

    Args:
        run: the pre-training's, see `before`.
        task: the pre-training, not yet begun.
        root: the data's folder.
        folder: for checkpoints and the model.
        emit: takes the events.
    """
    cells: Sequence[object] = [(e.path.relative_to(root).as_posix(), e.center) for e in task.views.examples]
    made_by = repr((dataclasses.replace(run, model_id="mae", threads=0), cells))
    run = dataclasses.replace(run, model_id=f"mae-{hashlib.sha256(made_by.encode()).hexdigest()[:12]}")
    for above in (folder, *folder.parents):
        if (above / "models" / run.model_id / CARD_NAME).is_file():
            return above / "models" / run.model_id
    net = fit(task, run, folder / run.model_id, emit, task.device)
    return publish(net, run, task.publication(net), origins(task.trained_on(), root), folder / "models")
