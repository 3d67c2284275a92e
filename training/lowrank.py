"""Low-rank changes to the last stage of a network, fitted side by side: folds hold cells out, one sees all of them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bloodview.core.refinement import HELD_OUT_LOSS, HELD_OUT_NEW, HELD_OUT_OLD
from bloodview.models.nets.latent import Last
from training.evaluate import mean_recall
from training.heads import Heads, HeadTask, Known, balanced

Float16 = NDArray[np.float16]
Float32 = NDArray[np.float32]

RANK = 4
"""Of the change to each convolution."""
STEPS, BATCH = 3, 32
"""Batches of an epoch, and cells of one, drawn by their weights."""
_AT_ONCE = 64

Weights = list[dict[str, torch.Tensor]]


class LowRank(nn.Module):
    """For each of H networks a change B A to every convolution of each last stage, and a head (Hu et al. 2021).

    Args:
        last: the stages that are changed.
        heads: where the heads begin.
        rank: of each change; no more than the convolution has.
        seed: of the A; each B begins at 0, and so do the changes.
    """

    def __init__(self, last: Last, heads: Heads, rank: int, seed: int) -> None:
        super().__init__()
        self.heads, self.count = heads, len(heads.bias)
        self._names = [list(own) for own in last.convolutions()]
        self.down, self.up = nn.ParameterList(), nn.ParameterList()
        generator = torch.Generator().manual_seed(seed)
        for own in last.convolutions():
            for weight in own.values():
                out, into = len(weight), weight[0].numel()
                least = min(rank, out, into)
                first = torch.randn(self.count, least, into, generator=generator) / into**0.5
                self.down.append(nn.Parameter(first))
                self.up.append(nn.Parameter(torch.zeros(self.count, out, least)))

    def changed(self, last: Last, k: int) -> Weights:
        """The weights of each stage of the k-th network."""
        found: Weights = []
        at = 0
        for names, own in zip(self._names, last.convolutions(), strict=True):
            found.append({})
            for name in names:
                found[-1][name] = own[name] + (self.up[at][k] @ self.down[at][k]).view_as(own[name])
                at += 1
        return found


class LowRankTask:
    """Changes for the loop: one for each fold of the heads, that never sees the fold's cells, and one that sees all.

    Args:
        last: the last stages as they are.
        maps: of the corrections and of the old cells, float16 [N, V, C, H, W] and [M, C, H, W] a stage.
        first: the heads as they were fitted to these cells and the network as it is; the changes begin there.
        fitted: what that fit came to.
        known: where the cells lie that trained the parent.
        device: where the stages answer.
        seed: of the changes.
    """

    def __init__(
        self,
        last: Last,
        maps: tuple[Sequence[Float16], Sequence[Float16]],
        first: HeadTask,
        fitted: nn.Module,
        known: Known,
        device: torch.device,
        seed: int,
    ) -> None:
        new, old = first.new, first.old
        self.new, self.old, self._first, self._device = new, old, first, device
        self.heads, self._strength = first.begun(fitted)
        self.folds = first.folds
        self._last = last.to(device)
        self._known = Known(known.means.to(device), known.root.to(device))
        self.net: nn.Module = LowRank(last, self.heads, RANK, seed).to(device)
        self._new, self._old = ([torch.from_numpy(m).to(device) for m in side] for side in maps)
        self._allowed = torch.from_numpy(np.concatenate([new.allowed, old.allowed])).to(device) > 0
        self._fold = first.fold
        whole = balanced(new, old)
        self._whole = torch.from_numpy(whole / whole.sum())
        trains = [self._fold != k for k in range(self.folds)] + [np.ones(len(self._fold), bool)]
        self._weights = torch.from_numpy((np.stack(trains) * whole).astype(np.float32))

    def trained_on(self) -> list[tuple[str, Path]]:
        """The crops that train."""
        return self._first.trained_on()

    def steps_per_epoch(self) -> int:
        """See `STEPS`."""
        return STEPS

    def batches(self, generator: torch.Generator) -> Iterator[torch.Tensor]:
        """Which cells each network sees by which view, int64 [BATCH, H, 2]."""
        views = self._new[0].shape[1]
        for _ in range(STEPS):
            rows = torch.multinomial(self._weights, BATCH, replacement=True, generator=generator)
            shown = torch.randint(views, rows.shape, generator=generator)
            yield torch.stack([rows, shown], dim=2).transpose(0, 1)

    def loss(self, net: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Mean over the networks of -log(probability of the true node), and of how far the heads are from the parent's.

        The cells are drawn by their weights, so their mean is what the heads' weighted sum is.
        """
        assert isinstance(net, LowRank)
        weight, bias = net.heads.head()
        losses = []
        for k in range(net.count):
            rows, views = batch[:, k, 0].to(self._device), batch[:, k, 1].to(self._device)
            z = self._last(self._shown(rows, views), net.changed(self._last, k))
            losses.append(_missed(z @ weight[k].T + bias[k], self._allowed[rows]).mean())
        return (torch.stack(losses) + self._strength * net.heads.moved(self._known)).mean()

    def _shown(self, rows: torch.Tensor, views: torch.Tensor) -> list[torch.Tensor]:
        """The maps of some cells, float32 [N, C, H, W] a stage; an old one has one view."""
        n = len(self.new.labels)
        own = rows < n
        found = []
        for new, old in zip(self._new, self._old, strict=True):
            maps = torch.empty(len(rows), *old.shape[1:], device=self._device)
            maps[own] = new[rows[own], views[own]].float()
            maps[~own] = old[rows[~own] - n].float()
            found.append(maps)
        return found

    @torch.no_grad()
    def held_out(self, net: nn.Module) -> Float32:
        """Logits [N, C] of every cell by the network that never saw it: corrections as they are, then old cells."""
        assert isinstance(net, LowRank)
        weight, bias = net.heads.head()
        logits = torch.zeros(len(self._fold), weight.shape[1])
        for k in range(self.folds):
            changed = net.changed(self._last, k)
            rows = np.flatnonzero(self._fold == k)
            for at in range(0, len(rows), _AT_ONCE):
                some = torch.from_numpy(rows[at : at + _AT_ONCE]).to(self._device)
                z = self._last(self._shown(some, torch.zeros_like(some)), changed)
                logits[some.cpu()] = (z @ weight[k].T + bias[k]).cpu()
        return logits.numpy()

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Loss and balanced accuracy on the cells held out."""
        logits = self.held_out(net)
        n, allowed = len(self.new.labels), self._allowed.cpu()
        hits = allowed.numpy()[np.arange(len(logits)), logits.argmax(axis=1)]
        parts = ((HELD_OUT_NEW, self.new.labels, hits[:n]), (HELD_OUT_OLD, self.old.labels, hits[n:]))
        found = {name: float(mean_recall(labels, own)(np.ones((1, len(own))))[0]) for name, labels, own in parts}
        return {HELD_OUT_LOSS: self.held_out_loss(logits)} | found

    def held_out_loss(self, logits: Float32) -> float:
        """Of `held_out`, weighted as in training."""
        return float((_missed(torch.from_numpy(logits), self._allowed.cpu()) * self._whole).sum())

    @torch.no_grad()
    def chosen(self, net: nn.Module) -> tuple[Weights, Float32, Float32]:
        """Of the network that saw all: the stages' weights as they are kept, the head's weight [C, D] and bias [C]."""
        assert isinstance(net, LowRank)
        weight, bias = net.heads.head()
        changed = net.changed(self._last, self.folds)
        kept = [{name: w.half().float().cpu() for name, w in own.items()} for own in changed]
        return kept, weight[self.folds].cpu().numpy(), bias[self.folds].cpu().numpy()


def _missed(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """float32 [N], -log(probability of the true node)."""
    return -torch.logsumexp(logits.log_softmax(dim=1).masked_fill(~allowed, -1e4), dim=1)
