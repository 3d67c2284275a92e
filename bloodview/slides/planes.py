"""Files of several planes, such as focus stacks: how many there are, which one is shown, and why."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of a file.

    Args:
        count: how many there are; 1 of a plain picture.
        shown: which one is read, counted from 0.
        why: why this one, for people: "the sharpest", "the first", "chosen".
    """

    count: int = 1
    shown: int = 0
    why: str = ""


@runtime_checkable
class _HasPlanes(Protocol):
    planes: Planes


def planes_of(slide: object) -> Planes:
    """The planes of an open slide; one for a slide that knows of none."""
    return slide.planes if isinstance(slide, _HasPlanes) else Planes()
