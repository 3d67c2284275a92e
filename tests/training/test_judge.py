"""What answers are worth."""

from pathlib import Path

import numpy as np
import pytest

from tests.training.cases import Fixed, cells
from training.judge import allowed, coarse_probabilities, judge, judged_classes
from training.splits import LEUKOCYTES, leukocytes, part

KNOWN = cells(Path("/data"), each=20)
BCCD = leukocytes(part(KNOWN, "bccd", "test"))


def test_only_classes_with_enough_cells_that_the_method_can_know_are_judged() -> None:
    few = [e for e in BCCD if e.label != "monocyte" or int(e.path.stem.split("-")[-1]) < 14]
    assert judged_classes(few, LEUKOCYTES, 15) == ["eosinophil", "lymphocyte", "neutrophil"]
    assert judged_classes(few, {"lymphocyte", "monocyte"}, 1) == ["lymphocyte", "monocyte"]


def test_the_right_are_right_at_each_level_and_inner_nodes_accept_their_leaves() -> None:
    method = Fixed({}, {})
    found = judge("bccd test", True, BCCD, method.answer(BCCD), judged_classes(BCCD, LEUKOCYTES, 15))
    for name in ("balanced", "balanced forced", "balanced fine", "accuracy", "decided share", "decided accuracy"):
        assert found.figure(name).value == 1, name
    assert found.recalls == dict.fromkeys(found.cells, 1.0)
    assert found.confusion["neutrophil"] == {"neutrophil": 20}


def test_wrong_answers_lower_recall_and_show_in_the_confusion() -> None:
    method = Fixed({"bccd": 0.5}, {})
    found = judge("bccd test", True, BCCD, method.answer(BCCD), ["eosinophil", "lymphocyte", "monocyte", "neutrophil"])
    balanced = found.figure("balanced")
    assert balanced is not None
    assert balanced.low < balanced.value < balanced.high
    assert balanced.value == pytest.approx(np.mean(list(found.recalls.values())), abs=1e-3)
    assert sum(n for row in found.confusion.values() for n in row.values()) == len(BCCD) == balanced.n
    assert found.figure("ece fine").value == pytest.approx(0.3, abs=0.15)


def test_answers_outside_the_classes_judged_are_forced_among_them() -> None:
    lymphocytes = [e for e in BCCD if e.label in ("lymphocyte", "monocyte")]
    wrong = Fixed({"bccd": 0.0}, {}).answer(lymphocytes)  # says the leaf after the true one
    found = judge("x", False, lymphocytes, wrong, ["lymphocyte", "monocyte"])
    assert found.recalls == {"lymphocyte": 0.0, "monocyte": 0.0}
    alone = judge("x", False, lymphocytes, wrong, ["monocyte"])
    assert alone.forced_recalls == {"monocyte": 1.0}
    assert alone.cells == {"monocyte": 20}
    assert found.confusion["monocyte"] == {"erythroblast": 20}


def test_a_constant_answer_reaches_one_class() -> None:
    classes = ["eosinophil", "lymphocyte", "monocyte", "neutrophil"]
    uneven = [e for e in BCCD if e.label == "neutrophil" or int(e.path.stem.split("-")[-1]) < 16]
    found = judge("x", False, uneven, Fixed({}, {}).answer(uneven), classes)
    assert found.figure("balanced constant").value == 0.25
    assert found.figure("accuracy constant").value == pytest.approx(20 / 68, abs=1e-4)


def test_familiarity_tells_strangers_from_cells_at_home_where_a_method_has_one() -> None:
    home = part(KNOWN, "pbc", "test")
    method = Fixed({}, {"bccd": 0.1})
    classes = judged_classes(BCCD, LEUKOCYTES, 15)
    known = (method.answer(home).familiarity, home)
    assert judge("bccd", False, BCCD, method.answer(BCCD), classes, known).figure("auroc familiarity").value == 1
    alike = Fixed({}, {})
    same = judge("bccd", False, BCCD, alike.answer(BCCD), classes, (alike.answer(home).familiarity, home))
    assert same.figure("auroc familiarity").value == pytest.approx(0.5, abs=0.15)
    blind = Fixed({}, {"bccd": np.nan})
    assert judge("b", False, BCCD, blind.answer(BCCD), classes, known).figure("auroc familiarity") is None


def test_leaves_add_up_to_their_coarse_class() -> None:
    p = coarse_probabilities(allowed("neutrophil").astype(np.float32)[None] / 2)
    assert p.sum() == pytest.approx(1)
    assert (p > 0).sum() == 1
