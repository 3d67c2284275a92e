"""A case's cells enter the window at once, or in pages between the events."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.cell_columns import CellColumns, Names
from bloodview.core.errors import StorageError
from bloodview.core.geometry import Size
from bloodview.review import columns
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, NewSlide
from bloodview.ui import cell_loading
from bloodview.ui.cell_loading import CellLoading
from tests.ui.window_support import FIELD, Rig, pictures, rig


@pytest.fixture
def case(tmp_path: Path) -> Case:
    with Case.create(tmp_path / "a.bvcase") as made:
        made.apply(AddRun(NewSlide(tmp_path / "a.png", "a", Size(640, 480), None), FIELD, ("fake",), "cpu"))
        yield made


def test_few_cells_are_there_at_once(qtbot: QtBot, case: Case) -> None:
    loading, pages = CellLoading(), list[CellColumns]()
    with qtbot.waitSignal(loading.done, timeout=0, raising=True):
        loading.start(case, Names(), pages.append)
    assert sum(map(len, pages)) == len(FIELD)
    assert not loading.is_running


def test_many_come_between_the_events_and_can_be_given_up(
    qtbot: QtBot, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_loading, "AT_ONCE", 3)
    loading, pages, told = CellLoading(), list[CellColumns](), list[str]()
    loading.told.connect(told.append)
    loading.start(case, Names(), pages.append)
    assert (pages, loading.is_running) == ([], True)
    loading.stop()
    qtbot.wait(20)
    assert pages == []
    with qtbot.waitSignal(loading.done):
        loading.start(case, Names(), pages.append)
    assert sum(map(len, pages)) == len(FIELD)
    assert told[-1] == "7 cells"


def test_a_large_case_is_shown_as_it_comes(qtbot: QtBot, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AT_ONCE", 3), ("_PAGE", 2), ("_SHOWN_AT_ONCE", 3)):
        monkeypatch.setattr(cell_loading, name, value)
    loading, shown, pages = CellLoading(), list[tuple[CellColumns, int]](), list[CellColumns]()
    loading.grown.connect(lambda columns, total: shown.append((columns, total)))
    with qtbot.waitSignal(loading.done):
        loading.start(case, Names(), pages.append)
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [(len(columns), total) for columns, total in shown] == [(4, 7), (3, 7)]
    assert shown[0][0].ids.tolist() == [i for page in pages[:2] for i in page.ids.tolist()]


def test_a_case_that_cannot_be_read_ends_it(qtbot: QtBot, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise StorageError("the disk does not answer", path=case.path)

    monkeypatch.setattr(columns, "pages", broken)
    loading = CellLoading()
    with qtbot.waitSignal(loading.failed) as signal, qtbot.assertNotEmitted(loading.done):
        loading.start(case, Names(), lambda _page: None)
    assert "does not answer" in str(signal.args[0])
    assert not loading.is_running


def opened(window: Rig, tmp_path: Path) -> Path:
    window.desktop.files.open(pictures(tmp_path))
    case = window.desktop.bridge.case
    assert case is not None
    path = case.path
    window.desktop.bridge.close()
    return path


def test_the_window_shows_a_large_case_and_takes_changes_while_it_is_read(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig(qtbot) as window:
        d = window.desktop
        path = opened(window, tmp_path)
        monkeypatch.setattr(cell_loading, "AT_ONCE", 3)
        d.files.open((path,))
        assert len(d.index) == 0
        assert d.bridge.case is not None
        first = d.bridge.case.cells()[0]
        d.desk.relabel_these((first.id,), "basophil")
        qtbot.waitUntil(lambda: not d.presenter.loading.is_running)
        assert len(d.index) == len(d.bridge.case.cells()) == 2 * len(FIELD)
        assert window.label(first.id) == "basophil"
        assert window.counts()["Basophil"] == "1"
        assert d.index.label_counts == d.bridge.case.label_counts()
        assert first.id in d.panels.gallery.ordered_ids()


def test_the_slide_is_filtered_by_class_and_by_doubt_until_another_case_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as window:
        d = window.desktop
        d.files.open(pictures(tmp_path, 1))
        view, told = d.panels.slide_view, list[str]()
        d.filter.told.connect(told.append)

        def shown() -> int:
            return int((~view._cells.table.hidden).sum())

        d.actions["filter.classes"].trigger()
        assert shown() == len(FIELD)
        assert not d.actions["filter.classes"].isChecked()
        d.desk.select((window.first("monocyte"), window.first("platelet")))
        d.actions["filter.classes"].trigger()
        assert (shown(), told[-1]) == (2, "Over the slide: Monocyte, Platelet.")
        d.actions["filter.doubtful"].trigger()
        assert shown() == 1
        d.actions["filter.classes"].trigger()
        assert shown() == 1
        d.actions["filter.doubtful"].trigger()
        assert shown() == len(FIELD)
        d.actions["filter.doubtful"].trigger()
        d.bridge.close()
        assert not d.actions["filter.doubtful"].isChecked()
