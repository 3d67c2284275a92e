"""The report as a workbook (XLSX): numbers as numbers, and no text that could be taken for a formula."""

import io
import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bloodview.core.sheet import escaped
from bloodview.report import table
from bloodview.report.content import RESEARCH_USE, Report

_LONGEST = 32_000
"""Signs of a cell; the format holds few more."""

_WIDEST = 60
_SHARE = "0.0"


def render(report: Report) -> bytes:
    """The whole workbook."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = "Report"
    _fill(first, ("What", "Value"), _facts(report))
    d = report.differential
    head = ("Class", "Cells", "% of leukocytes", "95 % from", "95 % to", "Sums up those below")
    rows = [
        (r.title, r.count, *(100 * x if d.n_leukocytes else None for x in (r.share, r.interval.low, r.interval.high)),
         "yes" if r.is_group else "")
        for r in d.outline
    ]  # fmt: skip
    _fill(book.create_sheet("Differential"), head, [*rows, ("All leukocytes", d.n_leukocytes)], decimals=(3, 4, 5))
    for section in (*report.appendix.findings, *report.appendix.sections):
        sheet = book.create_sheet(_title(section.title, book.sheetnames))
        values = ((f.item, f.value, *_limits(f.interval), f.unit) for f in section.figures)
        _fill(sheet, ("What", "Value", "95 % from", "95 % to", "Unit"), [*values, *((note,) for note in section.notes)])
    _fill(book.create_sheet("All figures"), table.HEADER, table.figures(report))
    steps = ((s.number, s.at.isoformat(timespec="seconds"), s.who, s.kind, s.title) for s in report.appendix.history)
    _fill(book.create_sheet("Journal"), ("No.", "When", "Who", "Kind", "What"), steps)
    book.properties.title = str(_value(f"{report.title}: {report.case_name}"))
    book.properties.subject = RESEARCH_USE
    book.properties.creator = f"BloodView {report.version}"
    # The format knows no time zones: the moment as its clock showed it.
    book.properties.created = book.properties.modified = report.made_at.replace(tzinfo=None, microsecond=0)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _facts(report: Report) -> Iterable[tuple[object, ...]]:
    yield "Use", RESEARCH_USE
    yield "Case", report.case_name
    yield "Made", _moment(report.made_at)
    yield "BloodView", report.version
    yield "Signed by", report.reviewer or "nobody"
    yield "Signed", _moment(report.signed_at)
    yield from report.appendix.signing
    for warning in report.warnings:
        yield "Warning", warning
    for note in report.notes:
        yield "Note", note
    for model in report.appendix.models:
        yield f"Model {model.task}".strip(), f"{model.id} {model.sha256}".strip()
    yield from report.appendix.settings


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _limits(interval: object) -> tuple[object, object]:
    low, high = getattr(interval, "low", None), getattr(interval, "high", None)
    return low, high


def _title(wanted: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have and none has yet."""
    plain = (
        "".join(" " if c in r"[]:*?/\'" else c for c in ILLEGAL_CHARACTERS_RE.sub("", wanted))[:28].strip() or "Part"
    )
    number = 1
    while (name := plain if number == 1 else f"{plain} {number}") in taken:
        number += 1
    return name


def _fill(
    sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[object]], decimals: Sequence[int] = ()
) -> None:
    """Write a head and rows; columns of `decimals`, from 1, are shown with one."""
    widths = [0] * len(head)
    for number, row in enumerate((head, *rows), 1):
        for column, value in enumerate(row, 1):
            shown = _value(value)
            if shown is None:
                continue
            cell = sheet.cell(number, column)
            cell.value = shown
            if number == 1:
                cell.font = Font(bold=True)
            if isinstance(shown, str):
                cell.data_type = "s"  # openpyxl would take "=..." for a formula
            elif column in decimals:
                cell.number_format = _SHARE
            if column <= len(widths):
                widths[column - 1] = max(widths[column - 1], len(str(shown)))
    sheet.freeze_panes = "A2"
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, width + 2)


def _value(value: object) -> str | int | float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return escaped(ILLEGAL_CHARACTERS_RE.sub("", str(value)))[:_LONGEST]
