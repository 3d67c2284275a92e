"""A refined detector: what it makes, what judges it, what it refuses, and that a stopped one ends as any other."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import ModelError, UserError
from bloodview.core.refinement import DETECTOR, Verdict, wish
from bloodview.core.training_run import Event
from bloodview.models import store
from bloodview.models.card import ModelCard
from tests.models import tiny
from tests.training import findable
from training import control, field_corrections, refine_detector, refined_model
from training.control import StopError
from training.refine_detector import Recipe
from training.tasks import detect

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refine_detector, "STEPS", 1)
    monkeypatch.setattr(refine_detector, "BATCH", 2)


def refine(root: Path, name: str = "out", **more: object) -> tuple[Verdict, Path, list[Event]]:
    events: list[Event] = []
    (root / name).mkdir(exist_ok=True)
    verdict = refine_detector.refine(findable.asked(root, **more), root / name, CPU, events.append)
    return verdict, root / name / verdict.model, events


def test_it_makes_a_detector_with_its_lineage_and_leaves_the_parent(tmp_path: Path) -> None:
    findable.asked(tmp_path)
    parent = ModelCard.read(tmp_path / "models" / "tiny-detect")
    verdict, place, events = refine(tmp_path)
    assert verdict.what == DETECTOR
    assert Verdict.read(tmp_path / "out") == verdict
    assert [c.label for c in verdict.locked.classes] == ["wbc"], "red cells are not marked throughout"
    assert verdict.reference is not None
    assert [c.label for c in verdict.reference.classes] == ["wbc", "rbc"]
    assert verdict.trained["wbc"] + verdict.locked.cells == 8 * 5
    card = ModelCard.read(place)
    card.check_weights(place)
    assert card.refinement is not None
    assert (card.refinement.base_sha256, card.refinement.verdict) == (parent.weights_sha256, verdict.answer)
    assert not set(card.refinement.trained_pictures) & set(card.refinement.locked_pictures)
    assert {"corrections", "synthetic"} <= {d.name for d in card.data}
    assert any(m.name == "locked pictures, AP50, wbc, after" for m in card.metrics)
    assert card.thresholds == parent.thresholds
    assert ModelCard.read(tmp_path / "models" / "tiny-detect") == parent
    assert len(store.load_detector("cpu", place).detect([np.zeros((64, 64, 3), np.uint8)])) == 1
    kinds = [e.kind for e in events]
    assert (kinds[0], kinds.count("epoch")) == ("started", 1)
    assert {"loss", "held-out corrections", "held-out old classes"} <= set(events[-1].values)
    assert refine(tmp_path)[::2] == (verdict, []), "a finished one is not done again"
    found = field_corrections.read(findable.write_set(tmp_path / "more", pictures=14), card.refinement)
    assert set(card.refinement.locked_pictures) <= set(found.marks(locked=True)), "what judged once never trains"
    assert set(card.refinement.trained_pictures) <= set(found.marks(locked=False))


def test_a_stopped_one_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_LOOK_EVERY_S", 0.0)
    _, place, _ = refine(tmp_path, "whole", epochs=2)
    out = tmp_path / "stopped"
    out.mkdir()
    heard: list[str] = []

    def stop_after_the_first(event: Event) -> None:
        heard.append(event.kind)
        if heard.count("epoch") == 1:
            wish(out, "stop")

    with pytest.raises(StopError):
        refine_detector.refine(findable.asked(tmp_path, epochs=2), out, CPU, stop_after_the_first)
    wish(out, "go")
    verdict = refine_detector.refine(
        findable.asked(tmp_path, epochs=2), out, CPU, lambda event: heard.append(str(event.values))
    )
    assert "resumed after epoch 1" in " ".join(heard)
    assert "looking at the pictures" not in " ".join(heard), "what was looked at is kept"
    assert ModelCard.read(out / verdict.model).weights_sha256 == ModelCard.read(place).weights_sha256


def test_windows_go_to_boxes_and_the_loss_holds_the_weights_near_the_parents(tmp_path: Path) -> None:
    folder = findable.write_set(tmp_path / "set")
    found = field_corrections.read(folder, None)
    run = tiny.run("detect", image_px=32, um_per_px=0.16)
    place = tiny.detector(tmp_path / "models")
    net = refined_model.weights_of(ModelCard.read(place), place)
    task = refine_detector.RefineTask(run, found, net, Recipe(anchor=2.0), CPU)
    own, rng = found.of(locked=False)[0], np.random.default_rng(0)
    middles = np.array([task._middle(own.stored, (160, 128), 16.0, rng) for _ in range(60)])
    near = np.abs(middles[:, None] - own.middles[None]).max(axis=2).min(axis=1) < 6
    assert 0.5 < near.mean() < 1
    assert (middles > 0).all()
    shares = task.weights[: len(found.of(locked=False))].sum()
    assert float(shares) == pytest.approx(Recipe().own_share)
    batch = next(task.batches(torch.Generator().manual_seed(0)))
    assert float((batch.judged == 0).float().mean()) > 0.5, "red cells, platelets and drawn fields are not asked for"
    with torch.no_grad():
        plain = detect.FieldsTask.loss(task, task.net, batch)
        assert float(task.loss(task.net, batch)) == pytest.approx(float(plain), abs=1e-5), "nothing has moved yet"
        task.net.heat[1].bias += 1.0
        moved = float(task.loss(task.net, batch) - detect.FieldsTask.loss(task, task.net, batch))
        kept = refine_detector._kept(task.net(batch.images), task._parent(batch.images), batch.judged)
    assert float(kept) > 0.1
    assert moved == pytest.approx(2.0 * 3 + Recipe().keeping * float(kept), rel=1e-4)


@pytest.mark.parametrize("what", ["segmenter", "few"])
def test_what_cannot_be_refined_is_refused(tmp_path: Path, what: str) -> None:
    if what == "segmenter":
        place = tiny.segmenter(tmp_path / "models")
        with pytest.raises(ModelError, match="is no detector"):
            refine(tmp_path, parent=str(place))
        return
    findable.write_set(tmp_path / "set", pictures=3)
    with pytest.raises(UserError, match="needed are 4 pictures"):
        refine(tmp_path)
