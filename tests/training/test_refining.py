"""A refinement: what it makes, what it judges by, what it refuses, and that a stopped one ends as any other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core import trainset
from bloodview.core.errors import ModelError, UserError
from bloodview.core.refinement import Verdict, wish
from bloodview.core.training_run import Event
from bloodview.models import references, store
from bloodview.models.card import ModelCard
from tests.models import tiny
from tests.training import refinable
from training import control, corrections, refining
from training.control import StopError

CPU = torch.device("cpu")


def refine(root: Path, name: str = "out", **more: object) -> tuple[Verdict, Path, list[Event]]:
    events: list[Event] = []
    (root / name).mkdir(exist_ok=True)
    verdict = refining.refine(refinable.asked(root, **more), root / name, CPU, events.append)
    return verdict, root / name / verdict.model, events


def test_corrections_make_a_model_that_knows_the_locked_cells_better(tmp_path: Path) -> None:
    refinable.write_set(tmp_path / "set", each=20)
    verdict, place, events = refine(tmp_path, epochs=30)
    assert verdict.answer == "better"
    assert verdict.locked.after.low > verdict.locked.before.high
    assert verdict.locked.unit == "cell"
    assert "Fewer than 8 pictures judge" in " ".join(verdict.notes)
    assert sum(verdict.trained.values()) + verdict.locked.cells == 60
    assert store.load_classifier("cpu", place).classes == ModelCard.read(place).classes
    kinds = [e.kind for e in events]
    assert kinds[0] == "started"
    assert kinds.count("epoch") == 30
    assert {"held-out loss", "held-out corrections", "loss"} <= set(next(e for e in events if e.kind == "epoch").values)
    assert Verdict.read(tmp_path / "out") == verdict


def test_the_card_tells_the_lineage_and_the_parent_is_untouched(tmp_path: Path) -> None:
    refinable.parent(tmp_path / "models")
    before = ModelCard.read(tmp_path / "models" / "tiny-classify")
    verdict, place, _ = refine(tmp_path)
    card = ModelCard.read(place)
    card.check_weights(place)
    told = card.refinement
    assert told is not None
    assert (told.base_sha256, told.by, told.verdict) == (before.weights_sha256, "somebody", verdict.answer)
    assert told.trained == verdict.trained
    assert sum(told.locked.values()) == verdict.locked.cells
    assert not set(told.trained_pictures) & set(told.locked_pictures)
    assert ModelCard.read(tmp_path / "models" / "tiny-classify") == before


def test_what_the_gate_says_is_what_the_model_answers(tmp_path: Path) -> None:
    verdict, place, _ = refine(tmp_path, epochs=10)
    found = corrections.read(tmp_path / "set", ModelCard.read(place))
    first = corrections.read(tmp_path / "set", ModelCard.read(tmp_path / "models" / "tiny-classify"))
    np.testing.assert_array_equal(found.locked, first.locked)
    model = store.load_classifier("cpu", place)
    named = model.classify(found.crops[first.locked]).probabilities.argmax(axis=1)
    right = [model.classes[k] == x for k, x in zip(named, found.of(first.locked), strict=True)]
    by_class = [np.mean([r for r, x in zip(right, found.of(first.locked), strict=True) if x == c.label])
                for c in verdict.locked.classes]  # fmt: skip
    np.testing.assert_allclose(by_class, [c.after.value for c in verdict.locked.classes])


def test_the_reference_cells_are_scored_anew_joined_and_judge_again(tmp_path: Path) -> None:
    _, place, _ = refine(tmp_path)
    old, new = references.read(tmp_path / "models" / "tiny-classify"), references.read(place)
    assert old is not None
    assert new is not None
    assert len(new) > len(old)
    model = store.load_classifier("cpu", place)
    own = model.seen(refinable.crops(old.labels[:6], 9)[:6])[0].scores
    np.testing.assert_allclose(new.seen.scores[:6], own, atol=0.05)
    second, again, _ = refine(tmp_path, "second", parent=str(place), model_id="twice")
    assert second.reference is not None
    assert second.reference.cells == 3 * 40
    assert ModelCard.read(again).refinement.base.startswith("refined@")


def test_a_stopped_refinement_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_LOOK_EVERY_S", 0.0)  # asked at every step, however fast the machine
    _, place, _ = refine(tmp_path, "whole")
    out = tmp_path / "stopped"
    out.mkdir()
    heard: list[str] = []

    def stop_at_the_third(event: Event) -> None:
        heard.append(event.kind)
        if heard.count("epoch") == 3:
            wish(out, "stop")

    with pytest.raises(StopError):
        refining.refine(refinable.asked(tmp_path), out, CPU, stop_at_the_third)
    wish(out, "go")
    verdict = refining.refine(refinable.asked(tmp_path), out, CPU, lambda event: heard.append(str(event.values)))
    assert "resumed after epoch 3" in " ".join(heard)
    assert ModelCard.read(out / verdict.model).weights_sha256 == ModelCard.read(place).weights_sha256


def test_a_finished_one_is_not_done_again(tmp_path: Path) -> None:
    verdict, _, _ = refine(tmp_path)
    again, _, events = refine(tmp_path)
    assert again == verdict
    assert not events


def test_a_cell_that_the_others_contradict_is_pointed_out(tmp_path: Path) -> None:
    run = refinable.asked(tmp_path)
    known = corrections.read(tmp_path / "set", ModelCard.read(Path(run.parent)))
    wrong = next(c for c, held in zip(known.cells, known.locked, strict=True) if not held and c.label == "monocyte")
    manifest = tmp_path / "set" / trainset.MANIFEST
    text = manifest.read_text()
    at = text.index(f'"{wrong.file}"')
    manifest.write_text(text[:at] + text[at:].replace('"label": "monocyte"', '"label": "lymphocyte"', 1))
    verdict, _, events = refine(tmp_path, epochs=30)
    assert [d.file for d in verdict.doubts] == [wrong.file]
    assert "say monocyte" in verdict.doubts[0].why
    assert sum(e.kind == "doubt" for e in events) == 1


def test_too_few_cells_are_refused_with_their_number(tmp_path: Path) -> None:
    refinable.write_set(tmp_path / "set", each=3, pictures=4)
    with pytest.raises(UserError, match=r"\d cells can train; needed are 10"):
        refine(tmp_path)


def test_a_model_that_would_forget_or_cannot_be_refitted_is_refused(tmp_path: Path) -> None:
    bare = tiny.classifier(tmp_path / "bare")
    with pytest.raises(ModelError, match="holds no reference cells"):
        refine(tmp_path, parent=str(bare))
    with pytest.raises(ModelError, match="no head"):
        refine(tmp_path, parent=str(tiny.detector(tmp_path / "bare")))


def test_it_is_compared_with_the_model_in_use_where_that_is_another(tmp_path: Path) -> None:
    _, place, _ = refine(tmp_path, epochs=10)
    run = refinable.asked(tmp_path, epochs=10, current=str(place), model_id="other")
    (tmp_path / "third").mkdir()
    verdict = refining.refine(replace(run), tmp_path / "third", CPU, lambda _event: None)
    assert verdict.before.startswith("refined@")
    assert verdict.answer == "cannot tell"
    assert verdict.label_more > 0
