"""Run files and events."""

import json
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event, RunFile

GOOD = {"task": "detect", "model_id": "m", "title": "t", "datasets": ["bccd"]}
SAM = {"task": "cae", "channels": [32, 32, 32], "layers": [1, 1, 1]}


def _write(tmp_path: Path, content: object) -> Path:
    file = tmp_path / "run.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_a_run_file_takes_its_defaults_and_reads_back(tmp_path: Path) -> None:
    run = RunFile.read(_write(tmp_path, GOOD | {"epochs": 3, "data_weights": {"bccd": 2}}))
    assert (run.epochs, run.batch_size, run.datasets, run.data_weights) == (3, 64, ("bccd",), {"bccd": 2.0})
    assert RunFile.read(_write(tmp_path, json.loads(json.dumps(run.to_json())))) == run


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD | {"epoch": 3}, "no field 'epoch'"),
        ({k: v for k, v in GOOD.items() if k != "title"}, "lacks the field 'title'"),
        (GOOD | {"task": "dance"}, "'task': 'dance' is not one of"),
        (GOOD | {"epochs": "many"}, "'epochs': 'many' is not a number"),
        (GOOD | {"epochs": 2.5}, "'epochs': 2.5 is not a number"),
        (GOOD | {"learning_rate": -1}, "'learning_rate': -1 is not more than 0"),
        (GOOD | {"weight_decay": -1}, "'weight_decay': -1 is not 0 or more"),
        (GOOD | {"epochs": 0}, "'epochs': 0 is not more than 0"),
        (GOOD | {"image_px": 0}, "'image_px': 0 is not more than 0"),
        (GOOD | {"channels": [8, 8, 0, 8]}, "'channels': 0 is not more than 0"),
        (GOOD | {"learning_rate": float("nan")}, "'learning_rate': nan is not a number"),
        (GOOD | {"limit": 2.5}, "'limit': 2.5 is not a number without a fraction"),
        (GOOD | {"limit": True}, "'limit': True is not a number"),
        (GOOD | {"datasets": []}, "'datasets': .* is not a list"),
        (GOOD | {"data_weights": {"bccd": "x"}}, "'data_weights'"),
        (GOOD | {"model_id": ""}, "'model_id': '' is not a text"),
        (GOOD | {"task": "lora_sam"}, "'channels': .* has not 1 entries: the SAM's"),
        (
            GOOD | SAM | {"layers": [1, 1]},
            "'layers': .* has not 3 entries: the SAM's, the autoencoder's, its decoder's",
        ),
        (GOOD | SAM | {"channels": [32, 48, 32]}, "'channels': 48 is not divisible by 32"),
        (GOOD | SAM | {"image_px": 50}, "'image_px': 50 is not divisible by 8"),
        (GOOD | SAM | {"lora_rank": 0}, "'lora_rank': 0 is not more than 0"),
        (GOOD | {"transductive": 1}, "'transductive': 1 is not true or false"),
        ("{", "is no JSON"),
        ("[1]", "no JSON object"),
    ],
)
def test_a_wrong_run_file_names_the_file_and_the_field(tmp_path: Path, content: object, message: str) -> None:
    file = _write(tmp_path, content)
    with pytest.raises(UserError, match=message) as caught:
        RunFile.read(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "meant"), [("epohcs", "epochs"), ("learning_rat", "learning_rate"), ("Seed", "seed"), ("lr_max", "")]
)
def test_a_typo_is_answered_with_the_nearest_field(typed: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        RunFile.read(_write(tmp_path, GOOD | {typed: 3}))
    expected = f"has no field {typed!r}; did you mean {meant!r}?" if meant else "known are task, model_id"
    assert expected in str(caught.value)


SIAMESE = GOOD | {"task": "siamese"}
VIT = GOOD | {"task": "classify", "network": "vit", "channels": [192], "layers": [8]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD | {"channels": [12, 24, 48, 96]}, "'channels': 12 is not divisible by 8"),
        (GOOD | {"channels": [8, 16]}, "'channels': [8, 16] has not 4 entries"),
        (GOOD | {"layers": [2]}, "'layers': [2] has not 4 entries"),
        (GOOD | {"task": "mae"}, "'network': 'resnet-gn' has no patches to hide"),
        (GOOD | {"task": "classify", "mae_epochs": 3}, "'network': 'resnet-gn' has no patches to hide"),
        (GOOD | {"network": "vit"}, "'network': the task 'detect' knows 'resnet-gn' only"),
        (GOOD | {"network": "resnet-bn"}, "'network': the task 'detect' knows 'resnet-gn' only"),
        (GOOD | {"fusion": "concat"}, "'fusion': 'concat' brings the blocks of a ViT together"),
        (VIT | {"channels": [192, 192]}, "'channels': [192, 192] has not 1 entry, the width of a ViT"),
        (VIT | {"layers": [4, 4]}, "'layers': [4, 4] has not 1 entry, the depth of a ViT"),
        (VIT | {"channels": [100]}, "'channels': 100 is no width of a ViT"),
        (VIT | {"channels": [30]}, "'channels': 30 is no width of a ViT"),
        (GOOD | {"ema_decay": 1.0}, "'ema_decay': 1 is not below 1"),
        (GOOD | {"background": 1.5}, "'background': 1.5 is not a share"),
        (GOOD | {"datasets": ["bccd", "bccd"]}, "'datasets': 'bccd' stands there twice"),
        (
            GOOD | {"datasets": ["chula_wbc"], "data_weights": {"chula_wb": 2}},
            "'data_weights': 'chula_wb' is none of the datasets; did you mean 'chula_wbc'?",
        ),
        (GOOD | {"model_id": "../m"}, "'model_id': '../m' is no name of a folder"),
        (SIAMESE | {"network": "resnet-bn"}, "'network': the task 'siamese' knows 'resnet-gn' only"),
        (SIAMESE | {"pairs_per_image": 1}, "'pairs_per_image': 1 is not 2 at least"),
        (SIAMESE | {"pair_margin": 2.5}, "'pair_margin': 2.5 is above 2"),
        (SIAMESE | {"pair_margin": 0}, "'pair_margin': 0 is not more than 0"),
        (SIAMESE | {"pairs": "soft"}, "'pairs': 'soft' is not one of hard, random"),
        (GOOD | {"start": ".."}, "'start': '..' is no name of a folder"),
    ],
)
def test_fields_at_odds_with_each_other_are_named(content: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        RunFile.read(_write(tmp_path, content))
    assert f"run.json: field {message}" in str(caught.value)


def test_fields_that_agree_are_taken(tmp_path: Path) -> None:
    assert RunFile.read(_write(tmp_path, VIT | {"fusion": "weights", "data_weights": {"pbc": 2}})).channels == (192,)


def test_the_recipes_that_ship_can_be_read() -> None:
    recipes = sorted((Path(__file__).parents[2] / "training" / "recipes").glob("*.json"))
    assert {RunFile.read(r).task for r in recipes} >= {"detect", "segment", "classify"}


def test_events_survive_the_way_through_a_line_and_other_lines_are_none() -> None:
    event = Event("epoch", {"epoch": 1, "loss": 0.5})
    assert Event.parse(event.line()) == event
    assert Event.parse("hello") is None
    assert Event.parse("[]") is None
