"""Tests of the command line: exit statuses, messages, the edit protocol; the models are stand-ins."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from bloodview.cli import main as cli
from bloodview.core import paths
from bloodview.core.cells import Kind
from bloodview.core.geometry import Size
from bloodview.models import store
from bloodview.models.api import Boxes
from bloodview.models.card import ModelCard
from bloodview.review.case import Case
from bloodview.review.commands import Reject
from bloodview.workflows import analysing, engine
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, Spot, draw_field, grid_of_red_cells, write_picture
from tests.models import tiny

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[1]
SPOTS = [Spot(200, 200, Kind.WBC, "monocyte"), Spot(450, 300, Kind.WBC, "basophil")]


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: MonkeyPatch) -> list[dict[str, object]]:
    asked: list[dict[str, object]] = []

    def load_engine(**how: object) -> engine.Engine:
        asked.append(how)
        return engine.Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())

    monkeypatch.setattr(engine, "load_engine", load_engine)
    return asked


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    image = draw_field(Size(640, 480), [*SPOTS, *grid_of_red_cells(Size(640, 480), 0.1, SPOTS)])
    write_picture(tmp_path / "in" / "one.png", image)
    write_picture(tmp_path / "in" / "two.png", image[::-1])
    return tmp_path / "in"


@pytest.fixture
def case(fields: Path, tmp_path: Path) -> Path:
    path = tmp_path / "c.bvcase"
    assert cli.run(["analyze", str(fields), "--case", str(path)]) == 0
    return path


def test_done_is_0_some_failed_is_1_nothing_done_is_2(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "boxes.json"
    assert cli.run(["detect", str(fields), "--out", str(out)]) == 0
    (fields / "bad.png").write_bytes(b"text")
    assert cli.run(["detect", str(fields), "--out", str(out)]) == 1
    assert str(fields / "bad.png") in capsys.readouterr().err
    out.unlink()
    assert cli.run(["detect", str(fields / "bad.png"), "--out", str(out)]) == 2
    assert not out.exists()


def test_a_path_that_is_not_there_is_named(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "x.csv"
    assert cli.run(["classify", str(tmp_path / "gone.png"), "--out", str(out)]) == 2
    assert "gone.png" in capsys.readouterr().err
    assert cli.run(["classify", str(fields), str(tmp_path / "gone.png"), "--out", str(out)]) == 1
    assert "gone.png" in capsys.readouterr().err


def test_a_folder_without_pictures_is_said_so(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "empty").mkdir()
    assert cli.run(["detect", str(tmp_path / "empty"), "--out", str(tmp_path / "o.json")]) == 2
    assert "empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["classify"], ["classify", "x.png"], ["detect", "x.png", "--out"], ["edit"], ["open"],
     ["classify", "x.png", "--out", "y", "--level", "medium"], ["detect", "x.png", "--out", "y", "--device", "tpu"],
     ["demo"], ["open", "x.png"]],
)  # fmt: skip
def test_wrong_usage_is_2_and_told(arguments: list[str], capsys: Capsys) -> None:
    assert cli.run(arguments) == 2
    said = capsys.readouterr()
    assert said.err or said.out


@pytest.mark.parametrize(
    "command",
    [
        "classify",
        "detect",
        "segment",
        "learn",
        "adapt",
        "analyze",
        "report",
        "export",
        "import",
        "journal",
        "edit",
        "demo",
    ],
)
def test_every_command_explains_itself(command: str, capsys: Capsys) -> None:
    assert cli.run([command, "--help"]) == 0
    assert "Usage: bloodview" in capsys.readouterr().out


def test_options_reach_the_models(fields: Path, tmp_path: Path, fake_engine: list[dict[str, object]]) -> None:
    words = ["--device", "cpu", "--model", "mine", "--batch-size", "4", "--level", "coarse"]
    assert cli.run(["classify", str(fields), "--out", str(tmp_path / "o.csv"), *words]) == 0
    how = fake_engine[0]
    assert (how["device"], how["classifier"], how["batch_size"]) == ("cpu", "mine", 4)
    assert "p_immature_granulocyte" in (tmp_path / "o.csv").read_text().splitlines()[0]


def test_analyze_report_and_export(fields: Path, tmp_path: Path) -> None:
    case, page = tmp_path / "c.bvcase", tmp_path / "r.html"
    table = tmp_path / "r.csv"
    words = ["--case", str(case), "--report", str(page), "--report", str(table)]
    assert cli.run(["analyze", str(fields), *words]) == 0
    assert page.stat().st_size > 1000
    assert table.exists()
    assert cli.run(["report", str(case), "--out", str(tmp_path / "r.json")]) == 0
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    for fmt in ("coco", "yolo", "voc", "geojson", "labelme", "csv", "crops", "trainset"):
        assert cli.run(["export", str(case), "--format", fmt, "--out", str(tmp_path / f"out-{fmt}")]) == 0
        assert (tmp_path / f"out-{fmt}").exists()


def test_what_is_left_out_for_privacy_is_said(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    case = tmp_path / "c.bvcase"
    assert cli.run(["analyze", str(fields), "--case", str(case)]) == 0
    for words, said in (([], "file names of the pictures"), (["--keep-names"], "left out for privacy: folders")):
        assert cli.run(["export", str(case), "--format", "csv", "--out", str(tmp_path / "c.csv"), *words]) == 0
        assert said in capsys.readouterr().err


def test_annotations_are_imported_and_what_fits_nowhere_is_status_1(
    fields: Path, tmp_path: Path, capsys: Capsys
) -> None:
    case, table = tmp_path / "c.bvcase", tmp_path / "c.csv"
    assert cli.run(["analyze", str(fields), "--case", str(case)]) == 0
    assert cli.run(["export", str(case), "--format", "csv", "--out", str(table)]) == 0
    assert cli.run(["import", str(case), str(table)]) == 0
    assert "0 cells changed" in capsys.readouterr().err
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",red_cell,model,", ",blast,model,", 1), encoding="utf-8")
    assert cli.run(["import", str(case), str(table)]) == 1
    assert "no such class: 'blast'" in capsys.readouterr().err
    table.write_text("hello", encoding="utf-8")
    assert cli.run(["import", str(case), str(table)]) == 2


def test_the_journal_is_shown_searched_exported_and_verified(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    case, table = tmp_path / "c.bvcase", tmp_path / "j.csv"
    assert cli.run(["analyze", str(fields), "--case", str(case)]) == 0
    with Case.open(case) as opened:
        opened.apply(Reject((1,)))
        opened.apply(Reject((2,)))
    capsys.readouterr()
    assert cli.run(["journal", str(case), "--search", "rejected"]) == 0
    assert [line.split("\t")[4] for line in capsys.readouterr().out.splitlines()] == [
        "Cell 1 rejected",
        "Cell 2 rejected",
    ]
    assert cli.run(["journal", str(case), "--out", str(table), "--verify"]) == 0
    assert "The journal is whole" in capsys.readouterr().err
    assert "Cell 2 rejected" in table.read_text(encoding="utf-8")
    connection = sqlite3.connect(case)
    connection.execute("DROP TRIGGER journal_is_append_only")
    connection.execute("UPDATE journal SET who = 'nobody' WHERE title = 'Cell 1 rejected'")
    connection.commit()
    connection.close()
    assert cli.run(["journal", str(case), "--verify"]) == 1
    assert "NOT as BloodView wrote it" in capsys.readouterr().err


def test_a_case_that_is_none_or_not_there_is_refused(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "letter.bvcase").write_text("dear reader")
    for words in (["edit"], ["report", "--out", str(tmp_path / "r.html")], ["export", "--format", "csv", "--out", "x"]):
        for name in ("letter.bvcase", "gone.bvcase"):
            assert cli.run([words[0], str(tmp_path / name), *words[1:]]) == 2
            assert name in capsys.readouterr().err
    assert cli.run(["analyze", str(fields), "--case", str(tmp_path / "letter.bvcase")]) == 2


def test_the_demo_prints_the_differential(capsys: Capsys, fields: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr("bloodview.core.paths.sample", lambda: fields)
    assert cli.run(["demo", "--headless"]) == 0
    out = capsys.readouterr().out
    assert "Monocyte" in out
    assert "50.0%" in out
    assert "red cells" in out


def test_sample_draws_pictures_with_their_truth(tmp_path: Path) -> None:
    assert cli.run(["sample", "--out", str(tmp_path / "s"), "--fields", "1", "--seed", "3"]) == 0
    assert {"field_01.jpg", "truth.json"} <= {p.name for p in (tmp_path / "s").iterdir()}


# -- edit


def talk(case: Path, lines: list[str], monkeypatch: MonkeyPatch, capsys: Capsys) -> list[str]:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    capsys.readouterr()
    assert cli.run(["edit", str(case)]) == 0
    return capsys.readouterr().out.splitlines()


def listed(answer: list[str]) -> dict[str, str]:
    assert answer[-1] == "ok"
    return dict(line.split(None, 1) for line in answer[:-1])


def test_edits_are_answered_in_order_and_counted(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    cells = listed(talk(case, ["list"], monkeypatch, capsys))
    cell = next(c for c, label in cells.items() if label == "monocyte")
    lines = [f"relabel {cell} basophil", "undo", "redo", f"reject {cell}", "undo"]
    assert talk(case, lines, monkeypatch, capsys) == ["ok 1", "ok 2", "ok 3", "ok 4", "ok 5"]
    assert listed(talk(case, ["list"], monkeypatch, capsys))[cell] == "basophil"
    assert talk(case, [f"reject {cell}"], monkeypatch, capsys) == ["ok 6"]
    assert listed(talk(case, ["list"], monkeypatch, capsys))[cell] == "rejected"


def test_an_edit_after_undo_forgets_what_could_be_redone(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    cell = next(iter(listed(talk(case, ["list"], monkeypatch, capsys))))
    answers = talk(case, [f"relabel {cell} basophil", "undo", f"relabel {cell} monocyte", "redo"], monkeypatch, capsys)
    assert answers[:3] == ["ok 1", "ok 2", "ok 3"]
    assert answers[3].startswith("error ")


@pytest.mark.parametrize(
    "line",
    ["nonsense", "", "relabel", "relabel 1", "relabel x basophil", "relabel 999999 basophil", "relabel 1 zebra",
     "relabel 1 basophil now", "reject", "reject 1 2", "undo 3", "list all", "sign", "relabel -1 basophil",
     "relabel 99999999999999999999999 basophil", "relabel \u0661 basophil", "undo", "redo"],
)  # fmt: skip
def test_anything_else_is_one_line_of_error_and_changes_nothing(
    case: Path, line: str, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    before = listed(talk(case, ["list"], monkeypatch, capsys))
    (answer,) = talk(case, [line], monkeypatch, capsys)
    assert answer.startswith("error ")
    assert listed(talk(case, ["list"], monkeypatch, capsys)) == before
    with Case.open(case) as opened:
        assert opened.edit_count == 0


def test_bytes_that_are_no_text_end_neither_the_edits_nor_the_program(case: Path) -> None:
    lines = [
        b"\xef\xbb\xbflist",
        b"sign \xff\xfe",
        b"\x80",
        b"relabel 1 " + b"x" * 100_000,
        b"",
        b"undo\r",
        b"reject 1\r",
    ]
    program = [sys.executable, "-m", "bloodview", "edit", str(case)]
    for encoding in ("utf-8:strict", "ascii:strict"):
        how = {"cwd": ROOT, "env": {**os.environ, "PYTHONIOENCODING": encoding}, "input": b"\n".join(lines)}
        done = subprocess.run(program, capture_output=True, timeout=60, check=False, **how)
        assert done.returncode == 0, done.stderr
        answers = done.stdout.decode("utf-8").splitlines()
        after = answers[answers.index("ok") + 1 :]
        assert [a.split()[0] for a in after[:4]] == ["error"] * 4
        assert max(map(len, after)) < 400
        assert after[-1].startswith("ok ")


def test_the_version_is_told(capsys: Capsys) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("BloodView ")
    assert cli.run(["--help"]) == 0
    assert "Review of blood smears" in capsys.readouterr().out


def test_a_path_that_may_not_be_read_stops_nothing_else(
    fields: Path, tmp_path: Path, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    locked = fields / "one.png"
    access, read = os.access, Path.open

    def refuse(path: Path, *how: str, **more: str) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *how, **more)

    monkeypatch.setattr(os, "access", lambda p, mode: str(p) != str(locked) and access(p, mode))
    monkeypatch.setattr(Path, "open", refuse)
    out = tmp_path / "o.json"
    assert cli.run(["detect", str(locked), str(fields / "two.png"), "--out", str(out)]) == 1
    assert f"{locked}: You may not read" in capsys.readouterr().err
    assert len(json.loads(out.read_text())["images"]) == 1


def test_signing_closes_the_case_until_it_is_undone(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    cell = next(iter(listed(talk(case, ["list"], monkeypatch, capsys))))
    lines = ["sign Dr. A. Reader", f"relabel {cell} basophil", "undo", f"relabel {cell} basophil"]
    answers = talk(case, lines, monkeypatch, capsys)
    assert answers[0] == "ok 1"
    assert answers[1].startswith("error ")
    assert answers[2:] == ["ok 2", "ok 3"]


def test_an_answer_comes_before_the_next_line_is_sent(case: Path) -> None:
    command = [sys.executable, "-m", "bloodview", "edit", str(case)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("list\n")
        process.stdin.flush()
        rows = iter(process.stdout.readline, "ok\n")
        cell = [row.split()[0] for row in rows][0]
        process.stdin.write(f"relabel {cell} basophil\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ok 1\n"
        process.kill()
    with Case.open(case) as opened:
        assert opened.cell(int(cell)).label == "basophil"


# -- what stays out, and stopping


def imported_by(*arguments: str) -> set[str]:
    run = f"from bloodview.cli import main; main.run({list(arguments)!r})"
    code = f"import sys; {run}; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input="", capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


def test_help_and_edit_start_without_the_heavy_libraries(case: Path) -> None:
    heavy = {"torch", "cv2", "PySide6", "timm", "openslide", "tifffile"}
    assert not heavy & imported_by("--help")
    assert not heavy & imported_by("edit", str(case))


def test_no_command_imports_qt(case: Path, tmp_path: Path) -> None:
    modules = imported_by("report", str(case), "--out", str(tmp_path / "r.html"))
    assert not {m for m in modules if m.split(".")[0] in ("PySide6", "pyqtgraph", "torch")}
    assert (tmp_path / "r.html").exists()


def test_ctrl_c_stops_cleanly_with_130_and_leaves_no_file(
    fields: Path, tmp_path: Path, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    class Interrupting(FakeDetector):
        def detect(self, images: list[np.ndarray]) -> list[Boxes]:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)
            return super().detect(images)

    monkeypatch.setattr(
        engine, "load_engine", lambda **_: engine.Engine(Interrupting(), FakeSegmenter(), FakeClassifier())
    )
    before = signal.getsignal(signal.SIGINT)
    assert cli.run(["detect", str(fields), "--out", str(tmp_path / "o.json")]) == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "stopped" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


# -- adapting and choosing models


@pytest.fixture
def laboratory(tmp_path: Path, monkeypatch: MonkeyPatch) -> Path:
    """A folder of examples; the base is a tiny model among the user's."""
    monkeypatch.setitem(store.DEFAULTS, "classify", "tiny-classify")
    monkeypatch.setattr(store, "load_detector", lambda *_, **__: FakeDetector())
    tiny.classifier(paths.user_models())
    for name, label in (("monocyte", "monocyte"), ("neutrophil", "band_neutrophil")):
        for i in range(3):
            image = draw_field(Size(300, 300), [Spot(150, 150, Kind.WBC, label)])
            image[:2, :2] = i
            write_picture(tmp_path / "lab" / name / f"{i}.png", image)
    return tmp_path / "lab"


def test_adapt_writes_a_model_and_says_what_it_is_worth(laboratory: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "new" / "model"
    assert cli.run(["adapt", "--examples", str(laboratory), "--out", str(out)]) == 0
    assert "named rightly before" in capsys.readouterr().err
    card = ModelCard.read(out)
    assert card.adaptation is not None
    assert card.adaptation.base.startswith("tiny-classify@")
    assert card.id == "tiny-classify-model"
    assert store.load_classifier("cpu", out).classes == card.classes


def test_adapt_names_a_broken_picture_and_does_the_rest(laboratory: Path, tmp_path: Path, capsys: Capsys) -> None:
    (laboratory / "monocyte" / "bad.png").write_bytes(b"text")
    assert cli.run(["adapt", "--examples", str(laboratory), "--out", str(tmp_path / "out")]) == 1
    assert "bad.png" in capsys.readouterr().err
    assert ModelCard.read(tmp_path / "out").adaptation is not None


def test_what_cannot_be_adapted_leaves_nothing(laboratory: Path, tmp_path: Path, capsys: Capsys) -> None:
    there = sorted(p.name for p in tmp_path.iterdir())
    (laboratory / "monocites").mkdir()
    assert cli.run(["adapt", "--examples", str(laboratory), "--out", str(tmp_path / "out")]) == 2
    assert "Is it monocyte" in capsys.readouterr().err
    (laboratory / "monocites").rmdir()
    assert cli.run(["adapt", "--examples", str(laboratory), "--out", str(laboratory)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert cli.run(["adapt", "--examples", str(laboratory), "--out", str(tmp_path / "o"), "--base", "nothing"]) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == there


def test_a_model_is_activated_and_rolled_back(laboratory: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "out"
    assert cli.run(["adapt", "--examples", str(laboratory), "--out", str(out)]) == 0
    assert cli.run(["models", "activate", str(out)]) == 0
    assert cli.run(["models", "list"]) == 0
    assert "tiny-classify-out\tclassify\ttiny, adapted to lab\tin use" in capsys.readouterr().out
    assert store.find("classify", None) == paths.user_models() / "tiny-classify-out"
    assert cli.run(["models", "rollback"]) == 0
    assert store.find("classify", None).name == "tiny-classify"
    assert cli.run(["models", "rollback"]) == 2
    assert cli.run(["models", "activate", "nothing"]) == 2


@pytest.fixture
def lesson(laboratory: Path, tmp_path: Path) -> Path:
    """A folder of examples of one new class; the base keeps reference cells."""
    rng = np.random.default_rng(0)
    labels = ("monocyte", "lymphocyte") * 10
    tiny.with_references(paths.user_models() / "tiny-classify", rng.integers(0, 255, (20, 64, 64, 3), np.uint8), labels)
    for i in range(3):
        image = draw_field(Size(300, 300), [Spot(150 + 2 * i, 150, Kind.WBC, "basophil")])
        image[: 40 * i, :40] = 90
        write_picture(tmp_path / "new" / "blast" / f"{i}.png", image)
    return tmp_path / "new"


def test_learn_adds_a_class_that_classify_answers(lesson: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "out"
    words = ["learn", "--examples", str(lesson), "--out", str(out), "--extend", "tiny-classify"]
    assert cli.run(words) == 0
    said = capsys.readouterr().err
    assert "blast: Draft" in said
    assert "of 3 examples found again" in said
    card = ModelCard.read(out)
    assert card.lesson is not None
    assert store.load_classifier("cpu", out).classes == card.classes
    assert card.classes[-1] == "blast"
    assert cli.run(["models", "activate", str(out)]) == 0
    assert cli.run(["models", "verify", card.id]) == 0
    assert cli.run(["adapt", "--examples", str(lesson.parent / "lab"), "--out", str(tmp_path / "adapted")]) == 2
    assert "taught classes" in capsys.readouterr().err
    assert cli.run(["models", "rollback"]) == 0


def test_learn_without_a_model_to_extend_knows_the_folders_alone(
    laboratory: Path, tmp_path: Path, capsys: Capsys
) -> None:
    (laboratory / "monocyte" / "bad.png").write_bytes(b"text")
    assert cli.run(["learn", "--examples", str(laboratory), "--out", str(tmp_path / "out")]) == 1
    assert "bad.png" in capsys.readouterr().err
    assert ModelCard.read(tmp_path / "out").classes == ("monocyte", "neutrophil")


def test_what_cannot_be_learned_leaves_nothing(lesson: Path, tmp_path: Path, capsys: Capsys) -> None:
    there = sorted(p.name for p in tmp_path.iterdir())
    words = ["learn", "--examples", str(lesson), "--out", str(tmp_path / "out")]
    assert cli.run(words) == 2
    assert "--extend" in capsys.readouterr().err
    tiny.classifier(paths.user_models(), "bare")
    assert cli.run([*words, "--extend", "bare"]) == 2
    assert "reference cells" in capsys.readouterr().err
    (lesson / "blast").rename(lesson / "monocyte")
    assert cli.run([*words, "--extend", "tiny-classify"]) == 2
    assert "has already" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == there


def test_a_strange_stain_is_one_line_with_its_count_and_what_to_do(
    fields: Path, tmp_path: Path, capsys: Capsys, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(analysing.unfamiliar, "FAMILIAR", 0.95)
    assert cli.run(["analyze", str(fields), "--case", str(tmp_path / "c.bvcase")]) == 0
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "unlike" in line]
    assert "2 of 2 pictures" in said
    assert "Adapt to this laboratory" in said
