"""A case to its report, written as the ending says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np

from bloodview.core import unfamiliar
from bloodview.core.cells import Cell, Source, Status
from bloodview.core.differential import from_counts
from bloodview.core.errors import UserError
from bloodview.core.files import check_place, write_whole
from bloodview.core.settings import Settings, load
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.report import html, table
from bloodview.report.content import Appendix, Letterhead, ModelNote, Report, ReportedSlide, Step, compose
from bloodview.report.wording import moment
from bloodview.review.case import Case
from bloodview.review.records import SlideRecord
from bloodview.workflows import reading_twice
from bloodview.workflows.report_pictures import Wanted, choose, read

_ALL = 10_000_000
"""More entries than any journal has."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A report without its pictures, and what they are read from: values, fit for another thread."""

    report: Report
    wanted: tuple[Wanted, ...]
    slides: tuple[SlideRecord, ...]


def report(case: Case, letterhead: Letterhead | None = None) -> Report:
    """What a case amounts to now, without pictures."""
    return prepare(case, letterhead).report


def prepare(case: Case, letterhead: Letterhead | None = None) -> Draft:
    """Gather what a case amounts to now."""
    # Red cells that nobody decided anything of are counted where they lie: a slide has a million of them.
    cells = case.cells(plain_red_cells=False)
    found = case.label_counts()
    counted = [c for c in cells if c.status is Status.ACTIVE]
    familiarity = unfamiliar.by_slide(cells)
    slides = []
    records = case.slides()
    for s in records:
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
    differential = from_counts(found.by_label, found.undecided, found.rejected, case.taxonomy, found.cut)
    more = replace(
        _appendix(case, records, letterhead or Letterhead()),
        sections=reading_twice.sections(case, reading_twice.random_check(cells, case.taxonomy), differential),
    )
    made = compose(
        case_name=case.path.name,
        made_at=datetime.now().astimezone(),
        differential=differential,
        slides=slides,
        n_edits=case.edit_count,
        n_by_person=sum(c.source is Source.PERSON for c in counted),
        n_open=sum(c.needs_a_look for c in counted),
        reviewer=signature.name if signature else "",
        signed_at=signature.at if signature else None,
        notes=[n.text for n in case.notes()],
        warnings=[*case.journal_remarks, *_of_learned_classes(case, counted)],
        strangeness=unfamiliar.strangeness(familiarity.values()),
        appendix=more,
    )
    return Draft(made, tuple(choose(cells, case.taxonomy)), tuple(records))


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


def letterhead(settings: Settings) -> Letterhead:
    """The head of a PDF report as it was chosen; without its logo where that cannot be read."""
    logo = b""
    if settings.laboratory_logo:
        try:
            logo = Path(settings.laboratory_logo).read_bytes()
        except OSError:
            logo = b""
        if logo and cv2.imdecode(np.frombuffer(logo, np.uint8), cv2.IMREAD_COLOR) is None:
            logo = b""
    return Letterhead(settings.laboratory, logo)


REPORT_ENDINGS = (".pdf", ".html", ".csv", ".json")


def check_report_place(out: Path) -> None:
    """Refuse an ending that no report has and a place that cannot be written, before work is spent on it."""
    if out.suffix.lower() not in REPORT_ENDINGS:
        raise UserError("is no kind of report.", path=out, hint=f"Endings: {', '.join(REPORT_ENDINGS)}.")
    check_place(out)


def write_report(case: Case, out: Path, settings: Settings | None = None) -> None:
    """Write the report as its ending says: .pdf, .html, .csv or .json; whole or not at all.

    Args:
        case: the case.
        out: the file.
        settings: of which the letterhead is taken; None = the user's.

    Raises:
        UserError: another ending.
        StorageError: it cannot be written.
    """
    check_report_place(out)
    write_draft(prepare(case, letterhead(settings or load())), out)


def write_draft(draft: Draft, out: Path) -> None:
    """As `write_report`, from values: touches no case, so it runs on any thread. Pictures are read for .pdf alone."""
    check_report_place(out)
    ending, made = out.suffix.lower(), draft.report
    if ending == ".pdf":
        from bloodview.report import pdf  # ReportLab's start would delay every other report

        pictures, problems = read(draft.wanted, draft.slides)
        appendix = replace(made.appendix, pictures=pictures)
        content = pdf.render(replace(made, appendix=appendix, warnings=(*made.warnings, *problems)))
    else:
        render = {".html": html.render, ".csv": table.render_csv, ".json": table.render_json}[ending]
        content = render(made).encode("utf-8")
    with write_whole(out) as beside:
        beside.write_bytes(content)


def _appendix(case: Case, slides: Sequence[SlideRecord], head: Letterhead) -> Appendix:
    cards = store.list_models()
    models = [_model_note(m, cards) for m in dict.fromkeys(m for s in slides for m in s.model_ids)]
    entries = case.journal(_ALL)[::-1]
    return Appendix(
        letterhead=head,
        history=tuple(Step(e.id, e.at, e.kind, e.title, e.who) for e in entries),
        models=tuple(models),
        settings=(
            ("Denominator", "all leukocytes; erythroblasts per 100 leukocytes; undecided and unnamed cells left out"),
            ("Border", "every leukocyte counts; red cells and platelets cut by the left or upper border do not"),
            ("Interval", "Wilson, 95 %"),
            ("Device", ", ".join(dict.fromkeys(s.device for s in slides)) or "none"),
        ),
        area_mm2=_area_mm2(case, slides),
        signing=tuple(_signing(case)),
    )


def _signing(case: Case) -> Iterator[tuple[str, str]]:
    if standing := case.signature:
        yield "Identifiers confirmed", "; ".join(standing.identifiers) or "not asked for"
        if standing.overrides:
            yield "Signed in spite of", "; ".join(f"{check}: {reason}" for check, reason in standing.overrides)
    for old in case.signatures():
        if old.amended_at:
            said = f"amended {moment(old.amended_at)}: {old.amended_because}"
            yield "Signed before", f"{old.name}, {moment(old.at)}; {said}"
    if head := case.journal_head:
        yield "Seal of the journal", head


def _model_note(model_id: str, cards: Sequence[ModelCard]) -> ModelNote:
    """A model with what its card says, if it is installed as it was used: `model_id` ends in the start of its sum."""
    name, _, start = model_id.partition("@")
    for card in cards:
        if card.id == name and card.weights_sha256.startswith(start):
            return ModelNote(model_id, card.task, card.weights_sha256)
    return ModelNote(model_id)


def _area_mm2(case: Case, slides: Sequence[SlideRecord]) -> float | None:
    """What of all pictures was analysed; None where a scale is missing."""
    areas = [area for s in slides if (area := _area(case, s).analysed) is not None]
    return sum(areas) if len(areas) == len(slides) else None
