"""Models that were taught classes: fitted, judged, written beside their base, loaded like any other."""

import json
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.errors import ModelError, StorageError
from bloodview.core.taxonomy import FINE
from bloodview.models import adapted, references, store, taught
from bloodview.models.card import ModelCard, sha256_of
from bloodview.models.taught import Taught
from tests.models import tiny

COLORS = {"monocyte": (60, 60, 220), "lymphocyte": (60, 220, 60), "blast": (220, 60, 60), "smudge": (40, 40, 40)}
OLD = ("monocyte", "lymphocyte") * 15


def crops(labels: tuple[str, ...], seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = np.full((len(labels), 64, 64, 3), 235, np.uint8)
    for crop, label in zip(made, labels, strict=True):
        a, b = (int(v) for v in rng.integers(12, 20, 2))
        crop[a : a + 32, b : b + 32] = np.clip(np.array(COLORS[label]) + rng.integers(-25, 25, (32, 32, 3)), 0, 255)
    return made


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tiny.with_references(tiny.classifier(tmp_path / "models"), crops(OLD, 9), OLD)


def teach(base: Path, *labels: str, extends: bool = True, seed: int = 0) -> Taught:
    classifier = store.load_classifier("cpu", base)
    return taught.teach(crops(labels, seed), labels, classifier, base, extends, CancelToken(), lambda *_: None)


def test_a_class_joins_those_of_the_base_which_is_untouched(base: Path, tmp_path: Path) -> None:
    before = {f.name: sha256_of(f) for f in base.iterdir()}
    taught.write(teach(base, *["blast"] * 5), tmp_path / "out", "tiny-blast", "tiny, and blast")
    assert {f.name: sha256_of(f) for f in base.iterdir()} == before
    model = store.load_classifier("cpu", tmp_path / "out")
    assert model.classes == (*FINE, "blast")
    opinions = model.classify(crops(("blast",) * 10 + OLD, seed=1))
    np.testing.assert_allclose(opinions.probabilities.sum(axis=1), 1, atol=1e-5)
    named = opinions.probabilities.argmax(axis=1) == len(FINE)
    assert named[:10].mean() >= 0.8
    assert named[10:].mean() <= 0.1
    assert not opinions.decided[named].any()


def test_the_card_says_where_it_comes_from_and_what_it_is_worth(base: Path, tmp_path: Path) -> None:
    taught.write(teach(base, *["blast"] * 5), tmp_path / "out", "tiny-blast", "tiny, and blast")
    card, old = ModelCard.read(tmp_path / "out"), ModelCard.read(base)
    card.check_weights(tmp_path / "out")
    assert card.lesson is not None
    assert card.lesson.base == f"tiny-classify@{old.weights_sha256[:8]}"
    assert (card.lesson.base_sha256, card.lesson.base_classes, card.lesson.extends) == (old.weights_sha256, FINE, True)
    known = card.lesson.classes["blast"]
    assert (known.examples, known.n, known.others) == (5, 5, 30)
    assert known.standing in ("Draft", "Usable")
    assert known.summary.startswith(f"blast: {known.standing}")
    assert not card.may_stand("blast")
    assert card.may_stand("monocyte")
    (metric,) = card.metrics
    assert (metric.n, metric.value) == (5, known.right / 5)
    assert "5 blast" in card.limits
    assert json.loads(card.to_json())["classes"][-1] == "blast"


def test_classes_that_stand_alone_are_the_only_answers(base: Path, tmp_path: Path) -> None:
    labels = ("blast",) * 4 + ("smudge",) * 4
    taught.write(teach(base, *labels, extends=False), tmp_path / "out", "mine", "mine")
    model = store.load_classifier("cpu", tmp_path / "out")
    assert model.classes == ("blast", "smudge")
    opinions = model.classify(crops(labels))
    assert (np.array(model.classes)[opinions.probabilities.argmax(axis=1)] == np.array(labels)).mean() > 0.8
    assert not opinions.decided.any()
    assert model.classify(crops(())).probabilities.shape == (0, 2)


def test_a_taught_model_learns_more_from_the_examples_it_kept(base: Path, tmp_path: Path) -> None:
    taught.write(teach(base, *["blast"] * 5), tmp_path / "one", "one", "one")
    second = teach(tmp_path / "one", *["smudge"] * 5, seed=4)
    assert second.learned.classes == (*FINE, "blast", "smudge")
    assert second.examples.number("blast") == 5
    card = taught.write(second, tmp_path / "two", "two", "two")
    assert card.lesson is not None
    assert card.lesson.base.startswith("one@")
    assert list(card.lesson.classes) == ["blast", "smudge"]
    alone = teach(base, *["blast"] * 3, *["smudge"] * 3, extends=False)
    taught.write(alone, tmp_path / "alone", "alone", "alone")
    assert teach(tmp_path / "alone", *["lymphocyte"] * 3).learned.classes == ("blast", "smudge", "lymphocyte")


def test_an_adapted_model_can_be_taught_and_a_taught_one_says_why_it_is_not_adapted(base: Path, tmp_path: Path) -> None:
    classifier = store.load_classifier("cpu", base)
    labels = ("monocyte", "lymphocyte") * 2
    fitted = adapted.adapt(crops(labels), labels, classifier, base, CancelToken(), lambda *_: None)
    adapted.write(fitted, tmp_path / "here", "here", "here")
    taught.write(teach(tmp_path / "here", *["blast"] * 4), tmp_path / "out", "out", "out")
    card = ModelCard.read(tmp_path / "out")
    assert card.adaptation is not None
    assert card.lesson is not None
    assert store.load_classifier("cpu", tmp_path / "out").classes[-1] == "blast"
    with pytest.raises(ModelError, match="taught classes") as caught:
        store.to_adapt(tmp_path / "out")
    assert "Adapt here first" in str(caught.value)


def test_copies_of_one_picture_are_one_example(base: Path) -> None:
    one = np.repeat(crops(("blast",)), 5, axis=0)
    classifier = store.load_classifier("cpu", base)
    found = taught.teach(one, ("blast",) * 5, classifier, base, True, CancelToken(), lambda *_: None)
    assert found.twice == (0,) * 5
    assert found.examples.number("blast") == 1
    assert found.judgements[0].n == 0


def test_its_cells_become_familiar(base: Path, tmp_path: Path) -> None:
    taught.write(teach(base, *["blast"] * 5), tmp_path / "out", "out", "out")
    cells = crops(("blast",) * 8, seed=3)
    before = store.load_classifier("cpu", base).classify(cells).familiarity
    assert store.load_classifier("cpu", tmp_path / "out").classify(cells).familiarity.mean() >= before.mean()


def test_a_folder_with_content_is_left_as_it_is(base: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    with pytest.raises(StorageError, match="not empty"):
        taught.write(teach(base, *["blast"] * 2), tmp_path / "mine", "x", "x")


def test_it_can_be_stopped(base: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    classifier = store.load_classifier("cpu", base)
    with pytest.raises(Cancelled):
        taught.teach(crops(("blast",)), ("blast",), classifier, base, True, cancel, lambda *_: None)


def test_reference_cells_are_read_without_the_network(base: Path, tmp_path: Path) -> None:
    found = references.read(base)
    assert found is not None
    assert (len(found), set(found.labels)) == (30, {"monocyte", "lymphocyte"})
    assert found.looks == found.seen.features.shape[1] - tiny.CHANNELS[-1]
    assert references.read(tiny.classifier(tmp_path / "bare")) is None
    taught.write(teach(base, *["blast"] * 2), tmp_path / "out", "out", "out")
    joined = references.read(tmp_path / "out")
    assert joined is not None
    assert joined.seen.scores.shape == (30, len(FINE) + 1)
    assert joined.labels == found.labels
    taught.write(teach(base, "blast", "smudge", extends=False), tmp_path / "alone", "alone", "alone")
    assert references.read(tmp_path / "alone") is None
