"""The reasons in a whole window: asked on the lane, kept, dropped when nobody awaits them, exported."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bloodview.analysis.inputs import Failure, Outcome
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import FINE
from bloodview.models.api import Question
from bloodview.models.faithfulness import Faithfulness
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.why_export import Progress, WhyExport
from bloodview.workflows.explaining import Explained, Reply, Request
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@dataclass
class FakeSession:
    """Answers at once, with the first references it is given."""

    requests: list[Request] = field(default_factory=list)
    judged: int = 0
    exported: list[str] = field(default_factory=list)
    error: UserError | None = None

    def answer(self, request: Request, cancel: CancelToken, progress: Progress) -> Reply:
        cancel.check()
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        chances = tuple((name, 0.9 if name == "lymphocyte" else 0.01) for name in FINE)
        wish = replace(request.wish, label=request.wish.label or request.cell.label)
        explained = Explained(
            np.zeros((8, 8), np.float32), False, wish, Question((wish.label,)), chances, "fake", np.ones(4, np.float32)
        )
        crop = np.full((8, 8, 3), 200, np.uint8)
        heat = np.full((8, 8, 4), 255, np.uint8)
        near = tuple((r.cell_id, 0.9) for r in request.references[:5])
        return Reply(crop, Box(20, 20, 160, 160), heat, explained, near, "")

    def judge(self, reply: Reply, cancel: CancelToken, progress: Progress) -> Reply:
        self.judged += 1
        return replace(reply, explained=replace(reply.explained, faithfulness=Faithfulness(0.1, 0.6, 3)))

    def export(
        self, cells: list[tuple[str, Request]], folder: Path, cancel: CancelToken, progress: Progress
    ) -> Outcome:
        for number, (name, _) in enumerate(cells):
            cancel.check()
            progress(number / len(cells), f"{number + 1} of {len(cells)}")
            self.exported.append(name)
        return Outcome(len(cells) - 1, (Failure("x.png", "is gone."),))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> FakeSession:
    made = FakeSession()
    monkeypatch.setattr("bloodview.ui.why_desk._session", lambda _device, _model: made)
    return made


def opened(r: Rig, folder: Path) -> None:
    pictures(folder, 2)
    r.desktop.files.open([folder])


def choose(r: Rig, label: str) -> int:
    cell_id = r.first(label)
    r.desktop.desk.select((cell_id,))
    return cell_id


def test_the_key_shows_why_and_the_map_s_own_trust(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        choose(r, "lymphocyte")
        why = r.desktop.panels.why
        assert not why.isVisible()
        assert not session.requests  # nothing is asked before it is wanted
        r.press(Qt.Key.Key_E)
        assert why.isVisible()
        assert not r.desktop.panels.counts.isVisible()
        assert session.requests[0].cell.label == "lymphocyte"
        assert why.picture.heat is not None
        assert "Faithful" in why.trust.text()
        assert why.chances.text().startswith("Lymphocyte 90.0%, then ")
        assert "lobe" in why.measured.text()
        r.press(Qt.Key.Key_E)
        assert not why.isVisible()
        assert r.desktop.panels.counts.isVisible()


def test_an_answer_is_kept_and_another_choice_asks_anew(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        why = r.desktop.panels.why
        r.desktop.actions["why.panel"].trigger()
        choose(r, "lymphocyte")
        choose(r, "monocyte")
        choose(r, "lymphocyte")
        assert [q.cell.label for q in session.requests] == ["lymphocyte", "monocyte"]
        why.instead_of.setCurrentIndex(why.instead_of.findData("monocyte"))
        why.instead_of.activated.emit(0)
        why.choose_method("lime")
        why.method.activated.emit(0)
        assert [(q.wish.method, q.wish.instead_of) for q in session.requests[2:]] == [
            ("layercam", "monocyte"),
            ("lime", "monocyte"),
        ]
        choose(r, "monocyte")  # the method stays, what it is held against does not
        assert session.requests[-1].wish.method == "lime"
        assert session.requests[-1].wish.instead_of == ""


def test_what_nobody_awaits_any_more_is_dropped(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    jobs = InlineJobs()
    with rig(qtbot, jobs) as r:
        opened(r, tmp_path / "a")
        r.desktop.actions["why.panel"].trigger()
        jobs.held = True
        choose(r, "lymphocyte")
        choose(r, "monocyte")
        jobs.held = False
        while jobs.run_next():
            pass
        assert [q.cell.label for q in session.requests] == ["monocyte"]
        assert r.desktop.panels.why.chances.text()


def test_references_are_cells_of_the_case_that_say_what_they_are(
    qtbot: QtBot, tmp_path: Path, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bloodview.review.case.Case.embeddings", lambda _self, ids: dict.fromkeys(ids, np.ones(4, "<f2").tobytes())
    )
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        r.desktop.desk.select((r.first("erythroblast"),))
        r.desktop.desk.confirm()
        own = choose(r, "lymphocyte")
        r.desktop.actions["why.panel"].trigger()
        references = session.requests[-1].references
        assert own not in {x.cell_id for x in references}
        assert "monocyte" not in {x.label for x in references}  # that one is doubtful
        rows = r.desktop.panels.why.neighbours.rows
        assert len(rows) == 5
        assert rows[0].label == "erythroblast"
        assert rows[0].origin == "decided by a person"
        assert rows[1].origin == "named by the model, 95% sure"
        place = r.desktop.panels.why.neighbours.place(0).center()
        QTest.mouseClick(r.desktop.panels.why.neighbours, Qt.MouseButton.LeftButton, pos=QPointF(place).toPoint())
        assert r.desktop.desk.selected == {rows[0].cell_id}


def test_the_map_lies_on_the_slide_only_while_it_is_wanted(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        choose(r, "lymphocyte")
        heat = r.desktop.panels.slide_view.heat
        r.press(Qt.Key.Key_E)
        assert not heat.is_shown
        r.press(Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
        assert heat.is_shown
        assert r.desktop.panels.why.on_slide.isChecked()
        r.desktop.panels.slide_view.grab()
        r.desktop.actions["slides.next_picture"].trigger()
        assert not heat.is_shown
        r.desktop.actions["slides.previous_picture"].trigger()
        assert heat.is_shown
        r.desktop.panels.why.on_slide.click()
        assert not heat.is_shown
        assert not r.desktop.actions["why.on_slide"].isChecked()


def test_what_cannot_be_explained_says_why(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        r.desktop.actions["why.panel"].trigger()
        note = r.desktop.panels.why.note
        assert "Choose one cell" in note.text()
        red = next(c.id for c in r.desktop.index.of_slide(None) if c.kind.value == "rbc")
        r.desktop.desk.select((red,))
        assert "Red cells" in note.text()
        session.error = UserError("the picture is gone.", hint="Bring it back.")
        choose(r, "lymphocyte")
        assert "Bring it back." in note.text()
        assert r.desktop.panels.why.picture.heat is None


def test_export_writes_the_selected_cells_else_all_and_tells_of_those_it_could_not(
    qtbot: QtBot, tmp_path: Path, session: FakeSession
) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        r.answers.given = []
        told: list[str] = []
        r.desktop.why.told.connect(told.append)
        r.desktop.actions["why.export"].trigger()
        assert session.exported == []  # nobody named a folder
        r.answers.given = [tmp_path / "out"]
        r.desktop.actions["why.export"].trigger()
        assert len(session.exported) == 8  # four leukocytes and alike on each of two pictures, no platelet, no red cell
        assert session.exported[0].startswith("001-")
        assert any("7 overlays written" in text for text in told)
        session.exported.clear()
        r.desktop.desk.select((r.first("lymphocyte"), r.first("monocyte")))
        r.desktop.actions["why.export"].trigger()
        assert len(session.exported) == 2


def test_an_export_can_be_stopped(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    jobs = InlineJobs()
    with rig(qtbot, jobs) as r:
        opened(r, tmp_path / "a")
        r.answers.given = [tmp_path / "out"]
        jobs.held = True
        r.desktop.actions["why.export"].trigger()
        exporter: WhyExport = r.desktop.why.exporter
        assert exporter.dialog is not None
        exporter.dialog.canceled.emit()
        assert exporter.dialog is None
        while jobs.run_next():
            pass
        assert session.exported == []


def test_another_model_answers_anew(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path / "a")
        choose(r, "lymphocyte")
        r.desktop.actions["why.panel"].trigger()
        r.desktop.on_model_changed(False)
        assert len(session.requests) == 2
