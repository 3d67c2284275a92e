import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.review.case import Case
from bloodview.review.commands import AddClass, AddExamples
from bloodview.workflows import class_learning, class_sharing
from tests.workflows.taught import OWN, case_of, outside, teach


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """The new class is taught by five cells and two pictures."""
    with case_of(tmp_path) as made:
        teach(made, 61, 62, 63, 64, 65)
        made.apply(AddExamples(OWN.id, (outside("new", 1), outside("new", 2))))
        yield made


def another(tmp_path: Path) -> Case:
    (tmp_path / "other").mkdir()
    return case_of(tmp_path / "other")


def test_a_shared_class_answers_in_another_case(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "hairy.bvclass"
    class_sharing.share(case, OWN.id, out)
    with another(tmp_path) as other:
        command = class_sharing.taking_in(out, other.taxonomy, other.learning_classes())
        assert isinstance(command, AddClass)
        assert command.cell_class == OWN
        other.apply(command)
        taught = class_learning.refresh(other)
        assert taught is not None
        assert taught.classes[0].outside == 7
        assert sum(label == OWN.id for _, label in other.labels()) >= 10


def test_a_shared_file_names_no_picture_and_no_case(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "hairy.bvclass"
    class_sharing.share(case, OWN.id, out)
    text = out.read_text(encoding="utf-8")
    assert "new-1.png" not in text
    assert "smear" not in text
    assert set(json.loads(text)) == {"schema", "class", "examples"}


def test_a_kept_class_is_offered_and_kept_anew(case: Case) -> None:
    assert class_sharing.kept() == ()
    class_sharing.keep(case, OWN.id)
    place = class_sharing.keep(case, OWN.id)
    (found,) = class_sharing.kept()
    assert (found.path, found.title, found.examples) == (place, "Hairy cell", 7)


def test_taken_into_a_case_that_has_it_the_examples_join(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "hairy.bvclass"
    class_sharing.share(case, OWN.id, out)
    command = class_sharing.taking_in(out, case.taxonomy, case.learning_classes())
    assert isinstance(command, AddExamples)
    case.apply(command)
    taught = class_learning.refresh(case)
    assert taught is not None
    assert taught.classes[0].number == 7, "they are the same cells"


def test_a_key_that_is_taken_is_left_and_a_name_that_is_taken_is_refused(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "hairy.bvclass"
    class_sharing.share(case, OWN.id, out)
    with another(tmp_path) as other:
        other.apply(AddClass(replace(OWN, id="other", title="Other")))
        command = class_sharing.taking_in(out, other.taxonomy, ())
        assert isinstance(command, AddClass)
        assert command.cell_class.key == ""
        other.apply(AddClass(replace(OWN, key="")))
        with pytest.raises(UserError, match="already a class"):
            class_sharing.taking_in(out, other.taxonomy, ())


def test_a_class_without_an_example_is_not_shared(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        case.apply(AddClass(OWN, learns=True))
        with pytest.raises(UserError, match="no example"):
            class_sharing.share(case, OWN.id, tmp_path / "x.bvclass")


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[" * 100_000,
        '{"schema": "bloodview-class/1", "class": {"id": "../a", "title": "A", "parent": "", "key": "",'
        ' "color": "#000000", "mark": "A"}, "examples": [{"model": "m", "vector": "AAA=",'
        ' "probabilities": "AAAAAA=="}]}',
        '{"schema": "bloodview-class/1", "class": {"id": "a", "title": "' + "A" * 1_000_000 + '", "parent": "",'
        ' "key": "", "color": "#000000", "mark": "A"}, "examples": [{"model": "m", "vector": "AAA=",'
        ' "probabilities": "AAAAAA=="}]}',
        "[]",
        '{"schema": "bloodview-class/2"}',
        '{"schema": "bloodview-class/1", "class": {}, "examples": []}',
        '{"schema": "bloodview-class/1", "class": {"id": "a", "title": "A", "parent": "", "key": 3, "color": "#000000",'
        ' "mark": "A"}, "examples": [{"model": "m", "vector": "AAA=", "probabilities": ""}]}',
        '{"schema": "bloodview-class/1", "class": {"id": "basophil", "title": "B", "parent": "", "key": "",'
        ' "color": "#000000", "mark": "A"}, "examples": [{"model": "m", "vector": "AAA=", "probabilities": ""}]}',
        '{"schema": "bloodview-class/1", "class": {"id": "a", "title": "A", "parent": "", "key": "",'
        ' "color": "#000000", "mark": "A"}, "examples": [{"model": "m", "vector": "??", "probabilities": ""}]}',
    ],
)
def test_what_is_no_shared_class_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.bvclass"
    path.write_text(content, encoding="utf-8")
    with case_of(tmp_path) as case, pytest.raises(UnreadableFileError, match="no class that BloodView shared"):
        class_sharing.taking_in(path, case.taxonomy, ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vector", np.full(12, np.nan, "<f2")),
        ("vector", np.ones(3, "<f2")),
        ("probabilities", np.full(11, np.inf, "<f4")),
        ("probabilities", np.full(11, -1, "<f4")),
        ("probabilities", np.full(4, 0.25, "<f4")),
    ],
)
def test_examples_that_are_no_numbers_or_cannot_be_compared_are_refused(
    case: Case, tmp_path: Path, field: str, value: np.ndarray
) -> None:
    out = tmp_path / "hairy.bvclass"
    class_sharing.share(case, OWN.id, out)
    content = json.loads(out.read_text(encoding="utf-8"))
    content["examples"][0][field] = base64.b64encode(value.tobytes()).decode("ascii")
    out.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="damaged"):
        class_sharing.taking_in(out, case.taxonomy, ())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with case_of(tmp_path) as case, pytest.raises(UnreadableFileError, match="cannot be read"):
        class_sharing.taking_in(tmp_path / "none.bvclass", case.taxonomy, ())
