"""What a slide's file holds beside the smear: label and overview pictures, and what the scanner wrote about it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openslide
from numpy.typing import NDArray

from bloodview.slides.depth import to_rgb

UInt8 = NDArray[np.uint8]

_MOST_PX = 40_000_000
_LONGEST = 4000  # letters of a value


@dataclass(frozen=True, slots=True)
class Associated:
    """Pictures and words of a slide file.

    Args:
        pictures: name, such as "label" or "macro" -> uint8 [H, W, 3] RGB.
        metadata: as the file names it -> value. May name a patient: never exported unless asked for.
        problems: pictures that the file names and does not yield, for a person.
    """

    pictures: dict[str, UInt8] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_associated(path: Path, names: Collection[str] | None = None) -> Associated:
    """Whatever the file holds; nothing for a plain picture or a file that cannot be read, which opening it tells.

    Args:
        path: of the slide.
        names: pictures to read; None = all.
    """
    file = path
    if path.is_dir():
        file = next((p for p in sorted(path.iterdir()) if p.is_file()), path)
    try:
        handle = openslide.OpenSlide(file)
    except (openslide.OpenSlideError, OSError):
        return Associated()
    pictures: dict[str, UInt8] = {}
    problems: list[str] = []
    try:
        metadata = {k: v[:_LONGEST] for k, v in sorted(handle.properties.items())}
        for name in sorted(n for n in handle.associated_images if names is None or n in names):
            width, height = (int(metadata.get(f"openslide.associated.{name}.{s}", 0)) for s in ("width", "height"))
            if width * height > _MOST_PX:
                problems.append(f"The {name} picture is too large to show ({width:,} x {height:,} pixels).")
                continue
            try:
                pictures[name] = to_rgb(np.asarray(handle.associated_images[name], np.uint8))
            except (openslide.OpenSlideError, KeyError) as error:
                problems.append(f"The {name} picture cannot be read: {error}.")
                break  # OpenSlide's errors latch: nothing more comes from this handle
    except openslide.OpenSlideError:
        return Associated(pictures, {}, tuple(problems))
    finally:
        handle.close()
    return Associated(pictures, metadata, tuple(problems))
