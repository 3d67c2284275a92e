"""The report as a PDF of A4 pages: figures with a chart of their intervals, pictures of cells, where all comes from."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from bloodview.core.differential import Row
from bloodview.report import fonts
from bloodview.report.content import RESEARCH_USE, CellPicture, ClassPictures, ModelNote, Report, ReportedSlide
from bloodview.report.histogram import Histogram
from bloodview.report.jpeg import jpeg
from bloodview.report.section import Section
from bloodview.report.wording import moment, percent, ratio, span

_INK, _SOFT, _LINE = colors.HexColor("#1c2430"), colors.HexColor("#5b6675"), colors.HexColor("#d5dae1")
_FILL, _BAR_COLOR, _CARE = colors.HexColor("#eef1f5"), colors.HexColor("#8fb0e0"), colors.HexColor("#fdf4e7")
_CARE_EDGE, _DRAFT = colors.HexColor("#c46a00"), colors.Color(0.55, 0.1, 0.1, alpha=0.10)

_WIDTH, _HEIGHT = A4
_SIDE, _TOP, _BOTTOM = 16 * mm, 30 * mm, 18 * mm
_INNER = _WIDTH - 2 * _SIDE
_BAR = 62 * mm
_PICTURE = 17 * mm
_STEPS_SHOWN = 40
"""Of the journal; all of it is in the JSON."""


def render(report: Report) -> bytes:
    """The whole document; texts from elsewhere are shown as they are, never as markup."""
    fonts.register()
    _, pages = _built(report, 0)
    return _built(report, pages)[0]


def _built(report: Report, pages: int) -> tuple[bytes, int]:
    """The document with its number of pages at the foot of each, and how many there are."""
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=f"{report.title}: {report.case_name}",
        author=report.reviewer or "nobody has signed",
        subject=RESEARCH_USE,
        creator=f"BloodView {report.version}",
        invariant=1,
    )
    frame = Frame(_SIDE, _BOTTOM, _INNER, _HEIGHT - _TOP - _BOTTOM, 0, 0, 0, 0)
    template = PageTemplate("all", [frame], onPage=lambda canvas, _: _furnish(canvas, report, pages))
    document.addPageTemplates(template)
    document.build(_story(report))
    return out.getvalue(), document.page


def _furnish(canvas: Canvas, report: Report, pages: int) -> None:
    """What stands on every page: letterhead, what it may be used for, and the mark of a draft."""
    canvas.saveState()
    if report.signed_at is None:
        canvas.saveState()
        canvas.translate(_WIDTH / 2, _HEIGHT / 2)
        canvas.rotate(52)
        canvas.setFillColor(_DRAFT)
        canvas.setFont(fonts.BOLD, 92)
        canvas.drawCentredString(0, -20, "DRAFT")
        canvas.setFont(fonts.BOLD, 26)
        canvas.drawCentredString(0, -56, "not signed")
        canvas.restoreState()
    top = _HEIGHT - 12 * mm
    head = report.appendix.letterhead
    left = _SIDE
    if head.logo:
        picture = ImageReader(io.BytesIO(head.logo))
        width, height = picture.getSize()
        shown = min(14 * mm, 45 * mm * height / width)
        canvas.drawImage(picture, _SIDE, top - 11 * mm, shown * width / height, shown, mask="auto")
        left += shown * width / height + 4 * mm
    for number, line in enumerate(head.laboratory.splitlines()[:3]):
        canvas.setFillColor(_SOFT if number else _INK)
        fonts.draw(canvas, left, top - number * 4.2 * mm, line[:80], bold=not number, size=8 if number else 9.5)
    canvas.setFont(fonts.BOLD, 7.5)
    canvas.setFillColor(_INK)
    canvas.drawRightString(_WIDTH - _SIDE, top, RESEARCH_USE)
    canvas.setFillColor(_SOFT)
    fonts.draw_right(canvas, _WIDTH - _SIDE, top - 4.2 * mm, f"Case {report.case_name}"[:90], size=7.5)
    canvas.setStrokeColor(_LINE)
    canvas.line(_SIDE, _HEIGHT - 25.5 * mm, _WIDTH - _SIDE, _HEIGHT - 25.5 * mm)
    canvas.line(_SIDE, 14 * mm, _WIDTH - _SIDE, 14 * mm)
    canvas.setFillColor(_SOFT)
    canvas.setFont(fonts.PLAIN, 7.5)
    canvas.drawRightString(_WIDTH - _SIDE, 10 * mm, f"{canvas.getPageNumber()} / {pages}")
    state = f"signed by {report.reviewer}, {moment(report.signed_at)}" if report.signed_at else "draft, not signed"
    fonts.draw(
        canvas, _SIDE, 10 * mm, f"BloodView {report.version} · made {moment(report.made_at)} · {state}", size=7.5
    )
    canvas.restoreState()


def _story(report: Report) -> list[Flowable]:
    story: list[Flowable] = [_text(report.title, 17, bold=True, after=6), _facts(report), Spacer(0, 8)]
    story += _cautions(report)
    story += _differential(report)
    story += _apart(report)
    for finding in report.appendix.findings:
        story += _section(finding)
    story += _cells(report)
    story += _review(report)
    for section in report.appendix.sections:
        story += _section(section)
    story += _provenance(report)
    return story


def _facts(report: Report) -> Flowable:
    d = report.differential
    per_hundred = d.nrbc_per_100_wbc
    nrbc = f"{per_hundred.value:.1f}" if per_hundred else "–"
    facts = (
        ("Leukocytes counted", f"{d.n_leukocytes}"),
        ("Erythroblasts per 100 leukocytes", nrbc),
        ("Platelets", f"{d.n_platelets}"),
        ("Red cells", f"{d.n_red_cells}"),
    )
    cells = [[_text(title, 7.5, color=_SOFT), _text(value, 15, bold=True)] for title, value in facts]
    return _table(
        [cells], [_INNER / 4] * 4, [("BACKGROUND", (0, 0), (-1, -1), _FILL), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    )


def _cautions(report: Report) -> list[Flowable]:
    if not report.warnings:
        return []
    lines = [[_text(f"• {warning}", 8.5)] for warning in report.warnings]
    style = [("BACKGROUND", (0, 0), (-1, -1), _CARE), ("LINEBEFORE", (0, 0), (0, -1), 3, _CARE_EDGE)]
    return [_table(lines, [_INNER], [*style, *_tight(1.5)]), Spacer(0, 8)]


def _differential(report: Report) -> list[Flowable]:
    d = report.differential
    longest = max((row.interval.high for row in d.outline if d.n_leukocytes), default=1.0)
    top = min(1.0, max(0.1, np.ceil(longest * 10) / 10))
    head = [_text(t, 7.5, color=_SOFT, right=right) for t, right in _COLUMNS] + [_axis(float(top))]
    rows: list[list[Flowable | str]] = [list[Flowable | str](head)]
    for row in d.outline:
        faint = _SOFT if not row.count else _INK
        share, limits = (percent(row.share), span(row.interval)) if d.n_leukocytes else ("–", "–")
        rows.append(
            [
                _text(row.title, 9, bold=row.is_group, color=faint, indent=9 * row.depth),
                _text(f"{row.count}", 9, bold=row.is_group, color=faint, right=True),
                _text(share, 9, bold=row.is_group, color=faint, right=True),
                _text(limits, 9, color=faint, right=True),
                _Bar(row, float(top)) if d.n_leukocytes else Spacer(0, 0),
            ]
        )
    rows.append(
        [_text("All leukocytes", 9, bold=True), _text(f"{d.n_leukocytes}", 9, bold=True, right=True), "", "", ""]
    )
    widths = [58 * mm, 15 * mm, 15 * mm, 28 * mm, _BAR]
    style = [("LINEBELOW", (0, 0), (-1, -2), 0.4, _LINE), ("LINEABOVE", (0, -1), (-1, -1), 0.9, _INK), *_tight(1.2)]
    note = "Intervals are Wilson's at 95 %: what chance alone leaves open at this number of cells."
    return [_heading("Differential"), _table(rows, widths, style), _text(note, 7.5, color=_SOFT, after=2)]


_COLUMNS = (("Class", False), ("Cells", True), ("%", True), ("95 % interval", True))


class _Bar(Flowable):
    """A share as a bar and its interval as a whisker, on a scale from 0 to `top`."""

    def __init__(self, row: Row, top: float) -> None:
        super().__init__()
        self.width, self.height = _BAR - 8, 10.0
        self._row, self._top = row, top

    def draw(self) -> None:
        """Paint onto the page."""
        canvas, middle = self.canv, self.height / 2

        def at(share: float) -> float:
            return self.width * min(share, self._top) / self._top

        canvas.setFillColor(_BAR_COLOR)
        canvas.rect(0, 1.5, max(0.5, at(self._row.share)), self.height - 3, stroke=0, fill=1)
        canvas.setStrokeColor(_INK)
        canvas.setLineWidth(0.9)
        low, high = at(self._row.interval.low), at(self._row.interval.high)
        canvas.line(low, middle, high, middle)
        for x in (low, high):
            canvas.line(x, middle - 2.4, x, middle + 2.4)


def _axis(top: float) -> Flowable:
    ends = [_text("0 %", 7.5, color=_SOFT), _text(f"{100 * top:.0f} %", 7.5, color=_SOFT, right=True)]
    return _table([ends], [(_BAR - 8) / 2] * 2, _tight(0))


def _apart(report: Report) -> list[Flowable]:
    d = report.differential
    nrbc = d.nrbc_per_100_wbc
    per_hundred = f"{nrbc.value:.1f} ({ratio(nrbc.interval)})" if nrbc else "–"
    lines = [
        ("Erythroblasts", f"{d.n_erythroblasts}, per 100 leukocytes {per_hundred}"),
        ("Left out", ", ".join(f"{n} {what}" for what, n in _left_out(report)) or "nothing"),
    ]
    return [_pairs(lines)]


def _left_out(report: Report) -> list[tuple[str, int]]:
    d = report.differential
    numbers = [
        ("undecided", d.n_undecided),
        ("rejected", d.n_rejected),
        ("unnamed", d.n_unnamed),
        ("cut by the border", d.n_cut),
        *((title.lower(), n) for title, n in d.others),
    ]
    return [(what, n) for what, n in numbers if n]


def _cells(report: Report) -> list[Flowable]:
    pictures, red_cells = report.appendix.pictures, report.appendix.red_cells
    if not pictures and not red_cells:
        return []
    story: list[Flowable] = []
    groups = (
        ("Typical cells", [p for p in pictures if not p.is_rare]),
        ("Rare cells", [p for p in pictures if p.is_rare]),
        ("Red cells", red_cells),
    )
    for title, shown in groups:
        if rows := [_class_row(p) for p in shown]:
            story += [KeepTogether([_heading(title), rows[0]]), *rows[1:]]
    note = "A picture is 20 µm wide where the scale is known. The number is the cell's; * a person named it."
    return [*story, _text(note, 7.5, color=_SOFT, after=2)]


def _class_row(shown: ClassPictures) -> Flowable:
    head: list[Flowable] = [
        _text(shown.title, 8.5, bold=True),
        _text(shown.said or (f"{shown.count} cells" if shown.count != 1 else "1 cell"), 7.5, color=_SOFT),
    ]
    across = 7
    lines = [shown.cells[i : i + across] for i in range(0, len(shown.cells), across)]
    rows: list[list[object]] = []
    for number, line in enumerate(lines):
        cells: list[object] = [_picture(cell) for cell in line]
        rows.append([head if not number else "", *cells, *[""] * (across - len(cells))])
    first = _INNER - across * (_PICTURE + 2 * mm)
    return _table(rows, [first, *[_PICTURE + 2 * mm] * across], [("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight(1)])


def _picture(cell: CellPicture) -> list[Flowable]:
    picture = Image(io.BytesIO(jpeg(cell.image)), _PICTURE, _PICTURE)
    return [picture, _text(f"{cell.cell_id}{'*' if cell.by_person else ''}", 6.5, color=_SOFT)]


def _review(report: Report) -> list[Flowable]:
    signed = f"{report.reviewer}, {moment(report.signed_at)}" if report.signed_at else "nobody"
    lines = [
        ("Signed by", signed),
        *report.appendix.signing,
        ("Edits", f"{report.n_edits}; {report.n_by_person} counted cells named or confirmed by a person"),
        ("Not looked at", f"{report.n_open} counted cells of which the machine is unsure"),
        *(("Note", note) for note in report.notes),
    ]
    return [KeepTogether([_heading("Review"), _pairs(lines)])]


def _section(section: Section) -> list[Flowable]:
    story: list[Flowable] = [_heading(section.title)]
    if section.bars:
        story.append(
            KeepTogether(
                [_text(section.bars.title, 7.5, color=_SOFT, after=2), Histogram(section.bars, _INNER, 34 * mm)]
            )
        )
    if section.is_text and section.rows:
        story.append(_pairs([(name, value) for name, value in section.rows]))
    elif section.rows:
        rows = [[_text(t, 7.5, color=_SOFT, right=i > 0) for i, t in enumerate(section.columns)]]
        rows += [[_text(t, 8.5, right=i > 0) for i, t in enumerate(row)] for row in section.rows]
        first = 50 * mm
        widths = [first, *[(_INNER - first) / max(1, len(section.columns) - 1)] * (len(section.columns) - 1)]
        story.append(_table(rows, widths, [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), *_tight(1)], repeat=1))
    return [*story, *(_text(note, 8, before=3) for note in section.notes)]


def _provenance(report: Report) -> list[Flowable]:
    more = report.appendix
    area = f"{more.area_mm2:.4f} mm²" if more.area_mm2 is not None else "not known: a scale is missing"
    lines = [
        ("Program", f"BloodView {report.version}"),
        *((f"Model{m.task and ': '}{m.task}", f"{m.id}, {_sum(m)}") for m in more.models),
        *more.settings,
        ("Area analysed", f"{area}, {len(report.slides)} pictures"),
    ]
    story: list[Flowable] = [KeepTogether([_heading("Where it comes from"), _pairs(lines)]), Spacer(0, 4)]
    story.append(_slides(report.slides))
    if more.history:
        story += [_heading("Who changed what"), _history(report)]
    return story


def _sum(model: ModelNote) -> str:
    return f"sha256 {model.sha256}" if model.sha256 else "not installed any more"


def _slides(slides: Sequence[ReportedSlide]) -> Flowable:
    rows = [[_text(t, 7.5, color=_SOFT) for t in ("Picture", "Size, scale", "Cells", "Failed", "Analysed", "Content")]]
    for s in slides:
        scale = f"{s.scale.um_per_px:.4f} µm/px ({s.scale.source})" if s.scale else "no scale"
        texts = (
            s.name, f"{s.size.width} × {s.size.height}, {scale}", f"{s.n_cells}", f"{s.n_failed_tiles}",
            f"{moment(s.analysed_at)}, {s.device}", s.content_hash.rpartition(":")[2][:12],
        )  # fmt: skip
        rows.append([_text(t, 7.5) for t in texts])
    widths = [38 * mm, 54 * mm, 12 * mm, 12 * mm, 34 * mm, _INNER - 150 * mm]
    return _table(rows, widths, [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), *_tight(1)], repeat=1)


def _history(report: Report) -> Flowable:
    steps = report.appendix.history
    rows = [[_text(t, 7.5, color=_SOFT) for t in ("No.", "When", "Who", "What")]]
    if len(steps) > _STEPS_SHOWN:
        left = len(steps) - _STEPS_SHOWN
        rows.append([_text(t, 7.5, color=_SOFT) for t in ("", "", "", f"{left} earlier steps are in the JSON report")])
    for step in steps[-_STEPS_SHOWN:]:
        what = step.title if step.kind in ("edit", "run") else f"{step.kind}: {step.title}"
        rows.append([_text(t, 7.5) for t in (f"{step.number}", moment(step.at), step.who or "–", what)])
    widths = [12 * mm, 30 * mm, 34 * mm, _INNER - 76 * mm]
    return _table(rows, widths, [("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), *_tight(0.8)], repeat=1)


def _pairs(lines: Sequence[tuple[str, str]]) -> Flowable:
    rows = [[_text(name, 8.5, color=_SOFT), _text(value, 8.5)] for name, value in lines]
    return _table(rows, [42 * mm, _INNER - 42 * mm], [("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight(1)])


def _heading(text: str) -> Flowable:
    return _text(text, 11.5, bold=True, before=10, after=4, keep=True)


def _text(
    text: str,
    size: float,
    *,
    bold: bool = False,
    color: colors.Color = _INK,
    right: bool = False,
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> Paragraph:
    style = ParagraphStyle(
        "text",
        fontName=fonts.BOLD if bold else fonts.PLAIN,
        fontSize=size,
        leading=size * 1.25,
        textColor=color,
        alignment=2 if right else 0,
        leftIndent=indent,
        spaceBefore=before,
        spaceAfter=after,
        keepWithNext=int(keep),
        splitLongWords=1,
    )
    return Paragraph(fonts.marked(escape(text)).replace("\n", "<br/>"), style)


def _tight(padding: float) -> list[Any]:
    return [("TOPPADDING", (0, 0), (-1, -1), padding), ("BOTTOMPADDING", (0, 0), (-1, -1), padding)]


def _table(rows: Sequence[Sequence[object]], widths: Sequence[float], style: Sequence[Any], repeat: int = 0) -> Table:
    sides = [
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    return Table([list(row) for row in rows], list(widths), repeatRows=repeat, style=[*sides, *style])
