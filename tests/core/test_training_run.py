"""Run files and events."""

import json
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event, RunFile

GOOD = {"task": "detect", "model_id": "m", "title": "t", "datasets": ["bccd"]}


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
        (GOOD | {"learning_rate": -1}, "'learning_rate': -1 is not 0 or more"),
        (GOOD | {"datasets": []}, "'datasets': .* is not a list"),
        (GOOD | {"data_weights": {"bccd": "x"}}, "'data_weights'"),
        (GOOD | {"model_id": ""}, "'model_id': '' is not a text"),
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


def test_the_recipes_that_ship_can_be_read() -> None:
    recipes = sorted((Path(__file__).parents[2] / "training" / "recipes").glob("*.json"))
    assert {RunFile.read(r).task for r in recipes} >= {"detect", "segment", "classify"}


def test_events_survive_the_way_through_a_line_and_other_lines_are_none() -> None:
    event = Event("epoch", {"epoch": 1, "loss": 0.5})
    assert Event.parse(event.line()) == event
    assert Event.parse("hello") is None
    assert Event.parse("[]") is None
