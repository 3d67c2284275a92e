"""The pictures of the slides' labels, for the eye of whoever signs: read on the reads lane, kept nowhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bloodview.slides.associated import read_associated
from bloodview.ui import style
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.language import tr

MOST = 3
"""Slides whose labels are shown."""

_LARGEST = QSize(280, 150)
_KINDS = ("label", "macro")
"""In the order of preference: the overview of a slide often shows its label too."""


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """The label of a slide, or the overview where the file holds no label.

    Args:
        slide: name of the slide's file.
        kind: "label" or "macro".
    """

    slide: str
    kind: str
    image: QImage


def read_labels(paths: Sequence[Path]) -> list[LabelPicture]:
    """The labels of some slides, as far as their files hold any; runs on a worker."""
    found = []
    for path in paths:
        pictures = read_associated(path, _KINDS).pictures
        for kind in _KINDS:
            if (rgb := pictures.get(kind)) is not None:
                height, width = rgb.shape[:2]
                image = QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
                found.append(LabelPicture(path.name, kind, image))
                break
        if len(found) == MOST:
            break
    return found


class LabelStrip(QWidget):
    """Label pictures side by side, each over its slide's name; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(14)
        self.pictures: list[LabelPicture] = []
        self.hide()

    def show_pictures(self, pictures: Sequence[LabelPicture]) -> None:
        """Show these, once."""
        self.pictures = list(pictures)
        for picture in pictures:
            shown = QLabel()
            pixmap = QPixmap.fromImage(picture.image)
            shown.setPixmap(
                pixmap.scaled(
                    _LARGEST.boundedTo(pixmap.size()) if _is_small(pixmap) else _LARGEST,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            words = tr("Label of {slide}", slide=picture.slide)
            if picture.kind != "label":
                words = tr("Overview of {slide}", slide=picture.slide)
            shown.setAccessibleName(words)
            column = QVBoxLayout()
            column.addWidget(shown)
            caption = style.named(QLabel(words), "faint")
            caption.setToolTip(words)
            column.addWidget(caption)
            self._row.addLayout(column)
        self._row.addStretch(1)
        self.setVisible(bool(pictures))


def fetch(jobs: Jobs, paths: Sequence[Path], then: Callable[[Sequence[LabelPicture]], None]) -> JobHandle:
    """Have the labels read beside the window; what cannot be read is as if it were not there."""
    return jobs.reads(read_labels, tuple(paths), on_done=then)


def _is_small(pixmap: QPixmap) -> bool:
    return pixmap.width() <= _LARGEST.width() and pixmap.height() <= _LARGEST.height()
