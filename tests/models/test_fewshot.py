"""A correction of the head by a few cells, and what leave-one-out says of it."""

import numpy as np
import pytest

from bloodview.core.taxonomy import DEFAULT_TAXONOMY, FINE
from bloodview.models import fewshot
from bloodview.models.fewshot import Correction, Recall, Support

PLACES = {"lymphocyte": 0, "monocyte": 1, "eosinophil": 2, "neutrophil": 3}


def cells(kinds: list[str], seed: int = 0, spread: float = 0.3, views: int = 2) -> Support:
    """Cells of another laboratory: the base calls them all basophils, their embeddings tell the kinds apart."""
    rng = np.random.default_rng(seed)
    n = len(kinds)
    embeddings = spread * rng.normal(size=(n, 1, 16)) + 0.1 * rng.normal(size=(n, views, 16))
    for i, kind in enumerate(kinds):
        embeddings[i, :, PLACES[kind]] += 1
    scores = np.full((n, views, len(FINE)), -4.0)
    scores[:, :, FINE.index("basophil")] = -0.2
    scores[:, :, FINE.index("band_neutrophil")] = -3.0
    allowed = [[float(DEFAULT_TAXONOMY.is_below(leaf, kind)) for leaf in FINE] for kind in kinds]
    scores, embeddings, allowed = (np.asarray(a, np.float32) for a in (scores, embeddings, allowed))
    return Support(scores, (embeddings,), allowed, tuple(kinds))


def answers(correction: Correction, support: Support) -> np.ndarray:
    return correction.probabilities(support.scores, support.features)


def right(correction: Correction, support: Support) -> float:
    answer = answers(correction, support).argmax(axis=1)
    return float((support.allowed[np.arange(len(answer)), answer] > 0).mean())


def test_five_cells_a_class_put_a_shifted_laboratory_right() -> None:
    correction = fewshot.fit(cells([*PLACES] * 5, spread=0.2))
    assert right(correction, cells([*PLACES] * 50, seed=1, spread=0.2)) > 0.95


def test_probabilities_are_probabilities() -> None:
    support = cells([*PLACES] * 5)
    found = answers(fewshot.fit(support), support)
    assert found.shape == (20, len(FINE))
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


def test_below_an_inner_node_the_split_stays_the_bases() -> None:
    support = cells([*PLACES] * 5)
    found = answers(fewshot.fit(support), support)
    neutrophils = [i for i, kind in enumerate(support.kinds) if kind == "neutrophil"]
    band, segmented = (found[neutrophils, FINE.index(f"{which}_neutrophil")] for which in ("band", "segmented"))
    assert (band > segmented).all(), "the base was surer of bands"


def test_a_class_that_no_cell_shows_is_named_where_the_base_is_surer_than_of_any_shown_cell() -> None:
    support = cells(["lymphocyte", "monocyte"] * 5)
    correction = fewshot.fit(support)
    assert (correction.hurdle[correction.shown > 0] == 0).all()
    scores, erythroblast = support.scores[:1].copy(), FINE.index("erythroblast")
    look = [f[:1] for f in support.features]
    assert correction.probabilities(scores, look)[0, erythroblast] < 0.05
    scores[:, :, erythroblast] = 12
    assert correction.probabilities(scores, look)[0].argmax() == erythroblast


def test_what_the_base_takes_all_shown_cells_for_is_believed_no_more() -> None:
    support = cells([*PLACES] * 5)
    found = answers(fewshot.fit(support), support)
    assert found[:, FINE.index("basophil")].max() < 0.1


def test_a_stronger_anchor_stays_nearer_to_the_base() -> None:
    support = cells([*PLACES] * 5)
    loose, tight = (np.abs(fewshot.fit(support, anchor).weight).sum() for anchor in (0.1, 1000.0))
    assert tight < loose / 10


def test_many_cells_of_one_class_do_not_outvote_the_others() -> None:
    few = cells(["lymphocyte"] * 4 + ["monocyte"] * 60, spread=0.25)
    test = cells(["lymphocyte"] * 100 + ["monocyte"] * 100, seed=2, spread=0.25)
    found = answers(fewshot.fit(few), test).argmax(axis=1)
    assert (found[:100] == FINE.index("lymphocyte")).mean() > 0.85


def test_the_same_cells_give_the_same_correction_in_any_order() -> None:
    support = cells([*PLACES] * 3)
    turned = np.arange(len(support.kinds))[::-1]
    other = Support(
        support.scores[turned],
        tuple(f[turned] for f in support.features),
        support.allowed[turned],
        tuple(support.kinds[::-1]),
    )
    np.testing.assert_allclose(fewshot.fit(support).weight, fewshot.fit(other).weight, atol=2e-3)


def test_an_answer_is_the_mean_over_the_views_and_does_not_know_their_order() -> None:
    support = cells([*PLACES] * 5)
    correction = fewshot.fit(support)
    one, other = (
        correction.probabilities(support.scores[:, [v]], [f[:, [v]] for f in support.features]) for v in (0, 1)
    )
    both = answers(correction, support)
    np.testing.assert_allclose(
        both, correction.probabilities(support.scores[:, ::-1], [f[:, ::-1] for f in support.features]), atol=1e-6
    )
    shown = correction.shown > 0
    mean = np.log(one[:, shown]) / 2 + np.log(other[:, shown]) / 2
    np.testing.assert_allclose(np.ptp(np.log(both[:, shown]) - mean, axis=1), 0, atol=1e-3)


def test_a_correction_from_before_a_feature_was_known_answers_as_it_did() -> None:
    support = cells([*PLACES] * 5)
    correction = fewshot.fit(support)
    more = (*support.features, np.ones((*support.scores.shape[:2], 7), np.float32))
    np.testing.assert_array_equal(correction.probabilities(support.scores, more), answers(correction, support))


def test_leave_one_out_judges_no_cell_by_itself() -> None:
    kinds = ["lymphocyte", "monocyte"] * 4
    support = cells(kinds, spread=1.0)
    allowed = support.allowed.copy()
    allowed[0] = cells(["monocyte"]).allowed[0]  # a wrong label: the cell's own look says lymphocyte
    mislabelled = Support(support.scores, support.features, allowed, ("monocyte", *kinds[1:]))
    found = fewshot.left_out(mislabelled)
    assert found.shape == (8, len(FINE))
    assert found[0, FINE.index("lymphocyte")] > found[0, FINE.index("monocyte")]


def test_more_cells_than_folds_are_left_out_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fewshot, "MOST_FOLDS", 4)
    fits: list[int] = []
    fit = fewshot.fit

    def counted(support: Support, *how: float) -> Correction:
        fits.append(len(support.kinds))
        return fit(support, *how)

    monkeypatch.setattr(fewshot, "fit", counted)
    found = fewshot.left_out(cells(["lymphocyte", "monocyte"] * 6))
    assert fits == [9] * 4
    assert np.isfinite(found).all()


def test_the_only_cell_of_a_class_can_be_left_out() -> None:
    found = fewshot.left_out(cells(["lymphocyte", "monocyte", "lymphocyte"]))
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)


def test_balanced_accuracy_is_the_mean_recall_and_never_certain() -> None:
    found = fewshot.recalls(["a", "a", "b", "b", "b", "b"], np.array([True, True, True, True, True, False]))
    assert found == (Recall("a", 2, 2), Recall("b", 3, 4))
    value, low, high = fewshot.balanced_accuracy(found)
    assert value == pytest.approx(0.875)
    assert low < value < high
    perfect = fewshot.balanced_accuracy([Recall("a", 5, 5), Recall("b", 5, 5)])
    assert perfect[0] == perfect[2] == 1
    assert 0.6 < perfect[1] < 0.95


def test_the_interval_narrows_with_more_cells() -> None:
    few, many = (fewshot.balanced_accuracy([Recall("a", 4 * k, 5 * k)]) for k in (1, 20))
    assert many[2] - many[1] < (few[2] - few[1]) / 2


def test_a_correction_reads_back_as_it_was_kept() -> None:
    correction = fewshot.fit(cells([*PLACES] * 2))
    read = Correction.read(correction.tensors())
    assert read is not None
    np.testing.assert_array_equal(read.weight, correction.weight)
    np.testing.assert_array_equal(read.bias, correction.bias)
    np.testing.assert_array_equal(read.hurdle, correction.hurdle)
    np.testing.assert_array_equal(read.shown, correction.shown)
    assert read.trust == pytest.approx(correction.trust)
    assert Correction.read({"familiarity.ranks": correction.bias}) is None
