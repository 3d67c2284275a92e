"""Findings of a count that ask for a person's eye: what is present that should not be, and shifts."""

from collections.abc import Sequence

from bloodview.core.differential import Differential, wilson
from bloodview.core.grading import GRADES
from bloodview.core.platelets import CLUMP, LARGE_UM
from bloodview.core.red_cells import FEW
from bloodview.core.smear import Smear

_BANDS = 0.10
"""Share of band neutrophils above which a left shift is spoken of, if chance alone does not explain it."""

_LARGE = 0.10
"""Share of large platelets above which they are spoken of, if chance alone does not explain it."""


def findings(differential: Differential) -> Sequence[str]:
    """Sentences for people, the gravest first; the numbers are those of the count and no diagnosis."""
    d = differential
    said = []
    for row in d.rows:
        # A class that a person taught: the tree that cases start with has no blasts.
        if row.count and row.class_id.endswith("blast"):
            said.append(f"Blasts: {row.count} {_cells(row.count)} called {row.title.lower()}.")
    counts = {row.class_id: row for row in reversed(d.outline)}
    immature, bands = counts.get("immature_granulocyte"), counts.get("band_neutrophil")
    if immature and immature.count:
        said.append(
            f"Left shift: {immature.count} immature {_granulocytes(immature.count)}, {100 * immature.share:.1f} %."
        )
    if bands and bands.interval.low > _BANDS:
        said.append(
            f"Left shift: {100 * bands.share:.1f} % band neutrophils, more than {100 * _BANDS:.0f} % beyond chance."
        )
    if d.n_erythroblasts and d.nrbc_per_100_wbc:
        said.append(f"Erythroblasts: {d.nrbc_per_100_wbc.value:.1f} per 100 leukocytes.")
    return said


def of_smear(smear: Smear) -> Sequence[str]:
    """The same of platelets and red cells."""
    p, said = smear.platelets, []
    if p.clumps:
        said.append(
            f"Platelet clumps: {p.clumped} platelets lie in {p.clumps} {'clump' if p.clumps == 1 else 'clumps'} of "
            f"{CLUMP} or more; where platelets clump, a count is too low."
        )
    if p.large and wilson(p.large, p.n_measured).low > _LARGE:
        said.append(f"Large platelets: {p.large} of {p.n_measured} measured are wider than {LARGE_UM:g} µm.")
    if 0 < (n := smear.red_cells.n_measured) < FEW:
        said.append(f"Red cells: only {n} could be measured, so their sizes and shapes say little of the smear.")
    if seen := smear.grading.seen:
        said.append(f"Red cells: {', '.join(f'{f.title.lower()} {GRADES[grade]}' for f, grade in seen)}.")
    return said


def _cells(n: int) -> str:
    return "cell" if n == 1 else "cells"


def _granulocytes(n: int) -> str:
    return "granulocyte" if n == 1 else "granulocytes"
