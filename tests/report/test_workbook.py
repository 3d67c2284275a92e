"""The workbook holds the report's figures as numbers, and its texts as nothing but text."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from bloodview.core.differential import from_counts
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.report import smear_sections, workbook
from bloodview.report.content import Appendix, Report, Step
from bloodview.report.section import Figure, Section
from tests.report.sample import NOON, report, smear


def opened(made: Report) -> Workbook:
    return load_workbook(io.BytesIO(workbook.render(made)))


def rows(book: Workbook, name: str) -> dict[str, tuple[object, ...]]:
    return {str(row[0]): row[1:] for row in book[name].iter_rows(values_only=True)}


def test_its_figures_are_the_reports_and_numbers() -> None:
    made = report(smear=smear(), appendix=Appendix(findings=smear_sections.sections(smear())))
    book, d = opened(made), made.differential
    found = rows(book, "Differential")
    for row in d.outline:
        if not row.is_group:
            continue
        count, *shares = found[row.title][:4]
        assert count == row.count
        assert shares == pytest.approx([100 * x for x in (row.share, row.interval.low, row.interval.high)])
    assert found["All leukocytes"][0] == d.n_leukocytes
    red = rows(book, "Red cells")
    assert red["measured"][0] == 40
    assert red["mean diameter"][0] == pytest.approx(smear().red_cells.mean_um)
    assert rows(book, "Grading of the red cells")["Anisocytosis"][0] == 2
    estimate = smear().platelets.estimate
    assert rows(book, "Platelets")["estimate"][0] == pytest.approx(estimate)
    assert sum(n[0] for name, n in red.items() if name.startswith("diameter from")) == 40


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "\x00=1\x07"])
def test_no_text_is_a_formula(text: str) -> None:
    part = Section(text, notes=(text,), figures=(Figure(text, 1, unit=text),))
    made = report(
        notes=[text],
        reviewer=text,
        case_name=text,
        appendix=Appendix(sections=(part,), history=(Step(1, NOON, text, text, text),), settings=((text, text),)),
    )
    for sheet in opened(made):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(("=", "+", "-", "@", "\t"))


def test_sheets_have_names_that_a_workbook_allows() -> None:
    parts = tuple(Section(name) for name in ("Report", "a/b:c*?[d]\\", "x" * 60, "x" * 61, ""))
    names = opened(report(appendix=Appendix(sections=parts))).sheetnames
    assert len(names) == len(set(names)) == 4 + len(parts)
    assert all(len(name) <= 31 for name in names)


def test_without_leukocytes_there_are_no_percentages() -> None:
    found = rows(opened(report(from_counts({}, 0, 0, DEFAULT_TAXONOMY))), "Differential")
    assert found["Lymphocyte"][:4] == (0, None, None, None)


def test_it_says_when_and_by_whom_it_was_made() -> None:
    book = opened(report())
    assert rows(book, "Report")["Signed by"][0] == "Dr. Ada Lovelace"
    assert book.properties.creator.startswith("BloodView ")
    assert book.properties.created == NOON.replace(tzinfo=None)
