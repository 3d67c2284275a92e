"""A user's SAM behind the small one's face: refused with a reason, or resampled to the side that is wanted.

The package transformers is optional and not installed for the tests: a stand-in of the shape of its SamModel is.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from bloodview.core.errors import UserError
from training.sam import add_low_rank
from training.sam_checkpoint import SamCheckpoint, load


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attn = nn.Module()
        self.attn.qkv = nn.Linear(12, 36)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor]:
        return (x + self.attn.qkv(x).chunk(3, dim=-1)[0],)  # a tuple, as in older releases


class _Patches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.image_size = (64, 64)
        self.projection = nn.Conv2d(3, 12, 8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert x.shape[-2:] == self.image_size
        return self.projection(x).permute(0, 2, 3, 1)


class _Neck(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 3, 1, 2)[:, :6]


class _Prompts(nn.Module):
    def forward(
        self, input_points: None, input_labels: None, input_boxes: torch.Tensor | None, input_masks: None
    ) -> tuple[torch.Tensor | None, torch.Tensor]:
        dense = torch.zeros(1, 6, *self.image_embedding_size)
        return None if input_boxes is None else input_boxes[:, :, None, :1].expand(-1, -1, 2, 6), dense


class _Decoder(nn.Module):
    def forward(
        self,
        image_embeddings: torch.Tensor,
        image_positional_embeddings: torch.Tensor,
        sparse_prompt_embeddings: torch.Tensor | None,
        dense_prompt_embeddings: torch.Tensor,
        multimask_output: bool,
    ) -> tuple[torch.Tensor, None]:
        assert dense_prompt_embeddings.shape == image_positional_embeddings.shape == image_embeddings.shape
        assert not multimask_output
        x = image_embeddings.mean(1).repeat_interleave(4, 1).repeat_interleave(4, 2)
        if sparse_prompt_embeddings is not None:
            x = x + sparse_prompt_embeddings.sum((1, 2, 3))[:, None, None]
        return x[:, None, None], None


class _Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.config = SimpleNamespace(
            vision_config=SimpleNamespace(patch_size=8, hidden_size=12),
            prompt_encoder_config=SimpleNamespace(image_embedding_size=8),
        )
        self.vision_encoder = nn.Module()
        self.vision_encoder.patch_embed = _Patches()
        self.vision_encoder.pos_embed = nn.Parameter(torch.randn(1, 8, 8, 12))
        self.vision_encoder.layers = nn.ModuleList(_Layer() for _ in range(2))
        self.vision_encoder.neck = _Neck()
        self.prompt_encoder = _Prompts()
        self.mask_decoder = _Decoder()

    def get_image_wide_positional_embeddings(self) -> torch.Tensor:
        side = self.config.prompt_encoder_config.image_embedding_size
        return torch.zeros(1, 6, side, side)


def _transformers(monkeypatch: pytest.MonkeyPatch, kind: str = "sam") -> None:
    def of_model(*_args: object, **_more: object) -> _Model:
        if kind == "damaged":
            raise OSError("no file named model.safetensors")
        return _Model()

    def of_config(*_args: object, **_more: object) -> SimpleNamespace:
        return SimpleNamespace(model_type="bert" if kind == "bert" else "sam")

    fake = SimpleNamespace(
        SamModel=SimpleNamespace(from_pretrained=of_model), SamConfig=SimpleNamespace(from_pretrained=of_config)
    )
    monkeypatch.setitem(sys.modules, "transformers", fake)


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "sam"}))
    return tmp_path


def test_without_transformers_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(UserError, match=r"needs the package transformers.*bloodview\[sam\]"):
        load(_folder(tmp_path), 32)


@pytest.mark.parametrize(
    ("kind", "message"),
    [("bert", "holds a model of type 'bert', no SAM"), ("damaged", "is no SAM checkpoint: no file")],
)
def test_what_is_no_checkpoint_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, message: str
) -> None:
    _transformers(monkeypatch, kind)
    with pytest.raises(UserError, match=message) as caught:
        load(_folder(tmp_path), 32)
    assert str(tmp_path) in str(caught.value)


def test_a_folder_without_a_config_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _transformers(monkeypatch)
    with pytest.raises(UserError, match=r"has no config\.json"):
        load(tmp_path, 32)


def test_a_side_that_is_no_multiple_of_the_patch_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _transformers(monkeypatch)
    with pytest.raises(UserError, match="'image_px': 30 is no multiple of the SAM's patch of 8 px"):
        load(_folder(tmp_path), 30)


def test_it_is_asked_like_the_small_one_at_another_side_than_it_was_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _transformers(monkeypatch)
    sam = load(_folder(tmp_path), 32)
    x = torch.randn(2, 3, 32, 32)
    assert (sam.grid, sam.width) == (4, 12)
    assert sam.tokens(x).shape == (2, 12, 4, 4)
    assert sam(x).shape == (2, 16, 16)
    assert not torch.allclose(sam(x, torch.ones(2, 4)), sam(x))


def test_its_encoder_is_frozen_and_changed_by_low_rank() -> None:
    sam = SamCheckpoint(_Model(), 64)
    x = torch.randn(1, 3, 64, 64)
    before = sam(x)
    assert add_low_rank(sam, 4) == 2
    assert torch.allclose(sam(x), before, atol=1e-6)
    assert {n.split(".")[-2] for n, p in sam.encoder.named_parameters() if p.requires_grad} == {
        "down_q", "down_v", "up_q", "up_v",
    }  # fmt: skip
