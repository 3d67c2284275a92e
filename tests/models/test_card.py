"""The card and the weights it seals."""

import json
from pathlib import Path

import pytest

from bloodview.core.errors import ModelError
from bloodview.models.card import ModelCard
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
        ({"id": "other"}, "the folder is called"),
        ({"colour": "red"}, "does not fit its format"),
        ({"data": [{"name": "x"}]}, "does not fit its format"),
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


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
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
