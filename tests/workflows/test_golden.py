"""The golden check: what answers as known is trusted, exchanged colours, another scale or other columns are not."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bloodview.core import paths
from bloodview.core.errors import UnreadableFileError, UntrustedDeviceError
from bloodview.models.api import Boxes, Opinions
from bloodview.workflows import golden
from bloodview.workflows.engine import Engine, load_engine
from tests.fakes import FakeSegmenter

KNOWN: dict[str, Any] = json.loads((paths.sample() / golden.FILE).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class KnowingDetector:
    """Gives the known answer to the picture, and a weaker one to the picture with red and blue exchanged."""

    model_id: str = KNOWN["detector"]
    device: str = "cpu"
    um_per_px: float = 0.16
    stretch: float = 1.0
    swaps: bool = False
    finds: bool = True

    @property
    def thresholds(self) -> dict[str, float]:
        return {}

    def detect(self, images: list[golden.UInt8]) -> list[Boxes]:
        box = np.array([KNOWN["box_um"]], np.float32) / self.um_per_px * self.stretch
        kinds = np.array([0 if self.finds else 1], np.int64)
        # The sample's lymphocyte is bluer than red: so the exchanged picture is known.
        blue = [float(image[..., 2].mean()) > float(image[..., 0].mean()) for image in images]
        assert blue[0] != blue[1], "one of the two has its colours exchanged"
        scores = (KNOWN["swapped"], KNOWN["score"]) if self.swaps else (KNOWN["score"], KNOWN["swapped"])
        return [Boxes(box, np.array([score], np.float32), kinds) for score in scores]


@dataclass(frozen=True)
class KnowingClassifier:
    """Gives the known probabilities, in the order of its classes or shifted by some columns."""

    model_id: str = KNOWN["classifier"]
    device: str = "cpu"
    shift: int = 0
    fill: float = 0.0
    least_familiarity: float = 0.0
    window_um: float = 22.0
    input_px: int = 112

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(KNOWN["classes"])

    def classify(self, crops: golden.UInt8) -> Opinions:
        row = np.roll(np.array(list(KNOWN["classes"].values()), np.float32), self.shift) + np.float32(self.fill)
        n = len(crops)
        return Opinions(np.tile(row, (n, 1)), np.zeros((n, 0), np.float32), np.ones(n, np.float32), np.ones(n, bool))


def engine(detector: KnowingDetector | None = None, classifier: KnowingClassifier | None = None) -> Engine:
    return Engine(detector or KnowingDetector(), FakeSegmenter(), classifier or KnowingClassifier())


def failed(made: Engine) -> list[str]:
    return [c.title for c in golden.check(made) if not c.passed]


def test_what_answers_as_known_is_trusted() -> None:
    assert failed(engine()) == []
    golden.trust(engine())


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (engine(KnowingDetector(swaps=True)), "colour order"),
        (engine(KnowingDetector(stretch=1.3)), "scale"),
        (engine(KnowingDetector(finds=False)), "scale"),
        (engine(classifier=KnowingClassifier(shift=1)), "class order"),
        (engine(classifier=KnowingClassifier(fill=float("nan"))), "class order"),
        (engine(classifier=KnowingClassifier("another", fill=float("nan"))), "class order"),
    ],
)
def test_what_answers_otherwise_is_refused_by_name(made: Engine, what: str) -> None:
    assert what in failed(made)
    with pytest.raises(UntrustedDeviceError, match=what):
        golden.trust(made)


def test_of_another_classifier_only_the_shape_is_checked_and_that_is_said() -> None:
    other = engine(classifier=KnowingClassifier("another", shift=3))
    assert failed(other) == []
    assert not golden.knows_classes_of(other)
    assert golden.knows_classes_of(engine())
    assert "not known" in golden.check(other)[-1].detail


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"classes": 3}', "[" * 100_000])
def test_a_known_answer_that_is_damaged_is_named(tmp_path: Path, text: str) -> None:
    shutil.copy(paths.sample() / "field_01.jpg", tmp_path)
    (tmp_path / golden.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="missing or damaged"):
        golden.check(engine(), tmp_path)


@pytest.mark.slow
def test_the_models_that_ship_repeat_their_answer_and_the_file_is_theirs(tmp_path: Path) -> None:
    shipped = load_engine("cpu")
    golden.trust(shipped)
    shutil.copy(paths.sample() / "field_01.jpg", tmp_path)
    golden.write(shipped, tmp_path)
    made = json.loads((tmp_path / golden.FILE).read_text(encoding="utf-8"))
    assert (made["detector"], made["classifier"]) == (KNOWN["detector"], KNOWN["classifier"])
    assert made["box_um"] == pytest.approx(KNOWN["box_um"], abs=0.1)
    assert failed(replace(shipped, detector=KnowingDetector(swaps=True))) != []
