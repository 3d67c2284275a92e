"""The queue of cells to look at next, in the window."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bloodview.core.cells import FoundCell, Source
from bloodview.core.geometry import Box, Size
from bloodview.core.settings import Settings
from bloodview.review.commands import AddRun, NewSlide
from bloodview.ui.jobs import ThreadJobs
from bloodview.ui.look_queue import RENEWED_AFTER
from tests.ui.window_support import Rig, leukocyte, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def found(i: int, confidence: float, vector: tuple[float, float], *, decided: bool = False) -> FoundCell:
    cell = leukocyte(20 + 2 * i, "lymphocyte", confidence, decided=decided)
    box = Box(10 + 50 * (i % 12), 10 + 50 * (i // 12), 50 + 50 * (i % 12), 50 + 50 * (i // 12))
    embedding = np.array(vector, "<f2").tobytes()
    return replace(cell, detection=replace(cell.detection, box_l0=box), embedding=embedding)


def fill(r: Rig, folder: Path, doubtful: int = 14, confident: int = 6) -> None:
    """A case of cells, half of them of another kind than the rest."""
    place = pictures(folder, 1)[0]
    assert r.desktop.bridge.create(folder / "case.bvcase")
    cells = [found(i, 0.5 + 0.02 * (i % 7), ((3.0, 0.1 * i) if i % 2 else (-3.0, 0.1 * i))) for i in range(doubtful)]
    cells += [found(doubtful + i, 0.99, (0.0, 2.0), decided=True) for i in range(confident)]
    r.desktop.bridge.apply(AddRun(NewSlide(place, "one", Size(640, 480), None), tuple(cells), ("fake",), "cpu"))


def current(r: Rig) -> int:
    cell = r.desktop.desk.current
    assert cell is not None
    return cell.id


def test_the_key_walks_the_queue_and_the_panel_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, confident=40)
        r.press(Qt.Key.Key_Q)
        first = current(r)
        assert r.desktop.looks.places[first] == 0
        reason = r.desktop.panels.cell.reason
        assert reason.isVisible()
        assert reason.text()
        assert r.desktop.panels.status.message.whole == reason.text()
        r.press(Qt.Key.Key_Q)
        assert r.desktop.looks.places[current(r)] == 1
        r.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
        assert current(r) == first
        sure = max(c.id for c in r.desktop.index.of_slide(None) if r.desktop.looks.places.get(c.id) is None)
        r.desktop.desk.select((sure,))
        assert not reason.isVisible()


def test_neighbours_in_the_queue_are_unlike(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        seen = []
        for _ in range(4):
            r.press(Qt.Key.Key_Q)
            seen.append(current(r) % 2)
        assert seen[0] != seen[1]


def test_a_decision_goes_on_in_the_queue_and_the_decided_cell_leaves_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        r.press(Qt.Key.Key_Q)
        first = current(r)
        r.press(Qt.Key.Key_6)
        assert r.label(first) == "monocyte"
        assert r.desktop.looks.places[current(r)] == 1
        r.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
        assert current(r) != first
        r.press(Qt.Key.Key_BracketRight)
        doubtful = current(r)
        r.press(Qt.Key.Key_6)
        assert current(r) == r.desktop.index.doubtful(doubtful, +1).id


def test_the_order_is_made_anew_once_enough_was_decided_and_ends(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        orders = []
        r.desktop.looks.changed.connect(lambda: orders.append(dict(r.desktop.looks.places)))
        r.press(Qt.Key.Key_Q)
        for _ in range(RENEWED_AFTER):
            r.press(Qt.Key.Key_6)
        assert len(orders) == 2
        decided = {c.id for c in r.desktop.index.of_slide(None) if c.source is Source.PERSON}
        assert len(decided) == RENEWED_AFTER
        assert not decided & set(orders[1])
        for _ in range(20):
            r.press(Qt.Key.Key_6)
        assert all(c.source is Source.PERSON for c in r.desktop.index.of_slide(None))
        r.press(Qt.Key.Key_Q)
        assert r.desktop.panels.status.message.whole == "No cell is left to look at."


def test_the_random_check_is_counted_shown_and_undone(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, doubtful=0)
        line = r.desktop.panels.counts.check
        assert not line.isVisible()
        r.press(Qt.Key.Key_Q)
        assert r.desktop.panels.cell.reason.text() == "Random check of a confident label"
        r.press(Qt.Key.Key_Return)
        assert line.isVisible()
        assert line.text().startswith(
            "Random check: 0 of 1 confident labels wrong; of all 6 it may be 0 to 79 % (95 %)"
        )
        r.press(Qt.Key.Key_6)
        assert line.text().startswith("Random check: 1 of 2 confident labels wrong")
        r.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert line.text().startswith("Random check: 0 of 1")
        r.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert not line.isVisible()


def test_the_gallery_stands_in_the_order_of_the_queue(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        r.desktop.actions["view.by_next"].trigger()
        ordered = list(r.desktop.panels.gallery.ordered_ids())
        places = r.desktop.looks.places
        queued = [i for i in ordered if i in places]
        assert queued == sorted(queued, key=places.__getitem__)
        assert ordered[: len(queued)] == queued
        kept = r.desktop.preferences.now
    assert kept.gallery_sort == "next"
    with rig(qtbot, settings=replace(Settings(), gallery_sort="next")) as r:
        assert r.desktop.bridge.open(tmp_path / "case.bvcase")
        assert r.desktop.looks.places
        assert list(r.desktop.panels.gallery.ordered_ids()) == ordered


def test_with_one_picture_in_the_gallery_the_queue_keeps_to_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        second = pictures(tmp_path / "more", 2)[1]
        other = tuple(found(i, 0.51, (1.0, 1.0)) for i in range(3))
        r.desktop.bridge.apply(AddRun(NewSlide(second, "two", Size(640, 480), None), other, ("fake",), "cpu"))
        r.desktop.presenter.show_picture(second, 2)
        r.desktop.actions["view.this_picture"].trigger()
        r.press(Qt.Key.Key_Q)
        slides = {r.desktop.index.get(i).slide_id for i in r.desktop.looks.places}
        assert slides == {2}


def test_without_cells_or_embeddings_nothing_breaks(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        assert r.desktop.bridge.create(tmp_path / "empty.bvcase")
        r.desktop.walk.next()
        assert r.desktop.panels.status.message.whole == "There are no cells yet."
        place = pictures(tmp_path, 1)[0]
        bare = tuple(replace(found(i, 0.5, (0, 0)), embedding=b"") for i in range(3))
        r.desktop.bridge.apply(AddRun(NewSlide(place, "one", Size(640, 480), None), bare, ("fake",), "cpu"))
        r.press(Qt.Key.Key_Q)
        assert len(r.desktop.looks.places) == 3


def test_off_the_main_thread_the_answer_comes_later_and_another_case_drops_it(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = ThreadJobs()
    with rig(qtbot, jobs) as r:
        fill(r, tmp_path)
        with qtbot.waitSignal(r.desktop.looks.found):
            r.press(Qt.Key.Key_Q)
        assert r.desktop.looks.places[current(r)] == 0
        r.desktop.looks.renew(None)
        r.desktop.bridge.close()
        qtbot.wait(50)
        assert not r.desktop.looks.places
