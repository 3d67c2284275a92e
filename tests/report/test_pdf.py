"""The PDF holds the report's figures, marks a draft, shows what it is given as it is, and is made fast."""

import io
import re
import time
from dataclasses import replace

import numpy as np
import pytest
from pypdf import PdfReader

from bloodview.core.differential import from_counts
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.report import pdf, wording
from bloodview.report.content import (
    RESEARCH_USE,
    Appendix,
    CellPicture,
    ClassPictures,
    Letterhead,
    ModelNote,
    Report,
    Step,
)
from tests.report.sample import NOON, report, slide

IMAGE = np.full((160, 160, 3), (200, 120, 180), np.uint8)


def pages(made: Report) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf.render(made))).pages]


def text(made: Report) -> str:
    return "\n".join(pages(made))


def pictures(number: int) -> tuple[ClassPictures, ...]:
    cells = tuple(CellPicture(i, "a.png", i % 2 == 0, IMAGE - np.uint8(i)) for i in range(1, number + 1))
    return (
        ClassPictures("lymphocyte", "Lymphocyte", 34, False, cells[: number // 2]),
        ClassPictures("metamyelocyte", "Metamyelocyte", 1, True, cells[number // 2 :]),
    )


def test_its_figures_are_the_reports() -> None:
    made = report()
    d, found = made.differential, " ".join(text(made).split())
    for row in d.outline:
        assert f"{row.title} {row.count} {wording.percent(row.share)} {wording.span(row.interval)}" in found
    assert f"All leukocytes {d.n_leukocytes}" in found
    nrbc = d.nrbc_per_100_wbc
    assert nrbc is not None
    assert f"{d.n_erythroblasts}, per 100 leukocytes {nrbc.value:.1f} ({wording.ratio(nrbc.interval)})" in found
    for figure in (f"Platelets {d.n_platelets}", f"Red cells {d.n_red_cells}"):
        assert figure in found
    assert f"{d.n_undecided} undecided, {d.n_rejected} rejected, {d.n_unnamed} unnamed, {d.n_cut} cut" in found
    for warning in made.warnings:
        assert " ".join(warning.split()) in found


def test_a_report_without_leukocytes_has_no_percentages() -> None:
    found = text(report(from_counts({"platelet": 3}, 0, 0, DEFAULT_TAXONOMY)))
    assert "No leukocyte was counted" in found
    assert not re.search(r"Lymphocyte\s+0\s+0\.0", found)


def test_every_page_of_an_unsigned_report_is_a_draft_and_no_page_of_a_signed_one() -> None:
    signed = report(slides=[slide(f"field {i}.png") for i in range(80)])
    drafts = pages(replace(signed, signed_at=None, reviewer=""))
    assert len(drafts) > 2
    assert all("DRAFT" in page and "draft, not signed" in page for page in drafts)
    for number, page in enumerate(pages(signed), 1):
        assert "DRAFT" not in page
        assert "signed by Dr. Ada Lovelace" in page
        assert RESEARCH_USE in page
        assert f"{number} / {len(drafts)}" in page


def test_where_it_comes_from_is_told() -> None:
    steps = (Step(1, NOON, "run", "a.png analysed, 3 cells found"), Step(2, NOON, "undo", "Cell 7 rejected", "ada"))
    appendix = Appendix(
        history=steps,
        models=(ModelNote("finder@ab12", "detect", "ab12" * 16), ModelNote("gone-1")),
        settings=(("Interval", "Wilson, 95 %"),),
        area_mm2=1.25,
    )
    found = " ".join(text(report(appendix=appendix)).split())
    for said in ("ab12" * 16, "gone-1, not installed any more", "1.2500 mm²", "undo: Cell 7 rejected", "ada"):
        assert said in found


def test_what_is_given_is_shown_as_it_is_and_never_as_markup() -> None:
    name = "<b>bold</b> & <img src='file:///etc/passwd'/> \x07"
    found = text(report(reviewer=name, notes=["</para><b>", "李雷 \U0001f9ec Ω"], slides=[slide("x" * 300 + ".png")]))
    assert "<b>bold</b> & <img src='file:///etc/passwd'/>" in found
    assert "</para><b>" in found
    assert "\x07" not in found
    assert "李雷" in found


def test_the_letterhead_stands_on_every_page() -> None:
    import cv2

    logo = cv2.imencode(".png", IMAGE)[1].tobytes()
    head = Letterhead("Laboratory of Haematology\nHospital Street 1", logo)
    made = report(appendix=Appendix(letterhead=head), slides=[slide(f"field {i}.png") for i in range(60)])
    assert all("Laboratory of Haematology" in page and "Hospital Street 1" in page for page in pages(made))
    reader = PdfReader(io.BytesIO(pdf.render(made)))
    assert all(len(page.images) == 1 for page in reader.pages)


def test_red_cells_are_shown_by_what_they_are() -> None:
    cells = tuple(CellPicture(i, "a.png", False, IMAGE - np.uint8(i)) for i in range(1, 4))
    red = (ClassPictures("red_cell", "Smallest", 872, False, cells, "of 872 measured"),)
    found = text(report(appendix=Appendix(red_cells=red)))
    assert "Red cells" in found
    assert "Smallest" in found
    assert "of 872 measured" in found
    assert "872 cells" not in found


def test_pictures_of_cells_carry_their_number_and_who_named_them() -> None:
    made = report(appendix=Appendix(pictures=pictures(8)))
    found = text(made)
    assert "Typical cells" in found
    assert "Rare cells" in found
    assert {"1", "2*", "7", "8*"} <= set(found.split())
    assert sum(len(page.images) for page in PdfReader(io.BytesIO(pdf.render(made))).pages) == 8


@pytest.mark.slow
def test_a_case_of_400_cells_takes_no_3_seconds() -> None:
    history = tuple(Step(i, NOON, "edit", f"Cell {i} called Monocyte", "ada") for i in range(400))
    made = report(
        appendix=Appendix(pictures=pictures(120), history=history), slides=[slide(f"{i}.png") for i in range(60)]
    )
    pdf.render(made)
    begin = time.process_time()
    pdf.render(made)
    assert time.process_time() - begin < 3


def test_the_same_report_gives_the_same_file() -> None:
    made = report(appendix=Appendix(pictures=pictures(4)))
    assert pdf.render(made) == pdf.render(made)
