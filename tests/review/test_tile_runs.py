"""An analysis that enters a case tile by tile: stopped, killed, gone on with, begun anew."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bloodview.core.cells import Detection, FoundCell, Kind
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.review import runs, schema, storage, tile_runs
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddCell,
    AddRun,
    AddTiles,
    BeginRun,
    Changes,
    Confirm,
    DoneTile,
    EndRun,
    NewSlide,
    Relabel,
    RunStep,
    TileState,
)
from tests.review.examples import found, run

SLIDE = NewSlide(Path("pictures/s.svs"), "hash-s", Size(2000, 1000), Scale(0.25, "file"))


def begin(plan: str = "two tiles") -> BeginRun:
    return BeginRun(SLIDE, ("finder-1", "wbc-1"), "cpu", plan, 0.25)


def tile(number: int, *cells: FoundCell, state: TileState = TileState.MONOLAYER) -> AddTiles:
    box = Box(1000 * number, 0, 1000 * number + 1000, 1000)
    done = DoneTile(number, state, box, 1_000_000.0, "damaged" if state is TileState.FAILED else "")
    return AddTiles("hash-s", (done,), cells)


END = EndRun("hash-s")


@pytest.fixture
def empty(tmp_path: Path) -> Case:
    with Case.create(tmp_path / "s.bvcase") as case:
        yield case


def test_cells_are_there_tile_by_tile_and_the_area_grows(empty: Case) -> None:
    empty.apply(begin())
    changes = empty.apply(tile(0, found(100), found(300)))
    assert (changes.cell_ids, changes.slide_ids) == ({1, 2}, {1})
    area = empty.analysed_area(1)
    assert area is not None
    assert (area.analysed, area.monolayer, area.is_finished) == (1e6, 1e6, False)
    empty.apply(tile(1, found(1200), state=TileState.OTHER))
    empty.apply(END)
    area = empty.analysed_area(1)
    assert area is not None
    assert (area.analysed, area.monolayer, area.is_finished) == (2e6, 1e6, True)
    assert len(empty.cells()) == 3
    assert [entry.title for entry in empty.journal()] == ["s.svs analysed, 3 cells found", "Analysis of s.svs begun"]


def test_what_stopped_half_way_is_known_with_its_cells_and_goes_on(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(100)))
    (left,) = empty.unfinished_runs().values()
    assert (left.plan, left.done, left.scale, left.seen_um_per_px) == ("two tiles", {0}, SLIDE.scale, 0.25)
    assert left.boxes_l0.tolist() == [[100, 100, 160, 160]]
    empty.apply(begin())
    empty.apply(tile(1, found(1200)))
    empty.apply(END)
    assert [c.box_l0.x0 for c in empty.cells()] == [100, 1200]
    assert empty.unfinished_runs() == {}


def test_a_slide_is_interrupted_from_its_first_tile_until_it_is_done(empty: Case) -> None:
    assert empty.interrupted() == frozenset()
    empty.apply(begin())
    empty.apply(tile(0, found(100)))
    assert empty.interrupted() == {1}
    empty.apply(tile(1, state=TileState.FAILED))
    empty.apply(END)
    assert empty.interrupted() == frozenset(), "a part that failed is told as such"


def test_another_plan_begins_anew_and_keeps_ids_and_decisions(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(100), found(300), found(500)))
    empty.apply(Relabel((1,), "monocyte"))
    empty.apply(Confirm((3,)))
    empty.apply(begin("other models"))
    (left,) = empty.unfinished_runs().values()
    assert (left.done, len(left.boxes_l0)) == (frozenset(), 0)
    empty.apply(tile(0, found(104), found(700)))
    empty.apply(END)
    cells = {c.id: (c.box_l0.x0, c.label) for c in empty.cells()}
    assert cells == {1: (104, "monocyte"), 3: (500, "lymphocyte"), 4: (700, "lymphocyte")}


def test_a_cell_across_a_seam_is_the_old_one_whichever_tile_finds_it(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(965)))
    empty.apply(END)
    empty.apply(begin("again"))
    empty.apply(tile(0))
    empty.apply(tile(1, found(972)))
    empty.apply(END)
    assert [(c.id, c.box_l0.x0) for c in empty.cells()] == [(1, 972)]


def test_failed_tiles_are_counted_and_looked_at_again(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(100)))
    empty.apply(tile(1, state=TileState.FAILED))
    empty.apply(END)
    assert empty.slides()[0].failed_tiles == (Box(1000, 0, 2000, 1000),)
    (left,) = empty.unfinished_runs().values()
    assert left.done == {0}
    empty.apply(begin())
    empty.apply(tile(1, found(1200)))
    empty.apply(END)
    assert empty.slides()[0].failed_tiles == ()
    assert len(empty.cells()) == 2


def test_where_a_tile_failed_the_cells_of_an_earlier_analysis_stay(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(100)))
    empty.apply(tile(1, found(1200)))
    empty.apply(END)
    empty.apply(begin("again"))
    empty.apply(tile(0))
    empty.apply(tile(1, state=TileState.FAILED))
    empty.apply(END)
    assert [c.box_l0.x0 for c in empty.cells()] == [1200]


def test_a_cell_that_a_person_drew_meanwhile_is_not_found_twice(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(AddCell(1, Kind.WBC, Box(100, 100, 160, 160), "basophil"))
    empty.apply(tile(0, found(102)))
    empty.apply(END)
    assert [(c.id, c.label) for c in empty.cells()] == [(1, "basophil")]


def test_tiles_of_no_analysis_and_of_unknown_classes_are_refused_whole(empty: Case) -> None:
    with pytest.raises(UserError, match="No analysis"):
        empty.apply(tile(0, found(100)))
    empty.apply(begin())
    with pytest.raises(UserError, match="'martian'"):
        empty.apply(tile(0, found(100, label="martian")))
    assert empty.cells() == []
    assert empty.unfinished_runs()["hash-s"].done == frozenset()


def test_an_analysis_in_one_step_takes_the_place_of_one_by_tiles(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(100), found(400)))
    empty.apply(AddRun(SLIDE, (found(101),), ("finder-1", "wbc-1"), "cpu"))
    assert [c.id for c in empty.cells()] == [1]
    assert (empty.unfinished_runs(), empty.analysed_area(1)) == ({}, None)


def test_known_cells_are_found_across_the_whole_slide_also_where_a_person_drew_a_large_box(empty: Case) -> None:
    large = NewSlide(SLIDE.path, "hash-s", Size(9000, 9000), SLIDE.scale)
    boxes = [Box(x, y, x + 60, y + 60) for x in (0, 1000, 3990, 8930) for y in (0, 1020, 4070, 8930)]
    cells = tuple(FoundCell(Detection(Kind.WBC, box, 0.9), None) for box in boxes)
    empty.apply(AddRun(large, cells, ("finder-1", "wbc-1"), "cpu"))
    empty.apply(AddCell(1, Kind.WBC, Box(5000, 5000, 7000, 7000), "basophil"))
    empty.apply(BeginRun(large, ("finder-1", "wbc-1"), "cpu", "one tile", 0.25))
    again = (*cells, FoundCell(Detection(Kind.WBC, Box(5100, 5100, 7100, 7100), 0.9), None))
    empty.apply(AddTiles("hash-s", (DoneTile(0, TileState.MONOLAYER, Box(0, 0, 9000, 9000), 8.1e7),), again))
    empty.apply(END)
    assert [c.id for c in empty.cells()] == list(range(1, 18))


def test_a_tile_looks_only_at_the_cells_near_it(empty: Case) -> None:
    query = f"EXPLAIN QUERY PLAN {runs.OLD_CELLS} INDEXED BY cell_place WHERE slide_id = 1 AND place BETWEEN 2 AND 3"
    (plan,) = empty._connection.execute(query).fetchall()
    assert "cell_place (slide_id=? AND place>? AND place<?)" in plan[3]


def test_a_case_of_the_format_before_is_converted_and_analysed_by_tiles(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:-1])
        older.setattr(schema, "VERSION", schema.VERSION - 1)
        storage.create(tmp_path / "old.bvcase", DEFAULT_TAXONOMY)
    with Case.open(tmp_path / "old.bvcase") as case:
        case.apply(run(found(100)))
        case.apply(begin())
        case.apply(tile(0, found(100)))
        assert len(case.cells()) == 2


_CHILD = """
    import sys
    from pathlib import Path
    from bloodview.review.case import Case
    from tests.review.test_tile_runs import begin, tile, found
    with Case.open(Path(sys.argv[1])) as case:
        case.apply(begin())
        for number in range(1000):
            case.apply(tile(number, found(1000 * number + 100), found(1000 * number + 300)))
            print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_loses_no_tile_that_was_told_and_gives_no_half_of_one(tmp_path: Path) -> None:
    Case.create(tmp_path / "s.bvcase").close()
    command = [sys.executable, "-c", textwrap.dedent(_CHILD), str(tmp_path / "s.bvcase")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(5)]
        os.kill(child.pid, signal.SIGKILL)
        told += [int(line) for line in child.stdout if line.strip()]
    with Case.open(tmp_path / "s.bvcase") as case:
        done = case.unfinished_runs()["hash-s"].done
        assert set(told) <= done
        assert len(case.cells()) == 2 * len(done)


def test_what_a_class_can_learn_from_grows_with_the_tiles(empty: Case) -> None:
    empty.apply(begin())
    empty.apply(tile(0, found(100)))
    assert empty.known_cells().ids == (1,)
    empty.apply(tile(1, found(1200)))
    assert empty.known_cells().ids == (1, 2)


def test_tiles_do_not_wait_for_the_disk_and_all_else_does(empty: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    carry_out = tile_runs.carry_out

    def noted(step: RunStep, connection: sqlite3.Connection, *more: object) -> Changes:
        waits.append(connection.execute("PRAGMA synchronous").fetchone()[0])
        return carry_out(step, connection, *more)

    monkeypatch.setattr(tile_runs, "carry_out", noted)
    for step in (begin(), tile(0, found(100)), END):
        empty.apply(step)
    assert waits == [2, 1, 2]
    with pytest.raises(UserError, match="No analysis"):
        empty.apply(AddTiles("another", (), ()))
    assert empty._connection.execute("PRAGMA synchronous").fetchone() == (2,)
