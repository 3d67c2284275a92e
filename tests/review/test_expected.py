"""Pictures that wait for their analysis are known to the case, outside of undo and journal."""

from pathlib import Path

from bloodview.review.case import Case
from bloodview.review.commands import DropExpected, ExpectPictures, Reject

WAITING = (Path("/p/b.png"), Path("/p/a.png"))


def test_what_waits_is_there_after_a_restart_until_it_is_dropped(case: Case) -> None:
    case.apply(ExpectPictures(WAITING))
    case.apply(ExpectPictures(WAITING[:1]))
    path = case.path
    case.close()
    with Case.open(path) as again:
        assert again.expected() == (Path("/p/a.png"), Path("/p/b.png"))
        again.apply(DropExpected((Path("/p/a.png"), Path("/p/other.png"))))
        assert again.expected() == (Path("/p/b.png"),)


def test_a_picture_in_the_case_is_waited_for_no_longer(case: Case) -> None:
    (first, *_) = case.slides()
    case.apply(ExpectPictures((first.path, *WAITING)))
    assert case.expected() == (Path("/p/a.png"), Path("/p/b.png"))


def test_waiting_is_no_edit_and_undo_passes_it_over(case: Case) -> None:
    case.apply(Reject((1,)))
    lines, count = len(case.journal()), case.edit_count
    case.apply(ExpectPictures(WAITING))
    assert (len(case.journal()), case.edit_count) == (lines, count)
    case.undo()
    assert len(case.expected()) == 2
    assert case.verify_journal().is_whole
