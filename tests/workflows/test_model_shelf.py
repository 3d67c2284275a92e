"""The shelf as a person meets it: lineage, what a case was read with, files compared, models tried before use."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from bloodview.core import paths
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import ModelError
from bloodview.core.geometry import Size
from bloodview.models import store
from bloodview.models.card import ModelCard, Refinement, sha256_of
from bloodview.review.records import SlideRecord
from bloodview.workflows import model_shelf
from tests.models import tiny


@pytest.fixture
def base() -> ModelCard:
    return ModelCard.read(tiny.classifier(paths.user_models()))


def refined(base: ModelCard, model_id: str = "better") -> ModelCard:
    """A model whose card says that it was refined from another one."""
    folder = tiny.classifier(paths.user_models(), model_id)
    trained, locked = {"lymphocyte": 12, "monocyte": 10}, {"lymphocyte": 6}
    who = ("A. Reader", "2026-11-27T10:00:00+01:00", "better", base.mark)
    lineage = Refinement(base.mark, base.weights_sha256, "head", trained, locked, "ab" * 32, (), (), *who)
    card = replace(ModelCard.read(folder), refinement=lineage)
    (folder / "card.json").write_text(card.to_json())
    return card


def entry(model_id: str, **named: str) -> model_shelf.Entry:
    (found,) = (e for e in model_shelf.entries(named) if e.id == model_id)
    return found


def slide(number: int, *models: str) -> SlideRecord:
    return SlideRecord(number, Path("a.png"), f"{number}", Size(9, 9), None, datetime(2026, 1, 1), "cpu", models, ())


def test_models_stand_by_what_they_do_and_tell_which_is_in_use(base: ModelCard) -> None:
    found = model_shelf.entries({})
    assert [e.task for e in found] == sorted((e.task for e in found), key=model_shelf.TASKS.index)
    assert {e.id for e in found if e.is_used} == set(store.DEFAULTS.values())
    assert entry(base.id, classify=base.id).is_used
    assert not entry(store.DEFAULTS["classify"], classify=base.id).is_used


def test_the_lineage_leads_back_to_what_is_installed(base: ModelCard) -> None:
    refined(refined(base), "best")
    first, second = entry("best").lineage
    assert (first.how, first.is_here, second.base, second.is_here) == ("refined", True, base.mark, True)
    assert (first.by, first.judged, first.verdict) == ("A. Reader", 6, "better")
    assert entry(base.id).made_from_it == ("better",)
    model_shelf.remove("better")
    assert [o.is_here for o in entry("best").lineage] == [False]


def test_a_case_tells_what_it_was_read_with_only_where_other_models_are_in_use(base: ModelCard) -> None:
    shown = model_shelf.entries({"classify": base.id})
    used = {e.task: e.card.mark for e in shown if e.is_used and e.card is not None}
    same = slide(1, used["detect"], used["segment"], used["classify"])
    assert model_shelf.read_with([same], shown) == []
    (found,) = model_shelf.read_with([same, slide(2, used["detect"], used["segment"], "old@12345678")], shown)
    assert (found.task, found.models, found.now, found.pictures) == ("classify", ("old@12345678",), base.mark, 1)


def test_files_that_were_tampered_with_are_named(base: ModelCard) -> None:
    weights = paths.user_models() / base.id / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    used = store.DEFAULTS["segment"]
    said = model_shelf.check([base.id, used])
    assert said == {base.id: "the weights are not those that the card describes. Install the model again.", used: ""}


def test_a_model_that_answers_is_taken_into_use(base: ModelCard) -> None:
    assert model_shelf.use(base.id, "cpu", CancelToken()).model == base.id
    assert store.chosen("classify") == base.id


@pytest.mark.parametrize("make", [tiny.detector, tiny.segmenter, tiny.outliner])
def test_a_model_of_every_kind_is_tried_out(make: Callable[[Path], Path]) -> None:
    folder = make(paths.user_models())
    model_shelf.try_out(folder.name)


def test_a_model_whose_weights_do_not_fit_is_not_taken_into_use(base: ModelCard) -> None:
    folder = paths.user_models() / base.id
    weights = folder / "weights.safetensors"
    save_file({k: np.zeros((3, 3), np.float16) for k in load_file(weights)}, weights)
    sealed = replace(base, weights_sha256=sha256_of(weights), weights_bytes=weights.stat().st_size)
    (folder / "card.json").write_text(sealed.to_json())
    with pytest.raises(ModelError, match="do not fit the card|gives no answer"):
        model_shelf.use(base.id, "cpu", CancelToken())
    assert store.chosen("classify") == store.DEFAULTS["classify"]


def test_a_card_that_promises_other_classes_is_not_taken_into_use(base: ModelCard) -> None:
    file = paths.user_models() / base.id / "card.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"classes": ["lymphocyte", "monocyte"]}))
    with pytest.raises(ModelError):
        model_shelf.use(base.id, "cpu", CancelToken())
