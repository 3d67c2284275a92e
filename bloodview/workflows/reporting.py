"""A case to its report, written as the ending says."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bloodview.core import unfamiliar
from bloodview.core.cells import Source, Status
from bloodview.core.differential import from_counts
from bloodview.core.errors import UserError
from bloodview.core.files import check_place, write_whole
from bloodview.report import html, table
from bloodview.report.content import Report, ReportedSlide, compose
from bloodview.review.case import Case
from bloodview.review.records import SlideRecord


def report(case: Case) -> Report:
    """What a case amounts to now."""
    # Red cells that nobody decided anything of are counted where they lie: a slide has a million of them.
    cells = case.cells(plain_red_cells=False)
    found = case.label_counts()
    counted = [c for c in cells if c.status is Status.ACTIVE]
    familiarity = unfamiliar.by_slide(cells)
    slides = []
    for s in case.slides():
        here = case.label_counts(s.id)
        area = _area(case, s)
        slides.append(
            ReportedSlide(
                name=s.name,
                content_hash=s.content_hash,
                size=s.size,
                scale=s.scale,
                n_cells=sum(here.by_label.values()) + here.undecided + here.rejected + here.cut,
                n_failed_tiles=len(s.failed_tiles),
                analysed_at=s.analysed_at,
                device=s.device,
                model_ids=s.model_ids,
                familiarity=unfamiliar.picture_familiarity(familiarity.get(s.id, ())),
                analysed_mm2=area.analysed,
                monolayer_mm2=area.monolayer,
                is_whole=area.is_finished,
            )
        )
    signature = case.signature
    return compose(
        case_name=case.path.name,
        made_at=datetime.now().astimezone(),
        differential=from_counts(found.by_label, found.undecided, found.rejected, case.taxonomy, found.cut),
        slides=slides,
        n_edits=case.edit_count,
        n_by_person=sum(c.source is Source.PERSON for c in counted),
        n_open=sum(c.needs_a_look for c in counted),
        reviewer=signature.name if signature else "",
        signed_at=signature.at if signature else None,
        notes=[n.text for n in case.notes()],
        strangeness=unfamiliar.strangeness(familiarity.values()),
    )


@dataclass(frozen=True, slots=True)
class _Area:
    """What of a slide was analysed, mm2; None where that is not known."""

    analysed: float | None
    monolayer: float | None
    is_finished: bool


def _area(case: Case, slide: SlideRecord) -> _Area:
    known = case.analysed_area(slide.id)
    if slide.scale is None:
        return _Area(None, None, known is None or known.is_finished)
    mm2 = (slide.scale.um_per_px / 1000) ** 2
    if known is None:  # in one step: all of it but what failed
        failed = sum(b.width * b.height for b in slide.failed_tiles)
        return _Area(max(0.0, slide.size.width * slide.size.height - failed) * mm2, None, True)
    return _Area(known.analysed * mm2, known.monolayer * mm2, known.is_finished)


REPORT_ENDINGS = (".html", ".csv", ".json")


def check_report_place(out: Path) -> None:
    """Refuse an ending that no report has and a place that cannot be written, before work is spent on it."""
    if out.suffix.lower() not in REPORT_ENDINGS:
        raise UserError("is no kind of report.", path=out, hint=f"Endings: {', '.join(REPORT_ENDINGS)}.")
    check_place(out)


def write_report(case: Case, out: Path) -> None:
    """Write the report as its ending says: .html, .csv or .json; whole or not at all.

    Raises:
        UserError: another ending.
        StorageError: it cannot be written.
    """
    check_report_place(out)
    render = {".html": html.render, ".csv": table.render_csv, ".json": table.render_json}[out.suffix.lower()]
    text = render(report(case))
    with write_whole(out) as beside:
        beside.write_text(text, encoding="utf-8", newline="")
