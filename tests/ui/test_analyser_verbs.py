"""An analyser's values: typed, imported, compared while they are typed, kept, taken away."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bloodview.ui.dialogs.analyser import AnalyserDialog
from tests.ui.test_look_queue import fill
from tests.ui.window_support import Rig, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def opened(r: Rig) -> AnalyserDialog:
    r.desktop.actions["analyser.values"].trigger()
    (dialog,) = (d for d in r.window.findChildren(AnalyserDialog) if d.isVisible())
    return dialog


def test_values_are_compared_as_they_are_typed_and_kept_in_the_case(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, doubtful=60, confident=40)
        dialog = opened(r)
        assert not dialog.keep.isEnabled()
        QTest.keyClicks(dialog.fields["lymphocyte"], "30,5")
        assert "sum to 30.5" in dialog.note.text()
        QTest.keyClicks(dialog.fields["neutrophil"], "69.5")
        assert "Differ beyond chance: Neutrophil, Lymphocyte." in dialog.note.text()
        assert "Type a name" in dialog.note.text()
        assert dialog.texts["lymphocyte"][0].text().startswith("100.0 (")
        assert "✗" in dialog.texts["lymphocyte"][2].text()
        QTest.keyClicks(dialog.name, "DxH 900")
        assert dialog.keep.isEnabled()
        dialog.keep.click()
        case = r.desktop.bridge.case
        assert case is not None
        kept = case.beside.analyser()
        assert kept is not None
        assert (kept.name, dict(kept.values), kept.is_percent, kept.total) == (
            "DxH 900",
            {"lymphocyte": 30.5, "neutrophil": 69.5},
            True,
            10_000,
        )
        assert r.desktop.bridge.undo_title == "Values of DxH 900 kept"


def test_what_is_kept_is_shown_again_and_can_be_taken_away(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        dialog = opened(r)
        assert not dialog.remove.isVisible()
        dialog.unit.setCurrentIndex(1)
        assert not dialog.total.isVisible()
        dialog.name.setText("XN")
        dialog.fields["monocyte"].setText("12")
        dialog.keep.click()
        qtbot.waitUntil(lambda: not r.window.findChildren(AnalyserDialog))
        dialog = opened(r)
        assert (dialog.name.text(), dialog.fields["monocyte"].text(), dialog.unit.currentIndex()) == ("XN", "12", 1)
        dialog.remove.click()
        assert r.desktop.bridge.case is not None
        assert r.desktop.bridge.case.beside.analyser() is None
        r.desktop.desk.undo()
        assert r.desktop.bridge.case.beside.analyser() is not None


def test_a_table_is_imported_and_a_wrong_one_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "XN 1000.csv"
    with rig(qtbot) as r:
        fill(r, tmp_path)
        dialog = opened(r)
        table.write_text("class,count\nLymphocyte,300\nneutrophil,600\n")
        r.answers.given = [table]
        dialog.import_.click()
        assert (dialog.name.text(), dialog.unit.currentIndex()) == ("XN 1000", 1)
        assert (dialog.fields["lymphocyte"].text(), dialog.fields["neutrophil"].text()) == ("300", "600")
        assert dialog.keep.isEnabled()
        table.write_text("class,count\nWidget,300\n")
        dialog.import_.click()
        assert "no class of leukocyte" in dialog.note.text()
        table.write_text("nothing like it\nat all\n")
        dialog.import_.click()
        assert "no table of counts" in dialog.note.text()
        dialog.reject()


@pytest.mark.parametrize(
    ("text", "why"), [("many", "is no number"), ("-3", "no number of cells"), ("1e99", "no number")]
)
def test_what_is_no_number_is_named(qtbot: QtBot, tmp_path: Path, text: str, why: str) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        dialog = opened(r)
        dialog.fields["monocyte"].setText(text)
        assert why in dialog.note.text()
        assert not dialog.keep.isEnabled()
        dialog.reject()
