"""What held-out cells settle."""

from pathlib import Path

import numpy as np

from bloodview.core.unfamiliar import FAMILIAR
from training.calibrate import Looks, familiarity_of, familiarity_tensors, thresholds
from training.data import CellExample


def _answers(n: int, right_from: float) -> tuple[np.ndarray, np.ndarray]:
    """Confidences from 0.5 to 1, right from one of them on, every other one below."""
    confidence = np.linspace(0.5, 1, n)
    hits = (confidence >= right_from) | (np.arange(n) % 2 == 0)
    return np.stack([confidence, 1 - confidence], axis=1), hits


def test_the_hardest_laboratory_sets_the_confidence_from_which_labels_stand() -> None:
    (easy, hits), (hard, missed) = _answers(600, 0.5), _answers(200, 0.9)
    labs = ["easy"] * 600 + ["hard"] * 200
    p, right = np.concatenate([easy, hard]), np.concatenate([hits, missed])
    rule = thresholds(p, right, np.ones(800, np.float32), labs)
    assert rule["familiar"] == FAMILIAR
    assert 0.85 < rule["decided"] < 0.92
    standing = hard[:, 0] >= rule["decided"]
    assert missed[standing].mean() >= 0.98


def test_a_handful_of_cells_has_no_say_of_its_own() -> None:
    (easy, hits), (hard, missed) = _answers(600, 0.5), _answers(20, 1.0)
    p, right = np.concatenate([easy, hard]), np.concatenate([hits, missed])
    rule = thresholds(p, right, np.ones(620, np.float32), ["easy"] * 600 + ["hard"] * 20)
    assert rule["decided"] < 0.6


def test_unfamiliar_cells_do_not_count_and_nothing_stands_where_none_is_familiar() -> None:
    p, hits = _answers(400, 0.5)
    strange = np.where(np.arange(400) % 2, 0.001, 0.5).astype(np.float32)
    wrong = hits & (np.arange(400) % 2 == 0)
    assert thresholds(p, wrong, strange, ["a"] * 400)["decided"] < 0.6
    assert thresholds(p, wrong, np.zeros(400, np.float32), ["a"] * 400)["decided"] == 1.0


def _example(dataset: str, label: str) -> CellExample:
    return CellExample(Path("a.png"), dataset, "train", "", None, 0.1, label)


def test_familiarity_knows_laboratories_and_leaves_and_goes_into_the_weights_file() -> None:
    rng = np.random.default_rng(0)
    labs = ["white", "grey"] * 40

    def crops(seed: int, dark: int) -> np.ndarray:
        noise = np.random.default_rng(seed).normal(0, 5, (80, 24, 24, 3))
        grounds = np.array([240 if lab == "white" else 215 for lab in labs])[:, None, None, None]
        made = np.broadcast_to(grounds, (80, 24, 24, 3)) + noise
        made[:, 8:16, 8:16] -= dark
        return made.clip(0, 255).astype(np.uint8)

    embeddings = rng.normal(size=(80, 5)).astype(np.float32)
    examples = [_example(lab, "lymphocyte" if i % 4 < 3 else "neutrophil") for i, lab in enumerate(labs)]
    own, held = Looks.of(embeddings, crops(1, 120)), Looks.of(embeddings[::-1].copy(), crops(2, 120))
    joint = familiarity_of(own, examples, held, examples)
    assert len(joint.kind.means) == 1
    assert len(joint.stain.means) == 2
    assert np.median(joint(embeddings, crops(3, 120))) > 0.2
    assert np.median(joint(embeddings, crops(3, 30))) < 0.02
    assert familiarity_tensors(joint)["familiarity.optics.whitening"].shape == (2, 6, 6)


def test_looks_are_put_one_after_another() -> None:
    looks = Looks.of(np.zeros((3, 4), np.float32), np.zeros((3, 16, 16, 3), np.uint8))
    both = Looks.together([looks, looks])
    assert both.embeddings.shape == (6, 4)
    assert both.optics.shape == (6, 6)
