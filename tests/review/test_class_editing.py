from collections.abc import Sequence
from dataclasses import replace

import pytest

from bloodview.core.cells import Kind, LearnedAnswer, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddCell,
    AddClass,
    AddExamples,
    ChangeClass,
    ChangeKind,
    Command,
    Confirm,
    DropExamples,
    Judge,
    MergeClass,
    OutsideExample,
    RecordAnswers,
    Reject,
    Relabel,
    RemoveClass,
    Sign,
)
from tests.review.examples import dump, found, run

OWN = CellClass("hairy_cell", "Hairy cell", "lymphocyte", "k", "#e377c2", "HC", "hexagon")
OTHER = CellClass("smudge_cell", "Smudge cell", "leukocyte", "", "#17becf", "SC")
OUTSIDE = OutsideExample(b"\x01\x02", b"", "wbc-1", "a.png")


def labels(case: Case) -> list[str]:
    return [label for _, label in case.labels()]


def claim(case: Case, class_id: str, *cell_ids: int) -> None:
    case.apply(RecordAnswers({i: LearnedAnswer(class_id, 0.9, False) for i in cell_ids}, ()))


def test_a_class_comes_with_its_look_its_cells_and_its_examples(case: Case) -> None:
    changes = case.apply(AddClass(OWN, True, (1, 2), (OUTSIDE,)))
    assert changes.title == "Class Hairy cell added from 3 examples"
    assert case.taxonomy["hairy_cell"] == OWN
    assert labels(case) == ["hairy_cell", "hairy_cell", "eosinophil"]
    assert case.learning_classes() == ("hairy_cell",)
    assert [e.example for e in case.outside_examples()] == [OUTSIDE]
    case.undo()
    assert labels(case) == ["lymphocyte", "monocyte", "eosinophil"]
    assert (case.learning_classes(), case.outside_examples()) == ((), [])
    case.redo()
    assert labels(case)[0] == "hairy_cell"
    assert len(case.outside_examples()) == 1


def test_a_renamed_class_takes_its_cells_and_what_hangs_below_along(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    case.apply(AddClass(replace(OTHER, parent="hairy_cell")))
    claim(case, "hairy_cell", 2)
    before = dump(case)
    changes = case.apply(ChangeClass("hairy_cell", replace(OWN, id="hcl", title="HCL cell", key="")))
    assert changes.title == "Class Hairy cell renamed HCL cell"
    assert labels(case) == ["hcl", "hcl", "eosinophil"]
    assert case.taxonomy["smudge_cell"].parent == "hcl"
    assert case.learning_classes() == ("hcl",)
    case.undo()
    assert dump(case) == before


def test_a_class_moves_in_the_tree(case: Case) -> None:
    case.apply(AddClass(OWN))
    assert case.apply(ChangeClass("hairy_cell", replace(OWN, parent="monocyte"))).title.endswith("below Monocyte")
    assert case.taxonomy.is_below("hairy_cell", "monocyte")


def test_a_merged_class_gives_everything_to_the_other(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,), (OUTSIDE,)))
    case.apply(AddClass(OTHER, True, (2,)))
    before = dump(case)
    case.apply(MergeClass("hairy_cell", "smudge_cell"))
    assert labels(case) == ["smudge_cell", "smudge_cell", "eosinophil"]
    assert [e.class_id for e in case.outside_examples()] == ["smudge_cell"]
    assert case.learning_classes() == ("smudge_cell",)
    case.undo()
    assert dump(case) == before


def test_a_removed_class_gives_each_cell_back_to_what_it_was(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    drawn = next(iter(case.apply(AddCell(1, Kind.WBC, Box(700, 10, 760, 80))).cell_ids))
    case.apply(AddClass(OWN, True, (1, 2, drawn)))
    case.apply(AddClass(replace(OTHER, parent="hairy_cell")))
    claim(case, "hairy_cell", 3)
    case.apply(RemoveClass("hairy_cell"))
    assert labels(case) == ["basophil", "monocyte", "eosinophil", ""]
    assert [c.source for c in case.cells()] == [Source.PERSON, Source.MODEL, Source.MODEL, Source.PERSON]
    assert case.taxonomy["smudge_cell"].parent == "lymphocyte"
    case.undo()
    assert labels(case) == ["hairy_cell", "hairy_cell", "eosinophil", "hairy_cell"], "claims come by learning anew"


def test_a_removed_class_does_not_give_cells_back_to_what_was_undone(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    case.apply(MergeClass("hairy_cell", "basophil"))
    case.undo()
    case.apply(RemoveClass("hairy_cell"))
    assert labels(case)[0] == "lymphocyte"


def test_a_removed_class_may_say_where_its_cells_go(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1, 2)))
    assert case.apply(RemoveClass("hairy_cell", "basophil")).title == "Class Hairy cell removed, its cells Basophil"
    assert labels(case) == ["basophil", "basophil", "eosinophil"]


def test_a_removed_class_loses_no_cell_that_the_analysis_no_longer_finds(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    case.apply(run(found(300, label="monocyte"), found(500, label="eosinophil")))
    case.apply(RemoveClass("hairy_cell"))
    assert case.labels()[0] == (1, "lymphocyte")


def test_accepted_cells_are_the_persons_and_refused_ones_go_back(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    claim(case, "hairy_cell", 2, 3)
    changes = case.apply(Judge("hairy_cell", accepted=(2,), refused=(3,)))
    assert changes.cell_ids == {2, 3}
    assert labels(case) == ["hairy_cell", "hairy_cell", "eosinophil"]
    assert case.cell(2).source is Source.PERSON
    score = case.scores()["hairy_cell"]
    assert (score.right, score.n, score.refused) == (1, 2, {3})
    case.undo()
    assert case.scores()["hairy_cell"].n == 0
    assert case.cell(2).source is Source.LEARNED


def test_every_decision_on_a_claimed_or_missed_cell_scores_the_class_once(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    case.apply(Relabel((1,), "hairy_cell"))
    assert case.scores()["hairy_cell"].n == 0, "it said nothing before it had learned"
    claim(case, "hairy_cell", 2)
    case.apply(Confirm((2,)))
    case.apply(Relabel((3,), "hairy_cell"))
    case.apply(Relabel((3,), "hairy_cell"))
    score = case.scores()["hairy_cell"]
    assert (score.right, score.n, score.refused) == (1, 2, frozenset())


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([AddClass(OWN, True, (99,))], "no cell 99"),
        ([AddClass(OWN), AddClass(OWN)], "already"),
        ([AddExamples("basophil", (OUTSIDE,))], "learns from no examples"),
        ([AddClass(OWN, True), AddExamples("hairy_cell", ())], "No example"),
        ([DropExamples((5,))], "no such example"),
        ([ChangeClass("basophil", OWN)], "came with BloodView"),
        ([AddClass(OWN), ChangeClass("hairy_cell", replace(OWN, key="1"))], "key '1'"),
        ([MergeClass("basophil", "monocyte")], "came with BloodView"),
        ([AddClass(OWN), MergeClass("hairy_cell", "hairy_cell")], "into itself"),
        ([RemoveClass("basophil")], "came with BloodView"),
        ([RemoveClass("unicorn")], "unicorn"),
        ([AddClass(OWN), RemoveClass("hairy_cell", "hairy_cell")], "its own cells"),
        ([AddClass(OWN, True), Judge("hairy_cell")], "No cell is chosen"),
        ([AddClass(OWN, True), Judge("hairy_cell", (1,), (1,))], "at once"),
        ([Sign("A. Reviewer"), AddClass(OWN, True, (1,))], "signed"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(case: Case, commands: Sequence[Command], why: str) -> None:
    for command in commands[:-1]:
        case.apply(command)
    before, edits = dump(case), case.edit_count
    with pytest.raises(UserError, match=why):
        case.apply(commands[-1])
    assert dump(case) == before
    assert case.edit_count == edits


def test_an_example_is_taken_away_and_comes_back(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,), (OUTSIDE, replace(OUTSIDE, origin="b.png"))))
    first = case.outside_examples()[0]
    changes = case.apply(DropExamples((first.id,)))
    assert changes.kinds == {ChangeKind.EXAMPLES}
    assert [e.example.origin for e in case.outside_examples()] == ["b.png"]
    case.undo()
    assert case.outside_examples()[0] == first


def test_a_rejected_cell_becomes_active_where_a_class_is_made_of_it(case: Case) -> None:
    case.apply(Reject((1,)))
    case.apply(AddClass(OWN, True, (1,)))
    assert case.cell(1).status is Status.ACTIVE
