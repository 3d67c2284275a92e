"""Figures with their intervals."""

import numpy as np
import pytest

from training import evaluate


def test_balanced_accuracy_weighs_classes_alike_and_holds_its_value() -> None:
    truth = ["a"] * 90 + ["b"] * 10
    metric = evaluate.balanced_accuracy("x", truth, [True] * 90 + [False] * 10)
    assert metric.value == 0.5
    assert metric.low <= 0.5 <= metric.high
    assert metric.n == 100
    mixed = evaluate.balanced_accuracy("x", truth, [i % 4 != 0 for i in range(100)])
    assert mixed.low < mixed.value < mixed.high


def test_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), 4000)
    truth = np.array([rng.choice(4, p=row) for row in p])
    logits = (3 * np.log(p)).astype(np.float32)
    assert evaluate.fit_temperature(logits, np.eye(4, dtype=np.float32)[truth]) == pytest.approx(3, rel=0.1)


def test_calibration_error_is_the_gap_between_claim_and_truth() -> None:
    hits = np.array([True, False] * 50)
    assert evaluate.calibration_error(np.full(100, 0.5), hits) == pytest.approx(0)
    assert evaluate.calibration_error(np.full(100, 0.9), hits) == pytest.approx(0.4)


def test_labels_stand_from_the_confidence_that_is_right_often_enough() -> None:
    confidence = np.linspace(0.01, 1, 1000)
    hits = confidence > 0.5
    threshold = evaluate.deciding_confidence(confidence, hits, 0.98)
    assert hits[confidence >= threshold].mean() >= 0.98
    assert threshold < 0.5
    assert evaluate.deciding_confidence(confidence, np.zeros(1000, bool), 0.98) == 1.0


def test_the_best_score_balances_precision_and_recall() -> None:
    precision, recall = np.array([1, 1, 0.6], np.float32), np.array([0.3, 0.8, 0.9], np.float32)
    assert evaluate.best_f1_score(precision, recall, np.array([0.9, 0.5, 0.1], np.float32)) == 0.5
