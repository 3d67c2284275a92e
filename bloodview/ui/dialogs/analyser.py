"""The values of an analyser beside the count: typed or imported, compared while they are typed, kept with the case."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.errors import UserError
from bloodview.review.reading_commands import KeepAnalyser
from bloodview.ui import style
from bloodview.ui.language import tr

_WIDTH, _HEIGHT, _MOST, _USUAL = 780, 760, 10_000_000, 10_000


class Kept(Protocol):
    """Values as a case keeps them, see `review.records.AnalyserValues`."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> tuple[tuple[str, float], ...]: ...
    @property
    def is_percent(self) -> bool: ...
    @property
    def total(self) -> int: ...


class AnalyserDialog(QDialog):
    """Asks; what is typed is compared by `compare`: class id -> texts of this count, the analyser's, the difference.

    Signals:
        import_asked: somebody has a table.
        removed: the kept values are to go.
    """

    import_asked = Signal()
    removed = Signal()

    def __init__(
        self,
        window: QWidget,
        classes: Sequence[tuple[str, str]],
        kept: Kept | None,
        compare: Callable[[KeepAnalyser], dict[str, tuple[str, str, str, bool]]],
    ) -> None:
        """Offer these classes, (id, title); show what is kept already."""
        super().__init__(window)
        self.setObjectName("analyser")
        self.setWindowTitle(tr("Values of an analyser"))
        self.resize(_WIDTH, _HEIGHT)
        self._classes, self._compare = tuple(classes), compare
        lead = QLabel(
            tr(
                "Type what the analyser says of the leukocytes, or import a table with the columns class and count. A "
                "difference that chance alone explains poorly is marked. The values are kept with the case and stand "
                "in its report."
            )
        )
        lead.setWordWrap(True)
        self.name = QLineEdit(kept.name if kept is not None else "")
        self.name.setMaxLength(200)
        self.name.setPlaceholderText(tr("Name or kind of the analyser"))
        self.name.setAccessibleName(tr("Analyser"))
        self.unit = QComboBox()
        self.unit.addItems([tr("Percent of the leukocytes"), tr("Cells")])
        self.unit.setCurrentIndex(0 if kept is None or kept.is_percent else 1)
        self.unit.setAccessibleName(tr("Unit"))
        self.total = style.roomy(QSpinBox())
        self.total.setRange(1, _MOST)
        self.total.setSingleStep(1000)
        self.total.setValue(kept.total if kept is not None and kept.total else _USUAL)
        self.total.setAccessibleName(tr("Leukocytes that the analyser counted"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(tr("Analyser"), self.name)
        form.addRow(tr("Values are"), self.unit)
        form.addRow(tr("Leukocytes counted"), self.total)
        self._form = form
        self.fields: dict[str, QLineEdit] = {}
        self.texts: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(5)
        self.note = style.named(QLabel(""), "faint")
        self.note.setWordWrap(True)
        self._lay_out(lead, is_kept=kept is not None)
        self.show_values(dict(kept.values) if kept is not None else {})
        self.name.textChanged.connect(self._look)
        self.unit.currentIndexChanged.connect(self._look)
        self.total.valueChanged.connect(self._look)
        self._look()

    @property
    def command(self) -> KeepAnalyser:
        """What was typed.

        Raises:
            UserError: a value is no number.
        """
        values = []
        for class_id, field in self.fields.items():
            text = field.text().strip().replace(",", ".")
            if not text:
                continue
            try:
                values.append((class_id, float(text)))
            except ValueError:
                raise UserError(tr("{text} is no number.", text=field.text().strip())) from None
        is_percent = self.unit.currentIndex() == 0
        return KeepAnalyser(
            self.name.text().strip(), tuple(values), is_percent, self.total.value() if is_percent else 0
        )

    def show_values(self, values: dict[str, float], *, is_percent: bool | None = None) -> None:
        """Put values into the fields, of classes that are offered; another unit if one is given."""
        if is_percent is not None:
            self.unit.setCurrentIndex(0 if is_percent else 1)
        for class_id, field in self.fields.items():
            field.setText(f"{values[class_id]:g}" if class_id in values else "")

    def say(self, text: str) -> None:
        """A sentence below the table."""
        self.note.setText(text)

    def _look(self) -> None:
        """Compare what is there."""
        self._form.setRowVisible(self.total, self.unit.currentIndex() == 0)
        try:
            typed = self.command
            found = self._compare(typed)
        except UserError as error:
            found = {}
            self.note.setText(str(error))
        else:
            differing = [self._title(class_id) for class_id, line in found.items() if line[3]]
            words = tr("Differ beyond chance: {classes}.", classes=", ".join(differing))
            self.note.setText(words if differing else tr("No class differs beyond chance.") if found else "")
        for class_id, labels in self.texts.items():
            line = found.get(class_id, ("", "", "", False))
            for label, text in zip(labels, line[:3], strict=True):
                label.setText(text)
            mark = style.tone(self.palette(), style.Tone.BAD).name()
            if line[3]:
                labels[2].setText(f"<span style='color:{mark}; font-weight:600'>✗ {line[2]}</span>")
        self.keep.setEnabled(bool(found) and bool(self.name.text().strip()))
        if found and not self.name.text().strip():
            self.note.setText(self.note.text() + " " + tr("Type a name for the analyser to keep its values."))

    def _title(self, class_id: str) -> str:
        return dict(self._classes).get(class_id, class_id).strip()

    def _lay_out(self, lead: QLabel, *, is_kept: bool) -> None:
        for number, head in enumerate(
            (tr("Class"), tr("Analyser"), tr("This count, %"), tr("Analyser, %"), tr("Difference, %"))
        ):
            self._grid.addWidget(style.named(QLabel(head), "faint"), 0, number)
        for row, (class_id, title) in enumerate(self._classes, 1):
            field = QLineEdit()
            field.setFixedWidth(96)
            field.setAccessibleName(title.strip())
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.textChanged.connect(self._look_if_shown)
            texts = (QLabel(""), QLabel(""), QLabel(""))
            self._grid.addWidget(QLabel(title), row, 0)
            self._grid.addWidget(field, row, 1)
            for place, label in enumerate(texts, 2):
                self._grid.addWidget(label, row, place)
            self.fields[class_id], self.texts[class_id] = field, texts
        self._grid.setColumnStretch(4, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addLayout(self._grid)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_ = buttons.addButton(tr("Import…"), QDialogButtonBox.ButtonRole.ActionRole)
        self.remove = buttons.addButton(tr("Remove"), QDialogButtonBox.ButtonRole.ActionRole)
        self.keep = style.named(buttons.addButton(tr("Keep"), QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        self.remove.setVisible(is_kept)
        for button in (self.import_, self.remove):
            button.setAutoDefault(False)
        self.import_.clicked.connect(self.import_asked)
        self.remove.clicked.connect(self.removed)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 18, 20, 16)
        outer.setSpacing(12)
        outer.addWidget(lead)
        outer.addLayout(self._form)
        outer.addWidget(area, 1)
        outer.addWidget(self.note)
        outer.addWidget(buttons)

    def _look_if_shown(self) -> None:
        if len(self.texts) == len(self._classes):
            self._look()
