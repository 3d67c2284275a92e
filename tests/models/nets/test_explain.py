"""Maps of what speaks for a class, of tiny networks with random weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import FINE
from bloodview.models import adapted, lime, store
from bloodview.models.api import METHODS, Question
from bloodview.models.card import ModelCard
from bloodview.models.nets.classifier import build
from bloodview.models.nets.explain import Answer, TorchExplainer
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.views import told, unmoved
from tests.models import tiny

QUESTION = Question(("monocyte",))


def crops(number: int = 1, seed: int = 0) -> np.ndarray:
    """Noise with a dark disc in the middle."""
    rng = np.random.default_rng(seed)
    made = rng.integers(150, 255, (number, 64, 64, 3)).astype(np.uint8)
    y, x = np.mgrid[:64, :64]
    made[:, np.hypot(x - 32, y - 32) < 16] //= 2
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.classifier(tmp_path_factory.mktemp("models"))


@pytest.fixture(autouse=True)
def _few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """LIME hides patches 48 times instead of 256; what it finds is judged in tests/models/test_lime.py."""
    monkeypatch.setattr(lime.explain, "__defaults__", (48, 0))


@pytest.fixture
def classifier(folder: Path) -> TorchClassifier:
    found = store.load_classifier("cpu", folder)
    assert isinstance(found, TorchClassifier)
    return found


def ensemble_of(classifier: TorchClassifier) -> TorchClassifier:
    """Two members at 64 and 48 pixels, the first one's tensors being those of no other model."""
    torch.manual_seed(1)
    twice = (tiny.CHANNELS * 2, tiny.LAYERS * 2)
    classifier.runner.net = build("resnet-gn-ensemble", *twice, len(FINE), sides=(64, 48)).eval()
    return classifier


@pytest.mark.parametrize(
    ("method", "together"),
    [(m, False) for m in METHODS if m != "similarity"] + [(m, True) for m in METHODS if "cam" in m],
)
def test_each_method_maps_every_place_of_the_crop(classifier: TorchClassifier, method: str, together: bool) -> None:
    explainer = TorchExplainer(ensemble_of(classifier) if together else classifier)
    heat = explainer.explain(crops()[0], QUESTION, method, CancelToken())
    assert (heat.shape, heat.dtype) == ((64, 64), np.float32)
    assert np.isfinite(heat).all()
    assert heat.max() > 0
    again = explainer.explain(crops()[0], QUESTION, method, CancelToken())
    assert np.allclose(heat, again)


@pytest.mark.parametrize("method", ["gradcam", "gradcam++", "layercam", "scorecam", "lime"])
def test_another_class_has_another_map(classifier: TorchClassifier, method: str) -> None:
    explainer = TorchExplainer(classifier)
    maps = [
        explainer.explain(crops()[0], question, method, CancelToken())
        for question in (QUESTION, Question(("platelet",)), Question(("monocyte",), ("platelet",)))
    ]
    assert not np.allclose(maps[0], maps[1], atol=1e-4)
    assert not np.allclose(maps[0], maps[2], atol=1e-4)


def test_the_answer_that_is_explained_is_the_one_that_is_shown(classifier: TorchClassifier, tmp_path: Path) -> None:
    made = crops(6)
    labels = ["monocyte", "lymphocyte", "neutrophil"] * 2
    fitted = adapted.adapt(made, labels, classifier, _folder(classifier), CancelToken(), lambda *_: None)
    card = adapted.write(fitted, tmp_path / "m", "m", "t")
    for model in (classifier, TorchClassifier(card, tmp_path / "m", "cpu", 8, lambda _: None)):
        shown = model.classify(made[:1]).probabilities[0]
        if model.correction is not None:  # at the crop's own magnification
            shown = model.correction.probabilities(*told(model.evidence, made[:1], 1))[0]
        with torch.no_grad():
            x = TorchExplainer(model)._tensor(made[:1])
            found = Answer(model, unmoved(made[:1])[0])(x)[0].exp().numpy()
        assert np.allclose(shown, found, atol=1e-5)
        assert TorchExplainer(model).explain(made[0], QUESTION, "gradcam", CancelToken()).max() > 0


def _folder(classifier: TorchClassifier) -> Path:
    return store.find("classify", classifier.card.id)


@pytest.fixture(autouse=True)
def _installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model is found by its id, wherever it was made."""
    monkeypatch.setattr(store, "model_folders", lambda: [folder])


@pytest.mark.parametrize("together", [False, True])
def test_the_parts_of_a_similarity_add_up_to_it(classifier: TorchClassifier, together: bool) -> None:
    model = ensemble_of(classifier) if together else classifier
    made = crops(2)
    with torch.no_grad():
        z = model.runner.net(TorchExplainer(model)._tensor(made))[1].numpy()
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    found = TorchExplainer(model).similarity(made[0], z[1])
    assert len(found.grids) == (2 if together else 1)
    assert found.whole == pytest.approx(float(z[0] @ z[1]), abs=1e-5)
    assert float(found.heat(64).mean()) == pytest.approx(found.whole, abs=1e-5)
    own = TorchExplainer(model).similarity(made[0], z[0])
    assert own.whole == pytest.approx(1.0, abs=1e-5)


def test_what_is_explained_again_leaves_the_network_as_it_was(classifier: TorchClassifier) -> None:
    before = classifier.classify(crops(2))
    explainer = TorchExplainer(classifier)
    for method in ("gradcam", "eigencam", "scorecam"):
        explainer.explain(crops()[0], QUESTION, method, CancelToken())
    after = classifier.classify(crops(2))
    assert np.array_equal(before.probabilities, after.probabilities)
    assert not any(m._forward_hooks for m in classifier.runner.net.modules())


def test_an_unknown_method_and_a_similarity_to_nothing_are_refused(classifier: TorchClassifier) -> None:
    explainer = TorchExplainer(classifier)
    with pytest.raises(UserError, match="no method 'magic'.*Methods: layercam"):
        explainer.explain(crops()[0], QUESTION, "magic", CancelToken())
    with pytest.raises(UserError, match="compares a cell with another"):
        explainer.explain(crops()[0], QUESTION, "similarity", CancelToken())


def test_a_network_without_maps_of_places_is_explained_by_lime_alone(classifier: TorchClassifier) -> None:
    classifier.runner.net = build("vit", (16,), (1,), len(FINE)).eval()
    assert TorchExplainer(classifier).methods == ("lime",)


@pytest.mark.parametrize("method", ["scorecam", "lime"])
def test_long_methods_stop_when_they_are_asked_to(classifier: TorchClassifier, method: str) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        TorchExplainer(classifier).explain(crops()[0], QUESTION, method, token)


def test_the_card_stays_the_source_of_the_input(classifier: TorchClassifier) -> None:
    explainer = TorchExplainer(classifier)
    plain = explainer._tensor(crops())
    assert isinstance(classifier.card, ModelCard)
    classifier.card = replace(classifier.card, stain="dye")
    assert not torch.allclose(plain, explainer._tensor(crops()))
