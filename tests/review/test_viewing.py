"""How persons looked at slides: kept across restarts, outside of undo and journal."""

from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.review import schema, storage
from bloodview.review.case import Case
from bloodview.review.commands import Changes, ChoosePlane, KeepVisited, Reject, Sign


def test_visited_parts_and_the_chosen_plane_are_there_after_a_restart(case: Case) -> None:
    case.apply(KeepVisited("hash-a", b"marks"))
    case.apply(KeepVisited("hash-a", b"more marks"))
    case.apply(ChoosePlane("hash-a", 3))
    case.apply(ChoosePlane("hash-b", 1))
    case.apply(ChoosePlane("hash-b", None))
    path = case.path
    case.close()
    with Case.open(path) as again:
        assert again.visited("hash-a") == b"more marks"
        assert again.visited("hash-b") == b""
        assert again.chosen_planes() == {"hash-a": 3}


def test_looking_is_no_edit_and_undo_passes_it_over(case: Case) -> None:
    seen: list[Changes] = []
    case.apply(Reject((1,)))
    lines, count = len(case.journal()), case.edit_count
    case.subscribe(seen.append)
    case.apply(KeepVisited("hash-a", b"marks"))
    assert (len(case.journal()), case.edit_count, seen) == (lines, count, [])
    case.undo()
    assert case.visited("hash-a") == b"marks"
    assert case.labels()[0] == (1, "lymphocyte")
    assert case.verify_journal().is_whole


def test_a_signed_case_keeps_what_it_has(case: Case) -> None:
    case.apply(KeepVisited("hash-a", b"marks"))
    case.apply(Sign("Ada"))
    with pytest.raises(UserError, match="signed"):
        case.apply(KeepVisited("hash-a", b"more"))
    assert case.visited("hash-a") == b"marks"


def test_a_case_of_a_format_before_is_converted(tmp_path: Path) -> None:
    step = next(n for n, migration in enumerate(schema.MIGRATIONS) if "TABLE viewing" in migration[0])
    with pytest.MonkeyPatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:step])
        older.setattr(schema, "VERSION", step)
        storage.create(tmp_path / "old.bvcase", DEFAULT_TAXONOMY)
    with Case.open(tmp_path / "old.bvcase") as case:
        case.apply(KeepVisited("hash-a", b"marks"))
        assert case.visited("hash-a") == b"marks"
