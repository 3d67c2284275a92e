"""What leaves the program: no names of slides unless asked, which is said, and what a person outlined."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bloodview.review.case import Case
from bloodview.review.commands import AddRun, Amend, NewSlide, OutlineCell, Sign
from bloodview.slides.slide import open_slide
from bloodview.workflows import exporting
from tests.fakes import write_picture
from tests.review.examples import found

NAME = "Jane Doe 1980"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """One cell of a picture whose name is a person's, signed with two identifiers."""
    path = write_picture(tmp_path / "patients" / f"{NAME}.png", np.full((200, 300, 3), 200, np.uint8))
    slide = open_slide(path)
    with Case.create(tmp_path / "c.bvcase") as made:
        made.apply(AddRun(NewSlide(path, slide.content_hash, slide.size, slide.scale), (found(100),), ("m",), "cpu"))
        made.apply(Sign("Dr Ada", ("P 17", "4711")))
        slide.close()
        yield made


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("fmt", ["crops", "trainset"])
def test_names_stay_behind_unless_asked(case: Case, tmp_path: Path, fmt: str, keep: bool) -> None:
    out = tmp_path / "out"
    outcome = exporting.export(case, fmt, out, keep_names=keep)
    files = [p for p in out.rglob("*") if p.is_file()]
    assert any(p.suffix == ".png" for p in files)
    written = b"".join(str(p.relative_to(out)).encode() + p.read_bytes() for p in files)
    for private in (b"patients", b"Dr Ada", b"P 17", b"4711"):
        assert private not in written
    told = outcome.warnings[0][1]
    assert "label and macro pictures" in told
    assert ("file names of the pictures" in told) is not keep
    assert (NAME.replace(" ", "_").encode() in written) is (keep and fmt == "crops")


@pytest.mark.parametrize("fmt", ["coco", "geojson", "labelme"])
def test_the_nucleus_that_a_person_outlined_goes_along(case: Case, tmp_path: Path, fmt: str) -> None:
    case.apply(Amend("The nucleus was wrong."))
    case.apply(OutlineCell(1, (), ((117.5, 118.5), (140, 118.5), (140, 141.5))))
    out = tmp_path / "out"
    exporting.export(case, fmt, out, keep_names=False)
    files = [out] if out.is_file() else list(out.iterdir())
    written = "".join(p.read_text() for p in files)
    assert all(number in written for number in ("117.5", "118.5", "141.5"))
