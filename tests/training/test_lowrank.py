"""Refining the last stage by low rank: what it changes, what follows, and that folds may refuse it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from bloodview.core.errors import ModelError
from bloodview.core.refinement import Verdict, wish
from bloodview.core.training_run import Event
from bloodview.models import references, replay, store
from bloodview.models.card import WEIGHTS_NAME, ModelCard
from tests.models import tiny
from tests.training import refinable
from training import control, fits, lowrank, refining
from training.control import StopError
from training.lowrank import LowRankTask

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def liked(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few steps of a tiny network help nobody; here cells held out like them all the same."""
    monkeypatch.setattr(LowRankTask, "held_out_loss", lambda _self, _logits: -1.0)
    monkeypatch.setattr(fits, "DEEP_LEARNING_RATE", 0.02)
    monkeypatch.setattr(lowrank, "BATCH", 8)


def refine(root: Path, name: str = "out", **more: object) -> tuple[Verdict, Path, list[Event]]:
    events: list[Event] = []
    (root / name).mkdir(exist_ok=True)
    verdict = refining.refine(
        refinable.asked(root, kind="lora", **({"epochs": 4} | more)), root / name, CPU, events.append
    )
    return verdict, root / name / verdict.model, events


def test_it_changes_the_last_stage_and_the_head_and_nothing_else(tmp_path: Path) -> None:
    verdict, place, events = refine(tmp_path)
    before, after = (load_file(f / WEIGHTS_NAME) for f in (tmp_path / "models" / "tiny-classify", place))
    changed = {k for k in before if not k.startswith("extra.") and not np.array_equal(before[k], after[k])}
    own = {k for k in before if "layer4" in k and before[k].ndim == 4}
    assert changed <= own | {"head.weight", "head.bias"}
    assert changed & own, "an untrained network multiplies its residual branches by 0, so not all of them"
    assert all(after[k].dtype == before[k].dtype for k in own)
    assert sum(e.kind == "epoch" for e in events) == 4
    card = ModelCard.read(place)
    assert card.refinement is not None
    assert card.refinement.kind == "lora"
    assert verdict.reference is not None
    assert verdict.reference.cells == 3 * replay.JUDGING


def test_what_follows_from_the_network_is_that_of_the_new_one(tmp_path: Path) -> None:
    verdict, place, _ = refine(tmp_path)
    labels = references.read(tmp_path / "models" / "tiny-classify").labels
    model, kept = store.load_classifier("cpu", place), references.read(place)
    rows = replay.read(tmp_path / "models" / "tiny-classify").rows
    seen, raw = model.seen(refinable.crops(labels, 9)[rows])
    assert kept.labels[: len(rows)] == tuple(labels[i] for i in rows)
    np.testing.assert_allclose(kept.seen.features[: len(rows)], seen.features, atol=0.02)
    np.testing.assert_allclose(kept.seen.scores[: len(rows)], seen.scores, atol=0.1)
    maps = replay.read(place)
    np.testing.assert_array_equal(maps.rows, np.arange(len(kept)))
    assert len(kept) == len(rows) + sum(verdict.trained.values())
    assert np.median(model.familiarity.kind(raw)) > 0.1


def test_a_stopped_one_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_LOOK_EVERY_S", 0.0)
    _, place, _ = refine(tmp_path, "whole")
    out = tmp_path / "stopped"
    out.mkdir()

    def stop_at_the_second(event: Event) -> None:
        if event.kind == "epoch" and event.values["epoch"] == 2:
            wish(out, "stop")

    with pytest.raises(StopError):
        refining.refine(refinable.asked(tmp_path, kind="lora", epochs=4), out, CPU, stop_at_the_second)
    wish(out, "go")
    verdict, again, _ = refine(tmp_path, "stopped")
    assert ModelCard.read(again).weights_sha256 == ModelCard.read(place).weights_sha256
    assert ModelCard.read(again).replay_sha256 == ModelCard.read(place).replay_sha256
    assert verdict.answer in ("better", "worse", "cannot tell")


def test_changes_that_cells_held_out_do_not_like_are_left_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LowRankTask, "held_out_loss", lambda _self, _logits: 99.0)
    verdict, place, _ = refine(tmp_path)
    before, after = (load_file(f / WEIGHTS_NAME) for f in (tmp_path / "models" / "tiny-classify", place))
    assert {k for k in before if not k.startswith("extra.") and not np.array_equal(before[k], after[k])} == {
        "head.weight",
        "head.bias",
    }
    assert "the head alone was fitted" in " ".join(verdict.notes)


def test_a_model_that_keeps_no_maps_offers_the_head_alone(tmp_path: Path) -> None:
    labels = tuple(refinable.COLORS) * 60
    bare = tiny.with_references(tiny.classifier(tmp_path / "bare"), refinable.crops(labels, 9), labels)
    with pytest.raises(ModelError, match="only its head can be refined"):
        refine(tmp_path, parent=str(bare))


def test_a_refined_head_carries_the_maps_and_those_of_its_corrections(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    verdict = refining.refine(refinable.asked(tmp_path), tmp_path / "out", CPU, lambda _event: None)
    place = tmp_path / "out" / verdict.model
    kept, maps = references.read(place), replay.read(place)
    assert len(maps) == 3 * (replay.JUDGING + 20) + sum(verdict.trained.values())
    assert maps.rows[-1] == len(kept) - 1
