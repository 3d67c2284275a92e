"""Files and folders appear whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from bloodview.core.errors import StorageError
from bloodview.core.files import check_folder_place, check_new_folder, check_place, write_folder_whole, write_whole


def test_a_file_appears_with_its_content_and_nothing_beside_it(tmp_path: Path) -> None:
    with write_whole(tmp_path / "new" / "a.csv") as file:
        file.write_text("x")
        assert file.suffix == ".csv"
        assert not (tmp_path / "new" / "a.csv").exists()
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.csv"]
    assert (tmp_path / "new" / "a.csv").read_text() == "x"


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    old = tmp_path / "a.json"
    old.write_text("old")

    def fail() -> None:
        with write_whole(old) as file:
            file.write_text("half")
            raise KeyError("no disk error")

    with pytest.raises(KeyError):
        fail()
    assert old.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_named_with_the_file(tmp_path: Path) -> None:
    target = tmp_path / "a.json"

    def fill() -> None:
        with write_whole(target):
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=r"a\.json.*No space left"):
        fill()
    assert not list(tmp_path.iterdir())


def test_trouble_with_another_file_is_not_blamed_on_this_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"), write_whole(tmp_path / "a.json"):
        (tmp_path / "missing.png").read_bytes()
    assert not list(tmp_path.iterdir())


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path: Path) -> None:
    name = "n" * 251 + ".csv"
    with write_whole(tmp_path / name) as file:
        file.write_text("x")
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_folder_in_the_way_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(StorageError, match="folder"), write_whole(tmp_path / "a.csv"):
        pass


def test_a_folder_that_is_really_a_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError), write_whole(tmp_path / "file" / "a.csv"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
def test_a_written_file_has_the_mode_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    with write_whole(tmp_path / "a") as file:
        file.write_text("")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with write_folder_whole(tmp_path / "out") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "a").write_text("x")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "sub" / "a").read_text() == "x"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_no_folder(tmp_path: Path) -> None:
    def fail() -> None:
        with write_folder_whole(tmp_path / "out") as folder:
            (folder / "a").write_text("x")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_filled_and_a_full_one_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with write_folder_whole(tmp_path / "out") as folder:
        (folder / "a").write_text("x")
    with pytest.raises(StorageError, match="not empty"), write_folder_whole(tmp_path / "out"):
        pass
    assert (tmp_path / "out" / "a").read_text() == "x"


def test_a_place_given_by_a_relative_path_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system names in full is the place that a person named from the folder they are in."""
    monkeypatch.chdir(tmp_path)

    def refuse(*_: object, **how: Path) -> None:
        raise PermissionError(13, "Permission denied", str(how["dir"].absolute() / ".a.csv-x.csv"))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(StorageError, match=r"^a\.csv.*Permission denied"), write_whole(Path("a.csv")):
        pass


def test_a_place_is_checked_without_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    check_place(tmp_path / "file")
    check_place(tmp_path / "new" / "folder" / "a.csv")
    check_folder_place(tmp_path)
    check_folder_place(tmp_path / "new")
    with pytest.raises(StorageError, match="is a folder"):
        check_place(tmp_path)
    with pytest.raises(StorageError, match="is a file, not a folder"):
        check_folder_place(tmp_path / "file")
    with pytest.raises(StorageError, match="file is a file"):
        check_place(tmp_path / "file" / "a.csv")
    monkeypatch.setattr(os, "access", lambda *_: False)
    for check in (check_place, check_folder_place):
        with pytest.raises(StorageError, match="cannot be written"):
            check(tmp_path / "new")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_links_that_lead_in_a_circle_are_no_place_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for check in (check_folder_place, check_new_folder):
        with pytest.raises(StorageError, match="a: "):
            check(tmp_path / "a")
