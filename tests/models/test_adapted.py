"""Adapted models: fitted, judged, written beside their base, loaded like any other."""

import json
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.errors import StorageError
from bloodview.core.taxonomy import FINE
from bloodview.models import adapted, store
from bloodview.models.adapted import Adapted
from bloodview.models.card import ModelCard, sha256_of
from tests.models import tiny

LABELS = ("neutrophil",) * 3 + ("monocyte",) * 3
COLORS = {"neutrophil": (200, 40, 60), "monocyte": (60, 60, 220), "lymphocyte": (60, 220, 60)}


def crops(labels: tuple[str, ...], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = np.full((len(labels), 64, 64, 3), 235, np.uint8)
    for crop, label in zip(made, labels, strict=True):
        crop[16:48, 16:48] = np.clip(np.array(COLORS[label]) + rng.integers(-25, 25, (32, 32, 3)), 0, 255)
    return made


def fitted(base: Path, labels: tuple[str, ...] = LABELS) -> Adapted:
    return adapted.adapt(
        crops(labels), labels, store.load_classifier("cpu", base), base, CancelToken(), lambda *_: None
    )


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny.classifier(tmp_path / "models")


def test_an_adapted_model_names_the_laboratorys_cells_and_its_base_is_untouched(base: Path, tmp_path: Path) -> None:
    before = {f.name: sha256_of(f) for f in base.iterdir()}
    out = tmp_path / "any name"
    adapted.write(fitted(base), out, "tiny-here", "tiny, adapted")
    assert {f.name: sha256_of(f) for f in base.iterdir()} == before
    labels = LABELS * 3
    opinions = store.load_classifier("cpu", out).classify(crops(labels, seed=1))
    names = [FINE[i] for i in opinions.probabilities.argmax(axis=1)]
    hits = [n == t if t == "monocyte" else n.endswith("_neutrophil") for n, t in zip(names, labels, strict=True)]
    assert np.mean(hits) > 0.9
    np.testing.assert_allclose(opinions.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_the_card_says_what_it_rests_on(base: Path, tmp_path: Path) -> None:
    adapted.write(fitted(base), tmp_path / "out", "tiny-here", "tiny, adapted to here")
    card, old = ModelCard.read(tmp_path / "out"), ModelCard.read(base)
    card.check_weights(tmp_path / "out")
    assert (card.id, card.title) == ("tiny-here", "tiny, adapted to here")
    assert card.adaptation is not None
    assert card.adaptation.base == f"tiny-classify@{old.weights_sha256[:8]}"
    assert dict(card.adaptation.examples) == {"monocyte": 3, "neutrophil": 3}
    assert len(card.adaptation.fingerprint) == 64
    assert [m.name.rsplit(", ")[-1] for m in card.metrics] == ["before adapting", "leave-one-out"]
    assert all(m.low <= m.value <= m.high and m.n == 6 for m in card.metrics)
    assert "6 cells (3 monocyte, 3 neutrophil)" in card.limits
    assert adapted.STANDS <= card.thresholds["decided"] <= 1
    assert json.loads(card.to_json())["classes"] == list(FINE)


def test_a_label_with_one_cell_is_learned_and_not_judged(base: Path) -> None:
    result = fitted(base, (*LABELS, "lymphocyte"))
    assert [after.kind for _, after in result.estimate.recalls] == ["monocyte", "neutrophil"]
    assert result.numbers["lymphocyte"] == 1
    alone = fitted(base, ("neutrophil", "monocyte"))
    assert alone.estimate.after is None
    assert "needs two cells" in alone.estimate.in_words


def test_the_fingerprint_knows_cells_and_labels_but_no_order(base: Path) -> None:
    first = fitted(base)
    classifier = store.load_classifier("cpu", base)
    turned = adapted.adapt(crops(LABELS)[::-1].copy(), LABELS[::-1], classifier, base, CancelToken(), lambda *_: None)
    assert turned.fingerprint == first.fingerprint
    assert fitted(base, (*LABELS[:-1], "lymphocyte")).fingerprint != first.fingerprint


def test_the_laboratorys_cells_become_familiar(base: Path, tmp_path: Path) -> None:
    adapted.write(fitted(base), tmp_path / "out", "tiny-here", "tiny")
    cells = crops(LABELS, seed=3)
    before = store.load_classifier("cpu", base).classify(cells).familiarity
    after = store.load_classifier("cpu", tmp_path / "out").classify(cells).familiarity
    assert after.mean() > before.mean()


def test_an_error_left_out_raises_the_confidence_from_which_a_label_stands() -> None:
    allowed = np.eye(3, dtype=np.float32)[[0, 0, 1]]
    judged = np.array([[0.99, 0.01, 0], [0.03, 0.97, 0], [0.1, 0.9, 0]], np.float32)
    assert adapted._deciding(judged, allowed) == pytest.approx(0.99, abs=1e-3)
    assert adapted._deciding(judged[[0, 2]], allowed[[0, 2]]) == adapted.STANDS


def test_where_leave_one_out_can_tell_nothing_no_label_stands(base: Path, tmp_path: Path) -> None:
    labels = ("neutrophil", "monocyte")
    card = adapted.write(fitted(base, labels), tmp_path / "out", "tiny-here", "tiny")
    assert card.thresholds["decided"] == 1
    assert "No label stands" in card.limits
    assert not store.load_classifier("cpu", tmp_path / "out").classify(crops(labels * 3)).decided.any()


def test_a_folder_with_content_is_left_as_it_is(base: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    with pytest.raises(StorageError, match="not empty"):
        adapted.write(fitted(base), tmp_path / "mine", "x", "x")
    assert [f.name for f in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_it_can_be_stopped(base: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        adapted.adapt(crops(LABELS), LABELS, store.load_classifier("cpu", base), base, cancel, lambda *_: None)


def test_of_an_adapted_model_its_base_is_adapted(base: Path, tmp_path: Path, user_folder: Path) -> None:
    installed = tiny.classifier(user_folder / "data" / "models")
    adapted.write(fitted(installed), tmp_path / "out", "tiny-here", "tiny")
    assert store.to_adapt(tmp_path / "out") == installed
    assert store.to_adapt(installed) == installed
