"""The models that are installed."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bloodview.core import paths
from bloodview.core.errors import ModelError, UserError
from bloodview.models import store
from bloodview.models.card import ModelCard
from tests.models import tiny


@pytest.fixture
def installed() -> Path:
    root = paths.user_models()
    tiny.classifier(root)
    tiny.detector(root)
    return root


def test_a_folder_alone_makes_a_model_appear_load_and_run(installed: Path) -> None:
    assert "tiny-classify" in {card.id for card in store.list_models()}
    classifier = store.load_classifier("cpu", "tiny-classify")
    opinions = classifier.classify(np.zeros((2, 64, 64, 3), np.uint8))
    assert opinions.probabilities.shape == (2, 11)


def test_a_model_is_found_by_its_folder_too(tmp_path: Path) -> None:
    assert store.load_classifier("cpu", tiny.classifier(tmp_path)).model_id.startswith("tiny-classify@")


def test_a_model_for_another_task_is_refused(installed: Path) -> None:
    with pytest.raises(ModelError, match="a model to detect, not to classify"):
        store.load_classifier("cpu", "tiny-detect")


def test_an_unknown_model_is_answered_with_those_there_are(installed: Path) -> None:
    with pytest.raises(ModelError, match=r"'nothing'.*tiny-detect"):
        store.load_detector("cpu", "nothing")


def test_verify_names_what_is_damaged_and_nothing_else(installed: Path) -> None:
    assert store.verify("tiny-detect") == []
    (installed / "tiny-detect" / "weights.safetensors").write_bytes(b"short")
    problems = store.verify("tiny-detect")
    assert len(problems) == 1
    assert str(installed / "tiny-detect" / "weights.safetensors") in problems[0]
    assert store.verify("tiny-classify") == []
    with pytest.raises(UserError, match="no model called"):
        store.verify("nothing")


def test_a_device_that_is_not_there_is_refused(installed: Path) -> None:
    with pytest.raises(UserError, match="no device called 'abacus'"):
        store.load_classifier("abacus", "tiny-classify")


def test_importing_the_store_brings_no_torch() -> None:
    code = "import sys, bloodview.models.store; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_home_that_may_not_be_entered_hides_no_other_model(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, looked_at = Path.iterdir, Path.is_dir

    def refuse(path: Path, way: Callable[[Path], object]) -> object:
        if path == tmp_path / "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return way(path)

    monkeypatch.setattr(Path, "iterdir", lambda path: refuse(path, listed))
    monkeypatch.setattr(Path, "is_dir", lambda path: refuse(path, looked_at))
    folders = store.model_folders([tmp_path / "locked", installed])
    assert [f.name for f in folders] == ["tiny-classify", "tiny-detect"]


def test_where_no_model_is_installed_it_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "model_folders", lambda: [])
    for ask in (store.verify, lambda: store.verify("x"), lambda: store.find("classify", None)):
        with pytest.raises(UserError, match="Install BloodView again|install BloodView again"):
            ask()


def test_a_model_taken_into_use_is_the_one_that_is_used_and_the_one_before_comes_back(installed: Path) -> None:
    tiny.classifier(installed, "other")
    assert store.activate("tiny-classify").before == store.DEFAULTS["classify"]
    assert store.activate("other") == store.Taken("classify", "other", "tiny-classify")
    assert store.find("classify", None) == installed / "other"
    assert store.find("classify", "tiny-classify") == installed / "tiny-classify"
    assert store.chosen("detect") == store.DEFAULTS["detect"]
    assert store.former() == store.Taken("classify", "tiny-classify", "other")
    assert store.roll_back() == store.Taken("classify", "tiny-classify", "other")
    assert store.find("classify", None) == installed / "tiny-classify"
    assert store.roll_back().model == store.DEFAULTS["classify"]
    assert store.former() is None
    with pytest.raises(UserError, match="No model was taken into use"):
        store.roll_back()


def test_taking_the_same_model_twice_is_taken_back_once(installed: Path) -> None:
    store.activate("tiny-classify")
    store.activate("tiny-classify")
    assert store.roll_back().model == store.DEFAULTS["classify"]


def test_a_folder_that_is_taken_into_use_is_installed_first(tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path).rename(tmp_path / "anywhere")
    assert store.activate(folder).model == "tiny-classify"
    shutil.rmtree(folder)
    assert store.load_classifier("cpu").model_id.startswith("tiny-classify@")
    assert store.verify("tiny-classify") == []


def test_another_model_of_the_same_id_is_not_overwritten(installed: Path, tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path / "elsewhere")
    store.activate(folder)  # the very same weights: nothing to copy
    assert store.roll_back().before == "tiny-classify"
    card = ModelCard.read(installed / "tiny-classify")
    (installed / "tiny-classify" / "card.json").write_text(replace(card, weights_sha256="0" * 64).to_json())
    with pytest.raises(ModelError, match="another model called 'tiny-classify' is installed"):
        store.activate(folder)


def test_a_damaged_model_is_not_taken_into_use(installed: Path) -> None:
    (installed / "tiny-classify" / "weights.safetensors").write_bytes(b"short")
    with pytest.raises(ModelError, match="not those that the card describes"):
        store.activate("tiny-classify")
    assert store.former() is None


def test_a_model_in_use_that_is_gone_is_said_with_the_way_back(installed: Path) -> None:
    store.activate("tiny-classify")
    shutil.rmtree(installed / "tiny-classify")
    with pytest.raises(ModelError, match=r"'tiny-classify'.*not there any more.*rollback"):
        store.find("classify", None)
    assert store.roll_back().model == store.DEFAULTS["classify"]


def test_an_installed_folder_that_is_not_called_like_its_model_is_named(installed: Path) -> None:
    (installed / "tiny-classify").rename(installed / "renamed")
    assert "Call the folder 'tiny-classify'" in store.verify("renamed")[0]
