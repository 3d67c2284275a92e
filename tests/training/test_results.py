"""Records on disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from tests.training.records import left_out
from training import results


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    record = left_out("ours", "bccd", 0.7)
    file = results.write(record, tmp_path)
    assert file.name == "left-out--ours--bccd--seed0.json"
    assert results.read(file) == record
    assert results.read_all(tmp_path) == [record]


def test_measuring_again_replaces_the_record_of_the_same_name_only(tmp_path: Path) -> None:
    results.write(left_out("ours", "bccd", 0.7), tmp_path)
    results.write(left_out("ours", "bccd", 0.7, seed=1), tmp_path)
    better = left_out("ours", "bccd", 0.9)
    results.write(better, tmp_path)
    assert results.read_all(tmp_path)[0] == better
    assert len(list(tmp_path.iterdir())) == 2


def test_a_name_is_a_file_name_whatever_the_method_is_called(tmp_path: Path) -> None:
    file = results.write(replace(left_out("ours", "bccd", 0.7), method="a/b c"), tmp_path)
    assert file.parent == tmp_path
    assert file.name == "left-out--a-b-c--bccd--seed0.json"


@pytest.mark.parametrize("text", ["no json", "[]", "{}", '{"format": 1}', '{"format": 2}'])
def test_what_is_no_record_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "left-out--x.json"
    file.write_text(text)
    with pytest.raises(UserError, match=r"left-out--x\.json: is (no record of results|a record of another version)"):
        results.read(file)


def test_the_code_that_ran_is_named_by_its_commit_where_there_is_one() -> None:
    code = results.code()
    assert len(code.commit) in (0, 40)
    assert code.commit or not code.changed
