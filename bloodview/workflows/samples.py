"""Synthetic sample smears, drawn for trying the program out."""

from dataclasses import replace
from pathlib import Path

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
