"""The report as a table for spreadsheets and as JSON for programs."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from bloodview.core.differential import Row
from bloodview.core.sheet import write_table
from bloodview.core.smear import Smear
from bloodview.report.content import RESEARCH_USE, Report, ReportedSlide
from bloodview.report.section import Section

SCHEMA = "bloodview-report/1"
"""Names the shape of the JSON; raised when a field changes its meaning."""

HEADER = ("section", "item", "value", "low_95", "high_95", "unit")


def render_csv(report: Report) -> str:
    """One figure a row, with the interval it has and its unit; text that looks like a formula stays text."""
    text = io.StringIO(newline="")
    write_table(text, HEADER, figures(report))
    return text.getvalue()


def render_json(report: Report) -> str:
    """Everything the report holds; shares and their intervals are 0 to 1, moments ISO 8601."""
    d = report.differential
    nrbc = d.nrbc_per_100_wbc
    content = {
        "schema": SCHEMA,
        "use": RESEARCH_USE,
        "title": report.title,
        "case": report.case_name,
        "made_at": _iso(report.made_at),
        "version": report.version,
        "differential": {
            "n_leukocytes": d.n_leukocytes,
            "rows": [_row(row) for row in d.rows],
            "groups": [_row(row) for row in d.groups],
            "n_erythroblasts": d.n_erythroblasts,
            "erythroblasts_per_100_leukocytes": nrbc
            and {"value": nrbc.value, "low_95": nrbc.interval.low, "high_95": nrbc.interval.high},
            "n_platelets": d.n_platelets,
            "n_red_cells": d.n_red_cells,
            "left_out": {
                "undecided": d.n_undecided,
                "rejected": d.n_rejected,
                "unnamed": d.n_unnamed,
                "cut_by_border": d.n_cut,
                "others": [{"title": title, "count": n} for title, n in d.others],
            },
        },
        "review": {
            "edits": report.n_edits,
            "labelled_by_person": report.n_by_person,
            "unsure_and_not_looked_at": report.n_open,
            "unlike_the_training_pictures": {
                "leukocytes": report.strangeness.cells,
                "of_leukocytes": report.strangeness.of_cells,
                "pictures": report.strangeness.pictures,
                "of_pictures": report.strangeness.of_pictures,
            },
            "reviewer": report.reviewer,
            "signed_at": _iso(report.signed_at),
            "signing": [{"what": what, "value": value} for what, value in report.appendix.signing],
            "notes": list(report.notes),
        },
        "smear": report.smear and _smear(report.smear),
        "findings": [_section(section) for section in report.appendix.findings],
        "further": [_section(section) for section in report.appendix.sections],
        "slides": [_slide(slide) for slide in report.slides],
        "area_mm2": report.appendix.area_mm2,
        "models": list(report.model_ids),
        "detection_limit": report.detection_limit,
        "model_files": [{"id": m.id, "task": m.task, "sha256": m.sha256} for m in report.appendix.models],
        "settings": dict(report.appendix.settings),
        "journal": [
            {"number": step.number, "at": _iso(step.at), "kind": step.kind, "who": step.who, "what": step.title}
            for step in report.appendix.history
        ],
        "warnings": list(report.warnings),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def figures(report: Report) -> Iterator[tuple[object, ...]]:
    """The rows of the table."""
    d = report.differential
    yield "report", "use", RESEARCH_USE, None, None, ""
    yield "report", "case", report.case_name, None, None, ""
    yield "report", "made", _iso(report.made_at), None, None, ""
    yield "report", "version", report.version, None, None, ""
    yield "report", "reviewer", report.reviewer, None, None, ""
    yield "report", "signed", _iso(report.signed_at), None, None, ""
    yield "differential", "leukocytes", d.n_leukocytes, None, None, "cells"
    for row in d.outline:
        section = "group" if row.is_group else "class"
        yield section, row.title, row.count, None, None, "cells"
        if d.n_leukocytes:
            share = (100 * x for x in (row.share, row.interval.low, row.interval.high))
            yield section, row.title, *share, "% of leukocytes"
    yield "apart", "erythroblasts", d.n_erythroblasts, None, None, "cells"
    if d.nrbc_per_100_wbc:
        ratio = d.nrbc_per_100_wbc
        yield "apart", "erythroblasts", ratio.value, ratio.interval.low, ratio.interval.high, "per 100 leukocytes"
    yield "apart", "platelets", d.n_platelets, None, None, "cells"
    yield "apart", "red cells", d.n_red_cells, None, None, "cells"
    yield "left out", "undecided", d.n_undecided, None, None, "cells"
    yield "left out", "rejected", d.n_rejected, None, None, "cells"
    yield "left out", "unnamed", d.n_unnamed, None, None, "cells"
    yield "left out", "cut by the border", d.n_cut, None, None, "cells"
    for title, n in d.others:
        yield "left out", title, n, None, None, "cells"
    yield "review", "edits", report.n_edits, None, None, "edits"
    yield "review", "labelled by a person", report.n_by_person, None, None, "cells"
    yield "review", "unsure and not looked at", report.n_open, None, None, "cells"
    yield "review", "unlike the training pictures", report.strangeness.cells, None, None, "leukocytes"
    yield "review", "unlike the training pictures", report.strangeness.pictures, None, None, "pictures"
    for what, value in report.appendix.signing:
        yield "signing", what, value, None, None, ""
    for note in report.notes:
        yield "review", "note", note, None, None, ""
    for part in (*report.appendix.findings, *report.appendix.sections):
        for f in part.figures:
            low, high = (f.interval.low, f.interval.high) if f.interval else (None, None)
            yield part.title, f.item, f.value, low, high, f.unit
        for sentence in part.notes:
            yield part.title, "note", sentence, None, None, ""
    for slide in report.slides:
        yield "slide", slide.name, slide.content_hash, None, None, "content hash"
        yield "slide", slide.name, slide.n_cells, None, None, "objects"
        yield "slide", slide.name, slide.n_failed_tiles, None, None, "failed parts"
        if slide.analysed_mm2 is not None:
            yield "slide", slide.name, round(slide.analysed_mm2, 4), None, None, "mm2 analysed"
        if slide.monolayer_mm2 is not None:
            yield "slide", slide.name, round(slide.monolayer_mm2, 4), None, None, "mm2 of monolayer"
        if slide.familiarity is not None:
            yield "slide", slide.name, round(slide.familiarity, 4), None, None, "familiarity, 0 to 1"
        if slide.scale:
            yield "slide", slide.name, slide.scale.um_per_px, None, None, f"um/px, {slide.scale.source}"
    for name, value in report.appendix.settings:
        yield "setting", name, value, None, None, ""
    for model_id in report.model_ids:
        yield "model", "id", model_id, None, None, ""
    if report.detection_limit:
        yield "limit", "detection", report.detection_limit, None, None, ""
    for warning in report.warnings:
        yield "warning", "", warning, None, None, ""


def _row(row: Row) -> dict[str, object]:
    return {
        "class": row.class_id,
        "title": row.title,
        "count": row.count,
        "share": row.share,
        "low_95": row.interval.low,
        "high_95": row.interval.high,
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "columns": list(section.columns),
        "rows": [list(row) for row in section.rows],
        "notes": list(section.notes),
        "figures": [
            {
                "item": f.item,
                "value": f.value,
                "low_95": f.interval and f.interval.low,
                "high_95": f.interval and f.interval.high,
                "unit": f.unit,
            }
            for f in section.figures
        ],
    }


def _smear(smear: Smear) -> dict[str, object]:
    """Red cells and platelets by name; shares 0 to 1, grades 0 to 3, lengths um, the estimate 10^9 a litre."""
    p = smear.platelets
    return {
        "red_cells": asdict(smear.red_cells),
        "platelets": asdict(p)
        | {"estimate": p.estimate, "estimate_limits": p.estimate_limits and asdict(p.estimate_limits)},
        "grades": dict(smear.grading.grades),
        "grading_note": smear.grading.note,
    }


def _slide(slide: ReportedSlide) -> dict[str, object]:
    return {
        "name": slide.name,
        "content_hash": slide.content_hash,
        "width_px": slide.size.width,
        "height_px": slide.size.height,
        "um_per_px": slide.scale and slide.scale.um_per_px,
        "scale_source": slide.scale and slide.scale.source,
        "objects": slide.n_cells,
        "failed_parts": slide.n_failed_tiles,
        "analysed_mm2": slide.analysed_mm2,
        "monolayer_mm2": slide.monolayer_mm2,
        "analysis_ended": slide.is_whole,
        "familiarity": slide.familiarity,
        "unlike_the_training_pictures": slide.is_unfamiliar,
        "analysed_at": _iso(slide.analysed_at),
        "device": slide.device,
        "models": list(slide.model_ids),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
