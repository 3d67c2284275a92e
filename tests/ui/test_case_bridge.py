"""The open case: what stays when something is refused, where untitled cases go."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Size
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, Changes, NewSlide, Note, Relabel
from bloodview.ui.case_bridge import CaseBridge, case_place, is_case
from tests.ui.window_support import FIELD


@pytest.fixture
def bridge(qtbot: QtBot, tmp_path: Path) -> CaseBridge:
    made = CaseBridge()
    assert made.create(tmp_path / "one.bvcase")
    made.apply(AddRun(NewSlide(tmp_path / "a.png", "hash", Size(640, 480), None), FIELD, ("fake",), "cpu"))
    return made


def test_every_change_is_told_once(qtbot: QtBot, bridge: CaseBridge) -> None:
    told: list[Changes] = []
    bridge.changed.connect(told.append)
    bridge.apply(Relabel((1,), "monocyte"))
    bridge.undo()
    assert len(told) == 2
    assert all(c.cell_ids == {1} for c in told)
    bridge.close()


def test_a_refused_edit_is_told_and_changes_nothing(qtbot: QtBot, bridge: CaseBridge) -> None:
    with qtbot.waitSignal(bridge.refused):
        assert bridge.apply(Relabel((1,), "no_such_class")) is None
    assert bridge.case is not None
    assert bridge.case.cell(1).label == "segmented_neutrophil"
    bridge.close()


def test_a_case_that_cannot_be_opened_leaves_the_open_one(qtbot: QtBot, bridge: CaseBridge, tmp_path: Path) -> None:
    for name, content in (("text.bvcase", b"text"), ("empty.bvcase", b"")):
        (tmp_path / name).write_bytes(content)
        with qtbot.waitSignal(bridge.refused):
            assert not bridge.open(tmp_path / name)
    with qtbot.waitSignal(bridge.refused):
        assert not bridge.create(tmp_path / "text.bvcase" / "below a file.bvcase")
    assert bridge.name == "one"
    bridge.close()


def test_saving_where_nothing_can_be_written_goes_on_in_the_old_place(
    qtbot: QtBot, bridge: CaseBridge, tmp_path: Path
) -> None:
    with qtbot.waitSignal(bridge.refused) as refused:
        assert not bridge.save_as(tmp_path / "no such folder" / "two.bvcase")
    assert refused.args is not None
    assert "two.bvcase" in str(refused.args[0])
    assert bridge.name == "one"
    assert bridge.apply(Note("still here")) is not None
    assert not list(tmp_path.glob(".*.part"))
    bridge.close()


def test_a_copy_holds_all_that_was_done_and_can_undo_it(qtbot: QtBot, bridge: CaseBridge, tmp_path: Path) -> None:
    bridge.apply(Relabel((1,), "monocyte"))
    assert bridge.save_as(tmp_path / "two.bvcase")
    assert bridge.case is not None
    assert bridge.case.cell(1).label == "monocyte"
    assert bridge.undo() is not None
    bridge.close()
    with Case.open(tmp_path / "one.bvcase") as old:
        assert old.cell(1).label == "monocyte"


def test_untitled_cases_are_named_after_the_folder_and_never_taken_from_others(
    qtbot: QtBot, bridge: CaseBridge, tmp_path: Path, user_folder: Path
) -> None:
    bridge.close()
    mine, others = tmp_path / "Ward: 3" / "a.png", tmp_path / "x" / "Ward: 3" / "a.png"
    first, exists = case_place([mine])
    assert first.name == "Ward_ 3.bvcase"
    assert user_folder in first.parents
    assert not exists
    assert bridge.create(first)
    assert bridge.apply(AddRun(NewSlide(mine, "mine", Size(9, 9), None), (), ("fake",), "cpu")) is not None
    bridge.close()
    assert case_place([mine]) == (first, True)
    assert case_place([others]) == (first.with_name("Ward_ 3 2.bvcase"), False)


def test_a_damaged_case_of_that_name_is_left_alone(qtbot: QtBot, tmp_path: Path) -> None:
    place, _ = case_place([tmp_path / "a.png"])
    place.parent.mkdir(parents=True)
    place.write_bytes(b"damaged")
    other, exists = case_place([tmp_path / "a.png"])
    assert other != place
    assert not exists
    assert place.read_bytes() == b"damaged"


def test_nothing_happens_without_a_case(qtbot: QtBot) -> None:
    bridge = CaseBridge()
    assert bridge.apply(Note("?")) is None
    assert bridge.undo() is None
    assert not bridge.save_as(Path("x.bvcase"))
    assert (bridge.name, bridge.saved_at, bridge.undo_title, bridge.redo_title) == ("", None, "", "")


def test_cases_are_known_by_their_ending() -> None:
    assert is_case(Path("a.BVCASE"))
    assert not is_case(Path("a.png"))


def test_an_untitled_case_of_several_folders_is_named_after_the_one_that_holds_them(tmp_path: Path) -> None:
    files = [tmp_path / "smear" / "basophils" / "1.png", tmp_path / "smear" / "monocytes" / "1.png"]
    assert case_place(files)[0].name == "smear.bvcase"
