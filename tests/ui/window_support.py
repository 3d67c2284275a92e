"""A whole window on inline jobs, pictures on the disk, and an analysis that finds what the file's name says."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.geometry import Box, Scale
from bloodview.core.settings import Settings
from bloodview.core.taxonomy import FINE
from bloodview.slides.slide import open_slide
from bloodview.ui.desktop import Desktop
from bloodview.ui.jobs import InlineJobs, Jobs
from bloodview.ui.learn_verbs import SeePictures
from bloodview.ui.model_verbs import Fit
from bloodview.workflows.engine import Engine
from bloodview.workflows.slide_steps import SlideResult
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, write_picture

UM_PER_PX = 0.1


def prediction(label: str, confidence: float = 0.95, *, decided: bool = True) -> Prediction:
    """A prediction whose rest goes to one other class."""
    other = next(name for name in FINE if name != label)
    rest = tuple((name, 0.0) for name in FINE if name not in (label, other))
    return Prediction(label, confidence, decided, 0.9, ((label, confidence), (other, 1 - confidence), *rest), "fake")


def leukocyte(x: float, label: str, confidence: float = 0.95, *, decided: bool = True) -> FoundCell:
    """A leukocyte of 14 um with a square outline."""
    box = Box(x, 20, x + 140, 160)
    corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    inner = ((x + 35, 55), (x + 105, 55), (x + 105, 125), (x + 35, 125))
    return FoundCell(Detection(Kind.WBC, box, 0.9), prediction(label, confidence, decided=decided), corners, inner)


def plain(x: float, y: float, kind: Kind) -> FoundCell:
    """A red cell or platelet."""
    side = 75 if kind is Kind.RBC else 30
    return FoundCell(Detection(kind, Box(x, y, x + side, y + side), 0.9), None)


FIELD: tuple[FoundCell, ...] = (
    leukocyte(20, "segmented_neutrophil"),
    leukocyte(180, "lymphocyte"),
    leukocyte(340, "monocyte", 0.45, decided=False),
    leukocyte(480, "erythroblast"),
    plain(20, 300, Kind.RBC),
    plain(120, 300, Kind.RBC),
    plain(240, 300, Kind.PLATELET),
)
"""Three leukocytes, one of them doubtful, an erythroblast, two red cells, a platelet."""


def analyse(path: Path, engine: Engine, cancel: CancelToken, progress: Callable[[float, str], None]) -> SlideResult:
    """Find FIELD on every picture; the file must be readable, as for the real one."""
    cancel.check()
    progress(0.5, "half")
    slide = open_slide(path)
    try:
        return SlideResult(
            path,
            slide.content_hash,
            slide.size,
            Scale(UM_PER_PX, "red cells"),
            FIELD,
            engine.model_ids,
            "cpu",
            (),
            0.1,
            (),
        )
    finally:
        slide.close()


def load_engine(**_: object) -> Engine:
    """Models that need no loading."""
    return Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())


def pictures(folder: Path, number: int = 2) -> list[Path]:
    """Pictures that differ from each other."""
    made = []
    for i in range(number):
        image = np.full((480, 640, 3), 230 - i, np.uint8)
        made.append(write_picture(folder / f"field_{i + 1}.png", image))
    return made


class FixedAnswers:
    """Answers file dialogs."""

    def __init__(self) -> None:
        self.given: list[Path] = []
        self.out: tuple[Path, str] | None = None
        self.choice: tuple[str, bool] | None = None
        self.last_offered: Path | None = None
        self.leaving = ""
        self.removing: list[tuple[str, tuple[str, ...]]] = []

    def files(self, title: str, folder: str, kind: str = "pictures") -> list[Path]:
        return self.given

    def export_choice(self) -> tuple[str, bool] | None:
        return self.choice

    def folder(self, title: str, folder: str) -> Path | None:
        return self.given[0] if self.given else None

    def new_file(self, title: str, suggestion: Path, kinds: Sequence[tuple[str, str]]) -> tuple[Path, str] | None:
        return self.out

    def after_bad_end(self, last: Path | None, go_on: Callable[[], None]) -> None:
        self.last_offered = last
        go_on()

    def leaving_overnight(self) -> str:
        return self.leaving

    def removing_model(self, model: str, made_from_it: Sequence[str]) -> bool:
        self.removing.append((model, tuple(made_from_it)))
        return True


class Rig:
    """A window under test."""

    def __init__(
        self,
        qtbot: QtBot,
        jobs: Jobs | None = None,
        settings: Settings | None = None,
        fit: Fit | None = None,
        see: SeePictures | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.answers = FixedAnswers()
        self.errors: list[Exception] = []
        self.desktop = Desktop(
            jobs if jobs is not None else InlineJobs(),
            settings or Settings(),
            engine_loader=load_engine,
            analyse=analyse,
            asker=self.answers,
            fit=fit,
            see=see,
        )
        self.desktop.bridge.refused.connect(self.errors.append)
        self.desktop.files.refused.connect(self.errors.append)
        d = self.desktop
        for verbs in (d.exchange, d.models, d.learn, d.share, d.shelf):
            verbs.refused.connect(self.errors.append)
        self.desktop.queue.blocked.connect(self.errors.append)
        self.window = self.desktop.window
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def label(self, cell_id: int) -> str:
        """The label of a cell as the case has it."""
        case = self.desktop.bridge.case
        assert case is not None
        return case.cell(cell_id).label

    def counts(self) -> dict[str, str]:
        """Title -> count, as the differential shows them."""
        return {line.title: line.count for line in self.desktop.panels.counts.lines}

    def first(self, label: str) -> int:
        """Id of the first cell with a label."""
        return min(c.id for c in self.desktop.index.of_slide(None) if c.label == label)

    def close_dialogs(self) -> list[QWidget]:
        """Close what stands in front of the window; what was there."""
        shown = [w for w in QApplication.topLevelWidgets() if w is not self.window and w.isVisible()]
        for widget in shown:
            widget.close()
        return shown

    def close(self) -> None:
        """As a person does."""
        self.close_dialogs()
        self.window.close()


@contextmanager
def rig(
    qtbot: QtBot,
    jobs: Jobs | None = None,
    settings: Settings | None = None,
    fit: Fit | None = None,
    see: SeePictures | None = None,
) -> Iterator[Rig]:
    """A window that is closed at the end."""
    made = Rig(qtbot, jobs, settings, fit, see)
    try:
        yield made
    finally:
        made.close()
