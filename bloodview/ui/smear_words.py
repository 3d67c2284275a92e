"""What is measured of red cells and platelets, in the words of the window."""

from collections.abc import Iterator

from bloodview.core.platelets import CLUMP, FACTOR_SOURCE, LARGE_UM, PlateletFigures
from bloodview.core.red_cells import ELONGATED, FEW, NO_PALLOR, SMALL_UM, UNROUND, WIDE_PALLOR, RedCellFigures
from bloodview.core.red_cells import LARGE_UM as LARGE_RED_UM
from bloodview.ui.language import tr

Line = tuple[str, str, str]
"""Title, value, and the whole in words for a tooltip."""


def red_cell_lines(r: RedCellFigures) -> Iterator[Line]:
    """What the red cells amount to."""
    every = r.n_measured + r.n_left_out
    why = tr(
        "Left out: {overlapping:,} overlapping, {cut:,} cut by the border, {unclear:,} without a clear outline, "
        "{unmeasured:,} not measured",
        overlapping=r.n_overlapping,
        cut=r.n_cut,
        unclear=r.n_unclear,
        unmeasured=r.n_unmeasured,
    )
    yield tr("Measured"), tr("{n:,} of {every:,}", n=r.n_measured, every=every), why
    if r.n_left_out:
        yield tr("Left out"), tr("{overlapping:,} overlap, {cut:,} cut", overlapping=r.n_overlapping, cut=r.n_cut), why
    if not r.n_measured:
        return
    if r.mean_um is None:
        yield tr("Diameter"), tr("withheld"), tr("No scale can be trusted: one is missing or only assumed")
    else:
        spread = f" ± {r.sd_um:.2f}" if r.sd_um is not None else ""
        yield (
            tr("Diameter"),
            f"{r.mean_um:.2f}{spread} µm",
            tr("Mean and standard deviation, of discs of the same area"),
        )
    if r.cv is not None:
        yield (
            tr("Coefficient of variation"),
            f"{100 * r.cv:.1f} %",
            tr("Of the diameters in two dimensions: no analyser's RDW, which is one of volumes"),
        )
    if r.circularity is not None:
        yield tr("Circularity"), f"{r.circularity:.2f}", tr("Mean; 1 is a circle")
    if r.elongation is not None:
        yield tr("Longer over shorter axis"), f"{r.elongation:.2f}", tr("Mean; 1 is a circle")
    if r.pallor is not None:
        yield tr("Pale centre over the cell"), f"{r.pallor:.2f}", tr("Mean of the two diameters' ratio")


def cautions(r: RedCellFigures) -> str:
    """What must be known of these figures: that they are of few cells, that the red cells were their own ruler."""
    said = [tr("Only {n} could be measured: they say little of the smear.", n=r.n_measured)] if _are_few(r) else []
    return " ".join([*said, *([_own_ruler()] if r.is_own_ruler and r.mean_um is not None else [])])


def _are_few(r: RedCellFigures) -> bool:
    return 0 < r.n_measured < FEW


def _own_ruler() -> str:
    return tr(
        "The scale was read off the red cells themselves, taken to be 7.5 µm wide: their mean is so by construction, "
        "and only sizes relative to it say something."
    )


def measured(finding: str, r: RedCellFigures) -> tuple[str, str]:
    """The figure beside a finding, and what it is; "" where nothing is measured. No grade follows from it."""
    if finding == "anisocytosis" and r.cv is not None:
        return f"CV {100 * r.cv:.1f} %", tr("Coefficient of variation of the diameters")
    share, words = {
        "microcytosis": (r.small, tr("Share of the red cells below {um:g} µm", um=SMALL_UM)),
        "macrocytosis": (r.large, tr("Share of the red cells above {um:g} µm", um=LARGE_RED_UM)),
        "hypochromia": (
            r.wide_pallor,
            tr("Share of the red cells whose pale centre is wider than {share:g} of them", share=WIDE_PALLOR),
        ),
        "poikilocytosis": (r.unround, tr("Share of the red cells with a circularity below {least:g}", least=UNROUND)),
        "spherocytes": (
            r.solid,
            tr("Share of the red cells whose pale centre is narrower than {share:g} of them", share=NO_PALLOR),
        ),
        "ovalocytes": (
            r.elongated,
            tr("Share of the red cells longer than {times:g} times their width", times=ELONGATED),
        ),
        "elliptocytes": (
            r.elongated,
            tr("Share of the red cells longer than {times:g} times their width", times=ELONGATED),
        ),
    }.get(finding, (None, ""))
    return ("", "") if share is None else (f"{100 * share:.1f} %", words)


def platelet_lines(p: PlateletFigures) -> Iterator[Line]:
    """What the platelets amount to."""
    if p.per_field is None or p.per_field_limits is None or p.fields is None:
        yield tr("Counted"), f"{p.n:,}", ""
        yield tr("Estimate"), tr("withheld"), tr("No scale can be trusted: one is missing or only assumed")
    else:
        area = tr(
            "On {fields:.1f} fields of {um:g} µm across, {area:.0f} µm² each; in brackets the 95 % interval of chance",
            fields=p.fields,
            um=p.field_um,
            area=1e6 * p.field_mm2,
        )
        yield tr("Counted"), f"{p.n:,}", area
        low, high = p.per_field_limits.low, p.per_field_limits.high
        yield tr("For a field"), f"{p.per_field:.1f} ({low:.1f} – {high:.1f})", area
    if p.estimate is not None and p.estimate_limits is not None:
        low, high = p.estimate_limits.low, p.estimate_limits.high
        why = tr("{factor:g} × 10⁹/L for each in a field: {source}", factor=p.factor, source=tr(FACTOR_SOURCE))
        yield tr("Estimate"), f"{p.estimate:.0f} ({low:.0f} – {high:.0f}) × 10⁹/L", why
    clumps = tr("{clumps:,} with {n:,} platelets", clumps=p.clumps, n=p.clumped) if p.clumps else tr("none seen")
    yield (
        tr("Clumps"),
        clumps,
        tr("Of {least} or more that touch; where platelets clump, a count is too low", least=CLUMP),
    )
    if p.large is not None and p.n_measured:
        share = f"{100 * p.large / p.n_measured:.1f} %"
        yield (
            tr("Wider than {um:g} µm", um=LARGE_UM),
            tr("{n:,} of {of:,}, {share}", n=p.large, of=p.n_measured, share=share),
            "",
        )
