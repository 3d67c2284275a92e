"""Cases with very many cells, written in bulk as the program would write them: the same rows, in one transaction."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import FINE
from bloodview.review import rows
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, NewSlide

WHITE_SHARE, PLATELET_SHARE = 0.01, 0.03
"""As in blood, where there are some 700 red cells a leukocyte, with more leukocytes: they cost most."""
_CORNERS = 24


def write_case(
    path: Path, slide: Path, content_hash: str, size: Size, cells: int, white_share: float = WHITE_SHARE
) -> Path:
    """A case of one slide with cells all over it, a fifth of the leukocytes doubtful; seconds for a million."""
    rng = np.random.default_rng(0)
    x, y = (rng.uniform(150, side - 150, cells) for side in (size.width, size.height))
    kinds = rng.choice(3, cells, p=(white_share, PLATELET_SHARE, 1 - white_share - PLATELET_SHARE))
    half = np.choose(kinds, (60.0, 12.0, 37.0)) * rng.uniform(0.85, 1.15, cells)
    labels = rng.integers(len(FINE), size=cells)
    confidence = rng.uniform(0.4, 1.0, cells)
    turns = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    with Case.create(path) as case:
        # The first cell goes through the case's door, which makes the slide, the model and the journal's line.
        first = FoundCell(Detection(Kind.WBC, Box(20, 20, 140, 140), 0.9), _said())
        case.apply(AddRun(NewSlide(slide, content_hash, size, Scale(0.1, "file")), (first,), ("bulk",), "cpu"))

        def cell_rows() -> Iterator[tuple[object, ...]]:
            names = ("wbc", "platelet", "rbc")
            given = (x.tolist(), y.tolist(), half.tolist(), kinds.tolist(), labels.tolist())
            for i, (a, b, h, kind, label) in enumerate(zip(*given, strict=True)):
                said = FINE[label] if kind == 0 else ("platelet", "red_cell")[kind - 1]
                yield i + 2, names[kind], a - h, b - h, a + h, b + h, said

        def finding_rows() -> Iterator[tuple[object, ...]]:
            for i in range(cells):
                if kinds[i]:
                    yield i + 2, None, None, None, None, None, None, b"", b""
                    continue
                sure = float(confidence[i])
                shares = np.full(len(FINE), (1 - sure) / (len(FINE) - 1))
                shares[labels[i]] = sure
                middle = (x[i], y[i])
                outlines = ((middle + r * half[i] * circle).astype("<f4").tobytes() for r in (0.95, 0.6))
                label = FINE[labels[i]]
                yield i + 2, 1, label, sure, int(sure > 0.52), 0.5, rows.pack_floats(shares), *outlines

        with case._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO cell (id, slide_id, kind, present, x0, y0, x1, y1, score, touches_edge, machine_label)"
                " VALUES (?, 1, ?, 1, ?, ?, ?, ?, 0.9, 0, ?)",
                cell_rows(),
            )
            connection.executemany(
                "INSERT INTO finding (cell_id, model, label, confidence, decided, familiarity, probabilities,"
                " cell_outline, nucleus_outline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                finding_rows(),
            )
    return path


def _said() -> Prediction:
    rest = 0.1 / (len(FINE) - 1)
    return Prediction(FINE[0], 0.9, True, 0.5, tuple((c, 0.9 if c == FINE[0] else rest) for c in FINE), "bulk")
