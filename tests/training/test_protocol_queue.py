"""Labels needed where the program chooses the cells, against chance."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.taxonomy import FINE
from tests.models.tiny import run as tiny_run
from tests.training.cases import Fixed, cells, write
from training import label_tables, protocol_queue, splits, tables
from training.methods import Answers
from training.protocol_queue import STEP, Pool, curves, errors_found, labels_needed, queue
from training.protocols import Bench
from training.tasks import LEARN

NAMES = ("lymphocyte", "monocyte", "eosinophil")


def _pool(n: int = 60, common: int = 200) -> Pool:
    """Two even classes and a rare one that the base never names: the queue should find it sooner than chance."""
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], [common, n, 16])
    features = (2 * np.eye(3)[truth] + rng.normal(0, 1, (len(truth), 3))).astype(np.float32)
    p = np.full((len(truth), len(FINE)), 0.01, np.float32)
    p[:, FINE.index("lymphocyte")] = np.choose(truth, [0.7, 0.2, 0.41])
    p[:, FINE.index("monocyte")] = np.choose(truth, [0.2, 0.7, 0.4])
    p /= p.sum(axis=1, keepdims=True)
    answers = Answers(p, features, np.full(len(truth), np.nan, np.float32), np.zeros(len(truth), bool))
    order = rng.permutation(len(truth))
    shuffled = Answers(p[order], features[order], answers.familiarity, answers.decided)
    labels = tuple(NAMES[t] for t in truth[order])
    return Pool(shuffled, labels, ("",) * len(labels), ("eosinophil", "lymphocyte", "monocyte"))


def test_the_halves_share_no_scene() -> None:
    pool = _pool()
    grouped = Pool(pool.answers, pool.labels, tuple(f"scene {i // 3}" for i in range(len(pool.labels))), pool.classes)
    mine, other = grouped.halves(1)
    assert len(mine) + len(other) == len(pool.labels)
    assert not {grouped.groups[i] for i in mine} & {grouped.groups[i] for i in other}


def test_the_queue_learns_a_rare_class_with_fewer_labels_than_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol_queue, "MOST", 20)
    chosen, chance = curves(_pool(), repeats=8)
    assert chosen.shape == (8, 1 + 20 // STEP)
    assert (chosen[:, 0] == chance[:, 0]).all()
    assert chosen[:, 1:].mean() > chance[:, 1:].mean() + 0.01


def test_labels_needed_are_read_off_the_curve_between_its_points() -> None:
    curve = np.array([0.5, 0.6, 0.8, 0.7])
    assert labels_needed(curve, 0.5) == 0
    assert labels_needed(curve, 0.7) == pytest.approx(1.5 * STEP)
    assert labels_needed(curve, 0.9) == float("inf")


def test_wrong_labels_stand_in_front() -> None:
    found = errors_found(_pool())
    assert found.value > 0.5
    assert found.low < found.value < found.high or found.value == 1
    assert found.n == 16


def test_a_record_a_laboratory_left_out_with_the_sets_that_never_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = cells(tmp_path / "data")
    write(tmp_path, examples)
    monkeypatch.setattr(splits, "every_cell", lambda _root: examples)
    monkeypatch.setattr(protocol_queue, "REPEATS", 2)
    monkeypatch.setattr(protocol_queue, "curves", lambda pool: (np.linspace([0.5] * 2, [0.9] * 2, 13).T,) * 2)

    def learn(_run: object, _root: object, folder: Path, *_rest: object) -> Fixed:
        folder.mkdir(parents=True)
        return Fixed({"bccd": 0.6}, {})

    monkeypatch.setitem(LEARN, "classify", learn)
    bench = Bench(tmp_path / "data", tmp_path / "out", torch.device("cpu"), lambda _: None)
    run = tiny_run("classify", model_id="fixed", datasets=splits.LABORATORIES)
    (record,) = queue(bench, run, ("bccd",))
    assert (record.protocol, record.left_out) == ("queue", "bccd")
    assert [p.judged for p in record.parts] == ["bccd", "zheng1"]
    assert record.parts[0].figure("labels needed").value == pytest.approx(40, abs=0.5)
    assert record.parts[0].figure("20 labels, gain").value == 0
    text = label_tables.queue(tables.rows_of([record], {}))
    assert "zheng1" in text
    assert "errors in the first fifth" in text
