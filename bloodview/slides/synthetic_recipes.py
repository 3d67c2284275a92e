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
    gaps: float = 0.4
    gap_um: float = 0.55
    wavy: float = 0.12
    vacuoles: float = 0.0
    nucleoli: float = 0.0
    grains: tuple[Grains, ...] = ()


_SPECIFIC = Grains((0.18, 0.34), 5.0, (0.0, 0.15, 0.32, 0.0))
_AZUROPHIL = Grains((0.28, 0.5), 2.6, (0.1, 0.15, 1.3, 0.0), 0.45)

RECIPES: dict[str, Recipe] = {
    "segmented_neutrophil": Recipe(
        (12.0, 14.2),
        partial(lobed_nucleus, lobes=(3, 3, 4, 4, 5), share=(0.28, 0.33), thread_um=0.22),
        (0.07, 0.13, 0.16, 0.0),
        gaps=0.45,
        wavy=0.16,
        grains=(_SPECIFIC,),
    ),
    "band_neutrophil": Recipe(
        (12.0, 14.4),
        band_nucleus,
        (0.08, 0.13, 0.17, 0.0),
        gaps=0.45,
        wavy=0.16,
        grains=(_SPECIFIC,),
    ),
    "metamyelocyte": Recipe(
        (12.5, 15.5),
        indented_nucleus,
        (0.14, 0.12, 0.2, 0.0),
        chromatin=2.3,
        gaps=0.48,
        wavy=0.16,
        grains=(_SPECIFIC, Grains((0.25, 0.4), 0.5, (0.1, 0.1, 0.8, 0.0))),
    ),
    "myelocyte": Recipe(
        (13.5, 17.5),
        oval_nucleus,
        (0.32, 0.08, 0.2, 0.0),
        chromatin=2.05,
        gaps=0.42,
        grain=0.3,
        grains=(_SPECIFIC, Grains((0.25, 0.45), 1.3, (0.1, 0.1, 1.0, 0.0), 0.2)),
    ),
    "promyelocyte": Recipe(
        (16.0, 20.0),
        partial(round_nucleus, share=(0.66, 0.74), off=0.9),
        (0.55, 0.05, 0.2, 0.0),
        chromatin=1.8,
        gaps=0.36,
        gap_um=0.42,
        grain=0.35,
        rim=0.25,
        nucleoli=2.2,
        grains=(_AZUROPHIL,),
    ),
    "eosinophil": Recipe(
        (12.2, 15.2),
        partial(lobed_nucleus, lobes=(2, 2, 2, 2, 3), share=(0.31, 0.36), thread_um=0.3),
        (0.06, 0.16, 0.1, 0.0),
        gaps=0.42,
        chromatin=2.25,
        rim=0.05,
        grains=(Grains((0.55, 0.85), 6.5, (0.02, 0.82, 0.16, 0.0)),),
    ),
    "basophil": Recipe(
        (10.5, 13.5),
        partial(lobed_nucleus, lobes=(2, 2, 3), share=(0.4, 0.48), thread_um=0.9),
        (0.12, 0.08, 0.22, 0.0),
        roughness=0.07,
        chromatin=1.75,
        gaps=0.3,
        gap_um=0.7,
        grains=(Grains((0.5, 0.95), 1.7, (0.35, 0.05, 2.1, 0.0), 0.75),),
    ),
    "lymphocyte": Recipe(
        (8.2, 11.8),
        partial(round_nucleus, share=(0.76, 0.88), off=0.9),
        (0.62, 0.02, 0.1, 0.0),
        stretch=0.1,
        roughness=0.06,
        rim=0.3,
        grain=0.3,
        chromatin=2.45,
        gaps=0.3,
        gap_um=0.6,
    ),
    "monocyte": Recipe(
        (15.0, 19.5),
        folded_nucleus,
        (0.36, 0.04, 0.2, 0.0),
        stretch=0.14,
        roughness=0.1,
        rim=0.15,
        grain=0.35,
        chromatin=1.95,
        gaps=0.5,
        gap_um=0.6,
        wavy=0.3,
        vacuoles=1.5,
        grains=(Grains((0.16, 0.28), 2.0, (0.1, 0.05, 0.45, 0.0)),),
    ),
    "erythroblast": Recipe(
        (8.5, 11.0),
        partial(round_nucleus, share=(0.48, 0.6), off=0.75),
        (0.26, 0.0, 0.04, 0.8),
        roughness=0.07,
        rim=0.1,
        grain=0.08,
        chromatin=2.75,
        gaps=0.42,
        gap_um=0.8,
        wavy=0.06,
    ),
}
"""How the nucleated classes look."""
