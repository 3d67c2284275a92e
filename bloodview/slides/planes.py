"""Files of several planes, such as focus stacks: how many there are, which one is shown, and why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Why(StrEnum):
    """Why a plane is shown, for people."""

    ONLY = "the only one"
    FIRST = "the first"
    SHARPEST = "the sharpest"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of a file.

    Args:
        count: how many there are; 1 of a plain picture.
        shown: which one is read, counted from 0.
    """

    count: int = 1
    shown: int = 0
    why: Why = Why.ONLY


@runtime_checkable
class _HasPlanes(Protocol):
    planes: Planes


def planes_of(slide: object) -> Planes:
    """The planes of an open slide; one for a slide that knows of none."""
    return slide.planes if isinstance(slide, _HasPlanes) else Planes()
