"""Layouts that are filled again and again: emptied, and grids of texts whose figures stand at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout


def empty(layout: QLayout) -> None:
    """Take every widget out of a layout, and away."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()  # until it goes it would lie over the new ones
            widget.deleteLater()


def put(grid: QGridLayout, label: QLabel, row: int, column: int) -> None:
    """A text as it is into a grid: the first column at the left, figures in the others at the right."""
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    label.setTextFormat(Qt.TextFormat.PlainText)
    grid.addWidget(label, row, column, side | Qt.AlignmentFlag.AlignVCenter)
    label.show()
