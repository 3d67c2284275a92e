"""A report with something in every place, for the tests of this room."""

from datetime import UTC, datetime

import numpy as np

from bloodview.core.differential import Differential, from_counts
from bloodview.core.geometry import Scale, Size
from bloodview.core.grading import Grading
from bloodview.core.platelets import PlateletPlace
from bloodview.core.platelets import figures as platelet_figures
from bloodview.core.red_cells import ShapeColumns, figures
from bloodview.core.smear import SlideSmear, Smear
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


def smear() -> Smear:
    """Red cells of a file with a scale, platelets, and some grades."""
    columns = ShapeColumns(
        np.arange(40),
        np.linspace(24, 36, 40),
        np.full(40, 0.97),
        np.linspace(1, 1.4, 40),
        np.linspace(0.2, 0.6, 40),
        3,
        5,
        1,
        2,
    )
    boxes = np.array([(100 * i, 0, 100 * i + 12, 12) for i in range(20)], np.float32)
    place = PlateletPlace(boxes, np.linspace(8, 20, 18), Scale(0.25, "file"), 0.08)
    cells, platelets = figures([(columns, Scale(0.25, "file"))]), platelet_figures([place], 200, 15)
    grades = Grading({"anisocytosis": 2, "schistocytes": 1, "agglutination": 0}, "Two populations <b>&")
    each = tuple(SlideSmear(name, 51, 20, cells, platelets) for name in ("smear 1.svs", "=field 2.png"))
    return Smear(cells, platelets, grades, each)
