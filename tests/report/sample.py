"""A report with something in every place, for the tests of this room."""

from datetime import UTC, datetime

from bloodview.core.differential import Differential, from_counts
from bloodview.core.geometry import Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.report.content import Report, ReportedSlide, compose

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)

COUNTS = {
    "segmented_neutrophil": 61,
    "band_neutrophil": 6,
    "neutrophil": 2,
    "lymphocyte": 34,
    "monocyte": 9,
    "eosinophil": 3,
    "metamyelocyte": 1,
    "erythroblast": 4,
    "platelet": 212,
    "red_cell": 4810,
    "artefact": 5,
    "": 1,
}


def slide(name: str = "smear 1.svs", **given: object) -> ReportedSlide:
    """A slide as it usually is, but for what is given."""
    usual = {
        "name": name,
        "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "size": Size(40_000, 30_000),
        "scale": Scale(0.2512, "file"),
        "n_cells": 5148,
        "n_failed_tiles": 0,
        "analysed_at": NOON,
        "device": "cpu",
        "model_ids": ("detector-1", "classifier-1"),
    }
    return ReportedSlide(**(usual | given))  # type: ignore[arg-type]


def report(differential: Differential | None = None, **given: object) -> Report:
    """A report as it usually is, but for what is given."""
    usual: dict[str, object] = {
        "case_name": "smear 1.bvcase",
        "made_at": NOON,
        "differential": differential or from_counts(COUNTS, 3, 4, DEFAULT_TAXONOMY, cut=96),
        "slides": [slide(), slide("field 2.png", scale=Scale(0.11, "red cells"), model_ids=("detector-1",))],
        "n_edits": 17,
        "n_by_person": 12,
        "n_open": 2,
        "reviewer": "Dr. Ada Lovelace",
        "signed_at": NOON,
        "notes": ["Thick at the left edge.\nSecond line."],
    }
    return compose(**(usual | given))  # type: ignore[arg-type]
