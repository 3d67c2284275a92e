"""Last layers fitted side by side on what a network says of cells: folds hold some out and tell how far to go."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bloodview.core.refinement import HELD_OUT_LOSS, HELD_OUT_NEW, HELD_OUT_OLD
from bloodview.models.familiarity import Familiarity
from training.evaluate import mean_recall

Float32 = NDArray[np.float32]

STRENGTHS = (0.3, 0.1, 0.03, 0.01)
"""How hard a head is held at the parent's, the hardest first; held-out cells choose."""
FOLDS = 5
NEW_SHARE = 0.5
"""Weight of the corrections within a class that was corrected."""
HELD = 0.3
"""Weight of what a change does to the cells that the parent knew, beside the change itself."""
STEPS = 5
"""Of an epoch; each sees every cell by one of its views."""
_FULL = 5  # a class of fewer cells counts less than one of more


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells as a network sees them.

    Args:
        embeddings: float32 [N, V, D] of V views, before the head.
        allowed: float32 [N, C], 1 for each class that the label allows.
        labels: N.
        units: what each must stay together with.
    """

    embeddings: Float32
    allowed: Float32
    labels: tuple[str, ...]
    units: tuple[str, ...]

    def fold(self, folds: int = FOLDS) -> NDArray[np.int64]:
        """int64 [N], the fold that holds each out: whole units, drawn by their hash, as many as there can be."""
        names = sorted(set(self.units), key=lambda u: hashlib.sha256(f"fold {u}".encode()).hexdigest())
        place = {name: i % folds for i, name in enumerate(names)}
        return np.array([place[u] for u in self.units], np.int64)


def balanced(new: Cells, old: Cells) -> Float32:
    """float32 [N + M], weights of the corrections and then of the old cells; the sum is 1 where every class has some.

    Each class counts alike, and a corrected one comes from corrections by `NEW_SHARE`: a class that the laboratory
    showed must not become likelier than one that it did not.
    """
    classes = new.allowed.shape[1]
    numbers, rows = Counter(new.labels), dict(zip(new.labels, new.allowed, strict=True))
    covered = sum(rows.values(), np.zeros(classes, np.float32))
    gives = {x: NEW_SHARE * min(1, numbers[x] / _FULL) * r / np.maximum(1, covered) / classes for x, r in rows.items()}
    own = np.array([gives[x].sum() / numbers[x] for x in new.labels])
    left = 1 / classes - sum(gives.values(), np.zeros(classes))
    kept = old.allowed * left
    return np.concatenate([own, (kept / np.maximum(1, old.allowed.sum(axis=0))).sum(axis=1)]).astype(np.float32)


class Heads(nn.Module):
    """Differences of H heads to the parent's.

    Args:
        weight: float32 [C, D] of the parent.
        bias: float32 [C].
        count: H.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, count: int) -> None:
        super().__init__()
        self.register_buffer("base_weight", weight.clone())
        self.register_buffer("base_bias", bias.clone())
        self.weight = nn.Parameter(torch.zeros(count, *weight.shape))
        self.bias = nn.Parameter(torch.zeros(count, len(bias)))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """float32 [N, D] -> logits [H, N, C]."""
        weight, bias = self.head()
        return torch.einsum("nd,hcd->hnc", z, weight) + bias[:, None]

    def head(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The heads themselves: [H, C, D] and [H, C]."""
        return self.get_buffer("base_weight") + self.weight, self.get_buffer("base_bias") + self.bias

    def moved(self, known: "Known") -> torch.Tensor:
        """float32 [H], how far each is from the parent's: squared, and by what that does to the cells it knew."""
        weight, bias = (
            self.weight - self.weight.mean(dim=1, keepdim=True),
            self.bias - self.bias.mean(dim=1, keepdim=True),
        )
        spread = ((weight @ known.root) ** 2).sum(dim=(1, 2))
        middle = ((weight @ known.means.T + bias[:, :, None]) ** 2).sum(dim=1).mean(dim=1)
        return (self.weight**2).sum(dim=(1, 2)) + (self.bias**2).sum(dim=1) + HELD * (spread + middle)


@dataclass(frozen=True, slots=True)
class Known:
    """Where the cells lie that trained the parent, as its familiarity keeps it.

    The expected square of what a head's change does to the logits of such cells follows from it, so that a head is
    free where they never are, and held where they are (after elastic weight consolidation, Kirkpatrick et al. 2017;
    of a linear head the quadratic form is known, not estimated).

    Args:
        means: float32 [K, D], of the classes.
        root: float32 [D, D], times its transpose the covariance within them.
    """

    means: torch.Tensor
    root: torch.Tensor

    @classmethod
    def of(cls, familiar: Familiarity) -> "Known":
        """Of the familiarity of a kind, with one whitening for all classes."""
        return cls(torch.from_numpy(familiar.means), torch.linalg.inv(torch.from_numpy(familiar.whitening)).T)


class HeadTask:
    """Heads for the loop: for each strength one a fold, that never sees the fold's cells, and one that sees all.

    Args:
        new: the corrections that train.
        old: cells of the classes that the parent knew, so that it does not forget them.
        weight: of the parent's head, float32 [C, D].
        bias: float32 [C].
        known: where the cells lie that trained the parent.
        files: of the corrections, by which a checkpoint knows them.
        folds: how many parts are held out in turn.
    """

    def __init__(
        self,
        new: Cells,
        old: Cells,
        weight: Float32,
        bias: Float32,
        known: Known,
        files: Sequence[Path],
        folds: int = FOLDS,
    ) -> None:
        self.new, self.old, self._known, self._files, self.folds = new, old, known, tuple(files), folds
        self.net: nn.Module = Heads(torch.from_numpy(weight), torch.from_numpy(bias), len(STRENGTHS) * (folds + 1))
        self._z = [torch.from_numpy(c.embeddings) for c in (new, old)]
        self._allowed = torch.from_numpy(np.concatenate([new.allowed, old.allowed])) > 0
        self.fold = np.concatenate([new.fold(folds), old.fold(folds)])
        whole = balanced(new, old)
        trains = np.stack([self.fold != k for k in range(folds)] + [np.ones(len(self.fold), bool)])
        weights = trains * whole
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        self._weights = torch.from_numpy(np.tile(weights, (len(STRENGTHS), 1)).astype(np.float32))
        self._strength = torch.tensor(STRENGTHS).repeat_interleave(folds + 1)

    def trained_on(self) -> list[tuple[str, Path]]:
        """The crops that train."""
        return [("corrections", file) for file in self._files]

    def steps_per_epoch(self) -> int:
        """See `STEPS`."""
        return STEPS

    def batches(self, generator: torch.Generator) -> Iterator[torch.Tensor]:
        """Which view of each correction is shown, int64 [N]."""
        n, views = self.new.embeddings.shape[:2]
        for _ in range(STEPS):
            yield torch.randint(views, (n,), generator=generator)

    def loss(self, net: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Mean over the heads of -log(probability of the true node), and of how far they are from the parent's."""
        assert isinstance(net, Heads)
        new, old = self._z
        z = torch.cat([new[torch.arange(len(new)), batch], old[:, 0]])
        missed = (self._missed(net(z)) * self._weights).sum(dim=1)
        return (missed + self._strength * net.moved(self._known)).mean()

    def _missed(self, logits: torch.Tensor) -> torch.Tensor:
        """float32 [H, N], -log(probability of the true node)."""
        log_p = logits.log_softmax(dim=2)
        return -torch.logsumexp(log_p.masked_fill(~self._allowed, -1e4), dim=2)

    @torch.no_grad()
    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Loss and balanced accuracy on the cells held out, by the strength that is the best so far."""
        losses, logits = self.held_out(net)
        best = int(losses.argmin())
        hits = self._hits(logits[best])
        n = len(self.new.labels)
        one = np.ones((1, n))
        old = np.ones((1, len(hits) - n))
        return {
            HELD_OUT_LOSS: float(losses[best]),
            HELD_OUT_NEW: float(mean_recall(self.new.labels, hits[:n])(one)[0]),
            HELD_OUT_OLD: float(mean_recall(self.old.labels, hits[n:])(old)[0]),
        }

    def _hits(self, logits: Float32) -> NDArray[np.bool_]:
        return np.asarray(self._allowed.numpy()[np.arange(len(logits)), logits.argmax(axis=1)], bool)

    @torch.no_grad()
    def held_out(self, net: nn.Module) -> tuple[Float32, Float32]:
        """For each strength the loss [S] on cells by heads that never saw them, and those logits [S, N, C].

        The corrections as they are come first, then the old cells; they count as in training.
        """
        logits = net(torch.cat([self._z[0][:, 0], self._z[1][:, 0]]))
        missed = self._missed(logits).view(len(STRENGTHS), self.folds + 1, -1)
        own = torch.from_numpy(self.fold)
        rows = torch.arange(len(own))
        weights = self._weights[self.folds]  # of a head that sees all
        losses = (missed[:, own, rows] * weights).sum(dim=1)
        by_strength = logits.view(len(STRENGTHS), self.folds + 1, *logits.shape[1:])
        return losses.numpy(), by_strength[:, own, rows].numpy()

    @torch.no_grad()
    def chosen(self, net: nn.Module) -> tuple[Float32, Float32, int]:
        """Weight [C, D] and bias [C] of the head that saw all, held as cells held out like it best; which strength."""
        assert isinstance(net, Heads)
        losses, _ = self.held_out(net)
        best = int(losses.argmin())
        weight, bias = net.head()
        at = best * (self.folds + 1) + self.folds
        return weight[at].numpy(), bias[at].numpy(), best

    @torch.no_grad()
    def begun(self, net: nn.Module) -> tuple[Heads, float]:
        """The heads held as cells held out like it best, one a fold and then the one that saw all; how hard that is."""
        assert isinstance(net, Heads)
        best = int(self.held_out(net)[0].argmin())
        found = Heads(net.get_buffer("base_weight"), net.get_buffer("base_bias"), self.folds + 1)
        own = slice(best * (self.folds + 1), (best + 1) * (self.folds + 1))
        found.weight.copy_(net.weight[own])
        found.bias.copy_(net.bias[own])
        return found, STRENGTHS[best]
