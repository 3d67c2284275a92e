"""The Model menu in a whole window: what there is to learn from, the fit, taking it into use, going back."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bloodview.core import paths
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.settings import Settings
from bloodview.models import adapted, store
from bloodview.models.adapted import Adapted
from bloodview.ui.dialogs.adapt import AdaptDialog
from bloodview.ui.jobs import InlineJobs
from bloodview.workflows.fitting import NamedCell
from tests.models import tiny
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def fit(
    cells: Sequence[NamedCell],
    base: str | None,
    device: str,
    cancel: CancelToken,
    progress: Callable[[float, str], None],
) -> tuple[Adapted, tuple[str, ...]]:
    """Fit a tiny model to noise of the cells' number."""
    progress(0.5, "half")
    folder, rng = store.to_adapt(base), np.random.default_rng(0)
    crops = rng.integers(0, 255, (len(cells), 64, 64, 3)).astype(np.uint8)
    labels = [c.label for c in cells]
    return adapted.adapt(crops, labels, store.load_classifier("cpu", folder), folder, cancel, progress), ()


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model is the one in use."""
    monkeypatch.setitem(store.DEFAULTS, "classify", "tiny-classify")
    return tiny.classifier(paths.user_models())


def teach(r: Rig, folder: Path) -> None:
    """Open two pictures and confirm two lymphocytes and two neutrophils."""
    pictures(folder, 2)
    r.desktop.files.open([folder])
    for label in ("lymphocyte", "segmented_neutrophil"):
        r.desktop.desk.select(tuple(c.id for c in r.desktop.index.of_slide(None) if c.label == label))
        r.desktop.desk.confirm()


def opened(r: Rig) -> AdaptDialog:
    r.desktop.actions["models.adapt"].trigger()
    dialog = r.desktop.models.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def said(dialog: AdaptDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))


def test_it_shows_what_a_person_named_and_what_is_missing(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, fit=fit) as r:
        assert not r.desktop.actions["models.adapt"].isEnabled()
        pictures(tmp_path / "a", 1)
        r.desktop.files.open([tmp_path / "a"])
        dialog = opened(r)
        assert "You named no cell" in said(dialog)
        assert not dialog.start.isEnabled()
        dialog.reject()
        r.desktop.desk.select((r.first("monocyte"),))
        r.desktop.desk.confirm()
        dialog = opened(r)
        assert "Monocyte | 1 | 4 more would be better" in said(dialog)
        assert "at least two classes" in said(dialog)
        assert not dialog.start.isEnabled()


def test_a_fit_is_shown_adopted_and_taken_back(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, fit=fit) as r:
        teach(r, tmp_path / "a")
        assert not r.desktop.actions["models.go_back"].isEnabled()
        dialog = opened(r)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        assert "each cell judged without itself" in said(dialog)
        assert "of 2" in said(dialog)
        assert store.former() is None, "nothing is in use before it is wanted"
        assert [f.name for f in paths.user_models().iterdir()] == ["tiny-classify"]
        analysed: list[Path] = []
        r.desktop.queue.recorded.connect(lambda path, *_: analysed.append(path))
        decided = {c.id: c.label for c in r.desktop.index.of_slide(None) if c.source == "person"}
        QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
        assert store.chosen("classify") == "tiny-classify-a"
        assert sorted(p.name for p in analysed) == ["field_1.png", "field_2.png"]
        assert {c.id: c.label for c in r.desktop.index.of_slide(None) if c.source == "person"} == decided
        back = r.desktop.actions["models.go_back"]
        assert back.text() == "Go back to the model tiny-classify"
        back.trigger()
        assert store.chosen("classify") == "tiny-classify"
        assert not back.isEnabled()
        assert (paths.user_models() / "tiny-classify-a").is_dir(), "it stays installed"


def test_a_discarded_fit_leaves_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, fit=fit) as r:
        teach(r, tmp_path / "a")
        dialog = opened(r)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        dialog.reject()
        assert store.former() is None
        assert [f.name for f in paths.user_models().iterdir()] == ["tiny-classify"]


def test_the_case_is_read_again_only_if_wanted(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, fit=fit) as r:
        teach(r, tmp_path / "a")
        dialog = opened(r)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        dialog.again.setChecked(False)
        analysed: list[Path] = []
        r.desktop.queue.recorded.connect(lambda path, *_: analysed.append(path))
        QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
        assert store.chosen("classify") == "tiny-classify-a"
        assert analysed == []


def test_a_stopped_fit_is_forgotten(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = InlineJobs()
    with rig(qtbot, jobs, fit=fit) as r:
        teach(r, tmp_path / "a")
        jobs.held = True
        dialog = opened(r)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        assert "Waiting for its turn" in said(dialog)
        job, _ = jobs.waiting[-1]
        dialog.reject()
        assert job.is_cancelled
        jobs.held = False


def test_a_fit_that_fails_is_told_and_the_window_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    def failing(*_: object, **__: object) -> tuple[Adapted, tuple[str, ...]]:
        raise UserError("cells of fewer than two classes can be read.")

    with rig(qtbot, fit=failing) as r:
        teach(r, tmp_path / "a")
        dialog = opened(r)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        assert not dialog.isVisible()
        assert "fewer than two classes" in str(r.errors[-1])


def test_a_model_named_in_the_settings_gives_way_to_the_adopted_one(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=Settings(classifier="tiny-classify"), fit=fit) as r:
        teach(r, tmp_path / "a")
        dialog = opened(r)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
        assert r.desktop.preferences.now.classifier == ""
