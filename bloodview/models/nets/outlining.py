"""The prompt segmenter as the app sees it: a view embedded once, then a window around each prompt."""

import math
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from torch import nn

from bloodview.models.api import Click, Embedding, Float32, Outlined, Prompts, UInt8
from bloodview.models.card import ModelCard
from bloodview.models.nets.clicks import STRIDE, Asked, ClickNet, Encoded
from bloodview.models.nets.device import Tell
from bloodview.models.nets.inference import Loaded

MOST_PX = 1024
_OFF_MIDDLE = 0.06
"""Share of the window by which a cell may lie beside its middle before the window is moved onto it."""
_MULTIPLE = 32


class TorchPromptSegmenter(Loaded):
    """models.api.PromptSegmenter by ClickNet."""

    def __init__(self, card: ModelCard, folder: Path, device: str, tell: Tell) -> None:
        super().__init__(card, folder, device, 1, tell)

    @property
    def um_per_px(self) -> float:
        """The scale its pictures should have."""
        return self.card.um_per_px

    @property
    def most_px(self) -> int:
        """The largest side of a picture that it embeds."""
        return MOST_PX

    def embed(self, image: UInt8) -> Embedding:
        """See models.api.PromptSegmenter. The maps are kept in half precision, in the computer's memory."""
        h, w = image.shape[:2]

        def step(net: nn.Module, _part: slice, device: torch.device) -> Encoded:
            return cast(ClickNet, net).encode(self._tensor(padded(image)[None], device))

        seen = self.runner.over(1, step)[0]
        maps = tuple(m[0].half().contiguous().cpu().numpy() for m in (seen.coarse, seen.fine, seen.image))
        return Embedding(self.model_id, w, h, maps)

    def outline(self, embedding: Embedding, prompts: Prompts, before: Outlined | None = None) -> Outlined:
        """See models.api.PromptSegmenter."""
        seen = Encoded(*(torch.from_numpy(m)[None] for m in embedding.maps))

        def step(net: nn.Module, _part: slice, device: torch.device) -> Outlined:
            return ask(cast(ClickNet, net), seen, prompts, before, self.card.image_px, device)

        return within(self.runner.over(1, step)[0], embedding.width, embedding.height)


def ask(
    net: ClickNet, seen: Encoded, prompts: Prompts, before: Outlined | None, side: int, device: torch.device
) -> Outlined:
    """The cell that prompts point at in one encoded picture.

    The window lies around the prompts, or around the cell of the answer before; where the cell turns out to lie off its
    middle, the window is moved onto it and asked once more.

    Args:
        net: the network.
        seen: of one picture, N = 1.
        prompts: in pixels of this picture.
        before: the answer to all prompts but the last.
        side: of the window, px.
        device: where the network is.
    """
    corner = _corner(_middle(prompts, before), side)
    found = _decoded(net, seen, prompts, before, corner, side, device)
    if found.mask.any():
        x, y, w, h = cv2.boundingRect(found.mask)
        off = np.array([x + w / 2, y + h / 2]) - side / 2
        if np.abs(off).max() > _OFF_MIDDLE * side:
            again = _corner((found.x0 + x + w / 2, found.y0 + y + h / 2), side)
            return _decoded(net, seen, prompts, before, again, side, device)
    return found


def padded(image: UInt8) -> UInt8:
    """A picture with white below and to its right, so that its sides are divisible by 32."""
    h, w = image.shape[:2]
    out = np.full((-(-h // _MULTIPLE) * _MULTIPLE, -(-w // _MULTIPLE) * _MULTIPLE, 3), 255, np.uint8)
    out[:h, :w] = image
    return out


def _decoded(
    net: ClickNet,
    seen: Encoded,
    prompts: Prompts,
    before: Outlined | None,
    corner: tuple[int, int],
    side: int,
    device: torch.device,
) -> Outlined:
    """One answer of the decoder in one window."""
    x0, y0 = corner
    given = [(c.x - x0, c.y - y0, float(c.wanted)) for c in prompts.clicks]
    box = [math.nan] * 4 if prompts.box is None else [v - (x0, y0)[i % 2] for i, v in enumerate(prompts.box)]
    last = np.zeros((side, side), np.float32)
    if before is not None:
        last = _part_of(before.probability, x0 - before.x0, y0 - before.y0, side)
    asked = Asked(
        [torch.tensor(given, dtype=torch.float32, device=device).reshape(-1, 3)],
        torch.tensor([box], dtype=torch.float32, device=device),
        torch.from_numpy(last).to(device)[None, None],
    )
    logits = net.decode(seen.windows([0], [corner], side).to(device), asked)
    probability = logits.sigmoid()[0].cpu().numpy().astype(np.float32)
    moved = tuple(Click(c.x - x0, c.y - y0, c.wanted) for c in prompts.clicks)
    return Outlined(x0, y0, tidied(probability, moved), probability)


def tidied(probability: Float32, given: tuple[Click, ...]) -> UInt8:
    """The one object of a window that is meant, its holes filled but for those that a click says are none of it.

    Args:
        probability: float32 [S, S].
        given: clicks in pixels of the window.
    """
    inside = (probability > 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside)
    if count < 2:
        return np.zeros_like(inside)
    side = inside.shape[0]
    at = [(min(max(int(c.x), 0), side - 1), min(max(int(c.y), 0), side - 1), c.wanted) for c in given]
    meant = {int(labels[y, x]) for x, y, wanted in at if wanted} - {0}
    if not meant:
        meant = {1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))}
    kept = np.isin(labels, list(meant)).astype(np.uint8)
    outlines, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = np.asarray(cv2.drawContours(np.zeros_like(kept), outlines, -1, 1, thickness=-1), dtype=np.uint8)
    _, holes = cv2.connectedComponents(whole - kept)
    for x, y, wanted in at:
        if not wanted and holes[y, x]:
            whole[holes == holes[y, x]] = 0
    return whole


def _middle(prompts: Prompts, before: Outlined | None) -> tuple[float, float]:
    """Where the window shall lie: around the answer before, else the box, else the wanted clicks."""
    if before is not None and before.mask.any():
        x, y, w, h = cv2.boundingRect(before.mask)
        return before.x0 + x + w / 2, before.y0 + y + h / 2
    if prompts.box is not None:
        return (prompts.box[0] + prompts.box[2]) / 2, (prompts.box[1] + prompts.box[3]) / 2
    own = [c for c in prompts.clicks if c.wanted] or list(prompts.clicks)
    return sum(c.x for c in own) / len(own), sum(c.y for c in own) / len(own)


def _corner(middle: tuple[float, float], side: int) -> tuple[int, int]:
    """Left and top of a window around a place, on the grid of the coarse map."""
    x, y = (round((v - side / 2) / STRIDE) * STRIDE for v in middle)
    return x, y


def _part_of(whole: Float32, x: int, y: int, side: int) -> Float32:
    """float32 [H, W] -> [side, side] from (x, y), 0 outside."""
    out = np.zeros((side, side), np.float32)
    h, w = whole.shape
    x0, y0, x1, y1 = max(0, x), max(0, y), min(w, x + side), min(h, y + side)
    if x1 > x0 and y1 > y0:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = whole[y0:y1, x0:x1]
    return out


def within(found: Outlined, width: int, height: int) -> Outlined:
    """An answer without what lies outside the picture."""
    mask = found.mask.copy()
    mask[: max(0, -found.y0)] = 0
    mask[:, : max(0, -found.x0)] = 0
    mask[max(0, height - found.y0) :] = 0
    mask[:, max(0, width - found.x0) :] = 0
    return Outlined(found.x0, found.y0, mask, found.probability)
