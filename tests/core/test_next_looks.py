"""Which cells to look at next, and why."""

import numpy as np

from bloodview.core.cells import Cell, Kind, Prediction, Source, Status
from bloodview.core.geometry import Box
from bloodview.core.next_looks import CHECK_EVERY, Candidates, Look, Reason, considered, order, with_checks, words
from bloodview.core.taxonomy import DEFAULT_TAXONOMY

NONE = np.zeros((0, 2), np.float32)


def said(confidence: float, familiarity: float = 0.5) -> Prediction:
    probabilities = (("lymphocyte", confidence), ("monocyte", 1 - confidence))
    return Prediction("lymphocyte", confidence, False, familiarity, probabilities, "m")


def candidates(rows: list[tuple[float, float]], embeddings: list[tuple[float, float]] | None = None) -> Candidates:
    vectors = np.zeros((len(rows), 0), np.float32) if embeddings is None else np.array(embeddings, np.float32)
    return Candidates.of([said(c, f) for c, f in rows], vectors)


def rows(looks: list[Look]) -> list[int]:
    return [look.row for look in looks]


def test_without_embeddings_the_lead_over_the_second_class_decides() -> None:
    found = order(candidates([(0.9, 0.5), (0.52, 0.5), (0.7, 0.5)]), NONE)
    assert rows(found) == [1, 2, 0]
    assert found[0].reason is Reason.DOUBT


def test_a_cell_stranger_than_its_like_comes_first_but_not_where_all_are_strange() -> None:
    some = candidates([(0.9, 0.5)] * 12 + [(0.9, 0.001)])
    assert rows(order(some, NONE))[0] == 12
    assert order(some, NONE)[0].reason is Reason.STRANGE
    everywhere = candidates([(0.9, 0.001)] * 12 + [(0.6, 0.001)])
    assert rows(order(everywhere, NONE))[0] == 12
    assert order(everywhere, NONE)[0].reason is not Reason.STRANGE


def test_the_first_cell_stands_for_many_and_the_next_for_others() -> None:
    rng = np.random.default_rng(0)
    crowd = rng.normal((5, 0), 0.3, (20, 2))
    other = rng.normal((-4, 3), 0.3, (10, 2))
    alone = np.array([[0.0, -9.0]])
    vectors = np.concatenate([crowd, other, alone]).astype(np.float32)
    looks = order(Candidates.of([said(0.9)] * 31, vectors), NONE)
    kinds = [0 if r < 20 else 1 if r < 30 else 2 for r in rows(looks)]
    assert looks[0].reason is Reason.TYPICAL
    assert kinds[0] != 2
    assert set(kinds[:3]) == {0, 1, 2}
    assert kinds[0] != kinds[1]


def test_what_lies_near_decided_cells_comes_later() -> None:
    vectors = [(4.0, 0.1), (4.0, -0.1), (-4.0, 0.0)]
    known = np.array([[4.0, 0.0]] * 30, np.float32)
    looks = order(candidates([(0.7, 0.5)] * 3, vectors), known)
    assert rows(looks)[0] == 2
    assert looks[0].reason is Reason.DOUBT
    sure = order(candidates([(0.95, 0.5)] * 3, vectors), known)
    assert sure[0] == Look(2, Reason.DIFFERENT)


def test_once_much_is_known_doubt_weighs_more_than_being_typical() -> None:
    rng = np.random.default_rng(0)
    vectors = np.concatenate([rng.normal((3, 0), 0.2, (30, 2)), [[0.0, 3.0]]]).astype(np.float32)
    cells = Candidates.of([*[said(0.97)] * 30, said(0.5)], vectors)
    known = np.concatenate([vectors[:15], rng.normal((0, 3), 0.2, (45, 2))]).astype(np.float32)
    assert order(cells, known)[0] == Look(30, Reason.DOUBT)


def test_each_cell_stands_in_the_queue_once_and_no_more_than_were_asked_for() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(50, 8)).astype(np.float32)
    cells = Candidates.of([said(float(c)) for c in rng.uniform(0.5, 1, 50)], vectors)
    assert sorted(rows(order(cells, np.zeros((0, 8), np.float32)))) == list(range(50))
    assert len(order(cells, np.zeros((0, 8), np.float32), 7)) == 7
    assert order(Candidates.of([], np.zeros((0, 8), np.float32)), NONE) == []


def test_only_the_most_urgent_are_considered() -> None:
    assert considered([said(0.9), said(0.5), said(0.6)], 2).tolist() == [1, 2]


def test_every_tenth_place_is_a_random_check_as_long_as_there_are_any() -> None:
    merged = with_checks(range(100, 130), [1, 2])
    assert [i for i, (_, is_check) in enumerate(merged) if is_check] == [CHECK_EVERY - 1, 2 * CHECK_EVERY - 1]
    assert [c for c, _ in merged if c >= 100] == list(range(100, 130))
    assert [c for c, _ in with_checks([], list(range(50)), most=200)] == list(range(20))
    assert with_checks([5], []) == [(5, False)]


def test_the_reason_is_told_in_words() -> None:
    cell = Cell(
        1, 1, Kind.WBC, Box(0, 0, 9, 9), 0.9, False, "lymphocyte", Source.MODEL, Status.ACTIVE, said(0.52, 0.012)
    )
    told = {reason: words(reason, cell, DEFAULT_TAXONOMY) for reason in Reason}
    assert told[Reason.DOUBT] == "Doubtful: Lymphocyte 52% or Monocyte 48%"
    assert "familiarity 0.01" in told[Reason.STRANGE]
    assert told[Reason.CHECK] == "Random check of a confident label"
    assert len(set(told.values())) == len(Reason)
