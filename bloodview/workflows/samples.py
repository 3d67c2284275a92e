"""Synthetic sample smears and whole slides, drawn for trying the program out."""

from dataclasses import replace
from pathlib import Path

from bloodview.analysis.inputs import Progress, quiet
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole
from bloodview.slides import synthetic_sample


def draw_sample(out: Path, fields: int, seed: int, masks: bool = False) -> None:
    """Draw synthetic fields of two laboratories with their truth into a new folder; the same for the same seed.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
    """
    specs = synthetic_sample.sample_specs()
    chosen = [replace(specs[i % len(specs)], seed=1000 * seed + i) for i in range(fields)]
    with write_folder_whole(out) as folder:
        synthetic_sample.write_sample(folder, chosen, masks=masks)


SMALLEST_SLIDE, LARGEST_SLIDE = 512, 200_000
"""Sides of a drawn slide, pixels."""


def draw_slide(
    out: Path, side_px: int, seed: int, cancel: CancelToken | None = None, progress: Progress = quiet
) -> None:
    """Draw a whole slide, `slide.tif`, with its truth, `slide.truth.json`, into a new folder.

    Raises:
        UserError: a side that is no slide's.
        StorageError: the folder cannot be written, or is there already and not empty.
        Cancelled: nothing is left.
    """
    if not SMALLEST_SLIDE <= side_px <= LARGEST_SLIDE:
        raise UserError(
            f"A slide of {side_px:,} pixels a side cannot be drawn.",
            hint=f"Choose {SMALLEST_SLIDE:,} to {LARGEST_SLIDE:,} pixels.",
        )
    from bloodview.slides import synthetic_slide

    with write_folder_whole(out) as folder:
        spec = synthetic_slide.SlideSpec(side_px, side_px, seed=seed)
        synthetic_slide.write_slide(folder / "slide.tif", spec, cancel or CancelToken(), progress)
