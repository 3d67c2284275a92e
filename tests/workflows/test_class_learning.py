import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Source
from bloodview.core.errors import UserError
from bloodview.review.case import Case
from bloodview.review.commands import AddExamples, Confirm, Judge, Reject, Relabel, Sign
from bloodview.workflows import class_learning, exporting, reporting
from bloodview.workflows.class_learning import Progressed, Taught
from tests.fakes import FakeClassifier, FakeDetector
from tests.workflows.taught import KINDS, OWN, case_of, outside, run, teach

NEW = range(61, 81)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with case_of(tmp_path) as made:
        yield made


def refreshed(case: Case) -> Taught:
    taught = class_learning.refresh(case)
    assert taught is not None
    return taught


def shown(case: Case) -> Progressed:
    (progressed,) = refreshed(case).classes
    return progressed


def called(case: Case) -> set[int]:
    return {i for i, label in case.labels() if label == OWN.id}


def test_five_examples_find_the_others_of_their_kind_and_no_more(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    progressed = shown(case)
    assert progressed.number == 5
    assert progressed.standing in ("Draft", "Usable")
    assert "of 5 found again, 95 % interval" in progressed.worth
    assert len(called(case) & set(NEW)) >= 18
    assert len(called(case) - set(NEW)) <= 1
    assert {case.cell(i).source for i in called(case)} == {Source.PERSON, Source.LEARNED}
    assert case.cell(70).needs_a_look, "a draft's word does not stand"
    assert [s.word for s in case.standings()] == [progressed.standing]


def test_suggestions_come_best_first_and_none_that_a_person_has_decided(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    case.apply(Confirm((1,)))
    case.apply(Reject((71,)))
    suggestions = shown(case).suggestions
    assert [s.confidence for s in suggestions] == sorted((s.confidence for s in suggestions), reverse=True)
    assert not {1, 61, 71} & {s.cell_id for s in suggestions}
    assert suggestions[0].cell_id in NEW


def test_accepted_cells_become_examples_and_refused_ones_stay_away(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    first, second, *_ = shown(case).suggestions
    case.apply(Judge(OWN.id, (first.cell_id,), (second.cell_id,)))
    progressed = shown(case)
    assert progressed.number == 6
    assert second.cell_id not in called(case)
    assert second.cell_id not in {s.cell_id for s in progressed.suggestions}
    assert progressed.scored.startswith("Of 2 cells that you judged since, it had been right on")


@pytest.mark.parametrize("number", [1, 4])
def test_too_few_examples_name_nothing_and_say_how_many_are_missing(case: Case, number: int) -> None:
    teach(case, *list(NEW)[:number])
    progressed = shown(case)
    assert (progressed.standing, progressed.suggestions) == ("", ())
    assert progressed.advice.endswith("give it one more." if number == 4 else "give it 4 more.")
    assert called(case) == set(list(NEW)[:number])


def test_five_copies_of_one_picture_are_one_example(case: Case) -> None:
    teach(case, 61)
    same = outside("new", 5)
    case.apply(AddExamples(OWN.id, tuple(replace(same, origin=f"{n}.png") for n in range(5))))
    progressed = shown(case)
    assert (progressed.number, progressed.copies, progressed.standing) == (2, 4, "")


def test_pictures_count_like_cells_and_those_of_another_model_do_not(case: Case) -> None:
    teach(case, 61, 62)
    case.apply(AddExamples(OWN.id, tuple(outside("new", n) for n in range(3))))
    case.apply(AddExamples(OWN.id, (outside("new", 9, "another"),)))
    progressed = shown(case)
    assert (progressed.number, progressed.outside, progressed.strangers) == (5, 3, 1)
    assert len(called(case) & set(NEW)) >= 8


def test_an_example_of_another_kind_is_pointed_out(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65, 66, 67, 25)
    (contradiction,) = shown(case).contradictions
    assert contradiction.number == 25
    assert "onocyte" in contradiction.why


def test_learned_answers_never_overrule_a_person_and_go_with_an_undo(case: Case) -> None:
    case.apply(Relabel((70,), "basophil"))
    teach(case, 61, 62, 63, 64, 65)
    refreshed(case)
    assert case.cell(70).label == "basophil"
    case.undo()
    assert class_learning.refresh(case) is None
    assert called(case) == set()
    assert case.cell(71).label == "lymphocyte"


def test_a_class_answers_for_the_cells_of_a_new_analysis(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    case.apply(run(dict.fromkeys(KINDS, 5), seed=3, content_hash="b"))
    refreshed(case)
    fresh = {c.id for c in case.cells(slide_id=2)}
    assert len(called(case) & fresh) >= 4


def test_the_same_lesson_gives_the_same_answers(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    assert refreshed(case) == refreshed(case)


def test_a_signed_case_is_left_alone(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    case.apply(Sign("A. Reviewer"))
    assert class_learning.refresh(case) is None
    assert called(case) == {61, 62, 63, 64, 65}


def test_a_case_without_a_learned_class_has_no_lesson(case: Case) -> None:
    assert class_learning.material(case) is None


def test_pictures_that_cannot_be_read_are_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bloodview.models.store.load_detector", lambda *_, **__: FakeDetector())
    monkeypatch.setattr("bloodview.models.store.load_classifier", lambda *_, **__: FakeClassifier())
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(UserError, match="broken.png"):
        class_learning.see_pictures([broken], None, "cpu", CancelToken(), lambda _share, _text: None)


def test_the_report_counts_a_learned_class_and_says_how_far_to_trust_it(case: Case) -> None:
    teach(case, 61, 62, 63, 64, 65)
    refreshed(case)
    report = reporting.report(case)
    row = next(r for r in report.differential.outline if r.class_id == OWN.id)
    assert row.count == len(called(case))
    (warning,) = (w for w in report.warnings if w.startswith("Hairy cell was taught in this case and is "))
    assert f"{len(called(case)) - 5} cells are counted as Hairy cell by its word alone." in warning


def test_exports_hold_a_learned_class(case: Case, tmp_path: Path) -> None:
    teach(case, 61, 62, 63, 64, 65)
    refreshed(case)
    exporting.export(case, "coco", tmp_path / "cells.json")
    coco = json.loads((tmp_path / "cells.json").read_text(encoding="utf-8"))
    (number,) = (c["id"] for c in coco["categories"] if c["name"] == OWN.id)
    of_class = [a for a in coco["annotations"] if a["category_id"] == number]
    assert {a["id"] for a in of_class} == called(case)
    assert {a["source"] for a in of_class} == {"person", "learned"}
    exporting.export(case, "csv", tmp_path / "cells.csv")
    text = (tmp_path / "cells.csv").read_text(encoding="utf-8")
    assert text.count("hairy_cell") == len(called(case))
