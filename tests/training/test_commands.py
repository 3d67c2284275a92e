"""The commands beside the training."""

import json
from pathlib import Path

import pytest

from bloodview.core.training_run import Event
from tests.models import tiny
from tests.training import dataset
from tests.training.records import left_out
from training import results
from training.__main__ import main


def _run_file(folder: Path, **more: object) -> Path:
    file = folder / "run.json"
    content = {"task": "classify", "model_id": "small", "title": "small", "datasets": ["bccd"]}
    file.write_text(json.dumps(content | more))
    return file


def _test_part(folder: Path) -> Path:
    """Two fields that judge."""
    data = dataset.write(folder / "data", fields=2)
    boxes = json.loads((data / "bccd" / "boxes.json").read_text())
    for image in boxes["images"]:
        image["split"] = "test"
    (data / "bccd" / "boxes.json").write_text(json.dumps(boxes))
    manifest = data / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(",train,", ",test,").replace(",val,", ",test,"))
    return data


@pytest.mark.parametrize("words", [["evaluate", "hope", "run.json"], ["evaluate"], ["gate", "one"], ["results", "--x"]])
def test_wrong_usage_ends_with_2_and_names_what_is_known(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(
            [*words, *([] if words[0] == "results" else ["--data", "d"]), *(["--out", "o"] if "hope" in words else [])]
        )
    assert ended.value.code == 2
    if "hope" in words:
        assert "left-out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "options", "why"),
    [
        ({}, ["--left-out", "mars"], "no laboratory 'mars' to leave out; known are pbc, bccd, chula_wbc"),
        ({}, ["--seeds", "0,x"], "'0,x' are no whole numbers"),
        ({"datasets": ["zheng1", "pbc"]}, [], "'zheng1' must not train"),
        ({"datasets": ["chula_wbc", "bccd"]}, ["--left-out", "bccd"], "'chula_wbc' holds no cells to train with"),
        ({"epohcs": 1}, [], "no field 'epohcs'"),
    ],
)
def test_what_cannot_be_measured_ends_with_2_and_says_why(
    more: dict[str, object], options: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = dataset.write(tmp_path / "data", fields=1)
    words = ["evaluate", "left-out", str(_run_file(tmp_path, **more)), "--data", str(data), "--out", str(tmp_path)]
    assert main([*words, "--device", "cpu", "--results", str(tmp_path / "results"), *options]) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_a_model_folder_is_judged_at_home_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = _test_part(tmp_path)
    words = [str(tiny.classifier(tmp_path)), "--data", str(data), "--out", str(tmp_path / "out"), "--device", "cpu"]
    words += ["--results", str(tmp_path / "r")]
    assert main(["evaluate", "left-out", *words]) == 2
    assert "only home, refine, refine-finders, refine-outlines take one" in capsys.readouterr().err
    assert main(["evaluate", "home", *words]) == 0
    (record,) = results.read_all(tmp_path / "r")
    assert (record.name, [p.judged for p in record.parts]) == ("home--tiny-classify--seed0", ["bccd test"])


def test_a_training_on_a_set_that_only_judges_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("zheng1", "pig_wbc"):
        file = _run_file(tmp_path, datasets=["pbc", name])
        assert main([str(file), "--data", str(tmp_path), "--out", str(tmp_path), "--device", "cpu"]) == 2
        assert f"'{name}' must not train" in capsys.readouterr().err


def test_results_are_rendered_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "results", tmp_path / "RESULTS.md"
    results.write(left_out("ours", "bccd", 0.8), folder)
    words = ["results", "--results", str(folder), "--to", str(table)]
    assert main([*words, "--check"]) == 1
    assert "is not what" in capsys.readouterr().err
    assert main(words) == 0
    assert Event.parse(capsys.readouterr().out.splitlines()[-1]).kind == "finished"
    assert main([*words, "--check"]) == 0
    table.write_text(table.read_text() + "by hand\n")
    assert main([*words, "--check"]) == 1


def test_the_gate_asks_two_model_folders_and_ends_with_1_if_the_new_one_is_not_better(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _test_part(tmp_path)
    model = tiny.classifier(tmp_path)
    words = ["gate", str(model), str(model), "--data", str(data), "--results", str(tmp_path / "r"), "--device", "cpu"]
    assert main(words) == 1
    event = Event.parse(capsys.readouterr().out.splitlines()[-1])
    assert event.values["passed"] == "false"
    assert "cannot tell" in event.values["bccd test, coarse"]
    assert len(list((tmp_path / "r").glob("gate--*.json"))) == 1
    assert main([*words[:2], str(tmp_path / "none"), *words[3:]]) == 2


def test_the_help_says_what_a_protocol_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "--help"])
    assert ended.value.code == 0
    assert "zheng1" in capsys.readouterr().out
