"""What an answer does, and which cell comes next, in each of the three tasks."""

from datetime import datetime

import pytest

from bloodview.core.cells import Status
from bloodview.core.geometry import Box
from bloodview.review.commands import Confirm, MarkUndecided, Reject, Relabel, Restore
from bloodview.review.reading_commands import Read, Settle
from bloodview.review.records import Reading
from bloodview.ui.reading_session import ReadingSession, Task
from tests.ui.slide_view_support import cell

NOW = datetime(2026, 11, 27)
SEEN = {i: cell(i, Box(0, 0, 9, 9), "lymphocyte") for i in (1, 2, 3)}


def session(task: Task = Task.FIRST) -> ReadingSession:
    return ReadingSession(task, "Ada", (3, 1, 2), task is not Task.SETTLE, 7)


def reading(cell_id: int, who: str = "Ada", *, agreed: bool = False) -> Reading:
    return Reading(cell_id, who, NOW, "basophil", Status.ACTIVE, True, False, "", 7, agreed)


def test_the_next_cell_is_the_next_without_an_answer_round_the_end() -> None:
    s = session()
    assert (s.next(0, 1), s.next(0, -1)) == (3, 2)
    s.take([reading(1), reading(3, "Bea"), reading(2, agreed=True)])
    assert s.answers == {1: ("basophil", Status.ACTIVE)}
    assert s.next(3, 1) == 2
    assert s.next(2, 1) == 3
    s.take([reading(i) for i in (1, 2, 3)])
    assert s.next(3, 1) == 0


@pytest.mark.parametrize(
    ("task", "made"),
    [
        (Task.FIRST, Read((1,), "Ada", "monocyte", Status.ACTIVE, True, False, True, 7)),
        (Task.SECOND, Read((1,), "Ada", "monocyte", Status.ACTIVE, True, True, False, 7)),
        (Task.SETTLE, Settle((1,), "Ada", "monocyte")),
    ],
)
def test_a_class_is_an_answer_of_the_task(task: Task, made: Read | Settle) -> None:
    assert session(task).command(Relabel((1,), "monocyte"), SEEN) == made


def test_undecided_and_excluded_are_answers_and_confirming_takes_what_is_seen() -> None:
    s = session(Task.SETTLE)
    assert s.command(MarkUndecided((1,)), SEEN) == Settle((1,), "Ada", "", Status.UNDECIDED)
    assert s.command(Reject((1,)), SEEN) == Settle((1,), "Ada", "", Status.REJECTED)
    assert s.command(Confirm((1, 2)), SEEN) == Settle((1, 2), "Ada", "lymphocyte")


def test_what_is_no_answer_says_why() -> None:
    s = session()
    hidden = {1: cell(1, Box(0, 0, 9, 9), "")}
    assert "no label to confirm" in str(s.command(Confirm((1,)), hidden))
    assert "not among those" in str(s.command(Relabel((9,), "monocyte"), SEEN))
    assert "key of a class" in str(s.command(Restore((1,)), SEEN))


def test_settling_knows_its_answers_by_the_consensus() -> None:
    s = session(Task.SETTLE)
    s.take([reading(1), reading(2, "Ada, Bea", agreed=True)])
    assert list(s.answers) == [2]
    assert "1 of 3" in s.progress
