"""The card and the weights it seals."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.errors import ModelError
from bloodview.models.card import Adaptation, ModelCard
from tests.models import tiny


def test_a_published_card_reads_back_as_written(tmp_path: Path) -> None:
    card = ModelCard.read(tiny.classifier(tmp_path))
    assert (card.task, card.classes[0], card.temperature) == ("classify", "promyelocyte", 1.5)
    assert json.loads(card.to_json()) == json.loads((tmp_path / card.id / "card.json").read_text())


def test_weights_changed_by_one_byte_are_refused_by_name(tmp_path: Path) -> None:
    folder = tiny.detector(tmp_path)
    weights = folder / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.safetensors.*not those that the card describes"):
        ModelCard.read(folder).check_weights(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "newer BloodView"),
        ({"adaptation": {"base": "x"}}, "does not fit its format"),
        ({"colour": "red"}, "does not fit its format"),
        ({"data": [{"name": "x"}]}, "does not fit its format"),
        ({"architecture": None}, "field 'architecture'"),
        ({"classes": "wbc"}, "field 'classes'"),
        ({"classes": ["wbc", "wbc", "platelet"]}, "field 'classes'"),
        ({"channels": [1e9, 8, 16, 16]}, r"field 'channels\.0'"),
        ({"layers": [1, 1, 1, 10**6]}, "field 'layers'"),
        ({"image_px": -1}, "field 'image_px'"),
        ({"um_per_px": float("nan")}, "field 'um_per_px'"),
        ({"std": [0.2, 0.2, 0]}, "field 'std'"),
        ({"temperature": True}, "field 'temperature'"),
        ({"thresholds": {"wbc": 0.5}}, "field 'thresholds'"),
        ({"stain": "magic"}, "field 'stain'"),
        ({"id": "a\x1b[31m"}, "field 'id'"),
    ],
)
def test_a_card_that_does_not_fit_says_why(tmp_path: Path, change: dict[str, object], message: str) -> None:
    folder = tiny.detector(tmp_path)
    file = folder / "card.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ModelError, match=message) as caught:
        ModelCard.read(folder)
    assert str(file) in str(caught.value)
    assert caught.value.hint
    assert caught.value.what.endswith(".")


def test_what_a_model_was_adapted_from_reads_back(tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path)
    adaptation = Adaptation("base@12345678", "12345678" * 8, {"neutrophil": 5, "monocyte": 1}, "ab" * 32)
    (folder / "card.json").write_text(replace(ModelCard.read(folder), adaptation=adaptation).to_json())
    assert ModelCard.read(folder).adaptation == adaptation


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path).rename(tmp_path / "any name")
    assert ModelCard.read(folder).id == "tiny-classify"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "[" * 100_000])
def test_a_damaged_card_is_named(tmp_path: Path, content: str) -> None:
    folder = tiny.detector(tmp_path)
    (folder / "card.json").write_text(content)
    with pytest.raises(ModelError, match=r"card\.json"):
        ModelCard.read(folder)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    folder = tiny.detector(tmp_path)
    (folder / "weights.safetensors").unlink()
    with pytest.raises(ModelError, match=r"weights\.safetensors: the weights cannot be read"):
        ModelCard.read(folder).check_weights(folder)
