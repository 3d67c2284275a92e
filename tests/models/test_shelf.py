"""What stands in the model folders: what is dropped there appears, what cannot be used says why, one's own can go."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core import paths
from bloodview.core.errors import ModelError, UserError
from bloodview.models import shelf, store
from bloodview.models.card import ModelCard
from bloodview.models.nets import inference
from tests.models import tiny


def change(folder: Path, **values: object) -> None:
    file = folder / "card.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def problem_of(model_id: str) -> str:
    (found,) = (s for s in shelf.shelved() if s.id == model_id)
    return found.problem


def test_what_came_with_bloodview_and_what_was_dropped_in_stand_there() -> None:
    tiny.classifier(paths.user_models())
    found = {s.id: s for s in shelf.shelved()}
    assert {s.id for s in found.values() if not s.is_own} == set(store.DEFAULTS.values())
    assert found["tiny-classify"].is_own
    assert not any(s.problem for s in found.values())


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda f: change(f, format=99), "was made by a newer BloodView. Update BloodView to use this model."),
        (lambda f: change(f, architecture="mamba-classifier"), "architecture mamba-classifier is not known"),
        (lambda f: change(f, task="dream"), "made to dream"),
        (lambda f: change(f, id="other"), "its card calls it other."),
        (lambda f: (f / "weights.safetensors").write_bytes(b"short"), "not those that the card describes"),
        (lambda f: (f / "weights.safetensors").unlink(), "it has no weights.safetensors."),
        (lambda f: (f / "card.json").unlink(), "it has no card.json."),
        (lambda f: (f / "card.json").write_text("{"), "the model's card is no JSON."),
        (lambda f: change(f, metrics=[{"name": "x", "value": "y", "low": 0, "high": 0, "n": 1}]), "'metrics.0.value'"),
    ],
)
def test_what_cannot_be_used_stands_there_with_its_reason(spoil: Callable[[Path], object], reason: str) -> None:
    spoil(tiny.classifier(paths.user_models()))
    assert reason in problem_of("tiny-classify")


def test_a_folder_that_is_being_written_is_no_model() -> None:
    own = paths.user_models()
    tiny.classifier(own).rename(own / ".tiny-classify-x1")
    assert not [s for s in shelf.shelved() if s.is_own]


def test_every_architecture_that_is_known_can_be_built_and_no_other(tmp_path: Path) -> None:
    card = ModelCard.read(tiny.classifier(tmp_path))
    several = {"channels": tiny.CHANNELS * 2, "layers": tiny.LAYERS * 2, "sides": (32, 24)}
    other = {"resnet-gn-ensemble-classifier": several, "vit-classifier": {"channels": (48,), "layers": (1,)}}
    for architecture in frozenset[str]().union(*shelf.KNOWN.values()) - {"sam"}:
        assert inference.build(replace(card, architecture=architecture, **other.get(architecture, {})))
    with pytest.raises(ModelError):
        inference.build(replace(card, architecture="mamba-classifier"))


def test_a_model_of_ones_own_can_go_with_its_place_in_the_history() -> None:
    own = paths.user_models()
    tiny.classifier(own)
    tiny.classifier(own, "other")
    for name in ("tiny-classify", "other", "tiny-classify"):
        store.activate(name)
    shelf.remove("other")
    assert not (own / "other").exists()
    assert store.chosen("classify") == "tiny-classify"
    assert store.roll_back().model == store.DEFAULTS["classify"]


def test_what_is_in_use_or_came_with_bloodview_stays() -> None:
    tiny.classifier(paths.user_models())
    store.activate("tiny-classify")
    with pytest.raises(UserError, match="tiny-classify is in use"):
        shelf.remove("tiny-classify")
    with pytest.raises(UserError, match="no model of yours"):
        shelf.remove(store.DEFAULTS["classify"])
    with pytest.raises(UserError, match="no model of yours"):
        shelf.remove("../models/tiny-classify")
    assert (paths.user_models() / "tiny-classify").is_dir()
