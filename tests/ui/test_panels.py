"""What the differential, the cell panel and the worklist show."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.differential import count_more, from_counts
from bloodview.core.geometry import Box, Scale
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.analysis_queue import State
from bloodview.ui.cell_index import Tally
from bloodview.ui.cell_panel import CellPanel
from bloodview.ui.counts_panel import CountsPanel
from bloodview.ui.measurements import Measurements
from bloodview.ui.worklist import WorkItem, Worklist
from tests.ui.window_support import prediction

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def cell(**changes: object) -> Cell:
    made = Cell(
        7, 1, Kind.WBC, Box(0, 0, 10, 10), 0.9, False, "monocyte", Source.MODEL, Status.ACTIVE, prediction("monocyte")
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def counts_panel(qtbot: QtBot) -> CountsPanel:
    panel = CountsPanel()
    qtbot.addWidget(panel)
    panel.set_taxonomy(DEFAULT_TAXONOMY)
    panel.resize(380, 420)
    panel.show()
    return panel


def test_it_says_how_many_more_to_count(qtbot: QtBot) -> None:
    panel = counts_panel(qtbot)
    differential = from_counts({"lymphocyte": 30, "monocyte": 10}, 0, 0, DEFAULT_TAXONOMY)
    panel.show_differential(differential, "1 picture")
    more = count_more(30, 40, 0.05)
    assert panel.precision.text().endswith(f"Count {more:,} more for ±5 %.")
    assert panel.precision.text().startswith("Every share is known to ±13.0 % or better (least well: Lymphocyte).")
    panel.set_within(10)
    assert f"Count {count_more(30, 40, 0.10)} more for ±10 %." in panel.precision.text()
    panel.show_differential(from_counts({"lymphocyte": 3000}, 0, 0, DEFAULT_TAXONOMY), "1 picture")
    assert "within the wanted ±10 %" in panel.precision.text()
    panel.show_differential(from_counts({"platelet": 3}, 0, 0, DEFAULT_TAXONOMY), "1 picture")
    assert panel.precision.text() == ""


def test_percentages_are_of_leukocytes_alone(qtbot: QtBot) -> None:
    panel = counts_panel(qtbot)
    counts = {"lymphocyte": 30, "monocyte": 10, "erythroblast": 4, "platelet": 500, "red_cell": 1234, "artefact": 3}
    panel.show_differential(from_counts(counts, 2, 5, DEFAULT_TAXONOMY), "3 pictures")
    lines = {line.title: line for line in panel.lines}
    assert lines["Lymphocyte"].share == "75.0 %"
    assert lines["Monocyte"].share == "25.0 %"
    interval = lines["Monocyte"].interval
    assert interval is not None
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.142, 0.402)
    assert "95 % interval 14.2 to 40.2 % (Wilson)" in lines["Monocyte"].explanation
    assert lines["Erythroblasts"].share == "10.0 per 100 WBC"
    assert lines["Red cells"].count == "1,234"
    assert lines["Red cells"].interval is None
    assert lines["Undecided"].count == "2"
    assert lines["Excluded"].count == "5"
    assert lines["Artefact"].count == "3"


def test_groups_sum_up_what_stands_below_them(qtbot: QtBot) -> None:
    panel = counts_panel(qtbot)
    counts = {"segmented_neutrophil": 6, "band_neutrophil": 2, "neutrophil": 1, "lymphocyte": 1}
    panel.show_differential(from_counts(counts, 0, 0, DEFAULT_TAXONOMY), "")
    group = next(line for line in panel.lines if line.is_group and line.class_id == "neutrophil")
    assert group.count == "9"
    assert group.share == "90.0 %"


def test_without_cells_it_says_what_will_come(qtbot: QtBot) -> None:
    panel = counts_panel(qtbot)
    assert panel.lines == []
    panel.show_differential(from_counts({}, 0, 0, DEFAULT_TAXONOMY), "")
    lines = {line.title: line for line in panel.lines}
    assert lines["Lymphocyte"].share == "–"
    assert lines["Erythroblasts"].share == ""
    panel.show_nothing()
    assert panel.lines == []


def test_the_chart_uses_the_height_there_is_and_stays_readable(qtbot: QtBot) -> None:
    panel = counts_panel(qtbot)
    panel.show_differential(from_counts({"monocyte": 3}, 0, 0, DEFAULT_TAXONOMY), "")
    small = panel.chart.height()
    panel.resize(380, 900)
    assert panel.chart.height() > small
    panel.resize(380, 200)
    assert panel.chart.height() <= small, "below the smallest rows it scrolls"


def cell_panel(qtbot: QtBot) -> CellPanel:
    panel = CellPanel()
    qtbot.addWidget(panel)
    panel.set_taxonomy(DEFAULT_TAXONOMY)
    panel.show()
    return panel


def test_the_cell_panel_says_who_how_sure_and_what_else(qtbot: QtBot) -> None:
    panel = cell_panel(qtbot)
    doubtful = prediction("monocyte", 0.6, decided=False)
    panel.show_cell(cell(prediction=doubtful), "field.png", Measurements(153.9, 0.5, 0.91))
    assert "Monocyte" in panel.label.text()
    assert panel.said_by.text() == "Named by the model, 60% sure"
    assert "Needs a look" in panel.verdict.text()
    assert panel.runner_up.text() == "Runner-up: Promyelocyte, 40.0%"
    assert panel.bars.rows[0] == ("monocyte", "Monocyte", 0.6)
    assert panel.familiarity.text() == "Familiarity 90%"
    assert panel.measured.text() == "154 µm² · N:C 0.50 · circularity 0.91"


def test_the_verdict_can_be_read_in_both_themes(qtbot: QtBot) -> None:
    panel = cell_panel(qtbot)
    panel.show_cell(cell(), "", None)
    colours = []
    for ground in ("white", "black"):
        palette = panel.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(ground))
        panel.setPalette(palette)
        colours.append(panel.verdict.text())
    assert colours[0] != colours[1]


def test_the_verdict_follows_the_person(qtbot: QtBot) -> None:
    panel = cell_panel(qtbot)
    for changes, verdict in (
        ({}, "Decided"),
        ({"source": Source.PERSON}, "Confirmed"),
        ({"source": Source.PERSON, "label": "lymphocyte"}, "Corrected"),
        ({"status": Status.UNDECIDED}, "Undecided"),
        ({"status": Status.REJECTED}, "Excluded"),
    ):
        panel.show_cell(cell(**changes), "", None)
        assert verdict in panel.verdict.text()


def test_a_cell_without_a_prediction_has_no_bars(qtbot: QtBot) -> None:
    panel = cell_panel(qtbot)
    panel.show_cell(cell(prediction=None, kind=Kind.RBC, label="red_cell"), "", None)
    assert not panel.bars.isVisible()
    assert panel.said_by.text() == "Found by the detector, score 90%"
    panel.show_cell(cell(kind=Kind.PLATELET, label="platelet"), "", None)
    assert "the classifier sees something else" in panel.said_by.text()
    assert panel.runner_up.text().startswith("Classifier: Monocyte, ")
    panel.show_nothing(3)
    assert panel.cell_id == 0


def test_the_worklist_line_says_where_a_picture_stands() -> None:
    path = Path("a.png")
    assert WorkItem(path, State.WAITING).line == "Waiting"
    assert WorkItem(path, State.WORKING, 0.4).line == "Analysing 40%"
    assert WorkItem(path, State.FAILED, note="It is empty.").line == "It is empty."
    assert WorkItem(path, State.STOPPED).line == "Not analysed"
    assert WorkItem(path, State.DONE, slide_id=1, tally=Tally(1, 0)).line == "1 leukocyte"
    assert WorkItem(path, State.DONE, slide_id=1, tally=Tally(1200, 3)).line == "1,200 leukocytes · 3 to look at"
    assert "2 parts failed" in WorkItem(path, State.DONE, slide_id=1, failed_tiles=2).line


def test_the_worklist_counts_what_is_done_and_asks_for_a_chosen_line(qtbot: QtBot) -> None:
    worklist = Worklist()
    qtbot.addWidget(worklist)
    for name, state in (("a.png", State.DONE), ("b.png", State.WORKING), ("c.png", State.WAITING)):
        worklist.set_state(Path(name), state, 0.5, "")
    worklist.show()
    assert worklist._sum.text() == "1 of 3"
    with qtbot.waitSignal(worklist.chosen) as chosen:
        worklist.step(+1)
    assert chosen.args is not None
    assert chosen.args[0].path == Path("a.png")
    worklist.choose(Path("c.png"))
    assert worklist.view.currentIndex().row() == 2


def test_the_scale_is_told_with_its_source(qtbot: QtBot) -> None:
    from bloodview.ui.bars import IdentityBar

    bar = IdentityBar()
    qtbot.addWidget(bar)
    bar.show_slide("a.svs", Scale(0.25, "file"))
    assert bar.scale.whole == "0.250 µm/px, from the file"
    bar.show_slide("a.svs", None)
    assert bar.scale.whole == "Scale unknown"


def test_the_worklist_knows_how_many_pictures_are_still_open_without_looking_at_all_of_them(qtbot: QtBot) -> None:
    listed = Worklist()
    qtbot.addWidget(listed)
    paths = [Path(f"{i}.png") for i in range(4)]
    for path in paths:
        listed.set_state(path, State.WAITING, 0.0, "")
    listed.set_state(paths[0], State.WORKING, 0.5, "")
    assert listed.model.still_open == 4
    listed.set_state(paths[0], State.DONE, 1.0, "")
    listed.set_state(paths[1], State.STOPPED, 0.0, "")
    listed.set_state(paths[1], State.STOPPED, 0.0, "")
    assert listed.model.still_open == sum(item.is_open for item in listed.model.items) == 2
    listed.set_records(())
    assert listed.model.still_open == 0
