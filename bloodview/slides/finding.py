"""Which files of the paths given are pictures: folders recursively, sorted, the rest passed over with a count."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bloodview.core.errors import UserError
from bloodview.slides.header import FileKind, sniff
from bloodview.slides.identity import cannot_open, is_stream

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".webp", ".tif", ".tiff", ".btf", ".tf8", ".dcm"}
    | {".svs", ".ndpi", ".mrxs", ".scn", ".vms", ".vmu", ".bif", ".svslide", ".qptiff"}
)
"""Endings by which a file inside a folder is taken for a picture or slide."""

_HINT = "Open a slide or a JPEG, PNG, TIFF, BMP or WebP picture, or a folder that holds some."


@dataclass(frozen=True, slots=True)
class Found:
    """Pictures in the order to read.

    Args:
        files: as given, or below the folder given.
        passed_over: files inside folders that are no pictures.
        problems: what could not be read, and folders that hold no picture; the rest was found all the same.
    """

    files: tuple[Path, ...]
    passed_over: int
    problems: tuple[UserError, ...] = ()


def find_pictures(paths: Sequence[Path | str]) -> Found:
    """Every picture of the paths, each once, in the order given; inside a folder sorted by path.

    A file given by name is taken whatever it is, even if it does not exist, so that opening it says what is wrong.
    Inside a folder the ending decides, and the content where there is none; broken pictures are taken too.

    Raises:
        UserError: if there is nothing to read at all: no path exists, or no folder holds a picture.
    """
    files: dict[Path, None] = {}
    passed_over, missing, problems = 0, list[UserError](), list[UserError]()
    for path in map(Path, paths):
        try:
            is_folder = path.is_dir()
        except OSError as error:  # such as a folder above that may not be entered
            problems.append(cannot_open(path, error))
            continue
        if is_folder:
            found, over, troubles = _search(path)
            files |= dict.fromkeys(found)
            passed_over += over
            problems += troubles
            if not found and not troubles:
                what = (
                    f"The folder holds no pictures ({over} other file{'s' if over > 1 else ''})."
                    if over
                    else "The folder is empty."
                )
                problems.append(UserError(what, path=path, hint=_HINT))
            continue
        files[path] = None
        if not os.path.lexists(path):
            hint = "Check the name and its spelling."
            missing.append(UserError("There is no such file or folder.", path=path, hint=hint))
    if len(files) == len(missing) and (missing or problems):
        raise (missing + problems)[0]
    return Found(tuple(files), passed_over, tuple(problems))


def _search(folder: Path) -> tuple[list[Path], int, list[UserError]]:
    """Pictures below a folder, how many files are none, and what could not be read."""
    taken: list[Path] = []
    over, troubles = 0, list[UserError]()
    series: set[bytes] = set()

    def trouble(error: OSError) -> None:
        troubles.append(
            UserError(
                f"The folder cannot be read: {error.strerror or error}.",
                path=error.filename or folder,
                hint="Ask its owner for permission, or copy the pictures.",
            )
        )

    for here, folders, names in os.walk(folder, onerror=trouble):
        # The parts of an MRXS slide lie in a folder of its name.
        slides = {Path(n).stem for n in names if n.lower().endswith(".mrxs")}
        folders[:] = [f for f in folders if not f.startswith(".") and f not in slides]
        for name in sorted(names):
            file = Path(here, name)
            if not _is_picture(file):
                over += 1
            elif (own := _dicom_series(file)) is None:
                taken.append(file)
            elif own and own not in series:  # one slide of several files: the first stands for it
                series.add(own)
                taken.append(file)
            elif not own:
                over += 1
    return sorted(taken, key=lambda p: p.parts), over, troubles


def _is_picture(file: Path) -> bool:
    if file.name.startswith("."):
        return False
    if file.suffix:
        return file.suffix.lower() in PICTURE_SUFFIXES
    return sniff(_start(file, 132)) not in (FileKind.UNKNOWN, FileKind.BMP)


def _dicom_series(file: Path) -> bytes | None:
    """The series that a DICOM slide belongs to; empty for DICOM that is no slide; None for other files."""
    if file.suffix.lower() not in ("", ".dcm"):
        return None
    start = _start(file, 65536)
    if sniff(start) is not FileKind.DICOM:
        return None
    # (0008,0060) modality, SM = slide microscopy; (0020,000E) the series' unique number.
    modality = re.search(rb"\x08\x00\x60\x00(?:CS..|.\x00\x00\x00)(\w+)", start, re.DOTALL)
    if modality and modality[1] != b"SM":
        return b""
    number = re.search(rb"\x20\x00\x0e\x00UI..([0-9.]+)", start, re.DOTALL)
    return number[1] if number else None


def _start(file: Path, count: int) -> bytes:
    """The first bytes; none of a file that cannot be read, which opening it will say."""
    try:
        if is_stream(file):
            return b""
        with file.open("rb") as stream:
            return stream.read(count)
    except OSError:
        return b""
