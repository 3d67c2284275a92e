"""A lasso over tiles adds to the selection; tiles that it neither holds nor touches stay out."""

import pytest
from PySide6.QtCore import QEvent, QPointF
from pytestqt.qtbot import QtBot

from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.gallery import GalleryView
from tests.ui.slide_view_support import cell
from tests.ui.test_gallery import CTRL, SHIFT, box, mouse, some_cells

MOVE, PRESS, RELEASE = QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease


@pytest.fixture
def gallery(qtbot: QtBot) -> GalleryView:
    """Five columns of lymphocytes, three rows."""
    made = GalleryView()
    qtbot.addWidget(made)
    made.resize(5 * 88 + 40, 700)
    made.show()
    made.set_tile_size(80)
    made.set_sort("time")
    made.set_cells([cell(i, box(40), "lymphocyte", confidence=0.9) for i in range(1, 16)], DEFAULT_TAXONOMY)
    return made


@pytest.mark.parametrize("modifier", [CTRL, SHIFT])
def test_a_lasso_begun_on_a_tile_catches_what_it_goes_round_and_adds_it(gallery: GalleryView, modifier: object) -> None:
    gallery.select([15])
    ring = [gallery.tile_rect(i).center() for i in (1, 2, 3, 8, 13, 12, 11, 6)]
    mouse(gallery, PRESS, ring[0], modifier)
    for point in ring:
        mouse(gallery, MOVE, point, modifier)
    mouse(gallery, RELEASE, ring[-1], modifier)
    assert gallery.selected_ids() == {1, 2, 3, 6, 7, 8, 11, 12, 13, 15}


@pytest.mark.parametrize("modifier", [CTRL, SHIFT])
def test_a_lasso_may_begin_beside_the_tiles(gallery: GalleryView, modifier: object) -> None:
    gallery.select([15])
    start = QPointF(gallery.viewport().width() - 6, gallery.tile_rect(5).center().y())
    assert not gallery.cell_at(start)
    path = [start, *(gallery.tile_rect(i).center() for i in (5, 10, 9, 8))]
    mouse(gallery, PRESS, start, modifier)
    for point in (*path, *reversed(path[:-1])):
        mouse(gallery, MOVE, point, modifier)
    mouse(gallery, RELEASE, start, modifier)
    assert gallery.selected_ids() == {5, 8, 9, 10, 15}, "a band would have caught 3 and 4 too"


def test_a_lasso_is_no_rectangle(gallery: GalleryView) -> None:
    path = [gallery.tile_rect(i).center() for i in (1, 6, 11, 12, 13)]
    mouse(gallery, PRESS, path[0], CTRL)
    for point in path:
        mouse(gallery, MOVE, point, CTRL)
    mouse(gallery, RELEASE, path[-1], CTRL)
    caught = gallery.selected_ids()
    assert {1, 6, 11, 12, 13} <= caught
    assert 3 not in caught
    assert not caught & {4, 5, 9, 10, 14, 15}


def test_a_plain_drag_from_a_tile_still_takes_the_selection_along(gallery: GalleryView, qtbot: QtBot) -> None:
    start = gallery.tile_rect(2).center()
    mouse(gallery, PRESS, start)
    mouse(gallery, MOVE, start + QPointF(40, 40))
    assert not gallery.drop_rect("monocyte").isEmpty()
    with qtbot.waitSignal(gallery.relabel_requested) as signal:
        target = gallery.drop_rect("monocyte").center()
        mouse(gallery, MOVE, target)
        mouse(gallery, RELEASE, target)
    assert signal.args == [frozenset({2}), "monocyte"]


def test_cells_stand_by_lineage_by_picture_or_all_together(gallery: GalleryView) -> None:
    from dataclasses import replace

    cells = [replace(c, slide_id=1 + c.id % 2) for c in some_cells()]
    gallery.set_cells(
        [*cells, cell(9, box(), "band_neutrophil"), cell(10, box(), "segmented_neutrophil")], DEFAULT_TAXONOMY
    )
    gallery.set_grouping("lineage")
    assert not gallery.header_rect("neutrophil").isEmpty()
    assert gallery.header_rect("band_neutrophil").isEmpty()
    gallery.set_grouping("slide", {1: "one.png", 2: "two.png"})
    ids = gallery.ordered_ids()
    assert ids[:4] == (2, 4, 6, 9) or set(ids[:4]) < {2, 4, 6, 9, 10}
    gallery.set_grouping("none")
    assert gallery.ordered_ids() == tuple(sorted(gallery.ordered_ids()))


def test_a_picture_is_no_class_to_drop_on(gallery: GalleryView, qtbot: QtBot) -> None:
    gallery.set_grouping("slide")
    start = gallery.tile_rect(12).center()
    with qtbot.assertNotEmitted(gallery.relabel_requested):
        mouse(gallery, PRESS, start)
        mouse(gallery, MOVE, start + QPointF(0, 40))
        header = gallery.header_rect("~slide 1").center() + QPointF(0, 0)
        mouse(gallery, MOVE, header)
        mouse(gallery, RELEASE, header)


def test_the_least_familiar_come_first(gallery: GalleryView) -> None:
    from dataclasses import replace

    made = []
    for number, c in enumerate(some_cells()[:4]):
        assert c.prediction is not None
        made.append(replace(c, prediction=replace(c.prediction, familiarity=(0.9, 0.2, 0.5, 0.7)[number])))
    gallery.set_cells(made, DEFAULT_TAXONOMY)
    gallery.set_sort("unfamiliar")
    assert gallery.ordered_ids() == (2, 3, 4, 1)
