"""The command that refines: it starts the trainer, forwards what it tells, and writes the model with its verdict."""

import json
import sys
from pathlib import Path

import pytest

from bloodview.cli import main as cli
from bloodview.core import fieldset, outlineset, paths, refinement
from bloodview.core.cells import Kind
from bloodview.core.refinement import RUN, STOPPED, RefineFile
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.workflows import refining_detector, refining_pieces, refining_segmenter
from tests.models import tiny
from tests.workflows.test_refining import case_of
from tests.workflows.test_refining_segmenter import case_of as outlined_case_of
from tests.workflows.test_refining_segmenter import outline_all

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]

TRAINER = """
import json, pathlib, shutil, sys
run = json.loads(pathlib.Path(sys.argv[2]).read_text())
out = pathlib.Path(sys.argv[4])
print(json.dumps({"event": "message", "text": "hello from the trainer"}), flush=True)
if run["title"].endswith("fails"):
    print(json.dumps({"event": "failed", "text": "3 cells can train"}), flush=True)
    sys.exit(2)
if (out / "first").exists() or not run["title"].endswith("stops"):
    shutil.copytree(run["parent"], out / "models" / run["model_id"])
    share = {"value": 0.5, "low": 0.25, "high": 0.75}
    line = {"label": "monocyte", "n": 4, "before": share, "after": share}
    judged = {"cells": 4, "units": 4, "unit": "picture", "before": share, "after": share, "difference": share,
              "classes": [line]}
    verdict = {"format": 1, "model": "models/" + run["model_id"], "model_id": run["model_id"], "before": "b@0",
               "answer": "cannot tell", "label_more": 40, "why": "It may be chance.", "locked": judged,
               "reference": None, "trained": {}, "notes": ["A note."], "doubts": [], "seconds": 1.0,
               "what": run["what"]}
    (out / "verdict.json").write_text(json.dumps(verdict))
    sys.exit(0)
(out / "first").touch()
sys.exit(3)
"""


@pytest.fixture(autouse=True)
def trainer(monkeypatch: MonkeyPatch, tmp_path: Path) -> None:
    """A trainer that needs no torch."""
    monkeypatch.setitem(store.DEFAULTS, "classify", "tiny-classify")
    tiny.classifier(paths.user_models())
    (tmp_path / "trainer.py").write_text(TRAINER)
    monkeypatch.setattr(refinement, "trainer_command", lambda: [sys.executable, str(tmp_path / "trainer.py")])


def case(tmp_path: Path, name: str = "smear") -> str:
    case_of(tmp_path, name, 6).close()
    return str(tmp_path / f"{name}.bvcase")


def test_a_model_and_its_verdict_come_out(tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "new" / "Our lab"
    assert cli.run(["refine", case(tmp_path), "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "hello from the trainer" in told.err
    assert "our-lab against b@0: cannot tell" in told.out
    assert "Label about 40 more cells" in told.out
    assert "monocyte\t4\t50 % (25 to 75)\t50 % (25 to 75)" in told.out
    assert "A note." in told.err
    assert ModelCard.read(out).id == "tiny-classify"
    assert store.former() is None, "it is not taken into use"


def test_what_the_trainer_refuses_is_said_and_nothing_is_left(tmp_path: Path, capsys: Capsys) -> None:
    assert cli.run(["refine", case(tmp_path, "fails"), "--out", str(tmp_path / "out")]) == 2
    assert "3 cells can train" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_stopped_one_goes_on_where_the_state_is_kept(tmp_path: Path, capsys: Capsys) -> None:
    words = ["refine", case(tmp_path, "stops"), "--out", str(tmp_path / "out"), "--work", str(tmp_path / "work")]
    assert cli.run([*words, "--epochs", "7"]) == 130
    assert "The same command goes on" in capsys.readouterr().err
    assert RefineFile.read(tmp_path / "work" / RUN).epochs == 7
    assert cli.run(words) == 0
    assert (tmp_path / "out" / "card.json").is_file()
    assert STOPPED == 3


def test_a_case_that_is_none_and_a_folder_in_use_are_named(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "no.bvcase").write_text("no")
    assert cli.run(["refine", str(tmp_path / "no.bvcase"), "--out", str(tmp_path / "out")]) == 2
    assert "no.bvcase" in capsys.readouterr().err
    assert cli.run(["refine", "any.bvcase", "--out", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err


def test_a_detector_is_refined_by_the_pictures_that_a_person_worked_on(
    tmp_path: Path, capsys: Capsys, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setitem(store.DEFAULTS, "detect", "tiny-detect")
    monkeypatch.setattr(refining_detector, "_DRAWN", 1)
    monkeypatch.setattr(refining_detector, "_DRAWN_JUDGES", 0)
    tiny.detector(paths.user_models())
    words = ["refine", case(tmp_path), "--out", str(tmp_path / "out"), "--what", "detector"]
    words += ["--complete", "wbc", "--complete", "platelet", "--work", str(tmp_path / "work")]
    assert cli.run(words) == 0
    run = RefineFile.read(tmp_path / "work" / RUN)
    assert (run.what, run.model_id, run.epochs) == ("detector", "out", refining_detector.EPOCHS)
    made = fieldset.verify(tmp_path / "work" / "set")
    assert {f.complete for f in made.fields if f.role == "case"} == {(Kind.WBC, Kind.PLATELET)}
    assert "out against b@0: cannot tell" in capsys.readouterr().out
    assert ModelCard.read(tmp_path / "out").task == "detect"


def test_a_segmenter_is_refined_by_the_cells_that_a_person_outlined(
    tmp_path: Path, capsys: Capsys, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setitem(store.DEFAULTS, "segment", "tiny-segment")
    monkeypatch.setattr(refining_segmenter, "_DRAWN", 1)
    monkeypatch.setattr(refining_segmenter, "_DRAWN_JUDGES", 0)
    tiny.segmenter(paths.user_models())
    with outlined_case_of(tmp_path, "smear") as case:
        outline_all(case)
    words = ["refine", str(tmp_path / "smear.bvcase"), "--out", str(tmp_path / "out"), "--what", "segmenter"]
    assert cli.run([*words, "--work", str(tmp_path / "work")]) == 0
    run = RefineFile.read(tmp_path / "work" / RUN)
    assert (run.what, run.model_id, run.epochs) == ("segmenter", "out", refining_segmenter.EPOCHS)
    assert sum(c.role == "case" for c in outlineset.verify(tmp_path / "work" / "set").cells) == 12
    told = capsys.readouterr().out
    assert "Outline about 40 more cells to tell." in told
    assert "your locked cells, Dice" in told
    assert "monocyte\t4\t50.0 % (25.0 to 75.0)" in told
    assert "mean of both\t4" in told
    assert ModelCard.read(tmp_path / "out").task == "segment"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("classifier", "0 cells can train; needed are 10 at least"),
        ("detector", "0 pictures with 0 boxes can train"),
        ("segmenter", "0 outlined cells can train; needed are 10 at least. Outline more cells"),
    ],
)
def test_a_case_that_teaches_too_little_is_refused_in_words_before_anything_is_drawn(
    tmp_path: Path, capsys: Capsys, monkeypatch: MonkeyPatch, what: str, said: str
) -> None:
    for task, make in (("detect", tiny.detector), ("segment", tiny.segmenter)):
        monkeypatch.setitem(store.DEFAULTS, task, f"tiny-{task}")
        make(paths.user_models())
    monkeypatch.setattr(refining_pieces, "told", lambda *_: pytest.fail("nothing is read"))
    outlined_case_of(tmp_path, "smear").close()
    words = ["refine", str(tmp_path / "smear.bvcase"), "--out", str(tmp_path / "out"), "--what", what]
    assert cli.run(words) == 2
    told = capsys.readouterr().err
    assert said in told
    assert str(tmp_path) not in told
    assert "/.refinement" not in told
    assert not (tmp_path / "out").exists()


def test_a_model_travels_as_one_file(tmp_path: Path, capsys: Capsys) -> None:
    file = tmp_path / "m.bvmodel"
    assert cli.run(["models", "export", "tiny-classify", str(file)]) == 0
    paths.use_folder(tmp_path / "other home")
    assert cli.run(["models", "import", str(file)]) == 0
    assert "models activate tiny-classify" in capsys.readouterr().err
    assert cli.run(["models", "verify", "tiny-classify"]) == 0
    file.write_bytes(file.read_bytes()[:-2000])
    assert cli.run(["models", "import", str(file)]) == 2
    assert json.dumps("m.bvmodel")[1:-1] in capsys.readouterr().err
