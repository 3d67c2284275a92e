"""The planes of a file of several pages; of a focus stack the sharpest is shown, measured in the middle of each."""

from collections.abc import Sequence

import cv2
import numpy as np
import tifffile

from bloodview.slides.tiff_plane import TiffPlane

_SIDE_PX = 768
_MOST_PLANES = 64

Page = tifffile.TiffPage | tifffile.TiffFrame


def stacked(series: tifffile.TiffPageSeries) -> list[tuple[int, Page]]:
    """(Number in the series, page) of each plane of a focus stack, at the first channel and time; else empty."""
    sizes = dict(zip(series.axes, series.shape, strict=True))
    outer = [a for a in series.axes if a not in "YXS"]
    if sizes.get("Z", 1) < 2 or not set(outer) <= set("ZCT") or len(outer) != len(set(outer)):
        return []
    step = 1
    for axis in reversed(outer):
        if axis == "Z":
            break
        step *= sizes[axis]
    numbers = range(0, sizes["Z"] * step, step)[:_MOST_PLANES]
    pages = [(i, page) for i in numbers if i < len(series.pages) and (page := series.pages[i]) is not None]
    return pages if len(pages) == len(numbers) else []


def paged(series: tifffile.TiffPageSeries) -> list[tuple[int, Page]]:
    """(Number in the series, page) of the pages of a file that does not say what they are; else empty."""
    outer = [(a, n) for a, n in zip(series.axes, series.shape, strict=True) if a not in "YXS"]
    if len(outer) != 1 or outer[0][0] not in "IQ" or outer[0][1] < 2:
        return []
    numbers = range(min(outer[0][1], _MOST_PLANES))
    pages = [(i, page) for i in numbers if i < len(series.pages) and (page := series.pages[i]) is not None]
    return pages if len(pages) == len(numbers) else []


def sharpest(planes: Sequence[TiffPlane]) -> int:
    """The index of the plane with the most detail in its middle; the middle plane where none stands out."""
    details = [_detail(plane) for plane in planes]
    best = int(np.argmax(details))
    return best if details[best] > 0 else len(planes) // 2


def _detail(plane: TiffPlane) -> float:
    """Variance of the Laplacian over the variance, so that brightness does not count."""
    width, height = min(_SIDE_PX, plane.size.width), min(_SIDE_PX, plane.size.height)
    x, y = (plane.size.width - width) // 2, (plane.size.height - height) // 2
    values = plane.region(x, y, x + width, y + height, 1)[..., 0].astype(np.float32)
    spread = float(values.var())
    return float(cv2.Laplacian(values, cv2.CV_32F).var()) / spread if spread > 0 else 0.0
