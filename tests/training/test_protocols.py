"""The protocols, with methods that need no training."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import Event, RunFile
from bloodview.models.card import DataOrigin, ModelCard
from tests.models import tiny
from tests.models.tiny import run as tiny_run
from tests.training.cases import Fixed, cells, write
from training import protocols, splits
from training.data import CellExample
from training.protocols import PROTOCOLS, Bench
from training.results import Record
from training.tasks import LEARN

RUN = tiny_run("classify", model_id="fixed", datasets=splits.LABORATORIES)


class Trained(list[tuple[RunFile, set[str], Path]]):
    """What was trained: run, data sets that trained, folder."""


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Trained:
    done = Trained()

    def learn(
        run: RunFile,
        _root: Path,
        folder: Path,
        _device: torch.device,
        train: list[CellExample],
        held_out: list[CellExample],
        _emit: object,
    ) -> Fixed:
        assert not {e.group for e in train} & {e.group for e in held_out}
        own = {e.dataset for e in train}
        if not (folder / "done").is_file():
            folder.mkdir(parents=True)
            (folder / "done").touch()
            done.append((run, own, folder))
        return Fixed({}, {d: 0.1 for d in {*splits.LABORATORIES, "zheng1"} - own}, run.seed)

    monkeypatch.setitem(LEARN, "classify", learn)
    return done


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    examples = cells(tmp_path / "data")
    write(tmp_path, examples)
    monkeypatch.setattr(splits, "every_cell", lambda _root: examples)
    return Bench(tmp_path / "data", tmp_path / "out", torch.device("cpu"), lambda _: None)


def _all(bench: Bench, protocol: str, run: RunFile = RUN, laboratories: Sequence[str] = ("bccd",)) -> list[Record]:
    return list(PROTOCOLS[protocol](bench, run, laboratories))


def test_a_record_holds_what_is_needed_to_measure_again(bench: Bench, trained: Trained) -> None:
    (record,) = _all(bench, "home", replace(RUN, seed=7))
    assert (record.protocol, record.method, record.left_out, record.seed) == ("home", "fixed", "", 7)
    assert record.run["seed"] == 7
    assert record.trained_cells == 16 * (7 + 5 + 3)
    assert record.mode == "inductive"
    assert len(record.data) == 64
    assert [(p.judged, p.trained) for p in record.parts] == [
        ("pbc test", True),
        ("bccd test", True),
        ("chula_wbc val", True),
    ]
    assert str(bench.root) not in json.dumps(record.run)


def test_laboratories_are_left_out_in_turn_and_familiarity_tells_them(bench: Bench, trained: Trained) -> None:
    records = _all(bench, "left-out", laboratories=splits.LABORATORIES)
    assert [r.left_out for r in records] == list(splits.LABORATORIES)
    assert [own for _, own, _ in trained] == [{"bccd", "chula_wbc"}, {"pbc", "chula_wbc"}, {"pbc", "bccd"}]
    for record in records:
        away = record.part(record.left_out)
        assert away is not None
        assert not away.trained
        assert away.figure("auroc familiarity").value == 1
        assert record.part("zheng1").figure("balanced forced").value == 1
    assert set(records[0].part("pbc").cells) == {"eosinophil", "lymphocyte", "monocyte", "neutrophil", "basophil"}


def test_one_training_serves_all_protocols_that_ask_for_it_and_is_found_again(bench: Bench, trained: Trained) -> None:
    _all(bench, "left-out", laboratories=("bccd", "chula_wbc"))
    _all(bench, "calibration", laboratories=("bccd", "chula_wbc"))
    again = Bench(bench.root, bench.out, torch.device("cpu"), lambda _: None)
    _all(again, "left-out")
    assert len(trained) == 2
    _all(bench, "left-out", replace(RUN, epochs=3))
    _all(bench, "left-out", replace(RUN, seed=1))
    assert len({folder for _, _, folder in trained}) == 4


def test_what_was_said_of_a_training_is_kept_when_it_is_found_done(bench: Bench, trained: Trained) -> None:
    (first,) = _all(bench, "home")
    again = Bench(bench.root, bench.out, torch.device("cpu"), lambda _: None)
    (second,) = _all(again, "home")
    assert (first.seconds, first.trained_by, first.device) == (second.seconds, second.trained_by, second.device)


def test_calibration_compares_home_and_away(bench: Bench, trained: Trained) -> None:
    (record,) = _all(bench, "calibration")
    assert [(p.judged, p.trained) for p in record.parts] == [("pbc test", True), ("bccd", False)]
    assert all(p.reliability for p in record.parts)


def test_few_labels_are_judged_whole_and_by_prototypes(bench: Bench, trained: Trained) -> None:
    records = _all(bench, "few-labels")
    assert [r.left_out for r in records] == ["5", "10", "25", "125"]
    assert sorted(run.limit for run, _, _ in trained) == [5, 10, 25, 125]
    assert {tuple(own) for _, own, _ in trained} == {("pbc",)}
    for record in records:
        assert [p.judged for p in record.parts] == ["pbc test", "pbc test, prototypes"]
        assert record.parts[1].figure("balanced").value > 0.9


def test_each_unseen_class_is_told_from_the_others(bench: Bench, trained: Trained) -> None:
    records = _all(bench, "unseen-class", replace(RUN, datasets=("pbc",)))
    assert [r.left_out for r in records] == list(splits.UNSEEN)
    for record in records:
        part = record.parts[0]
        assert record.left_out not in part.cells
        assert {"auroc familiarity", "auroc confidence"} <= {f.name for f in part.figures}
        assert part.figure("auroc familiarity").n == 16 * 7


def test_a_run_that_may_see_the_pictures_it_is_judged_by_is_called_transductive(bench: Bench, trained: Trained) -> None:
    (record,) = _all(bench, "left-out", replace(RUN, transductive=True))
    assert record.mode == "transductive"


def test_a_start_that_learned_the_labels_of_what_is_left_out_is_refused(bench: Bench, trained: Trained) -> None:
    folder = tiny.classifier(bench.out / "models", "knowing")
    card = ModelCard.read(folder)
    knows = replace(card, data=(DataOrigin("bccd", "MIT", 1, ""),))
    (folder / "card.json").write_text(knows.to_json())
    run = replace(RUN, start="knowing")
    with pytest.raises(UserError, match="starts with 'knowing', which learned the labels of bccd"):
        _all(bench, "left-out", run)
    (record,) = _all(bench, "left-out", run, ("chula_wbc",))
    assert record.mode == "inductive"
    (folder / "card.json").write_text(replace(knows, task="mae").to_json())
    (record,) = _all(bench, "left-out", run)
    assert record.mode == "transductive"


def test_the_members_of_an_ensemble_train_as_if_they_were_judged_alone(
    bench: Bench, trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fixed.json").write_text(json.dumps(RUN.to_json() | {"datasets": list(RUN.datasets)}))
    monkeypatch.setattr(protocols, "RECIPES", tmp_path)
    joined: list[list[Path]] = []

    def together(*given: object) -> Fixed:
        joined.append(list(given[-1]))
        return Fixed({}, {})

    monkeypatch.setattr(protocols.classify, "together", together)
    shape = {"channels": RUN.channels * 2, "layers": RUN.layers * 2, "sides": (64, 64)}
    run = replace(RUN, model_id="two", network="resnet-gn-ensemble", parts=("fixed@3", "fixed@5"), **shape)
    (record,) = _all(bench, "left-out", run)
    assert (record.method, record.part("bccd").figure("balanced forced").value) == ("two", 1)
    assert [r.seed for r, _, _ in trained] == [3, 5]
    assert [p.parent.parent for p in joined[0]] == [folder for _, _, folder in trained]
    for seed in (3, 5):
        _all(bench, "left-out", replace(RUN, seed=seed))
    assert len(trained) == 2
    with pytest.raises(UserError, match="cannot have the part 'fixed@x'"):
        _all(bench, "left-out", replace(run, parts=("fixed@x", "fixed@3")))


def test_a_published_model_is_judged_as_it_is_on_cells_apart_from_those_that_trained(bench: Bench) -> None:
    folder = tiny.classifier(bench.root / "models", datasets=("pbc", "bccd"))
    card = ModelCard.read(folder)
    knows = tuple(DataOrigin(d, "MIT", 7, "") for d in ("pbc", "bccd"))
    (folder / "card.json").write_text(replace(card, data=knows).to_json())
    taken = next(e for e in bench.cells if (e.dataset, e.split) == ("pbc", "test"))
    bench.cells.append(replace(taken, split="train", path=taken.path.with_name("other.png")))
    for e in bench.cells:
        Image.new("RGB", (64, 64), (200, 120, 160)).save(e.path)
    record = protocols.published(bench, folder)
    assert (record.protocol, record.method, record.trained_cells, record.device) == ("home", card.id, 14, "")
    assert [(p.judged, p.trained) for p in record.parts] == [
        ("pbc test", True),
        ("bccd test", True),
        ("chula_wbc val", False),
        ("zheng1", False),
    ]
    assert record.part("pbc test").figure("accuracy").n == 16 * 7 - 1


def test_what_cannot_be_judged_or_must_not_train_is_refused(bench: Bench, trained: Trained) -> None:
    with pytest.raises(UserError, match="'detect' gives nothing that can be judged"):
        _all(bench, "home", tiny_run("detect"))
    with pytest.raises(UserError, match="'zheng1' must not train"):
        _all(bench, "home", replace(RUN, datasets=("pbc", "zheng1")))
    assert not trained


def test_events_tell_which_training_is_under_way(bench: Bench, trained: Trained) -> None:
    heard: list[Event] = []
    bench.emit = heard.append
    _all(bench, "left-out")
    assert [(e.kind, e.values["left_out"]) for e in heard] == [("started", "bccd")]


def test_prototypes_name_the_nearest_class_mean() -> None:
    support = np.array([[1, 0], [0.9, 0.1], [0, 1]], np.float32)
    asked = np.array([[3, 0.1], [0.1, 2]], np.float32)
    answers = protocols.by_prototypes(support, ["lymphocyte", "lymphocyte", "monocyte"], asked)
    assert [FINE[k] for k in answers.probabilities.argmax(axis=1)] == ["lymphocyte", "monocyte"]
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, rtol=1e-5)
    assert not answers.decided.any()
