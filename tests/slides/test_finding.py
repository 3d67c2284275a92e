import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core.errors import UserError
from bloodview.slides.finding import find_pictures

PNG = cv2.imencode(".png", np.zeros((3, 3, 3), np.uint8))[1].tobytes()


def fill(folder: Path, *names: str, content: bytes = PNG) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def test_folders_are_read_recursively_in_sorted_order(tmp_path: Path) -> None:
    fill(tmp_path, "b/2.png", "b/10.png", "a.jpg", "c.TIF", "b/a/z.svs", "B/1.webp")
    found = find_pictures([tmp_path])
    names = [p.relative_to(tmp_path).as_posix() for p in found.files]
    assert names == ["B/1.webp", "a.jpg", "b/10.png", "b/2.png", "b/a/z.svs", "c.TIF"]
    assert found.passed_over == 0


def test_files_that_are_no_pictures_are_passed_over_and_counted(tmp_path: Path) -> None:
    fill(tmp_path, "1.png", ".DS_Store", "._1.png", "Thumbs.db", "notes.txt", "boxes.json", "case.bvcase", ".git/x.png")
    found = find_pictures([tmp_path])
    assert [p.name for p in found.files] == ["1.png"]
    assert found.passed_over == 6


def test_broken_pictures_are_taken_so_that_they_can_be_named(tmp_path: Path) -> None:
    fill(tmp_path, "1.png", content=b"text")
    assert len(find_pictures([tmp_path]).files) == 1


def test_without_an_ending_the_content_decides(tmp_path: Path) -> None:
    fill(tmp_path, "scan")
    fill(tmp_path, "README", content=b"BM is not a bitmap")
    found = find_pictures([tmp_path])
    assert ([p.name for p in found.files], found.passed_over) == (["scan"], 1)


def test_paths_stay_in_the_order_given_and_each_file_comes_once(tmp_path: Path) -> None:
    fill(tmp_path, "z/1.png", "a/1.png", "a/2.png")
    found = find_pictures([tmp_path / "z", tmp_path / "a/2.png", tmp_path / "a"])
    assert [p.relative_to(tmp_path).as_posix() for p in found.files] == ["z/1.png", "a/2.png", "a/1.png"]


def test_a_file_given_by_name_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    fill(tmp_path, ".hidden", "notes.txt")
    assert len(find_pictures([tmp_path / ".hidden", tmp_path / "notes.txt"]).files) == 2


def test_a_missing_file_among_others_is_left_to_be_named_when_opened(tmp_path: Path) -> None:
    fill(tmp_path, "1.png")
    found = find_pictures([tmp_path / "gone.png", tmp_path / "1.png"])
    assert [p.name for p in found.files] == ["gone.png", "1.png"]


@pytest.mark.parametrize(
    ("names", "asked", "reason"),
    [
        ((), "gone.png", "no such file"),
        ((), "", "empty"),
        (("a.txt", "b.csv"), "", "no pictures"),
    ],
)
def test_where_there_is_nothing_to_read_it_says_so(
    tmp_path: Path, names: tuple[str, ...], asked: str, reason: str
) -> None:
    fill(tmp_path, *names)
    with pytest.raises(UserError, match=reason) as caught:
        find_pictures([tmp_path / asked])
    assert str(tmp_path) in str(caught.value)
    assert caught.value.hint


def test_an_empty_folder_among_others_is_reported_and_the_rest_found(tmp_path: Path) -> None:
    fill(tmp_path, "a/1.png")
    (tmp_path / "b").mkdir()
    found = find_pictures([tmp_path / "b", tmp_path / "a"])
    assert len(found.files) == 1
    assert [p.path for p in found.problems] == [tmp_path / "b"]


def test_a_folder_that_may_not_be_read_is_reported_and_the_rest_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "1.png", "secret/2.png")
    original = os.scandir

    def scandir(path: object) -> object:
        if "secret" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_pictures([tmp_path])
    assert [p.name for p in found.files] == ["1.png"]
    assert "secret" in str(found.problems[0])
    assert "Permission denied" in str(found.problems[0])


def test_the_parts_of_a_slide_of_several_files_are_not_taken_for_pictures(tmp_path: Path) -> None:
    fill(tmp_path, "s.mrxs", "s/Data0000.dat", "s/overview.png", "t/1.png")
    assert [p.name for p in find_pictures([tmp_path]).files] == ["s.mrxs", "1.png"]


def dicom(modality: bytes, series: bytes) -> bytes:
    fields = b"\x08\x00\x60\x00CS\x02\x00" + modality + b"\x20\x00\x0e\x00UI" + bytes([len(series), 0]) + series
    return bytes(128) + b"DICM" + fields


def test_a_dicom_slide_of_several_files_comes_once_and_annotations_do_not(tmp_path: Path) -> None:
    fill(tmp_path, "1.dcm", "2.dcm", content=dicom(b"SM", b"1.2.3"))
    fill(tmp_path, "3.dcm", content=dicom(b"SM", b"1.2.4"))
    fill(tmp_path, "4.dcm", content=dicom(b"AN", b"1.2.5"))
    found = find_pictures([tmp_path])
    assert ([p.name for p in found.files], found.passed_over) == (["1.dcm", "3.dcm"], 1)


def test_nothing_asked_nothing_found() -> None:
    assert find_pictures([]).files == ()


def test_a_path_that_may_not_be_looked_at_is_a_problem_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = tmp_path / "a.png"
    good.write_bytes(b"x")
    is_dir = Path.is_dir

    def guarded(path: Path) -> bool:
        if path.name == "locked.png":
            raise PermissionError(13, "Permission denied", str(path))
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", guarded)
    found = find_pictures([tmp_path / "locked.png", good])
    assert found.files == (good,)
    assert [p.path for p in found.problems] == [tmp_path / "locked.png"]
    assert "permission" in str(found.problems[0])
