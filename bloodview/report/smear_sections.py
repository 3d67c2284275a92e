"""Red cells, their grades and the platelets as parts of a report."""

from collections.abc import Iterator

from bloodview.core.grading import FINDINGS, GRADES, SOURCE, Grading
from bloodview.core.platelets import CLUMP, FACTOR_SOURCE, LARGE_UM, PlateletFigures
from bloodview.core.red_cells import (
    ELONGATED,
    NO_PALLOR,
    RULER_UM,
    SMALL_UM,
    UNROUND,
    WIDE_PALLOR,
    RedCellFigures,
)
from bloodview.core.red_cells import (
    LARGE_UM as LARGE_RED_UM,
)
from bloodview.core.smear import SlideSmear, Smear
from bloodview.report.section import Bars, Figure, Section
from bloodview.report.wording import percent, ratio

NO_SCALE = "withheld: no scale can be trusted"
_SLIDES_SHOWN = 60
"""Pictures in the table; the tables for programs hold all."""


def sections(smear: Smear) -> tuple[Section, ...]:
    """The parts, in their order."""
    found = [_red_cells(smear.red_cells), _grading(smear.grading), _platelets(smear.platelets)]
    if len(smear.slides) > 1:
        found.append(_slides(smear.slides))
    return tuple(found)


def _red_cells(r: RedCellFigures) -> Section:
    notes = [
        "Diameters are those of discs of the same area, in two dimensions. Their coefficient of variation is no "
        "analyser's RDW, which is one of volumes."
    ]
    if r.is_own_ruler and r.mean_um is not None:
        notes.append(
            f"The scale was read off the red cells themselves, taken to be {RULER_UM:g} µm wide. Their mean is about "
            f"{RULER_UM:g} µm by construction: only sizes relative to it say something, and small or large red cells "
            "as a whole cannot be told."
        )
    bars = None
    if r.bins:
        bars = Bars(tuple((b.low_um, b.high_um, b.count) for b in r.bins), RULER_UM, "µm", "Diameters of the red cells")
    return Section("Red cells", rows=tuple(_red_rows(r)), notes=tuple(notes), figures=tuple(_red_figures(r)),
                   is_text=True, bars=bars)  # fmt: skip


def _red_rows(r: RedCellFigures) -> Iterator[tuple[str, str]]:
    yield "Measured", f"{r.n_measured} of {r.n_measured + r.n_left_out} that count"
    reasons = (
        ("overlapping", r.n_overlapping),
        ("cut by the border", r.n_cut),
        ("without a clear outline", r.n_unclear),
        ("found before they were measured, or drawn", r.n_unmeasured),
    )
    yield "Left out", ", ".join(f"{n} {why}" for why, n in reasons if n) or "none"
    if not r.n_measured:
        return
    mean, spread = r.mean_um, r.sd_um
    if mean is None:
        yield "Diameter", NO_SCALE
    else:
        yield (
            "Diameter",
            f"{mean:.2f} µm mean" + (f", {spread:.2f} µm standard deviation" if spread is not None else ""),
        )
    if r.cv is not None:
        yield "Coefficient of variation", f"{percent(r.cv)} % of the diameters"
    if r.small is not None and r.large is not None:
        yield f"Below {SMALL_UM:g} µm, above {LARGE_RED_UM:g} µm", f"{percent(r.small)} %, {percent(r.large)} %"
    if r.circularity is not None and r.unround is not None:
        yield "Circularity", f"{r.circularity:.2f} mean, {percent(r.unround)} % below {UNROUND:g}; 1 is a circle"
    if r.elongation is not None and r.elongated is not None:
        yield "Longer over shorter axis", f"{r.elongation:.2f} mean, {percent(r.elongated)} % above {ELONGATED:g}"
    if r.pallor is not None and r.wide_pallor is not None and r.solid is not None:
        yield (
            "Pale centre over the cell",
            f"{r.pallor:.2f} of the diameter on average, {percent(r.wide_pallor)} % above {WIDE_PALLOR:g}, "
            f"{percent(r.solid)} % below {NO_PALLOR:g}",
        )


def _red_figures(r: RedCellFigures, of: str = "") -> Iterator[Figure]:
    for name, n in (("measured", r.n_measured), ("overlapping", r.n_overlapping), ("cut by the border", r.n_cut),
                    ("without a clear outline", r.n_unclear), ("not tried", r.n_unmeasured)):  # fmt: skip
        yield Figure(f"{of}{name}", n, unit="red cells")
    for name, value, unit in (
        ("mean diameter", r.mean_um, "um"),
        ("standard deviation of the diameters", r.sd_um, "um"),
        ("coefficient of variation of the diameters", r.cv and 100 * r.cv, "%"),
        (f"below {SMALL_UM:g} um", None if r.small is None else 100 * r.small, "% of red cells"),
        (f"above {LARGE_RED_UM:g} um", None if r.large is None else 100 * r.large, "% of red cells"),
        ("mean circularity", r.circularity, ""),
        (f"circularity below {UNROUND:g}", None if r.unround is None else 100 * r.unround, "% of red cells"),
        ("mean elongation", r.elongation, ""),
        (f"elongation above {ELONGATED:g}", None if r.elongated is None else 100 * r.elongated, "% of red cells"),
        ("mean pale centre over diameter", r.pallor, ""),
        (f"pale centre below {NO_PALLOR:g}", None if r.solid is None else 100 * r.solid, "% of red cells"),
        (
            f"pale centre above {WIDE_PALLOR:g}",
            None if r.wide_pallor is None else 100 * r.wide_pallor,
            "% of red cells",
        ),
    ):
        if value is not None:
            yield Figure(f"{of}{name}", value, unit=unit)
    if not of:
        for b in r.bins:
            yield Figure(f"diameter from {b.low_um:g} to below {b.high_um:g} um", b.count, unit="red cells")


def _grading(grading: Grading) -> Section:
    rows = tuple((f.title, GRADES[grading.grades[f.id]]) for f in FINDINGS if f.id in grading.grades)
    left = [f.title for f in FINDINGS if f.id not in grading.grades]
    notes = [f"Each grade is a person's. 1+, 2+ and 3+ are few, moderate and many, as in {SOURCE}."] if rows else []
    if not rows:
        notes.append("Nobody graded the red cells.")
    elif left:
        notes.append(f"Not graded: {', '.join(left)}.")
    if grading.note:
        notes.append(f"Remark: {grading.note}")
    figures = tuple(
        Figure(f.title, grading.grades[f.id], unit="grade, 0 to 3") for f in FINDINGS if f.id in grading.grades
    )
    return Section("Grading of the red cells", (), rows, tuple(notes), figures, is_text=True)


def _platelets(p: PlateletFigures) -> Section:
    return Section(
        "Platelets",
        rows=tuple(_platelet_rows(p)),
        notes=("An estimate from a smear, no count: it holds as far as the platelets lie evenly and the factor fits.",),
        figures=tuple(_platelet_figures(p)),
        is_text=True,
    )


def _platelet_rows(p: PlateletFigures) -> Iterator[tuple[str, str]]:
    if p.area_mm2 is None or p.fields is None or p.per_field is None or p.per_field_limits is None:
        yield "Counted", f"{p.n}"
        yield "For a field, and a litre", NO_SCALE
    else:
        field = f"a field of {p.field_um:g} µm across, {1e6 * p.field_mm2:.0f} µm²"
        yield "Counted", f"{p.n} on {p.area_mm2:.4f} mm², {p.fields:.1f} times {field}"
        spread = f"; standard deviation between pictures {p.spread:.1f}" if p.spread is not None else ""
        yield "For such a field", f"{p.per_field:.1f}, 95 % interval {ratio(p.per_field_limits)}{spread}"
    if p.estimate is not None and p.estimate_limits is not None:
        low, high = p.estimate_limits.low, p.estimate_limits.high
        yield "Estimate", f"{p.estimate:.0f} × 10^9/L, 95 % interval {low:.0f} – {high:.0f}"
        yield "Factor", f"{p.factor:g} × 10^9/L for each platelet in a field: {FACTOR_SOURCE}"
    clumps = f"{p.clumps} of {CLUMP} or more, {p.clumped} platelets in them" if p.clumps else "none seen"
    yield "Clumps", clumps
    if p.large is not None and p.n_measured:
        yield (
            f"Wider than {LARGE_UM:g} µm",
            f"{p.large} of {p.n_measured} measured, {percent(p.large / p.n_measured)} %",
        )


def _platelet_figures(p: PlateletFigures, of: str = "") -> Iterator[Figure]:
    yield Figure(f"{of}counted", p.n, unit="platelets")
    if p.area_mm2 is not None:
        yield Figure(f"{of}area", p.area_mm2, unit="mm2")
    if p.per_field is not None:
        yield Figure(f"{of}for a field", p.per_field, p.per_field_limits, f"platelets, field of {p.field_um:g} um")
    if p.estimate is not None:
        yield Figure(f"{of}estimate", p.estimate, p.estimate_limits, f"10^9/L, factor {p.factor:g}")
    yield Figure(f"{of}clumps of {CLUMP} or more", p.clumps, unit="clumps")
    yield Figure(f"{of}in clumps", p.clumped, unit="platelets")
    yield Figure(f"{of}measured", p.n_measured, unit="platelets")
    if p.large is not None:
        yield Figure(f"{of}wider than {LARGE_UM:g} um", p.large, unit="platelets")


def _slides(slides: tuple[SlideSmear, ...]) -> Section:
    columns = ("Picture", "Red cells", "Measured", "Mean µm", "CV %", "Platelets", "A field", "Clumps")
    rows = []
    for s in slides[:_SLIDES_SHOWN]:
        r, p = s.red_cells, s.platelets
        rows.append(
            (
                s.name,
                f"{s.n_red_cells}",
                f"{r.n_measured}",
                "–" if r.mean_um is None else f"{r.mean_um:.2f}",
                "–" if r.cv is None else percent(r.cv),
                f"{s.n_platelets}",
                "–" if p.per_field is None else f"{p.per_field:.1f}",
                f"{p.clumps}",
            )
        )
    left = len(slides) - len(rows)
    notes = (f"{left} more pictures are in the tables for programs.",) if left else ()
    figures = tuple(
        figure
        for s in slides
        for figure in (
            *_red_figures(s.red_cells, f"{s.name}: "),
            *_platelet_figures(s.platelets, f"{s.name}: platelets "),
        )
    )
    return Section("Red cells and platelets by picture", columns, tuple(rows), notes, figures)
