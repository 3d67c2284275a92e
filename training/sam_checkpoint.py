"""A user's own SAM, any checkpoint of transformers' SamModel, behind the face of the small one."""

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from bloodview.core.errors import UserError
from bloodview.models.nets.sam import HINT, MEAN, STD, transformers
from training.sam import Sam


class SamCheckpoint(Sam):
    """A SAM whose position codes are resampled from the 1024 px of its training to the side that is wanted.

    Li et al. 2025 run ViT-B at 224 px: 14 x 14 tokens of 768, logits of 56 x 56. Blocks that attend globally resample
    their relative positions themselves.

    Args:
        model: a SamModel.
        image_px: side of the input, a multiple of the checkpoint's patch.

    Raises:
        UserError: if the side is no multiple of the patch.
    """

    def __init__(self, model: Any, image_px: int) -> None:  # noqa: ANN401 - transformers is optional
        vision = model.config.vision_config
        grid, rest = divmod(image_px, vision.patch_size)
        if rest:
            raise UserError(f"field 'image_px': {image_px} is no multiple of the SAM's patch of {vision.patch_size} px")
        super().__init__(image_px, grid, vision.hidden_size, MEAN, STD)
        self.model: Any = model
        encoder = model.vision_encoder
        encoder.patch_embed.image_size = (image_px, image_px)
        if encoder.pos_embed is not None:
            places = encoder.pos_embed.detach().permute(0, 3, 1, 2)
            places = functional.interpolate(places, size=(grid, grid), mode="bicubic", align_corners=False)
            encoder.pos_embed = nn.Parameter(places.permute(0, 2, 3, 1).contiguous())
        model.prompt_encoder.image_embedding_size = (grid, grid)
        model.prompt_encoder.input_image_size = image_px
        model.config.prompt_encoder_config.image_embedding_size = grid

    @property
    def encoder(self) -> nn.Module:
        """See Sam."""
        found: nn.Module = self.model.vision_encoder
        return found

    def tokens(self, images: torch.Tensor) -> torch.Tensor:
        """See Sam."""
        encoder: Any = self.encoder
        x = encoder.patch_embed(images)
        if encoder.pos_embed is not None:
            x = x + encoder.pos_embed
        for layer in encoder.layers:
            x = layer(x)
            x = x[0] if isinstance(x, tuple) else x  # older releases return the weights of attention beside it
        return torch.as_tensor(x).permute(0, 3, 1, 2)

    def masks(self, tokens: torch.Tensor, boxes: torch.Tensor | None = None) -> torch.Tensor:
        """See Sam."""
        encoder: Any = self.encoder
        model: Any = self.model
        sparse, dense = model.prompt_encoder(
            input_points=None,
            input_labels=None,
            input_boxes=None if boxes is None else boxes[:, None],
            input_masks=None,
        )
        if len(dense) != len(tokens):
            dense = dense.expand(len(tokens), -1, -1, -1)
        logits = model.mask_decoder(
            image_embeddings=encoder.neck(tokens.permute(0, 2, 3, 1)),
            image_positional_embeddings=model.get_image_wide_positional_embeddings().expand(len(tokens), -1, -1, -1),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense.expand(len(tokens), -1, -1, -1),
            multimask_output=False,
        )[0]
        return torch.as_tensor(logits)[:, 0, 0]


def load(folder: Path, image_px: int) -> SamCheckpoint:
    """The SAM of a checkpoint's folder, as `SamModel.save_pretrained` writes it; nothing is fetched from anywhere.

    Raises:
        UserError: if transformers is not installed, or the folder holds no SAM, or the side does not suit it.
    """
    library = transformers()
    if not (folder / "config.json").is_file():
        raise UserError("is no SAM checkpoint: it has no config.json.", path=folder, hint=HINT)
    try:
        config = library.SamConfig.from_pretrained(folder, local_files_only=True)
        if config.model_type != "sam":
            raise UserError(f"holds a model of type {config.model_type!r}, no SAM.", path=folder, hint=HINT)
        model = library.SamModel.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"is no SAM checkpoint: {error}", path=folder, hint=HINT) from None
    return SamCheckpoint(model, image_px)
