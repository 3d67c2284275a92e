"""The line over the views that warns of a strange stain or camera."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bloodview.analysis.inputs import Progress
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import FoundCell
from bloodview.ui.analysis_queue import State
from bloodview.ui.cell_index import CellIndex, Tally
from bloodview.ui.notice import Notice
from bloodview.ui.worklist import WorkItem, Worklist
from bloodview.workflows.engine import Engine
from bloodview.workflows.slide_steps import SlideResult
from tests.ui.test_cell_index import cell
from tests.ui.window_support import FIELD, analyse, pictures, rig


def _strange(found: FoundCell) -> FoundCell:
    said = found.prediction
    return replace(found, prediction=replace(said, familiarity=0.004, decided=False)) if said is not None else found


def test_a_strange_picture_is_warned_of_until_another_is_shown(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    notice = Notice(window)
    notice.show_familiarity(0.012)
    assert not notice.isHidden()
    assert "unlike the training pictures (familiarity 0.01)" in notice.text.text()
    notice.show_familiarity(None)
    assert notice.isHidden()


def test_its_button_does_what_the_action_does_and_can_be_pressed_when_that_can(qtbot: QtBot) -> None:
    notice, action, done = Notice(), QAction("Adapt to this laboratory"), []
    qtbot.addWidget(notice)
    action.triggered.connect(lambda: done.append(1))
    action.setEnabled(False)
    notice.set_action(action)
    assert not notice.button.isEnabled()
    action.setEnabled(True)
    notice.button.click()
    assert done == [1]


def test_a_picture_is_strange_by_the_middle_one_of_its_leukocytes() -> None:
    def familiar(cell_id: int, value: float) -> CellIndex:
        one = cell(cell_id)
        assert one.prediction is not None
        index.update([replace(one, prediction=replace(one.prediction, familiarity=value))])
        return index

    index = CellIndex()
    assert familiar(1, 0.001).tally(1).unfamiliar == 0.001
    familiar(2, 0.5)
    assert familiar(3, 0.6).tally(1).unfamiliar is None
    index.drop([2])
    assert index.tally(1).unfamiliar is None
    index.drop([3])
    assert index.tally(1).unfamiliar == 0.001


def test_the_worklist_marks_a_strange_picture(qtbot: QtBot) -> None:
    worklist = Worklist()
    qtbot.addWidget(worklist)
    item = WorkItem(Path("a.png"), State.DONE, slide_id=1, tally=Tally(3, 3, 0.01))
    assert item.line == "3 leukocytes · 3 to look at · unfamiliar"
    assert item.lines[1:] == ("3 leukocytes · 3 to look at", "3 to look at"), "for a narrow list"
    worklist.model.put(item)
    tip = worklist.model.data(worklist.model.index(0), 3)
    assert "Adapt to this laboratory" in str(tip)


def test_the_window_warns_over_a_strange_picture_and_not_over_a_familiar_one(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig(qtbot) as window:
        strange, familiar = pictures(tmp_path)

        def by_name(path: Path, engine: Engine, cancel: CancelToken, progress: Progress) -> SlideResult:
            result = analyse(path, engine, cancel, progress)
            return replace(result, cells=tuple(map(_strange, FIELD))) if path == strange else result

        monkeypatch.setattr(window.desktop.queue, "_analyse", by_name)
        window.answers.given = [strange, familiar]
        window.desktop.actions["files.open_pictures"].trigger()
        panels = window.desktop.panels
        assert panels.notice.isVisible()
        assert panels.notice.button.text().startswith("Adapt")
        panels.worklist.step(+1)
        assert not panels.notice.isVisible()
