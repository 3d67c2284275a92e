"""What each nucleated class of the synthetic smear looks like: size, dyes, chromatin, granules. Lengths are um."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bloodview.slides.synthetic_shapes import (
    Float32,
    Rng,
    band_nucleus,
    folded_nucleus,
    indented_nucleus,
    lobed_nucleus,
    oval_nucleus,
    round_nucleus,
)

Amounts = tuple[float, float, float, float]
"""Azure, eosin, purple, haemoglobin."""


@dataclass(frozen=True, slots=True)
class Grains:
    """A population of granules: size range in um, number a um2, dye in a deep one, share that lies over the nucleus."""

    diameter_um: tuple[float, float]
    per_um2: float
    dye: Amounts
    over_nucleus: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a class looks like.

    Args:
        diameter_um: range of the cell's diameter.
        nucleus: draws the nucleus as discs from (rng, cell radius in um); float32 [N, 3].
        cytoplasm: dye in the cytoplasm.
        stretch, roughness: how far the outline leaves the circle, slowly and quickly.
        rim: more dye along the membrane.
        grain: unevenness of the cytoplasm.
        chromatin: purple in dense chromatin.
        gaps: how much lighter the gaps in the chromatin are, 0 to 1.
        gap_um: their size.
        wavy: how far the nucleus' outline is bent, um.
        vacuoles: mean number of empty bubbles.
        nucleoli: mean number of pale nucleoli.
    """

    diameter_um: tuple[float, float]
    nucleus: Callable[[Rng, float], Float32]
    cytoplasm: Amounts
    stretch: float = 0.1
    roughness: float = 0.04
    rim: float = 0.15
    grain: float = 0.15
    chromatin: float = 2.5
    gaps: float = 0.6
    gap_um: float = 0.55
    wavy: float = 0.12
    vacuoles: float = 0.0
    nucleoli: float = 0.0
    grains: tuple[Grains, ...] = ()


_SPECIFIC = Grains((0.16, 0.34), 3.0, (0.05, 0.1, 0.22, 0.0))
_LILAC = Grains((0.22, 0.4), 0.45, (0.1, 0.1, 0.55, 0.0))
_PRIMARY = Grains((0.25, 0.48), 1.0, (0.1, 0.1, 0.95, 0.0), 0.3)
_AZUROPHIL = Grains((0.25, 0.5), 2.0, (0.1, 0.12, 1.15, 0.0), 0.5)

RECIPES: dict[str, Recipe] = {
    "segmented_neutrophil": Recipe(
        diameter_um=(12.0, 14.4),
        nucleus=partial(lobed_nucleus, lobes=(3, 3, 4, 4, 5), share=(0.33, 0.385), thread_um=0.25),
        cytoplasm=(0.07, 0.09, 0.13, 0.0),
        wavy=0.16,
        grains=(_SPECIFIC, _LILAC),
    ),
    "band_neutrophil": Recipe(
        diameter_um=(12.0, 14.6),
        nucleus=band_nucleus,
        cytoplasm=(0.12, 0.07, 0.14, 0.0),
        wavy=0.16,
        grains=(_SPECIFIC, _LILAC),
    ),
    "metamyelocyte": Recipe(
        diameter_um=(12.5, 15.5),
        nucleus=indented_nucleus,
        cytoplasm=(0.12, 0.08, 0.16, 0.0),
        chromatin=2.4,
        gaps=0.62,
        wavy=0.18,
        grains=(_SPECIFIC, _LILAC),
    ),
    "myelocyte": Recipe(
        diameter_um=(13.0, 17.0),
        nucleus=oval_nucleus,
        cytoplasm=(0.18, 0.05, 0.17, 0.0),
        chromatin=2.3,
        gaps=0.62,
        gap_um=0.5,
        grain=0.35,
        grains=(_SPECIFIC, _PRIMARY),
    ),
    "promyelocyte": Recipe(
        diameter_um=(15.0, 19.5),
        nucleus=partial(round_nucleus, share=(0.62, 0.71), off=0.9),
        cytoplasm=(0.42, 0.03, 0.16, 0.0),
        chromatin=2.15,
        gaps=0.6,
        gap_um=0.42,
        grain=0.4,
        rim=0.3,
        nucleoli=2.2,
        grains=(_AZUROPHIL,),
    ),
    "eosinophil": Recipe(
        diameter_um=(12.2, 15.4),
        nucleus=partial(lobed_nucleus, lobes=(2, 2, 2, 2, 3), share=(0.31, 0.36), thread_um=0.3),
        cytoplasm=(0.08, 0.16, 0.08, 0.15),
        chromatin=2.3,
        rim=0.05,
        grains=(Grains((0.42, 0.7), 7.0, (0.04, 0.36, 0.09, 0.4)),),
    ),
    "basophil": Recipe(
        diameter_um=(11.0, 14.0),
        nucleus=partial(lobed_nucleus, lobes=(2, 2, 3), share=(0.42, 0.5), thread_um=1.0),
        cytoplasm=(0.14, 0.05, 0.2, 0.0),
        roughness=0.07,
        chromatin=1.9,
        gaps=0.5,
        gap_um=0.8,
        grain=0.3,
        grains=(Grains((0.4, 0.85), 1.9, (0.3, 0.05, 1.7, 0.0), 0.6),),
    ),
    "lymphocyte": Recipe(
        diameter_um=(9.0, 12.0),
        nucleus=partial(round_nucleus, share=(0.79, 0.9), off=0.9),
        cytoplasm=(0.52, 0.0, 0.12, 0.0),
        roughness=0.08,
        rim=0.3,
        grain=0.35,
        chromatin=2.4,
        gaps=0.5,
        gap_um=0.6,
    ),
    "monocyte": Recipe(
        diameter_um=(15.0, 19.0),
        nucleus=folded_nucleus,
        cytoplasm=(0.28, 0.02, 0.15, 0.0),
        stretch=0.16,
        roughness=0.08,
        grain=0.3,
        chromatin=2.15,
        gaps=0.62,
        gap_um=0.55,
        wavy=0.2,
        vacuoles=1.5,
        grains=(Grains((0.16, 0.28), 1.5, (0.1, 0.05, 0.35, 0.0)),),
    ),
    "erythroblast": Recipe(
        diameter_um=(9.0, 12.0),
        nucleus=partial(round_nucleus, share=(0.54, 0.67), off=0.75),
        cytoplasm=(0.24, 0.0, 0.04, 0.75),
        roughness=0.07,
        rim=0.1,
        grain=0.08,
        chromatin=2.6,
        gaps=0.55,
        gap_um=0.8,
        wavy=0.08,
    ),
}
"""How the nucleated classes look."""
