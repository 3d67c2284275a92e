"""A refined segmenter: what it makes, what judges it, what it refuses, and that a stopped one ends as any other."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import ModelError, UserError
from bloodview.core.refinement import SEGMENTER, Verdict, wish
from bloodview.core.training_run import Event
from bloodview.models import store
from bloodview.models.card import ModelCard
from tests.models import tiny
from tests.training import outlinable
from training import control, outline_corrections, refine_segmenter, refined_model
from training.control import StopError
from training.refine_segmenter import Recipe, asked_and_kept

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refine_segmenter, "STEPS", 1)
    monkeypatch.setattr(refine_segmenter, "BATCH", 2)


def refine(root: Path, name: str = "out", **more: object) -> tuple[Verdict, Path, list[Event]]:
    events: list[Event] = []
    (root / name).mkdir(exist_ok=True)
    verdict = refine_segmenter.refine(outlinable.asked(root, **more), root / name, CPU, events.append)
    return verdict, root / name / verdict.model, events


def test_it_makes_a_segmenter_with_its_lineage_and_leaves_the_parent(tmp_path: Path) -> None:
    outlinable.asked(tmp_path)
    parent = ModelCard.read(tmp_path / "models" / "tiny-segment")
    verdict, place, events = refine(tmp_path)
    assert verdict.what == SEGMENTER
    assert Verdict.read(tmp_path / "out") == verdict
    assert verdict.reference is not None
    assert [[c.label for c in part.classes] for part in (verdict.locked, verdict.reference)] == [
        ["cell", "nucleus"]
    ] * 2
    assert verdict.trained["cell"] + verdict.locked.cells == 18
    card = ModelCard.read(place)
    card.check_weights(place)
    assert card.refinement is not None
    assert (card.refinement.base_sha256, card.refinement.verdict) == (parent.weights_sha256, verdict.answer)
    assert not set(card.refinement.trained_pictures) & set(card.refinement.locked_pictures)
    assert {"corrections", "synthetic"} <= {d.name for d in card.data}
    assert any(m.name == "locked cells, Dice, nucleus, after" for m in card.metrics)
    assert ModelCard.read(tmp_path / "models" / "tiny-segment") == parent
    boxes = np.array([[8, 8, 40, 40]], np.float32)
    assert len(store.load_segmenter("cpu", place).segment(np.zeros((64, 64, 3), np.uint8), boxes)) == 1
    kinds = [e.kind for e in events]
    assert (kinds[0], kinds.count("epoch")) == ("started", 1)
    assert {"loss", "held-out corrections", "held-out old classes"} <= set(
        next(e for e in events if e.kind == "epoch").values
    )
    assert verdict.doubts, "random weights draw nothing as a person did"
    assert "still outlines the" in verdict.doubts[0].why
    assert refine(tmp_path)[::2] == (verdict, []), "a finished one is not done again"
    found = outline_corrections.read(outlinable.write_set(tmp_path / "more", cells=24), card.refinement)
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
        refine_segmenter.refine(outlinable.asked(tmp_path, epochs=2), out, CPU, stop_after_the_first)
    wish(out, "go")
    verdict = refine_segmenter.refine(
        outlinable.asked(tmp_path, epochs=2), out, CPU, lambda event: heard.append(str(event.values))
    )
    assert "resumed after epoch 1" in " ".join(heard)
    assert "looking at the cells" not in " ".join(heard), "what was looked at is kept"
    assert ModelCard.read(out / verdict.model).weights_sha256 == ModelCard.read(place).weights_sha256


def answers(p: list[float]) -> torch.Tensor:
    """Logarithms of the same probabilities everywhere, of a window of 4 x 4."""
    return torch.tensor(p).log()[None, :, None, None].expand(1, 3, 4, 4)


def test_what_was_not_outlined_is_kept_as_it_was_and_what_was_is_asked_for() -> None:
    classes = torch.zeros(1, 4, 4, dtype=torch.long)
    classes[0, 1:3, 1:3] = 2

    def of(p: list[float], before: list[float], *known: bool) -> tuple[float, float]:
        asked, kept = asked_and_kept(answers(p), answers(before), classes, torch.tensor([known]))
        return float(asked), float(kept)

    same, parted, cut = [0.2, 0.2, 0.6], [0.2, 0.6, 0.2], [0.6, 0.1, 0.3]
    assert of(same, parted, False, False)[0] == 0
    assert of(same, same, False, False)[1] == pytest.approx(0, abs=1e-6)
    assert of(same, parted, False, False)[1] == pytest.approx(0.6 * np.log(3) - 0.2 * np.log(3), rel=1e-4)
    assert of(same, parted, True, False)[0] == of(parted, parted, True, False)[0], "how a cell parts is not asked for"
    assert of(same, parted, True, False)[1] == pytest.approx((0.75 * np.log(3) - 0.25 * np.log(3)) / 4, rel=1e-4)
    assert of(cut, same, True, False)[1] == pytest.approx(0, abs=1e-6), "it parts what is the cell's as before"
    assert of(same, cut, False, True)[1] > 0.01, "around the nucleus the parent tells the cell"
    assert of(same, same, True, True)[1] == 0
    whole = of(same, same, True, True)[0]
    entropy = -(12 * np.log(0.2) + 4 * np.log(0.6)) / 16
    dices = [1 - (2 * p * 4 + 1) / (p * 16 + 4 + 1) for p in (0.8, 0.6)]
    assert whole == pytest.approx(entropy + sum(dices), rel=1e-4)


def test_the_loss_holds_the_weights_near_the_parents(tmp_path: Path) -> None:
    found = outline_corrections.read(outlinable.write_set(tmp_path / "set"), None)
    place = tiny.segmenter(tmp_path / "models")
    weights = refined_model.weights_of(ModelCard.read(place), place)
    run = tiny.run("segment", image_px=64, batch_size=4)
    task = refine_segmenter.RefineTask(run, found, weights, Recipe(anchor=2.0, keeping=0.0), CPU)
    assert float(task.weights[: len(found.of(locked=False))].sum()) == pytest.approx(Recipe().own_share)
    batch = next(task.batches(torch.Generator().manual_seed(0)))
    with torch.no_grad():
        plain = float(task.loss(task.net, batch))
        for parameter in task._parent.parameters():
            parameter[...] = parameter
        task._parent.head.bias += 1.0
        moved = float(task.loss(task.net, batch))
    assert moved - plain == pytest.approx(2.0 * 3, rel=1e-4)


@pytest.mark.parametrize("what", ["detector", "few"])
def test_what_cannot_be_refined_is_refused(tmp_path: Path, what: str) -> None:
    if what == "detector":
        place = tiny.detector(tmp_path / "models")
        with pytest.raises(ModelError, match="is no segmenter"):
            refine(tmp_path, parent=str(place))
        return
    outlinable.write_set(tmp_path / "set", cells=8)
    with pytest.raises(UserError, match="needed are 10 at least"):
        refine(tmp_path)
