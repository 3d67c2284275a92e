"""Which format an export has, and whether it names pictures by their files: asked before the place."""

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.language import later, tr
from bloodview.ui.mnemonics import give_mnemonics


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A line of the dialog.

    Args:
        id: as the command line names it.
        title: for people.
        remark: what it holds.
        ending: of the file; "" = a folder.
    """

    id: str
    title: str
    remark: str
    ending: str = ""


FORMATS = (
    ExportFormat("coco", "COCO", later("one file: boxes, outlines, nuclei, who said what"), ".json"),
    ExportFormat("geojson", "GeoJSON for QuPath", later("a folder, a file a picture: cells with nuclei and classes")),
    ExportFormat("labelme", "labelme", later("a folder, a file a picture: boxes and outlines")),
    ExportFormat("yolo", "YOLO", later("a folder: boxes")),
    ExportFormat("voc", "Pascal VOC", later("a folder, a file a picture: boxes")),
    ExportFormat("csv", later("Table"), later("one file: a row a cell, with what the model said"), ".csv"),
    ExportFormat("crops", later("Pictures of cells"), later("a folder a class")),
    ExportFormat("trainset", later("Training set"), later("a folder: crops, labels and a manifest, grouped by slide")),
)
_ALWAYS = later(
    "Names of persons, notes, label and macro pictures, the pictures' own metadata and the moments "
    "of edits are never exported."
)


class ExportDialog(QDialog):
    """Asks; the answer is `choice` once it was accepted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Export annotations"))
        self.setObjectName("export")
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(6)
        for number, one in enumerate(FORMATS):
            button = QRadioButton(f"{tr(one.title)}: {tr(one.remark)}")
            button.setObjectName(one.id)
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            column.addWidget(button)
        self.keep_names = QCheckBox(tr("Keep the file names of the pictures, which may hold a patient's name"))
        note = style.named(QLabel(tr(_ALWAYS)), "faint")
        note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        go_on = style.named(buttons.addButton(tr("Choose a place…"), QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        go_on.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addSpacing(10)
        column.addWidget(self.keep_names)
        column.addWidget(note)
        column.addSpacing(10)
        column.addWidget(buttons)
        give_mnemonics(self)

    @property
    def choice(self) -> tuple[str, bool]:
        """The format's id, and whether to keep file names."""
        return FORMATS[self._group.checkedId()].id, self.keep_names.isChecked()
