"""What every room reads pixels through: the Slide protocol, opening any file by its content, finding pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.finding import Found, find_pictures
from bloodview.slides.header import FileKind, no_picture, sniff
from bloodview.slides.identity import cannot_open, check_name, is_stream
from bloodview.slides.planes import planes_of

_JPEG_HEAD_BYTES = 2**20
_OTHER = "Open a file that is kept on a disk."

__all__ = ["Found", "Slide", "find_pictures", "open_chosen", "open_slide"]

UInt8 = NDArray[np.uint8]


class Slide(Protocol):
    """A picture or whole slide. `read` may be called from several threads at once."""

    path: Path
    size: Size
    """Level-0 pixels, orientation applied."""
    scale: Scale | None
    """From the file, or None if it states none that can be a microscope's."""
    description: str
    """One line for people: format, size, levels."""

    @property
    def level_downsamples(self) -> tuple[float, ...]:
        """How much coarser each stored level is than level 0, which is the first: 1.0."""

    @property
    def content_hash(self) -> str:
        """Identity of the file's content; reads the file when first asked."""

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """A box of level-0 pixels, resampled to uint8 [out.height, out.width, 3] RGB; white outside the picture.

        Raises:
            UnreadableFileError: if this part of the file is damaged.
        """

    def close(self) -> None:
        """Let file and memory go."""


def open_slide(path: Path | str, plane: int | None = None) -> Slide:
    """Open a picture, a whole slide, or a folder of DICOM files; the content decides, not the name's ending.

    Args:
        path: of the file or folder.
        plane: of a file of several, counted from 0; None = the file's own choice: the sharpest of a focus stack.

    Raises:
        UnreadableFileError: naming the file, what is wrong with it, and what to do.
    """
    path = Path(path)
    check_name(path)
    try:
        if path.is_dir():
            return _dicom_folder(path)
        if is_stream(path):
            raise UnreadableFileError("This is a pipe or a device, not a picture.", path=path, hint=_OTHER)
        with path.open("rb") as file:
            start = file.read(512)
            if sniff(start) is FileKind.JPEG:  # its size may stand behind remarks of any length
                start += file.read(_JPEG_HEAD_BYTES)
    except OSError as error:
        raise cannot_open(path, error) from error
    kind = sniff(start)
    if kind in (FileKind.PNG, FileKind.JPEG, FileKind.BMP, FileKind.WEBP) and path.suffix.lower() != ".vmu":
        from bloodview.slides.huge_picture import HugePicture, is_huge
        from bloodview.slides.image_slide import ImageSlide

        if is_huge(start, kind, path.stat().st_size):
            from bloodview.slides.pyramid import with_pyramid

            return with_pyramid(HugePicture(path, kind), is_tiled=False, is_needed=True)
        return ImageSlide(path, kind)
    # Imported only now: the library of slides costs start-up time that pictures need not pay.
    from bloodview.slides.openslide_slide import OpenSlideSlide, detects

    vendor = detects(path)
    if kind is FileKind.TIFF and vendor in (None, "generic-tiff"):
        from bloodview.slides.pyramid import with_pyramid
        from bloodview.slides.tiff_slide import TiffSlide

        tiff = TiffSlide(path, plane)
        return with_pyramid(tiff, is_tiled=tiff.reads_parts_fast)
    if vendor is not None:
        from bloodview.slides.pyramid import with_pyramid

        return with_pyramid(OpenSlideSlide(path), is_tiled=True)
    if kind is FileKind.DICOM:
        raise UnreadableFileError(
            "This DICOM file is not a whole-slide picture.", path=path, hint="Open the picture that it belongs to."
        )
    raise no_picture(path, start)


def open_chosen(path: Path, chosen: Mapping[str, int]) -> Slide:
    """Open a slide at the plane that was chosen for its content (hash -> plane), at the file's own choice otherwise.

    Raises:
        UnreadableFileError: as `open_slide`.
    """
    slide = open_slide(path)
    planes = planes_of(slide)
    if planes.count < 2 or not chosen:  # the identity of a large file takes time
        return slide
    plane = chosen.get(slide.content_hash)
    if plane is None or plane == planes.shown or not 0 <= plane < planes.count:
        return slide
    slide.close()
    return open_slide(path, plane)


def _dicom_folder(path: Path) -> Slide:
    """The slide that a folder of DICOM files holds."""
    from bloodview.slides.openslide_slide import OpenSlideSlide, detects

    try:
        files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
    except OSError as error:
        raise cannot_open(path, error) from error
    first = next((p for p in files if detects(p) == "dicom"), None)
    if first is None:
        raise UnreadableFileError("This is a folder, not a picture.", path=path, hint="Open the pictures inside it.")
    return OpenSlideSlide(first)
