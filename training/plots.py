"""The plots of RESULTS.md, as SVG of the same bytes for the same records: left out, reliability, few labels."""

import io
from collections.abc import Callable, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.splits import SHOTS
from training.tables import Row, Value, read_value

AWAY = ("bccd", "chula_wbc")
COLOURS = ("#3d76dd", "#f28e2b")


def all_of(rows: Sequence[Row]) -> dict[str, bytes]:
    """File name -> SVG of each plot for which there are records."""
    makers: dict[str, Callable[[Sequence[Row]], Figure | None]] = {
        "left-out.svg": left_out,
        "reliability.svg": reliability,
        "few-labels.svg": few_labels,
    }
    drawn = {}
    with mpl.rc_context({"svg.hashsalt": "bloodview", "svg.fonttype": "none", "font.size": 9.0}):
        for name, maker in makers.items():
            if (figure := maker(rows)) is not None:
                stream = io.BytesIO()
                figure.savefig(stream, format="svg", metadata={"Date": None})
                drawn[name] = stream.getvalue()
    return drawn


def left_out(rows: Sequence[Row]) -> Figure | None:
    """Forced balanced accuracy of each method in each laboratory left out, with intervals; 0.75 is aimed at."""
    values = [(r, [_left(r, d) for d in AWAY]) for r in rows]
    shown = [(r, v) for r, v in values if any(v)]
    if not shown:
        return None
    figure = Figure(figsize=(7.0, 1.0 + 0.36 * len(shown)), layout="constrained")
    axes: Axes = figure.add_subplot()
    for k, laboratory in enumerate(AWAY):
        for i, (_, each) in enumerate(shown):
            if value := each[k]:
                axes.barh(i + 0.38 * k - 0.19, value.value, 0.36, color=COLOURS[k], label=laboratory if not i else None)
                axes.plot([value.low, value.high], [i + 0.38 * k - 0.19] * 2, color="#222222", linewidth=1.2)
    axes.axvline(0.75, color="#777777", linestyle="--", linewidth=1)
    axes.set_yticks(range(len(shown)), [r.method + (" (transductive)" if r.transductive else "") for r, _ in shown])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("balanced accuracy, forced, laboratory left out")
    _legend(axes)
    return figure


def reliability(rows: Sequence[Row]) -> Figure | None:
    """Share right against confidence, home and away, of the method that is best in the laboratories left out."""
    able = [r for r in rows if not r.transductive and any(x.protocol == "calibration" for x in r.records)]
    if not able:
        return None
    row = max(able, key=lambda r: float(np.mean([v.value if (v := _left(r, d)) else 0.0 for d in AWAY])))
    figure = Figure(figsize=(4.2, 4.0), layout="constrained")
    axes: Axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#aaaaaa", linewidth=1)
    for k, laboratory in enumerate(AWAY):
        record = next((r for r in row.records if r.protocol == "calibration" and r.left_out == laboratory), None)
        for judged, line in (("pbc test", ":"), (laboratory, "-")):
            if record and (part := record.part(judged)):
                curve = np.array([(c, h) for c, h, n in part.reliability if n >= 5]).reshape(-1, 2)
                label = f"{judged}, trained without {laboratory}"
                axes.plot(curve[:, 0], curve[:, 1], line, marker="o", markersize=3, color=COLOURS[k], label=label)
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right (fine level)")
    axes.set_title(row.method)
    _legend(axes)
    return figure


def few_labels(rows: Sequence[Row]) -> Figure | None:
    """Balanced accuracy against labels a class."""
    figure = Figure(figsize=(5.0, 3.4), layout="constrained")
    axes: Axes = figure.add_subplot()
    for k, row in enumerate(rows):
        own = [r for r in row.records if r.protocol == "few-labels"]
        for judged, line in (("pbc test", "-"), ("pbc test, prototypes", "--")):
            points = [(n, v) for n in SHOTS if (v := read_value(own, str(n), judged, "balanced"))]
            if points:
                label = row.method + (", prototypes" if judged != "pbc test" else "")
                axes.plot(
                    *zip(*[(n, v.value) for n, v in points], strict=True),
                    line,
                    marker="o",
                    color=f"C{k % 10}",
                    label=label,
                )
    if not axes.lines:
        return None
    axes.set_xscale("log")
    axes.set_xticks(SHOTS, [str(n) for n in SHOTS])
    axes.minorticks_off()
    axes.set_xlabel("labels a class of pbc")
    axes.set_ylabel("balanced accuracy, coarse")
    _legend(axes)
    return figure


def _left(row: Row, laboratory: str) -> Value | None:
    own = [r for r in row.records if r.protocol == "left-out"]
    return read_value(own, laboratory, laboratory, "balanced forced")


def _legend(axes: Axes) -> None:
    axes.grid(alpha=0.25)
    axes.legend(fontsize=7, framealpha=0.8)
