"""Fits run beside the window: what they say is taken only if nothing changed meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from bloodview.review.commands import Judge, Relabel
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.learn_desk import LearnDesk
from tests.workflows.taught import OWN, case_of, teach


class Bench:
    """A desk on an open case, with jobs that wait."""

    def __init__(self, path: Path) -> None:
        self.root = QObject()
        self.jobs, self.bridge, self.index = InlineJobs(held=True), CaseBridge(self.root), CellIndex()
        self.bridge.opened.connect(self._fill)
        self.bridge.changed.connect(lambda _: self._fill())
        self.desk = LearnDesk(self.jobs, self.bridge, self.index, self.root)
        self.bridge.open(path)

    def _fill(self) -> None:
        case = self.bridge.case
        assert case is not None
        self.index.replace_all(case.cells(), case.taxonomy)

    def named(self) -> int:
        return sum(c.learned is not None for c in self.index.of_slide(None))


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with case_of(tmp_path) as case:
        teach(case, 61, 62, 63, 64, 65)
    made = Bench(case.path)
    yield made
    made.bridge.close()


def test_a_fit_is_recorded_once_it_is_there(bench: Bench) -> None:
    assert bench.desk.is_learning
    assert bench.named() == 0
    bench.jobs.run_next()
    assert not bench.desk.is_learning
    assert bench.named() >= 13
    assert bench.desk.chosen == OWN.id
    assert not bench.jobs.waiting, "what it recorded itself is no reason to fit anew"


def test_a_fit_that_is_out_of_date_is_made_anew(bench: Bench) -> None:
    bench.jobs.run_next()
    first = bench.desk.suggestions[0].cell_id
    bench.bridge.apply(Judge(OWN.id, (first,)))
    second = bench.desk.suggestions[0].cell_id
    assert second != first, "a judged cell leaves at once"
    bench.bridge.apply(Judge(OWN.id, (second,)))
    assert len(bench.jobs.waiting) == 1
    bench.jobs.run_next()
    assert bench.desk.is_learning
    bench.jobs.run_next()
    shown = bench.desk.shown
    assert shown is not None
    assert shown.number == 7


def test_a_class_that_is_taken_back_while_it_is_learned_leaves_nobody_waiting(bench: Bench) -> None:
    said: list[bool] = []
    bench.desk.changed.connect(lambda: said.append(bench.desk.is_learning))
    assert bench.desk.is_learning
    case = bench.bridge.case
    assert case is not None
    while case.learning_classes():
        assert bench.bridge.undo() is not None
    bench.jobs.run_next()
    assert said[-1] is False
    assert (bench.desk.classes, bench.jobs.run_next()) == ((), False)


def test_labels_that_do_not_concern_a_class_start_no_fit(bench: Bench) -> None:
    bench.jobs.run_next()
    bench.bridge.apply(Relabel((1,), "basophil"))
    assert not bench.jobs.waiting
    bench.bridge.apply(Relabel((61,), "basophil"))
    assert len(bench.jobs.waiting) == 1


def test_a_case_that_is_closed_hears_nothing_of_its_fit(bench: Bench) -> None:
    bench.bridge.close()
    bench.jobs.run_next()
    assert bench.desk.classes == ()
    assert not bench.desk.is_learning
