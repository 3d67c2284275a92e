"""Pictures from disk: read whole or refused by name, windows cut out of them, those that cannot be read passed over."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UserError

_log = logging.getLogger(__name__)


class HasPath(Protocol):
    """What lies in a picture."""

    @property
    def path(self) -> Path:
        """The picture."""


T = TypeVar("T", bound=HasPath)
R = TypeVar("R")


def read_image(path: Path) -> NDArray[np.uint8]:
    """uint8 [H, W, 3] RGB.

    Raises:
        UserError: if the file cannot be opened, is no picture or is cut short.
    """
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=path) from None
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size and not _is_cut_short(data.tobytes()) else None
    if image is None:
        raise UserError("is no picture that can be read", path=path)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def read_each(items: Iterable[T], read: Callable[[T], R]) -> list[tuple[T, R]]:
    """Each item with what `read` makes of it; one whose picture cannot be read is named in the log and left out.

    Raises:
        UserError: if there were items and not one could be read.
    """
    found, bad = [], None
    for item in items:
        try:
            found.append((item, read(item)))
        except UserError as error:
            bad = error
            skipped(item.path, str(error))
    if bad is not None and not found:
        raise UserError(f"Not one picture could be read. The last: {bad}")
    return found


def skipped(picture: Path, why: str) -> None:
    """Name a picture that is left out; the trainer's entry tells it on and counts the pictures."""
    _log.warning("%s; skipped", why, extra={"skipped_picture": str(picture)})


def cut(image: NDArray[np.uint8], center: tuple[float, float], side_px: float, out_px: int) -> NDArray[np.uint8]:
    """The square window around (x, y), reflected where it leaves the picture, resampled to uint8 [out, out, 3]."""
    scale = out_px / side_px
    if scale < 1:  # area average before the affine map, which only interpolates
        factor = min(1.0, scale * 1.0)
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        fx, fy = size[0] / image.shape[1], size[1] / image.shape[0]
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        center, side_px = (center[0] * fx, center[1] * fy), side_px * (fx + fy) / 2
        scale = out_px / side_px
    matrix = np.array(
        [[scale, 0, out_px / 2 - scale * center[0]], [0, scale, out_px / 2 - scale * center[1]]], dtype=np.float64
    )
    warped = cv2.warpAffine(image, matrix, (out_px, out_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(warped, dtype=np.uint8)


def _is_cut_short(data: bytes) -> bool:
    """Whether a JPEG lacks its end: OpenCV decodes such a file and paints the rest grey.

    The segments before the scan are stepped over, since a preview inside one of them has an end of its own.
    """
    if data[:2] != b"\xff\xd8":
        return False
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda":
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return data.find(b"\xff\xd9", at) < 0
