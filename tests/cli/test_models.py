"""Tests of adapt, learn and the models' commands."""

from pathlib import Path

import numpy as np
import pytest

from bloodview.cli import main as cli
from bloodview.core import paths
from bloodview.core.cells import Kind
from bloodview.core.geometry import Size
from bloodview.models import store
from bloodview.models.card import ModelCard
from tests.fakes import FakeDetector, Spot, draw_field, write_picture
from tests.models import tiny

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]


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


def test_what_lies_among_the_models_and_cannot_be_used_is_named(laboratory: Path, capsys: Capsys) -> None:
    folder = paths.user_models() / "newer"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text('{"format": 99}')
    assert cli.run(["models", "list"]) == 0
    said = capsys.readouterr()
    assert f"{folder}: was made by a newer BloodView." in said.err
    assert "newer" not in said.out


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


def test_a_pickle_is_no_sam_to_take_in(tmp_path: Path, capsys: Capsys) -> None:
    pickle = tmp_path / "sam_vit_b.pth"
    pickle.write_bytes(b"anything")
    assert cli.run(["models", "take-in-sam", str(pickle), "--out", str(tmp_path / "my-sam")]) == 2
    assert "pickle" in capsys.readouterr().err
    assert not (tmp_path / "my-sam").exists()


def test_a_sam_is_taken_in_and_into_use(tmp_path: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    monkeypatch.setitem(store.DEFAULTS, "outline", "tiny-outline")
    monkeypatch.setattr(store, "take_in_sam", lambda _checkpoint, out: tiny.outliner(out))
    out = tmp_path / "models"
    assert cli.run(["models", "take-in-sam", str(tmp_path), "--out", str(out)]) == 0
    assert "models activate" in capsys.readouterr().err
    assert cli.run(["models", "activate", str(out / "tiny-outline")]) == 0
    assert store.find("outline", None).name == "tiny-outline"
