"""A class stays while cells are called by it or may come to be; a case that let one go can be used nevertheless."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.cells import LearnedAnswer, Prediction
from bloodview.core.errors import DamagedCaseError, UserError
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddClass,
    AddRun,
    ChangeClass,
    ChangeKind,
    Command,
    Judge,
    MergeClass,
    RecordAnswers,
    Relabel,
    RemoveClass,
)
from tests.review.examples import found, new_case, run

OWN = CellClass("hairy_cell", "Hairy cell", "lymphocyte", "k", "#e377c2", "HC", "hexagon")
TAUGHT = CellClass("smudge_cell", "Smudge cell", "leukocyte", "", "#17becf", "SC")
BELOW = CellClass("ghost", "Ghost", "hairy_cell", "", "#bcbd22", "GH")


def one_hairy_cell() -> AddRun:
    """Cells as in `three_cells`, the second as a model calls it that knows the class."""
    said = Prediction("hairy_cell", 0.75, True, 0.5, (("hairy_cell", 0.75), ("monocyte", 0.25)), "wbc-2")
    return run(found(100), replace(found(300), prediction=said), found(500, label="eosinophil"))


def claims(*cell_ids: int) -> RecordAnswers:
    return RecordAnswers({i: LearnedAnswer("smudge_cell", 0.9, True) for i in cell_ids}, ())


@pytest.fixture
def claimed(tmp_path: Path) -> Iterator[Case]:
    """The model's word for cell 2 lies below what a class that learns claims."""
    with new_case(tmp_path) as case:
        case.apply(AddClass(OWN))
        case.apply(AddClass(TAUGHT, True, (1,)))
        case.apply(one_hairy_cell())
        case.apply(claims(2))
        assert case.cell(2).label == "smudge_cell"
        yield case


@pytest.mark.parametrize(
    "edit",
    [RemoveClass("hairy_cell"), MergeClass("hairy_cell", "smudge_cell"),
     ChangeClass("hairy_cell", replace(OWN, id="leucemic"))],
)  # fmt: skip
def test_a_class_stays_while_the_machines_word_lies_below_a_claim(claimed: Case, edit: Command) -> None:
    with pytest.raises(UserError, match="Cells are called 'hairy_cell'"):
        claimed.apply(edit)
    claimed.apply(claims())
    assert claimed.cell(2).label == "hairy_cell"
    assert "hairy_cell" in claimed.taxonomy
    claimed.close()
    with Case.open(claimed.path) as again:
        assert again.cell(2).label == "hairy_cell"


def test_a_class_goes_once_a_person_has_called_its_cells_otherwise(claimed: Case) -> None:
    claimed.apply(Relabel((2,), "monocyte"))
    claimed.apply(RemoveClass("hairy_cell"))
    claimed.apply(claims())
    assert claimed.cell(2).label == "monocyte"
    claimed.undo()
    claimed.undo()
    assert claimed.cell(2).label == "hairy_cell"


def test_the_addition_of_a_class_stays_while_an_earlier_edit_hides_the_machines_word(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        case.apply(Relabel((2,), "basophil"))
        case.apply(AddClass(OWN))
        case.apply(one_hairy_cell())
        with pytest.raises(UserError, match="Cells are called 'hairy_cell'"):
            case.undo()


def _taken_away(path: Path) -> None:
    """As versions before left a case: the class has gone, although the machine's word lies below a claim."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE class SET live = 0 WHERE class_id = 'hairy_cell'")


def test_a_case_that_let_go_of_a_class_is_opened_and_has_it_again(claimed: Case) -> None:
    claimed.close()
    _taken_away(claimed.path)
    with Case.open(claimed.path) as case:
        assert "hairy_cell" not in case.taxonomy
        assert ChangeKind.CLASSES in case.apply(claims()).kinds
        assert case.taxonomy["hairy_cell"].title == "Hairy cell"
    with Case.open(claimed.path) as case:
        assert case.label_counts().by_label == {"smudge_cell": 1, "hairy_cell": 1, "eosinophil": 1}
        assert case.taxonomy["hairy_cell"].title == "Hairy cell"
        for edit in (RemoveClass("hairy_cell"), MergeClass("smudge_cell", "hairy_cell"), AddClass(BELOW)):
            with pytest.raises(UserError, match="only a model calls cells so"):
                case.apply(edit)
        case.apply(Relabel((2,), "monocyte"))
    with Case.open(claimed.path) as case:
        assert "hairy_cell" not in case.taxonomy


def test_a_claim_that_is_refused_may_bring_such_a_class_back(claimed: Case) -> None:
    claimed.close()
    _taken_away(claimed.path)
    with Case.open(claimed.path) as case:
        case.apply(Judge("smudge_cell", refused=(2,)))
        assert case.taxonomy[case.cell(2).label].title == "Hairy cell"


def test_a_class_that_no_model_knows_is_a_damage(claimed: Case) -> None:
    claimed.close()
    _taken_away(claimed.path)
    with closing(sqlite3.connect(claimed.path, isolation_level=None)) as connection:
        connection.execute("UPDATE cell SET person_label = 'nobody' WHERE id = 2")
    with pytest.raises(DamagedCaseError, match="of a class that it lacks"):
        Case.open(claimed.path)
