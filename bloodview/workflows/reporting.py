"""A case to its report, written as the ending says."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bloodview.core import unfamiliar
from bloodview.core.cells import Cell, Source, Status
from bloodview.core.differential import count
from bloodview.core.errors import UserError
from bloodview.core.files import check_place, write_whole
from bloodview.report import html, table
from bloodview.report.content import Report, ReportedSlide, compose
from bloodview.review.case import Case


def report(case: Case) -> Report:
    """What a case amounts to now."""
    cells = case.cells()
    counted = [c for c in cells if c.status is Status.ACTIVE]
    numbers = Counter(c.slide_id for c in cells)
    familiarity = unfamiliar.by_slide(cells)
    slides = [
        ReportedSlide(
            name=s.name,
            content_hash=s.content_hash,
            size=s.size,
            scale=s.scale,
            n_cells=numbers[s.id],
            n_failed_tiles=len(s.failed_tiles),
            analysed_at=s.analysed_at,
            device=s.device,
            model_ids=s.model_ids,
            familiarity=unfamiliar.picture_familiarity(familiarity.get(s.id, ())),
        )
        for s in case.slides()
    ]
    signature = case.signature
    return compose(
        case_name=case.path.name,
        made_at=datetime.now().astimezone(),
        differential=count(cells, case.taxonomy),
        slides=slides,
        n_edits=case.edit_count,
        n_by_person=sum(c.source is Source.PERSON for c in counted),
        n_open=sum(c.needs_a_look for c in counted),
        reviewer=signature.name if signature else "",
        signed_at=signature.at if signature else None,
        notes=[n.text for n in case.notes()],
        warnings=_of_learned_classes(case, counted),
        strangeness=unfamiliar.strangeness(familiarity.values()),
    )


def _of_learned_classes(case: Case, counted: Sequence[Cell]) -> list[str]:
    """How far the classes may be trusted that were taught in the case."""
    alone = Counter(c.label for c in counted if c.source is Source.LEARNED)
    said = []
    for s in case.standings():
        title, n = case.taxonomy[s.class_id].title, alone[s.class_id]
        cells = "1 cell is" if n == 1 else f"{n} cells are"
        said.append(
            f"{title} was taught in this case and is {s.word}: of {s.n} examples {s.hits} were found again by the "
            f"others. {cells} counted as {title} by its word alone."
        )
    return said


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
