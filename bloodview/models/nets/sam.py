"""A user's own SAM (Kirillov et al. 2023), any checkpoint of transformers' SamModel, as a prompt segmenter.

The checkpoint is made a model folder once (`folder_from`): card and safetensors as every model's; the card holds the
checkpoint's configuration. Pickles are refused. Nothing is fetched from anywhere.
"""

import datetime
import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from bloodview.core.errors import ModelError, UserError
from bloodview.core.files import write_folder_whole
from bloodview.models.api import Click, Embedding, Outlined, Prompts, UInt8
from bloodview.models.card import CARD_NAME, FORMAT, WEIGHTS_NAME, ModelCard, sha256_of
from bloodview.models.nets.device import Runner, Tell, choose
from bloodview.models.nets.outlining import tidied, within

ARCHITECTURE = "sam"
UM_PER_PX = 0.16
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of RGB, by which SAM's own processor normalises."""
CONFIG = "config.json"
CHECKPOINT = "model.safetensors"
_PICKLES = (".pth", ".pt", ".bin", ".ckpt", ".pkl")
HINT = "Give the folder that SamModel.save_pretrained writes: config.json and model.safetensors."
LIMITS = (
    "For research use only. A user's own checkpoint: BloodView neither trained nor measured it, and its licence is the "
    "user's to know."
)
_WINDOW = 384
"""Side of the window around the prompts in which an answer is kept, px of the embedded picture."""


def transformers() -> ModuleType:
    """The package that holds SAM.

    Raises:
        UserError: it is not installed.
    """
    try:
        return importlib.import_module("transformers")
    except ImportError:
        raise UserError(
            "A SAM checkpoint needs the package transformers.", hint='Install it: pip install "bloodview[sam]".'
        ) from None


def folder_from(checkpoint: Path, out: Path) -> Path:
    """Make a model folder of a SAM checkpoint.

    Args:
        checkpoint: a folder with config.json and model.safetensors, as Hugging Face lays it out.
        out: the model folder, new or empty; its name becomes the model's id.

    Raises:
        UserError: it is no SAM, its weights are a pickle or do not fit, or transformers is not installed.
        StorageError: the folder could not be written.
    """
    config = _config(checkpoint)
    weights = checkpoint / CHECKPOINT
    try:
        tensors = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise UserError(f"The weights cannot be read: {error}", path=weights, hint=HINT) from None
    net = build(config, path=checkpoint)
    _take(net, {k: v.float() for k, v in tensors.items()}, checkpoint)
    with write_folder_whole(out) as beside:
        kept = {k: v.detach().half().contiguous() for k, v in net.state_dict().items()}
        save_file(kept, beside / WEIGHTS_NAME)
        sealed = beside / WEIGHTS_NAME
        card = ModelCard(
            format=FORMAT,
            id=out.resolve().name,
            task="outline",
            title=f"A user's SAM, from {checkpoint.resolve().name}",
            architecture=ARCHITECTURE,
            channels=(),
            layers=(),
            classes=("cell",),
            image_px=int(config["vision_config"].get("image_size", 1024)),
            um_per_px=UM_PER_PX,
            mean=MEAN,
            std=STD,
            thresholds={"cell": 0.5},
            temperature=1.0,
            data=(),
            metrics=(),
            recipe={"sam": config},
            limits=LIMITS,
            created=datetime.date.today().isoformat(),
            weights_sha256=sha256_of(sealed),
            weights_bytes=sealed.stat().st_size,
        )
        (beside / CARD_NAME).write_text(card.to_json(), encoding="utf-8")
    return out


def build(config: Mapping[str, Any], path: Path | str) -> nn.Module:
    """The network of a configuration, with random weights.

    Raises:
        UserError: the configuration is none of a SAM, or transformers is not installed.
    """
    library = transformers()
    try:
        net: nn.Module = library.SamModel(library.SamConfig.from_dict(dict(config)))
    except (TypeError, ValueError, KeyError, AttributeError, ZeroDivisionError, RuntimeError) as error:
        raise UserError(f"holds no configuration of a SAM: {error}", path=path, hint=HINT) from None
    return net.eval()


class SamPromptSegmenter:
    """models.api.PromptSegmenter by a user's SAM.

    SAM sees the whole embedded picture at its own size; of its three masks the one that it expects to be best is taken.
    """

    def __init__(self, card: ModelCard, folder: Path, device: str, tell: Tell) -> None:
        file = card.check_weights(folder)
        config = card.recipe.get("sam")
        if not isinstance(config, dict):
            raise ModelError("the model's card holds no configuration of a SAM.", path=folder, hint="Make it anew.")
        net = build(config, folder)
        try:
            tensors = load_file(file)
        except SafetensorError as error:
            raise ModelError(f"the weights cannot be read: {error}", path=file, hint="Make it anew.") from None
        _take(net, {k: v.float() for k, v in tensors.items()}, folder)
        self.card = card
        self.runner = Runner(net, choose(device), 1, tell)

    @property
    def model_id(self) -> str:
        """Id and the start of the checksum."""
        return self.card.mark

    @property
    def device(self) -> str:
        """Where it runs now."""
        return str(self.runner.device)

    @property
    def um_per_px(self) -> float:
        """The scale its pictures should have."""
        return self.card.um_per_px

    @property
    def most_px(self) -> int:
        """The largest side of a picture that it embeds: its own input."""
        return self.card.image_px

    def embed(self, image: UInt8) -> Embedding:
        """See models.api.PromptSegmenter."""
        h, w = image.shape[:2]
        side, zoom = self.card.image_px, self.card.image_px / max(h, w)
        small = cv2.resize(image, (max(1, round(w * zoom)), max(1, round(h * zoom))), interpolation=cv2.INTER_LINEAR)
        shown = (np.asarray(small, np.float32) / 255 - MEAN) / STD
        padded = np.zeros((side, side, 3), np.float32)
        padded[: shown.shape[0], : shown.shape[1]] = shown
        pixels = torch.from_numpy(padded).permute(2, 0, 1)[None]

        def step(net: nn.Module, _part: slice, device: torch.device) -> torch.Tensor:
            return torch.as_tensor(cast(Any, net).get_image_embeddings(pixels.to(device)))

        found = self.runner.over(1, step)[0]
        return Embedding(self.model_id, w, h, (found.half().cpu().numpy(),))

    def outline(self, embedding: Embedding, prompts: Prompts, before: Outlined | None = None) -> Outlined:
        """See models.api.PromptSegmenter. SAM goes on from the clicks alone, not from the answer before."""
        w, h = embedding.width, embedding.height
        zoom = self.card.image_px / max(h, w)
        points = [[c.x * zoom, c.y * zoom] for c in prompts.clicks]
        labels = [int(c.wanted) for c in prompts.clicks]
        maps = torch.from_numpy(np.asarray(embedding.maps[0]))

        def step(net: nn.Module, _part: slice, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
            said = net(
                image_embeddings=maps.to(device).float(),
                input_points=torch.tensor([[points]], device=device) if points else None,
                input_labels=torch.tensor([[labels]], device=device) if points else None,
                input_boxes=None
                if prompts.box is None
                else torch.tensor([[[v * zoom for v in prompts.box]]]).to(device),
                multimask_output=True,
            )
            return said.pred_masks[0, 0].float().cpu(), said.iou_scores[0, 0].float().cpu()

        masks, scores = self.runner.over(1, step)[0]
        logits = masks[int(scores.argmax())].numpy()
        x0, y0, side = _window(prompts, w, h)
        # The logits lie on a quarter of SAM's square input; only the window is brought to the picture's pixels.
        per_px = zoom * logits.shape[0] / self.card.image_px
        matrix = np.array([[per_px, 0, (x0 + 0.5) * per_px - 0.5], [0, per_px, (y0 + 0.5) * per_px - 0.5]])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        near = cv2.warpAffine(
            logits, matrix, (side, side), flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=-20.0
        )
        probability = (1 / (1 + np.exp(-np.clip(np.asarray(near, np.float32), -30, 30)))).astype(np.float32)
        moved = tuple(Click(c.x - x0, c.y - y0, c.wanted) for c in prompts.clicks)
        return within(Outlined(x0, y0, tidied(probability, moved), probability), w, h)


def _config(checkpoint: Path) -> dict[str, Any]:
    """The configuration of a checkpoint's folder, after a look at what else it is."""
    if checkpoint.is_file() or not checkpoint.is_dir():
        what = (
            "is a pickle, which can run any program when it is opened"
            if checkpoint.suffix in _PICKLES
            else "is no folder"
        )
        raise UserError(f"{what}: it is not read.", path=checkpoint, hint=HINT)
    if not (checkpoint / CHECKPOINT).is_file():
        pickles = sorted(f.name for f in checkpoint.iterdir() if f.suffix in _PICKLES)
        if pickles:
            raise UserError(
                f"holds its weights as a pickle ({pickles[0]}), which can run any program when it is opened: not read.",
                path=checkpoint,
                hint="Save it as safetensors: model.save_pretrained(FOLDER, safe_serialization=True).",
            )
        raise UserError(f"holds no {CHECKPOINT}.", path=checkpoint, hint=HINT)
    try:
        config = json.loads((checkpoint / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"has no {CONFIG} that can be read: {error}", path=checkpoint, hint=HINT) from None
    if not isinstance(config, dict) or config.get("model_type") != "sam":
        kind = config.get("model_type") if isinstance(config, dict) else None
        raise UserError(f"holds a model of type {kind!r}, no SAM.", path=checkpoint, hint=HINT)
    config.setdefault("vision_config", {})
    return config


def _take(net: nn.Module, tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """Give a network its weights; what the checkpoint ties or leaves out is filled from the network."""
    missing, unexpected = net.load_state_dict(tensors, strict=False)
    own = [k for k in missing if not k.startswith(("shared_image_embedding", "prompt_encoder.shared_embedding"))]
    if own or unexpected:
        wrong = (own or unexpected)[0]
        raise ModelError(f"the weights do not fit the configuration: {wrong}.", path=path, hint=HINT)


def _window(prompts: Prompts, width: int, height: int) -> tuple[int, int, int]:
    """Left, top and side of the window around prompts in which the answer is kept."""
    places = [(c.x, c.y) for c in prompts.clicks if c.wanted] or [(c.x, c.y) for c in prompts.clicks]
    side = _WINDOW
    if prompts.box is not None:
        x0, y0, x1, y1 = prompts.box
        places = [((x0 + x1) / 2, (y0 + y1) / 2)]
        side = max(side, round(1.5 * max(x1 - x0, y1 - y0)))
    side = min(side, max(width, height))
    x, y = (sum(p[k] for p in places) / len(places) for k in (0, 1))
    return round(x - side / 2), round(y - side / 2), side
