"""Annotations leave the open case and come into it by the File menu."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from bloodview.ui.dialogs.export import FORMATS, ExportDialog
from bloodview.workflows.exporting import EXPORT_FORMATS
from tests.ui.window_support import pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL = Qt.KeyboardModifier.ControlModifier


def test_an_import_is_one_edit_that_undo_takes_back(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        r.answers.choice, r.answers.out = ("csv", False), (tmp_path / "cells.csv", ".csv")
        r.press(Qt.Key.Key_E, CTRL)
        text = (tmp_path / "cells.csv").read_text(encoding="utf-8")
        assert "field_1" not in text
        changed = text.replace(",lymphocyte,model,", ",basophil,person,", 1).replace(
            ",monocyte,model,", ",blast,person,"
        )
        (tmp_path / "cells.csv").write_text(changed, encoding="utf-8")
        r.answers.given = [tmp_path / "cells.csv"]
        r.press(Qt.Key.Key_I, CTRL)
        assert r.errors == []
        assert r.label(cell_id) == "basophil"
        assert r.counts()["Basophil"] == "1"
        assert "no such class: 'blast'" in " ".join(r.desktop.help.problem_texts().values())
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.label(cell_id) == "lymphocyte"


def test_a_file_that_holds_nothing_for_the_case_is_refused_by_name(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    (tmp_path / "x.json").write_text("{")
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.answers.given = [tmp_path / "x.json"]
        r.press(Qt.Key.Key_I, CTRL)
        assert [Path(str(getattr(e, "path", ""))).name for e in r.errors] == ["x.json"]
        assert not r.desktop.bridge.undo_title


def test_the_dialog_offers_every_format_and_keeps_no_names_by_itself(qtbot: QtBot) -> None:
    assert {f.id for f in FORMATS} == set(EXPORT_FORMATS)
    window = QWidget()
    qtbot.addWidget(window)
    dialog = ExportDialog(window)
    assert dialog.choice == ("coco", False)
    button = dialog.findChild(QRadioButton, "geojson")
    assert button is not None
    button.click()
    dialog.keep_names.click()
    assert dialog.choice == ("geojson", True)
