"""What is known of the shown slide: its file, pictures beside the smear, what the scanner wrote, its planes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.dialogs.buttons import close_button
from bloodview.ui.label_pictures import TurnedPicture
from bloodview.ui.language import later, tr

_PICTURE = QSize(190, 190)
_HEIGHT_PX, _FRAME_PX = 720, 60
"""With a table; and what the frame of the window takes of a screen."""
_BUTTON_EDGE_PX = 8
"""Left of a picture that is a button."""
_LABEL, _MACRO = "label", "macro"
_BESIDE = {_LABEL: later("label"), _MACRO: later("macro"), "thumbnail": later("thumbnail")}
"""Pictures that every scanner calls alike; any other has the file's own name."""


@dataclass(frozen=True, slots=True)
class SlideFacts:
    """What the dialog shows.

    Args:
        rows: (what, value), for people.
        pictures: name, such as "label" or "macro" -> image.
        metadata: as the file names it -> value.
        problems: what could not be read, in sentences.
        planes: how many planes the file has.
        plane: which one is shown, counted from 0.
        why: why the file's own choice is this one.
        is_chosen: whether a person chose it.
    """

    rows: Sequence[tuple[str, str]]
    pictures: Mapping[str, QImage] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[str] = ()
    planes: int = 1
    plane: int = 0
    why: str = ""
    is_chosen: bool = False


class SlideInfo(QDialog):
    """The dialog.

    Signals:
        plane_chosen: the plane to show, counted from 0; -1 for the file's own choice.
    """

    plane_chosen = Signal(int)

    def __init__(self, window: QWidget, name: str, facts: SlideFacts) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("About {name}", name=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(self._rows(facts))
        self.show_label = QCheckBox(tr("Show label and overview of the glass, which may carry a name"))
        if facts.pictures:
            column.addLayout(self._pictures(facts.pictures))
        column.addWidget(self.show_label)
        self.show_label.setVisible(bool(may_carry_a_name(facts.pictures)))
        for problem in facts.problems:
            column.addWidget(style.named(QLabel(problem), "faint"))
        if facts.metadata:
            column.addWidget(style.named(QLabel(tr("What the scanner wrote; it may carry a name")), "faint"))
            column.addWidget(_table(facts.metadata), 1)
        else:
            column.addStretch(1)
        column.addWidget(close_button(self))
        height = min(_HEIGHT_PX, window.screen().availableSize().height() - _FRAME_PX)
        self.resize(640, height if facts.metadata else self.sizeHint().height())

    def _rows(self, facts: SlideFacts) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(5)
        for what, value in facts.rows:
            text = QLabel(value)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(style.named(QLabel(what), "faint"), text)
        self.plane = QComboBox()
        if facts.planes > 1:
            own = tr("The file's own choice")
            if not facts.is_chosen:
                own = tr("{own}: plane {number}, {why}", own=own, number=facts.plane + 1, why=facts.why)
            self.plane.addItem(own, -1)
            for number in range(facts.planes):
                self.plane.addItem(tr("Plane {number} of {count}", number=number + 1, count=facts.planes), number)
            self.plane.setCurrentIndex(facts.plane + 1 if facts.is_chosen else 0)
            self.plane.activated.connect(lambda _: self.plane_chosen.emit(self.plane.currentData()))
            form.addRow(style.named(QLabel(tr("Plane")), "faint"), self.plane)
        return form

    def _pictures(self, pictures: Mapping[str, QImage]) -> QHBoxLayout:
        row = QHBoxLayout()
        for name, image in pictures.items():
            shown, picture = QWidget(), TurnedPicture(image, _PICTURE)
            title = tr(_BESIDE.get(name.lower(), name))
            picture.setAccessibleName(title)
            picture.setToolTip(tr("Click to turn it"))
            below = QVBoxLayout(shown)
            below.setContentsMargins(0, 0, 0, 0)
            below.addWidget(picture)
            caption = style.named(QLabel(title), "faint")
            caption.setIndent(_BUTTON_EDGE_PX)
            below.addWidget(caption)
            row.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
            if name in may_carry_a_name(pictures):
                shown.hide()
                self.show_label.toggled.connect(shown.setVisible)
        row.addStretch(1)
        return row


def may_carry_a_name(pictures: Mapping[str, QImage]) -> list[str]:
    """The pictures of the label, and of the whole glass with the label on it."""
    return [name for name in pictures if name.lower() in (_LABEL, _MACRO)]


def _table(metadata: Mapping[str, str]) -> QTableWidget:
    table = QTableWidget(len(metadata), 2)
    table.setHorizontalHeaderLabels([tr("Name"), tr("Value")])
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    for row, (name, value) in enumerate(metadata.items()):
        for column, text in enumerate((name, " ".join(value.split()))):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(row, column, item)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.resizeSection(0, 240)
    head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return table
