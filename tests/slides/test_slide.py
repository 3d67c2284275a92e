import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core.errors import UnreadableFileError
from bloodview.slides import identity
from bloodview.slides.identity import cannot_open, content_hash
from bloodview.slides.slide import find_pictures, open_slide


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.png", b"", "empty"),
        ("text.png", b"cells: 12, 14\n" * 20, "text"),
        ("zeros.jpg", bytes(5000), "zeros"),
        ("a.gif", b"GIF89a" + bytes(100), "GIF"),
        ("a.tif", b"II*\0" + bytes(3), "damaged|cut short"),
        ("a.svs", b"\x07\x99\x01" * 90, "not a picture"),
        ("a.dcm", bytes(128) + b"DICM" + bytes(400), "DICOM"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "cut short"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "cut short"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_name_the_reason_and_what_to_do(
    tmp_path: Path, name: str, content: bytes, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=reason) as caught:
        open_slide(path)
    assert str(path) in str(caught.value)
    assert caught.value.hint
    assert capfd.readouterr().err == ""


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        open_slide(tmp_path / "a.png")
    with pytest.raises(UnreadableFileError, match="folder"):
        open_slide(tmp_path)


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableFileError, match="may not read") as caught:
        open_slide(path)
    assert "permission" in caught.value.hint


def test_other_faults_of_the_disk_are_told_in_the_system_s_words(tmp_path: Path) -> None:
    assert "Input/output error" in str(cannot_open(tmp_path, OSError(5, "Input/output error")))


def test_a_name_with_letters_of_any_language_opens(tmp_path: Path) -> None:
    path = tmp_path / "Präparat 3 – 血.png"
    path.write_bytes(cv2.imencode(".png", np.zeros((5, 7, 3), np.uint8))[1].tobytes())
    slide = open_slide(str(path))
    assert (slide.path, slide.size.width) == (path, 7)


def test_large_files_are_identified_by_samples_that_see_every_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "_WHOLE_BYTES", 1000)
    monkeypatch.setattr(identity, "_SAMPLE_BYTES", 100)
    path = tmp_path / "a.svs"
    path.write_bytes(bytes(5000))
    first = content_hash(path)
    assert first.startswith("sha256-sampled:")
    path.write_bytes(bytes(4999) + b"\1")
    second = content_hash(path)
    path.write_bytes(bytes(5001))
    assert len({first, second, content_hash(path)}) == 3


def test_a_name_that_is_no_text_is_refused_in_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Rename it") as caught:
        open_slide(tmp_path / "caf\udce9.png")
    assert "caf\\udce9.png" in str(caught.value)
    str(caught.value).encode("utf-8")


@pytest.mark.parametrize("name", ["a\0b.png", "a" * 5000 + ".png"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError):
        open_slide(tmp_path / name)


def test_another_file_of_the_same_name_has_another_identity(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    hashes = set()
    for value in (10, 20):
        path.write_bytes(cv2.imencode(".png", np.full((5, 7, 3), value, np.uint8))[1].tobytes())
        hashes.add(open_slide(path).content_hash)
    assert len(hashes) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(UnreadableFileError, match=r"a\.png: This is a pipe"):
        open_slide(tmp_path / "a.png")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "b.dcm")
    assert [p.name for p in find_pictures([tmp_path]).files] == ["a.png", "b.dcm"]
