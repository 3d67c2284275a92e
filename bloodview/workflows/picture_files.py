"""Pictures to files of answers: classify, detect, segment; see `analysis.pictures`."""

from collections.abc import Sequence
from pathlib import Path

from bloodview.analysis import pictures
from bloodview.analysis.inputs import Outcome, Progress, quiet
from bloodview.core.cancel import CancelToken
from bloodview.workflows.engine import Engine


def classify_pictures(
    given: Sequence[Path],
    out: Path,
    engine: Engine,
    level: str = "fine",
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Name one centred cell a picture; see `analysis.pictures`."""
    return pictures.classify_pictures(
        given, out, engine.detector, engine.classifier, level=level, cancel=cancel or CancelToken(), progress=progress
    )


def detect_fields(
    given: Sequence[Path], out: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> Outcome:
    """Find the cells of fields and slides; see `analysis.pictures`."""
    return pictures.detect_fields(given, out, engine.detector, cancel=cancel or CancelToken(), progress=progress)


def segment_pictures(
    given: Sequence[Path], out: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> Outcome:
    """Outline the leukocytes of pictures; see `analysis.pictures`."""
    return pictures.segment_pictures(
        given, out, engine.detector, engine.segmenter, cancel=cancel or CancelToken(), progress=progress
    )
