"""Signing, amending and the journal in the window."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from bloodview.core.settings import Settings
from bloodview.ui.dialogs.journal import JournalDialog
from bloodview.ui.dialogs.sign import SignDialog
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.label_pictures import TurnedPicture
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ROOT = Path(__file__).parents[2]


def opened(r: Rig, folder: Path) -> None:
    pictures(folder / "a", 1)
    r.desktop.files.open([folder / "a"])


def sign_dialog(r: Rig) -> SignDialog:
    r.press(Qt.Key.Key_G, CTRL | SHIFT)
    found = r.window.findChild(SignDialog)
    assert found is not None
    return found


def journal_dialog(r: Rig) -> JournalDialog:
    r.press(Qt.Key.Key_J, CTRL)
    found = r.window.findChild(JournalDialog)
    assert found is not None
    return found


def fill(dialog: SignDialog) -> None:
    for field, text in ((dialog.first, "P 17"), (dialog.second, "1980-02-29"), (dialog.name, "Dr Ada")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
    for field in dialog.reasons.values():
        QTest.keyClicks(field, "a test smear")


def test_a_case_is_signed_locked_and_amended(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        dialog = sign_dialog(r)
        assert not dialog.sign.isEnabled()
        assert "two identifiers" in dialog.missing.text()
        fill(dialog)
        assert dialog.missing.text() == "Ready to sign."
        dialog.sign.click()
        case = r.desktop.bridge.case
        assert case is not None
        assert case.signature is not None
        assert case.signature.identifiers == ("P 17", "1980-02-29")
        assert r.desktop.panels.identity.state.whole == "✓ signed by Dr Ada"
        assert not r.desktop.actions["audit.sign"].isEnabled()
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_3)
        assert r.label(cell_id) == "lymphocyte"
        assert "signed by Dr Ada" in str(r.errors.pop())
        r.close_dialogs()
        r.desktop.actions["audit.amend"].trigger()
        amend = r.window.findChild(QInputDialog)
        assert amend is not None
        amend.setTextValue("One more look.")
        amend.accept()
        assert r.desktop.panels.identity.state.whole == ""
        assert [s.amended_because for s in case.signatures()] == ["One more look."]
        r.desktop.desk.relabel_these([cell_id], "eosinophil")
        assert r.label(cell_id) == "eosinophil"
        assert r.errors == []


def aperio_with_label(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    smear, label = np.full((480, 640, 3), 200, np.uint8), np.full((32, 48, 3), (250, 240, 90), np.uint8)
    about = "Aperio Image Library v11\r\n640x480 (640x480) JPEG/RGB Q=90|AppMag = 40|MPP = 0.25"
    with tifffile.TiffWriter(path) as writer:
        writer.write(smear, photometric="rgb", tile=(256, 256), compression="jpeg", description=about, metadata=None)
        writer.write(smear[::4, ::4], photometric="rgb", rowsperstrip=16, description=about, metadata=None)
        writer.write(label, photometric="rgb", rowsperstrip=32, subfiletype=1, description="Aperio\r\nlabel 48x32",
                     metadata=None)  # fmt: skip
    return path


def test_who_signs_is_led_to_what_was_not_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        dialog = sign_dialog(r)
        (look,) = (b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == "Look at them")
        look.click()
        assert not dialog.isVisible()
        assert r.desktop.desk.current is not None
        assert r.desktop.desk.current.needs_a_look
        r.press(Qt.Key.Key_Return)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not [b for b in sign_dialog(r).findChildren(QPushButton) if "Look" in b.text()]


def test_the_label_of_the_slide_stands_beside_the_identifiers(qtbot: QtBot, tmp_path: Path) -> None:
    aperio_with_label(tmp_path / "a" / "smear.svs")
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        dialog = sign_dialog(r)
        (picture,) = dialog.labels.pictures
        assert (picture.slide, picture.kind) == ("smear.svs", "label")
        assert picture.image.size().toTuple() == (48, 32)
        assert dialog.labels.isVisibleTo(dialog)
        (shown,) = dialog.labels.findChildren(TurnedPicture)
        shown.click()
        assert shown.image.size().toTuple() == (32, 48), "a click turns it"
        dialog.reject()


def test_a_label_that_comes_after_the_dialog_is_gone_comes_to_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    aperio_with_label(tmp_path / "a" / "smear.svs")
    jobs = InlineJobs()
    with rig(qtbot, jobs=jobs) as r:
        r.desktop.files.open([tmp_path / "a"])
        jobs.held = True
        dialog = sign_dialog(r)
        assert not dialog.labels.isVisibleTo(dialog)
        dialog.reject()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        while jobs.run_next():
            pass
        jobs.held = False


def test_pictures_without_a_label_take_no_room(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        dialog = sign_dialog(r)
        assert not dialog.labels.isVisibleTo(dialog)
        dialog.reject()


def test_the_same_identifier_twice_is_none(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        dialog = sign_dialog(r)
        fill(dialog)
        dialog.second.setText("p 17 ")
        assert not dialog.sign.isEnabled()
        assert "another one" in dialog.missing.text()
        dialog.reject()


def test_the_journal_is_read_searched_verified_and_exported(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=Settings(reviewer="Dr Ada")) as r:
        opened(r, tmp_path)
        r.desktop.desk.relabel_these([r.first("lymphocyte")], "eosinophil")
        dialog = journal_dialog(r)
        first, second = dialog.shown()
        assert first.endswith("called Eosinophil")
        assert second.startswith("field_1.png analysed")
        r.desktop.desk.undo()
        assert len(dialog.shown()) == 3, "it follows what is done"
        QTest.keyClicks(dialog.search, "analysed")
        assert dialog.shown() == [second]
        dialog.search.clear()
        QTest.keyClicks(dialog.search, "Ada")
        assert len(dialog.shown()) >= 2
        dialog.verify.click()
        assert "The journal is whole: 3 entries" in dialog.verdict.text()
        r.answers.out = (tmp_path / "j.csv", ".csv")
        dialog.export.click()
        assert "called Eosinophil" in (tmp_path / "j.csv").read_text(encoding="utf-8")
        r.desktop.files.close_case()
        QApplication.processEvents()
        assert not dialog.isVisible()


@pytest.mark.slow
def test_a_case_that_is_open_elsewhere_is_shown_and_cannot_be_changed(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        case = r.desktop.bridge.case
        assert case is not None
        path = case.path
        r.desktop.files.close_case()
        words = [sys.executable, "-m", "bloodview", "edit", str(path)]
        other = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write("reject 1\n")
        other.stdin.flush()
        assert other.stdout.readline() == "ok 1\n"
        try:
            assert r.desktop.files.open_case(path)
            assert r.desktop.panels.identity.state.whole == "read only"
            assert "open in another window or program" in r.desktop.panels.status.message.whole
            assert r.desktop.bridge.undo_title == "Cell 1 rejected"
            r.desktop.desk.relabel_these([2], "eosinophil")
            assert "only be read here" in str(r.errors.pop())
        finally:
            other.communicate()
