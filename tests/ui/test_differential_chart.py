"""The differential says which key names a cell so, and keeps its titles whole."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bloodview.core import differential
from bloodview.core.settings import Settings
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.differential_chart import DifferentialChart, lines_of
from tests.ui.window_support import pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def chart(qtbot: QtBot) -> DifferentialChart:
    made = DifferentialChart()
    qtbot.addWidget(made)
    made.resize(378, 400)
    counted = differential.from_counts({"segmented_neutrophil": 7, "monocyte": 3}, 0, 0, DEFAULT_TAXONOMY, 0)
    made.show_lines(lines_of(counted), ClassMarks(DEFAULT_TAXONOMY))
    made.show()
    return made


def test_the_key_of_a_class_stands_in_its_line_and_in_what_is_said_of_it(chart: DifferentialChart) -> None:
    line = next(x for x in chart.lines if x.class_id == "monocyte")
    before, said = chart.grab().toImage(), chart._tip(line)
    assert "Key" not in said
    chart.set_keys({"monocyte": "6", "neutrophil": ""})
    assert chart._tip(line) == f"{said}\nKey 6 calls the chosen cells so."
    assert "Key" not in chart._tip(next(x for x in chart.lines if x.class_id == "neutrophil"))
    assert chart.grab().toImage() != before


def test_keys_that_were_changed_are_shown_as_they_are_now(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=Settings(keys=(("label.monocyte", ("F",)),))) as r:
        r.desktop.files.open([pictures(tmp_path / "a", 1)[0].parent])
        chart = r.desktop.panels.counts.chart
        assert (chart._keys["monocyte"], chart._keys["segmented_neutrophil"]) == ("F", "1")
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_F)
        assert r.label(cell_id) == "monocyte"
