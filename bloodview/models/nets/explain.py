"""Which places of a crop speak for a class: class activation maps of the shown answer, and its exact decomposition."""

import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import torch
from torch import nn

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.models import lime
from bloodview.models.api import METHODS, SIGNED, Float32, Question, UInt8
from bloodview.models.faithfulness import blurred
from bloodview.models.fewshot import Correction
from bloodview.models.nets.classifier import ClassifierNet
from bloodview.models.nets.encoder import Backbone
from bloodview.models.nets.ensemble import Ensemble, Member
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.nets.preprocess import to_tensor
from bloodview.models.views import unmoved

STAGES = ("layer1", "layer2", "layer3", "layer4")
"""Stages of a backbone whose maps are brought together."""
SIMILARITY, LIME, SCORE, EIGEN = "similarity", "lime", "scorecam", "eigencam"
_CAMS = {"gradcam": "GradCAM", "gradcam++": "GradCAMPlusPlus", "layercam": "LayerCAM", EIGEN: "EigenCAM"}
"""Method -> its class in the package grad-cam."""
_MASKS_AT_ONCE = 32


class _Hooks(Protocol):
    """What the package keeps of a forward and a backward pass."""

    activations: list[torch.Tensor]
    gradients: list[torch.Tensor]

    def __call__(self, x: torch.Tensor) -> torch.Tensor: ...

    def release(self) -> None: ...


class _Cam(Protocol):
    """A method of the package, which has no types of its own."""

    activations_and_grads: _Hooks

    def get_cam_image(
        self,
        input_tensor: torch.Tensor,
        target_layer: nn.Module,
        targets: "list[_Wish]",
        activations: Float32,
        grads: Float32,
        eigen_smooth: bool,
    ) -> Float32: ...


def _method(name: str) -> Callable[[nn.Module, list[nn.Module]], _Cam]:
    """A class of the package; loaded when it is first asked for, since it brings matplotlib and scikit-learn along."""
    # matplotlib warns when it first makes its list of fonts, of which no map has need.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    found: Callable[[nn.Module, list[nn.Module]], _Cam] = getattr(importlib.import_module("pytorch_grad_cam"), name)
    return found


class Answer(nn.Module):
    """The answer that is shown, as a network: logarithms of probabilities after temperature and adaptation.

    An adapted model shows the mean of its answers at three magnifications; the one explained is that at the crop's own.

    Args:
        classifier: the loaded model.
        still: float32 [F], `views.unmoved` of the crop. An adapted model goes by it too; it is of the cell as a whole,
            so it stays as it is while places are asked for.
    """

    def __init__(self, classifier: TorchClassifier, still: Float32) -> None:
        super().__init__()
        self.net = classifier.runner.net
        self._temperature = classifier.card.temperature
        device = classifier.runner.device
        self._correction = _on(classifier.correction, device) if classifier.correction is not None else None
        self._still = torch.from_numpy(still).to(device)[None]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, S, S] -> float32 [N, C]."""
        logits, raw = self.net(x)
        scores: torch.Tensor = (logits.float() / self._temperature).log_softmax(1)
        if self._correction is None:
            return scores
        features = torch.cat([raw.float(), self._still.expand(len(raw), -1)], dim=1)
        # A correction of an earlier version goes by fewer features; what came since stands last.
        return self._correction.log_probabilities(scores, features[:, : len(self._correction.weight)])


@dataclass(frozen=True, slots=True)
class _Correction:
    """models.fewshot.Correction on tensors, so that gradients pass."""

    trust: float
    weight: torch.Tensor
    bias: torch.Tensor
    shown: torch.Tensor
    hurdle: torch.Tensor

    def log_probabilities(self, scores: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """float32 [N, C] and [N, F] -> float32 [N, C]."""
        raised = self.trust * scores + features @ self.weight + self.bias
        raised = (raised - raised.masked_fill(~self.shown, -torch.inf).logsumexp(1, keepdim=True)).where(self.shown, 0)
        odds = scores - scores.masked_fill(~self.shown, -torch.inf).logsumexp(1, keepdim=True) - self.hurdle
        return torch.where(self.shown, raised, odds).log_softmax(1)


def _on(correction: Correction, device: torch.device) -> _Correction:
    weight, bias, hurdle = (
        torch.from_numpy(a).to(device) for a in (correction.weight, correction.bias, correction.hurdle)
    )
    return _Correction(correction.trust, weight, bias, torch.from_numpy(correction.shown > 0).to(device), hurdle)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a map explains: log odds of the wanted classes against the others; of rows of log probabilities."""

    wanted: list[int]
    against: list[int]

    def __call__(self, row: torch.Tensor) -> torch.Tensor:
        return row[..., self.wanted].logsumexp(-1) - row[..., self.against].logsumexp(-1)


class _Seen:
    """One backbone of a classifier, whose maps can be looked at.

    Args:
        backbone: the network.
        norm: the LayerNorm of its pooled vector.
        side: pixels that its input is resampled to; 0 = as it comes.
    """

    def __init__(self, backbone: Backbone, norm: nn.LayerNorm, side: int) -> None:
        self._backbone, self._norm, self._side = backbone, norm, side
        self.stages = [backbone.net.get_submodule(name) for name in STAGES]

    def last_maps(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [1, 3, S, S] -> float32 [D, h, w], the last stage's maps."""
        if self._side and x.shape[-1] != self._side:
            x = nn.functional.interpolate(x, size=self._side, mode="bilinear", antialias=True)
        maps: torch.Tensor = self._backbone(x)[-1][0].float()
        return maps

    def parts(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [1, 3, S, S] -> float32 [D, h, w], whose mean over the places is the embedding."""
        maps = self.last_maps(x)
        spread = (maps.mean((1, 2)).var(unbiased=False) + self._norm.eps).sqrt()
        weight, bias = (p[:, None, None] for p in (self._norm.weight, self._norm.bias))
        return (maps - maps.mean(0)) / spread * weight + bias


def _members(net: nn.Module) -> list[_Seen]:
    """The backbones of a classifier whose maps are places of the crop; empty for another kind of network."""
    if not isinstance(net, ClassifierNet):
        return []
    if isinstance(net.backbone, Ensemble):
        members = [m for m in net.backbone.members if isinstance(m, Member)]
        return [_Seen(m.backbone, m.norm, m.side) for m in members]
    if isinstance(net.backbone, Backbone) and isinstance(net.norm, nn.LayerNorm):
        return [_Seen(net.backbone, net.norm, 0)]
    return []


@dataclass(frozen=True, slots=True)
class Similarity:
    """A similarity taken apart.

    Args:
        grids: float32 [h, w] a backbone; the means of the grids add up to the similarity.
    """

    grids: tuple[Float32, ...]

    @property
    def whole(self) -> float:
        """The similarity itself."""
        return float(sum(grid.mean(dtype=np.float64) for grid in self.grids))

    def heat(self, side: int) -> Float32:
        """float32 [side, side], whose mean is the similarity still."""
        heat = np.sum([_grown(grid, side) for grid in self.grids], axis=0, dtype=np.float64)
        return np.asarray(heat + self.whole - heat.mean(), np.float32)


def _merged(members: Sequence[Sequence[Float32]], side: int) -> Float32:
    """The maps of the members' stages, [h, w] each, as one float32 [side, side]; 0 is the average place.

    A late stage knows what matters but not where, an early one where but not what: their product, each scaled from 0 to
    1, is high where all agree; the package's mean would blur it again. The members are averaged.
    """
    merged = np.mean([np.prod([_grown(_scaled(m), side) for m in stages], axis=0) for stages in members], axis=0)
    return np.asarray(merged - merged.mean(), np.float32)


def _scaled(heat: Float32) -> Float32:
    """A stage's map over what it says of the crop's border, where the neighbours lie, from 0 to 1."""
    border = np.concatenate([heat[0], heat[-1], heat[:, 0], heat[:, -1]])
    positive = np.maximum(heat - np.median(border), 0)
    return np.asarray(positive / (positive.max() + 1e-12), np.float32)


def _grown(grid: Float32, side: int) -> Float32:
    return np.asarray(cv2.resize(grid, (side, side), interpolation=cv2.INTER_LINEAR), np.float32)


def _turned(heat: Float32, maps: torch.Tensor, slopes: torch.Tensor) -> Float32:
    """Eigen-CAM's map with the sign that agrees with what speaks for the class; a principal component has none."""
    helps = (slopes.clamp(min=0) * maps).sum(0).numpy()
    return heat if float(((helps - helps.mean()) * heat).sum()) >= 0 else -heat


class TorchExplainer:
    """models.api.Explainer of a loaded classifier.

    Raises:
        UserError: the model is no classifier that was loaded from a folder.
    """

    def __init__(self, classifier: TorchClassifier) -> None:
        self._classifier = classifier
        net = classifier.runner.net
        net.requires_grad_(False)  # gradients are asked of the maps alone
        self._members = _members(net)

    @property
    def model_id(self) -> str:
        """The model that is explained."""
        return self._classifier.model_id

    @property
    def methods(self) -> tuple[str, ...]:
        """See models.api.Explainer: a network without maps of places is explained by LIME alone.

        Classes that were learned from examples answer by colours and by early stages too, outside the network: LIME,
        which asks for the whole answer, and the similarity to an example are what is true of them.
        """
        if self._classifier.head is not None:
            return (LIME, SIMILARITY) if self._members else (LIME,)
        return METHODS if self._members else (LIME,)

    @property
    def signed(self) -> frozenset[str]:
        """See models.api.Explainer."""
        return SIGNED

    def explain(
        self, crop: UInt8, question: Question, method: str, cancel: CancelToken, reference: Float32 | None = None
    ) -> Float32:
        """See models.api.Explainer."""
        if method not in self.methods:
            known = ", ".join(self.methods)
            raise UserError(f"There is no method {method!r} for this model.", hint=f"Methods: {known}.")
        if method == LIME:
            return lime.explain(crop, question, self._classifier, cancel)
        if method == SIMILARITY:
            if reference is None:
                raise UserError(
                    "The method 'similarity' compares a cell with another one.",
                    hint="Name a reference, a model made by learn, or another method.",
                )
            return self.similarity(crop, reference).heat(crop.shape[0])
        if method == SCORE:
            return self._score_cam(crop, question, cancel)
        return self._cam(crop, question, method)

    def _cam(self, crop: UInt8, question: Question, method: str) -> Float32:
        """One of the package's methods on every stage and member, brought together by `_merged`."""
        answer, wish = self._answer(crop), self._wish(question)
        layers = [stage for member in self._members for stage in member.stages]
        x = self._tensor(crop[None]).requires_grad_()
        cam = _method(_CAMS[method])(answer, layers)
        seen = cam.activations_and_grads
        try:
            with torch.enable_grad():
                torch.autograd.backward(wish(seen(x)[0]))
            found = []
            for layer, maps, slopes in zip(layers, seen.activations, seen.gradients, strict=True):
                heat = cam.get_cam_image(x, layer, [wish], maps.numpy(), slopes.numpy(), False)[0]
                found.append(heat if method != EIGEN else _turned(heat, maps[0], slopes[0]))
        finally:
            seen.release()
        return _merged([found[i : i + len(STAGES)] for i in range(0, len(found), len(STAGES))], crop.shape[0])

    @torch.no_grad()
    def _score_cam(self, crop: UInt8, question: Question, cancel: CancelToken) -> Float32:
        """Score-CAM (Wang et al. 2020) on the last stage of every member: each channel weighs what showing it is worth.

        Own code: the package's tells of its progress on the terminal and cannot be stopped. What differs: a channel
        masks the crop over its blur, not over black, and its weight is the softmax of the gain in log odds.
        """
        answer, wish, side = self._answer(crop), self._wish(question), crop.shape[0]
        x = self._tensor(crop[None])
        soft = self._tensor(blurred(crop)[None])
        found = []
        for member in self._members:
            maps = member.last_maps(x)
            masks = nn.functional.interpolate(maps[:, None], size=(side, side), mode="bilinear")
            low, high = masks.amin((2, 3), keepdim=True), masks.amax((2, 3), keepdim=True)
            masks = (masks - low) / (high - low + 1e-8)
            gains = []
            for at in range(0, len(masks), _MASKS_AT_ONCE):
                cancel.check()
                part = masks[at : at + _MASKS_AT_ONCE]
                gains.append(wish(answer(x * part + soft * (1 - part))))
            weights = torch.cat(gains).softmax(0)
            found.append([(weights[:, None, None] * maps).sum(0).cpu().numpy()])
        return _merged(found, side)

    def _tensor(self, crops: UInt8) -> torch.Tensor:
        card = self._classifier.card
        return to_tensor(crops, card.mean, card.std, self._classifier.runner.device, card.stain)

    def _answer(self, crop: UInt8) -> Answer:
        return Answer(self._classifier, unmoved(crop[None])[0])

    def _wish(self, question: Question) -> _Wish:
        classes = self._classifier.classes
        wanted = [classes.index(c) for c in question.wanted]
        against = [classes.index(c) for c in question.against] or [i for i in range(len(classes)) if i not in wanted]
        return _Wish(wanted, against)

    def similarity(self, crop: UInt8, embedding: Float32) -> "Similarity":
        """What each place of a crop adds to <its embedding, another one> (Zhu et al. 2019).

        `embedding` is a vector as in models.api.Opinions, or a difference of such; its first numbers are the embedding,
        of length 1, and what stands behind them is left out. With the mean over
        positions as pooling the sum is exact, no gradient needed: the LayerNorm behind it is linear once its deviation
        is known.
        """
        with torch.no_grad():
            x = self._tensor(crop[None])
            whole = self._classifier.runner.net(x)[1][0].float()
            parts = [member.parts(x) for member in self._members]
        length = float(whole.norm())
        other = torch.from_numpy(np.array(embedding[: len(whole)], np.float32)).to(whole.device)
        grids, at = [], 0
        for part in parts:
            width = part.shape[0]
            share = torch.einsum("chw,c->hw", part, other[at : at + width]) / length
            grids.append(share.cpu().numpy().astype(np.float32))
            at += width
        return Similarity(tuple(grids))
