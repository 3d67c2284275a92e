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


def test_photographs_of_one_scene_are_drawn_together_so_that_copies_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(0)
    hits = rng.random(40) < 0.7
    truth = ["a"] * 20 + ["b"] * 20
    once = evaluate.figure("x", evaluate.mean_recall(truth, hits), evaluate.resamples([""] * 40))
    names = [f"scene {i}" for i in range(40)] * 5
    weights = evaluate.resamples(names)
    assert (weights[:, :40] == weights[:, 40:80]).all()
    copied = evaluate.figure("x", evaluate.mean_recall(truth * 5, np.tile(hits, 5)), weights)
    assert copied.value == once.value
    assert copied.high - copied.low == pytest.approx(once.high - once.low, rel=0.15)
    assert copied.n == 200


def test_a_class_that_a_resample_lacks_does_not_count_in_it() -> None:
    recall = evaluate.mean_recall(["a", "a", "b"], np.array([True, False, True]))
    np.testing.assert_allclose(recall(np.array([[1.0, 1, 1], [1, 1, 0], [0, 2, 1]])), [0.75, 0.5, 0.5])


def test_weighted_figures_agree_with_the_plain_ones() -> None:
    rng = np.random.default_rng(1)
    confidence, hits = rng.random(300), rng.random(300) < 0.5
    whole = np.ones((1, 300))
    plain = evaluate.calibration_error(confidence, hits)
    assert evaluate.calibration_gap(confidence, hits)(whole)[0] == pytest.approx(plain)
    assert evaluate.share(hits)(whole)[0] == pytest.approx(hits.mean())
    assert evaluate.share(hits, confidence > 0.5)(whole)[0] == pytest.approx(hits[confidence > 0.5].mean())
    assert np.isnan(evaluate.share(hits, confidence > 2)(whole)[0])


def test_separation_is_the_chance_to_score_above_and_ties_count_half() -> None:
    score, positive = np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, True, False, True])
    whole = np.ones((1, 4))
    assert evaluate.separation(score, positive)(whole)[0] == pytest.approx((1 + 0.5 + 2) / 4)
    assert evaluate.separation(np.zeros(4), positive)(whole)[0] == 0.5
    twice = evaluate.separation(np.repeat(score, 2), np.repeat(positive, 2))(np.ones((1, 8)))[0]
    assert evaluate.separation(score, positive)(2 * whole)[0] == pytest.approx(twice)
