"""The golden check: a part of the bundled sample whose answer is known; run once the models are loaded for an analysis.

`python -m bloodview.workflows.golden` asks the default models and writes the answer beside the sample.
"""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bloodview.analysis.crops import cell_window
from bloodview.core import paths
from bloodview.core.errors import UnreadableFileError, UntrustedDeviceError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Box, Scale, Size
from bloodview.models.windows import cut, resized
from bloodview.slides.slide import open_slide
from bloodview.workflows.engine import Engine, load_engine, silent
from bloodview.workflows.health import Check

UInt8 = NDArray[np.uint8]

FILE = "golden.json"
_PICTURE, _UM_PER_PX = "field_01.jpg", 0.1
_PART = Box(346, 26, 602, 282)
"""Around a lymphocyte of the picture, with red cells beside it."""
_BOX_UM, _SCORE, _PROBABILITY = 0.6, 0.15, 0.08
"""How far box, score and probabilities may be from the answer: half precision and other kernels stay below a tenth."""


def check(engine: Engine, folder: Path | None = None) -> list[Check]:
    """Whether colour order, scale and class order of these models on this device are as they must be.

    The class order can be checked only of the classifier that gave the known answer; of another one the shape is.

    Raises:
        UnreadableFileError: the known answer is missing or damaged.
    """
    folder = folder or paths.sample()
    known = _known(folder / FILE)
    here = _answer(engine, folder)
    shown = f"{here['score']:.2f} as it is, {here['swapped']:.2f} with red and blue exchanged"
    checks = [Check("colour order", bool(here["score"] > here["swapped"]), shown)]
    if engine.detector.model_id == known["detector"]:
        off = float(np.abs(np.subtract(here["box_um"], known["box_um"])).max()) if here["box_um"] else np.inf
        right = off <= _BOX_UM and abs(here["score"] - known["score"]) <= _SCORE
        checks.append(Check("scale", bool(right), f"the box is {off:.2f} um from where it must be"))
    else:
        checks.append(Check("scale", bool(here["box_um"]), "of another detector only that it finds the cell"))
    values, classes = np.array(list(here["classes"].values())), list(here["classes"])
    whole = len(values) > 1 and bool(np.isfinite(values).all()) and abs(float(values.sum()) - 1) < 0.01
    if engine.classifier.model_id != known["classifier"]:
        checks.append(Check("class order", whole, "of another classifier the answer is not known: only its shape"))
    elif classes != list(known["classes"]):
        checks.append(Check("class order", False, "the classes are others than those of the card"))
    else:
        off = float(np.abs(values - np.array(list(known["classes"].values()))).max())
        said = f"probabilities are {off:.3f} from what they must be"
        checks.append(Check("class order", whole and off <= _PROBABILITY, said))
    return checks


def knows_classes_of(engine: Engine, folder: Path | None = None) -> bool:
    """Whether the answer of this classifier is known."""
    return bool(_known((folder or paths.sample()) / FILE)["classifier"] == engine.classifier.model_id)


def trust(engine: Engine, folder: Path | None = None) -> None:
    """Refuse models that answer wrongly here.

    Raises:
        UntrustedDeviceError: says what is wrong.
        UnreadableFileError: the known answer is missing or damaged.
    """
    failed = [c for c in check(engine, folder) if not c.passed]
    if failed:
        said = "; ".join(f"{c.title} ({c.detail})" for c in failed)
        raise UntrustedDeviceError(
            f"The models answer wrongly on this device ({engine.device}), on a cell whose answer is known: {said}.",
            hint="Choose another device in the settings; `bloodview self-test` tells more.",
        )


def write(engine: Engine, folder: Path) -> None:
    """Write the answer of these models beside the sample."""
    said = _answer(engine, folder)
    content = {"detector": engine.detector.model_id, "classifier": engine.classifier.model_id, **said}
    with write_whole(folder / FILE) as beside:
        beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _answer(engine: Engine, folder: Path) -> dict[str, Any]:
    """Box in um and score of the best leukocyte, the score with red and blue exchanged, and its probabilities."""
    with closing(open_slide(folder / _PICTURE)) as slide:
        part = slide.read(_PART, Size(round(_PART.width), round(_PART.height)))
    factor = _UM_PER_PX / engine.detector.um_per_px
    working = resized(part, Size(round(_PART.width * factor), round(_PART.height * factor)))
    right, wrong = engine.detector.detect([working, working[..., ::-1].copy()])
    boxes, scores = right.boxes[right.kinds == 0], right.scores[right.kinds == 0]
    best = int(scores.argmax()) if len(scores) else -1
    box_um = [round(float(v) * engine.detector.um_per_px, 3) for v in boxes[best]] if len(scores) else []
    middle = Box.square((_PART.width / 2, _PART.height / 2), 10 / _UM_PER_PX)
    window = cell_window(middle, Scale(_UM_PER_PX, "file"), engine.classifier.window_um)
    crop: UInt8 = cut(part, window, engine.classifier.input_px)
    opinions = engine.classifier.classify(crop[None])
    return {
        "box_um": box_um,
        "score": round(float(scores[best]), 4) if len(scores) else 0.0,
        "swapped": round(float(wrong.scores[wrong.kinds == 0].max(initial=0.0)), 4),
        "classes": {
            name: round(float(value), 4)
            for name, value in zip(engine.classifier.classes, opinions.probabilities[0], strict=True)
        },
    }


def _known(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = {name: content[name] for name in ("detector", "classifier", "box_um", "score", "classes")}
        known["classes"] = {str(name): float(value) for name, value in known["classes"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFileError(
            "The known answer of the sample is missing or damaged.", path=path, hint="Install BloodView again."
        ) from error
    return known


if __name__ == "__main__":
    write(load_engine("cpu", tell=silent), paths.sample())
