"""Adaptation measured draw by draw."""

from pathlib import Path

import numpy as np
import pytest

from bloodview.core.cancel import CancelToken
from bloodview.models import adapted, store
from tests.models import tiny
from training import adapting
from training.adapting import Remembering, drawn, measured, parts
from training.data import CellExample

COLORS = {"neutrophil": (200, 40, 60), "monocyte": (60, 60, 220), "lymphocyte": (60, 160, 60)}
KINDS = list(COLORS)


def cells(each: int, kinds: list[str] = KINDS) -> list[CellExample]:
    return [
        CellExample(Path(f"{kind}-{i}.png"), "bccd", "train", f"{kind}-{i // 2}", None, 0.1, kind)
        for kind in kinds
        for i in range(each)
    ]


def crops(examples: list[CellExample]) -> np.ndarray:
    rng = np.random.default_rng(0)
    made = np.full((len(examples), 64, 64, 3), 235, np.uint8)
    for crop, e in zip(made, examples, strict=True):
        crop[18:46, 18:46] = np.clip(np.array(COLORS[e.label]) + rng.integers(-30, 30, (28, 28, 3)), 0, 255)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.classifier(tmp_path / "models")


def test_what_judges_shares_no_group_with_what_was_drawn() -> None:
    examples = cells(12)
    truth, groups = [e.label for e in examples], [e.group for e in examples]
    support, rows = drawn(truth, groups, 4, np.random.default_rng(0))
    assert [truth[i] for i in support] == sorted(KINDS * 4)
    assert not {groups[i] for i in support} & {groups[i] for i in rows}
    assert {truth[i] for i in rows} == set(KINDS)


def test_a_class_of_one_group_is_judged_by_its_other_cells_and_cells_without_a_group_stand_alone() -> None:
    truth = ["monocyte"] * 8 + ["lymphocyte"] * 8
    support, rows = drawn(truth, ["one slide"] * 8 + [""] * 8, 5, np.random.default_rng(0))
    assert sorted([*support, *rows]) == list(range(16))


def test_no_picture_is_looked_at_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    plain = adapting.TorchClassifier._answers

    def counted(self: adapting.TorchClassifier, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        looked.append(len(images))
        return plain(self, images)

    monkeypatch.setattr(adapting.TorchClassifier, "_answers", counted)
    model = Remembering(folder, "cpu")
    images = crops(cells(2))
    first = model.evidence(images[[0, 1, 1, 2]])
    again = model.evidence(images[[2, 0, 3, 1]])
    assert looked == [4, 1]
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a[[0, 1, 3]], b[[1, 3, 0]])


def test_it_answers_as_the_adapted_folder_would_and_afterwards_as_before(folder: Path, tmp_path: Path) -> None:
    examples = cells(4)
    labels, images = [e.label for e in examples], crops(examples)
    model = Remembering(folder, "cpu")
    bare = model.classify(images)
    fitted = adapted.adapt(images, labels, model, folder, CancelToken(), lambda *_: None)
    adapted.write(fitted, tmp_path / "out", "tiny-here", "tiny")
    wanted = store.load_classifier("cpu", tmp_path / "out").classify(images)
    model.take_on(fitted)
    found = model.classify(images)
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-4)
    np.testing.assert_allclose(found.familiarity, wanted.familiarity, atol=1e-4)
    np.testing.assert_array_equal(found.decided, wanted.decided)
    model.take_on(None)
    np.testing.assert_array_equal(model.classify(images).probabilities, bare.probabilities)


def test_the_figures_of_a_laboratory_that_is_learned_easily(folder: Path) -> None:
    examples = cells(10)
    part = measured("bccd", Remembering(folder, "cpu"), folder, examples, crops(examples), KINDS, draws=3)
    value = {f.name: f for f in part.figures}
    assert all(f.low <= f.value <= f.high and f.n == 30 for f in part.figures)
    assert value["balanced after"].value > max(0.9, value["balanced before"].value)
    assert value["gain"].value == pytest.approx(
        value["balanced after"].value - value["balanced before"].value, abs=1e-3
    )
    assert value["leave-one-out excess"].value == pytest.approx(
        value["leave-one-out"].value - value["balanced after"].value, abs=1e-3
    )
    assert part.cells == dict.fromkeys(KINDS, 10)
    assert not part.trained
    assert all(sum(row.values()) >= 3 for row in part.confusion.values())


def test_classes_that_are_unknown_or_rare_do_not_take_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapting.measured, "__defaults__", (1,))  # one draw shows who takes part
    examples = cells(8) + cells(2, ["lymphocyte"])[:1]
    sets = {"bccd": (examples, crops(examples)), "too little": (examples[:2], crops(examples[:2]))}
    (part,) = parts(folder, "cpu", sets, {"neutrophil", "monocyte"}, 8)
    assert (part.judged, set(part.cells)) == ("bccd", {"neutrophil", "monocyte"})
