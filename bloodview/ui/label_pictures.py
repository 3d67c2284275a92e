"""The pictures of the slides' labels, for the eye of whoever signs: read on the reads lane, kept nowhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap, QTransform
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

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
    from bloodview.slides.associated import read_associated  # pulls OpenSlide in, which must not delay the window

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
            shown = TurnedPicture(picture.image)
            words = tr("Label of {slide}", slide=picture.slide)
            if picture.kind != "label":
                words = tr("Overview of {slide}", slide=picture.slide)
            shown.setAccessibleName(words)
            shown.setToolTip(tr("Click to turn it"))
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


class TurnedPicture(QToolButton):
    """A picture that a click turns by a quarter: labels are often scanned lying on their side."""

    def __init__(self, image: QImage, largest: QSize = _LARGEST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image, self._largest = image, largest
        self.setAutoRaise(True)
        self.clicked.connect(lambda _=False: self._turn())
        self._show()

    def _turn(self) -> None:
        self.image = self.image.transformed(QTransform().rotate(90))
        self._show()

    def _show(self) -> None:
        pixmap = QPixmap.fromImage(self.image)
        ratio = self.devicePixelRatioF()
        largest = self._largest * ratio
        if pixmap.width() > largest.width() or pixmap.height() > largest.height():
            smooth = Qt.TransformationMode.SmoothTransformation
            pixmap = pixmap.scaled(largest, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        self.setIcon(QIcon(pixmap))
        self.setIconSize(pixmap.size() / ratio)
