"""The self-test: whether models, colours, scale and case file are as they must be on this machine."""

import json
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bloodview.analysis.inputs import Progress, quiet
from bloodview.core import paths
from bloodview.core.cells import Kind
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.review.case import Case
from bloodview.review.commands import Relabel
from bloodview.slides.slide import open_slide
from bloodview.workflows.analysing import analyse_slide, record
from bloodview.workflows.engine import Engine
from bloodview.workflows.slide_steps import SlideResult


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the self-test looked at."""

    title: str
    passed: bool
    detail: str


def self_test(engine: Engine, progress: Progress = quiet) -> list[Check]:
    """Whether colours, scale, classes, counts and the case file are as they must be, on the bundled sample.

    Raises:
        UnreadableFileError: the sample, or what is true of it, is missing or damaged.
    """
    truth = _truth(paths.sample() / "truth.json")
    picture = paths.sample() / truth["file_name"]
    result = analyse_slide(picture, engine, None, progress)
    checks = [Check("device", True, engine.device)]
    checks.append(Check("classes", len(set(engine.classifier.classes)) > 1, ", ".join(engine.classifier.classes)))
    off = result.scale.um_per_px / truth["um_per_px"]
    checks.append(Check("scale", 0.8 < off < 1.25, f"{result.scale.um_per_px:.3f} um/px ({result.scale.source})"))
    for kind in Kind:
        true = sum(cell["kind"] == kind.value for cell in truth["cells"])
        found = sum(cell.detection.kind is kind for cell in result.cells)
        checks.append(Check(f"{kind.value} found", 0.5 * true <= found <= 1.6 * true + 1, f"{found}, drawn {true}"))
    named = sum(cell.prediction is not None for cell in result.cells if cell.detection.kind is Kind.WBC)
    outlined = sum(bool(cell.cell_outline) for cell in result.cells if cell.detection.kind is Kind.WBC)
    checks.append(Check("named and outlined", min(named, outlined) > 0, f"{named} named, {outlined} outlined"))
    return [*checks, _colours(picture, engine), _case_file(result)]


def _truth(path: Path) -> dict[str, Any]:
    """What is true of the sample's first field."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))["fields"][0]
        return {name: known[name] for name in ("file_name", "um_per_px", "cells")}
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise UnreadableFileError(
            "What is true of the sample is missing or damaged.", path=path, hint="Install BloodView again."
        ) from error


def _colours(picture: Path, engine: Engine) -> Check:
    """The detector must be surer of leukocytes in a picture than in the same with red and blue exchanged."""
    with closing(open_slide(picture)) as slide:
        factor = 0.1 / engine.detector.um_per_px
        out = Size(round(slide.size.width * factor), round(slide.size.height * factor))
        image = slide.read(Box(0, 0, slide.size.width, slide.size.height), out)
    right, wrong = (
        float(found.scores[found.kinds == 0].sum())
        for found in engine.detector.detect([image, image[..., ::-1].copy()])
    )
    return Check("colour order", right > wrong, f"{right:.2f} as it is, {wrong:.2f} with red and blue exchanged")


def _case_file(result: SlideResult) -> Check:
    """A case must keep an analysis, an edit and its undo over a reopening."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "self-test.bvcase"
        with Case.create(path) as case:
            record(case, result)
            before = case.labels()
            case.apply(Relabel((before[0][0],), "artefact"))
            case.undo()
        with Case.open(path) as case:
            kept = case.labels() == before and case.edit_count == 2
    return Check("case file", kept, f"{len(before)} cells kept, edited and undone")
