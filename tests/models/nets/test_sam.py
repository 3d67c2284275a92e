"""A user's own SAM: made a model folder once, refused with a reason, answering as transformers' own SamModel."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bloodview.core.errors import ModelError, UserError
from bloodview.models import store
from bloodview.models.api import Click, Prompts
from bloodview.models.card import CARD_NAME, WEIGHTS_NAME, ModelCard
from bloodview.models.nets import sam

SIDE = 64


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A tiny SAM with random weights as `save_pretrained` writes it, and the network itself."""
    library = pytest.importorskip("transformers", reason="the extra `sam` is not installed")
    torch.manual_seed(0)
    config = library.SamConfig(
        vision_config={
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIDE,
            "patch_size": 8,
            "window_size": 4,
            "global_attn_indexes": [1],
            "mlp_dim": 64,
            "output_channels": 16,
            "num_pos_feats": 8,
        },
        prompt_encoder_config={"hidden_size": 16, "image_size": SIDE, "patch_size": 8, "mask_input_channels": 4},
        mask_decoder_config={
            "hidden_size": 16,
            "mlp_dim": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 16,
            "iou_head_depth": 2,
        },
    )
    net = library.SamModel(config).eval()
    folder = tmp_path_factory.mktemp("sam")
    net.save_pretrained(folder)
    return folder, net


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (48, SIDE, 3)).astype(np.uint8)


@pytest.mark.slow
def test_a_checkpoint_becomes_a_model_that_answers_as_its_own_library_does(
    checkpoint: tuple[Path, Any], tmp_path: Path
) -> None:
    folder, net = checkpoint
    made = sam.folder_from(folder, tmp_path / "my-sam")
    card = ModelCard.read(made)
    assert (card.id, card.task, card.architecture, card.image_px) == ("my-sam", "outline", "sam", SIDE)
    model = store.load_prompt_segmenter("cpu", made)
    seen = model.embed(picture())
    found = model.outline(seen, Prompts((Click(20.0, 30.0), Click(50.0, 9.0, wanted=False)), (8.0, 6.0, 40.0, 44.0)))
    pixels = torch.zeros(1, 3, SIDE, SIDE)
    shown = (picture().astype(np.float32) / 255 - sam.MEAN) / sam.STD
    pixels[0, :, :48] = torch.from_numpy(shown).permute(2, 0, 1).float()
    with torch.inference_mode():
        said = net(
            pixel_values=pixels,
            input_points=torch.tensor([[[[20.0, 30.0], [50.0, 9.0]]]]),
            input_labels=torch.tensor([[[1, 0]]]),
            input_boxes=torch.tensor([[[8.0, 6.0, 40.0, 44.0]]]),
            multimask_output=True,
        )
    best = said.pred_masks[0, 0, int(said.iou_scores[0, 0].argmax())]
    whole = torch.nn.functional.interpolate(best[None, None], (SIDE, SIDE), mode="bilinear").sigmoid()[0, 0].numpy()
    h, w = 48 - max(0, found.y0), SIDE - max(0, found.x0)
    y, x = max(0, -found.y0), max(0, -found.x0)
    own = found.probability[y : y + h, x : x + w]
    there = whole[max(0, found.y0) :, max(0, found.x0) :][: own.shape[0], : own.shape[1]]
    assert np.abs(own - there)[2:-2, 2:-2].max() < 0.05
    assert found.probability.std() > 0.01


@pytest.mark.slow
def test_a_model_folder_made_of_a_sam_is_verified_as_any(checkpoint: tuple[Path, Any], tmp_path: Path) -> None:
    made = sam.folder_from(checkpoint[0], tmp_path / "my-sam")
    weights = made / WEIGHTS_NAME
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelError, match="not those that the card describes"):
        store.load_prompt_segmenter("cpu", made)


@pytest.mark.slow
def test_weights_that_do_not_fit_the_configuration_are_refused(checkpoint: tuple[Path, Any], tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / sam.CHECKPOINT).write_bytes((checkpoint[0] / sam.CHECKPOINT).read_bytes())
    config = json.loads((checkpoint[0] / sam.CONFIG).read_text())
    config["mask_decoder_config"]["num_hidden_layers"] = 2
    (folder / sam.CONFIG).write_text(json.dumps(config))
    with pytest.raises(UserError, match="do not fit"):
        sam.folder_from(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("ending", ["pth", "bin"])
def test_a_pickle_is_never_opened(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "sam"}')
    pickle = folder / f"model.{ending}"
    pickle.write_bytes(b"not even a pickle")
    for given in (folder, pickle):
        with pytest.raises(UserError, match="pickle") as caught:
            sam.folder_from(given, tmp_path / "out")
        assert "model.safetensors" in str(caught.value) or "safetensors" in str(caught.value)


@pytest.mark.parametrize(
    ("config", "words"),
    [(None, "no config.json"), ("[]", "no SAM"), ('{"model_type": "vit"}', "'vit', no SAM"), ("{", "no config.json")],
)
def test_what_is_no_sam_is_refused_with_its_reason(tmp_path: Path, config: str | None, words: str) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / sam.CHECKPOINT).write_bytes(b"")
    if config is not None:
        (folder / sam.CONFIG).write_text(config)
    with pytest.raises(UserError, match=words):
        sam.folder_from(folder, tmp_path / "out")


def test_without_its_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    with pytest.raises(UserError, match="needs the package transformers") as caught:
        sam.build({}, "here")
    assert "bloodview[sam]" in str(caught.value)


@pytest.mark.slow
def test_a_card_without_a_configuration_is_refused(checkpoint: tuple[Path, Any], tmp_path: Path) -> None:
    made = sam.folder_from(checkpoint[0], tmp_path / "my-sam")
    card = json.loads((made / CARD_NAME).read_text())
    card["recipe"] = {}
    (made / CARD_NAME).write_text(json.dumps(card))
    with pytest.raises(ModelError, match="no configuration of a SAM"):
        store.load_prompt_segmenter("cpu", made)
