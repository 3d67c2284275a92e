"""The form of a class of one's own: name, place in the tree, key, letters, colour, shape, and what clashes."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.core import own_classes
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import SHAPES, CellClass, Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import Shape, shape_path
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.mnemonics import give_mnemonics

_WIDTH = 520
_SWATCH_PX = 18


class ClassForm(QDialog):
    """Asks for a class; decides nothing.

    Signals:
        given: a CellClass that clashes with nothing.
    """

    given = Signal(object)

    def __init__(self, window: QWidget, taxonomy: Taxonomy, taken_keys: Mapping[str, str]) -> None:
        """`taken_keys`: key in small letters -> what it does in the window."""
        super().__init__(window)
        self._taxonomy, self._taken_keys = taxonomy, taken_keys
        self._instead_of = ""
        self._touched: set[QWidget] = set()
        self.setMinimumWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lead = QLabel("")
        self.lead.setWordWrap(True)
        self.name, self.key, self.mark = QLineEdit(), QLineEdit(), QLineEdit()
        self.key.setAccessibleName(tr("Key"))
        self.mark.setAccessibleName(tr("Letters"))
        self.name.setPlaceholderText(tr("such as Smudge cell"))
        self.key.setMaxLength(1)
        self.mark.setMaxLength(2)
        for field in (self.key, self.mark):
            field.setFixedWidth(64)
        self.parent_box = QComboBox()
        self.colors, self.shapes = QButtonGroup(self), QButtonGroup(self)
        self.clashes = QLabel("")
        self.clashes.setWordWrap(True)
        self.clashes.setTextFormat(Qt.TextFormat.PlainText)
        self.ok = style.named(QPushButton(tr("Make the class")), "primary")
        self.ok.setDefault(True)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.ok.clicked.connect(self._on_ok)
        self._lay_out(cancel)
        self.name.textChanged.connect(self._on_name_changed)
        for field in (self.key, self.mark):
            field.textEdited.connect(lambda _, touched=field: self._touch(touched))
        self.parent_box.currentIndexChanged.connect(lambda _: self._check())
        self.colors.idClicked.connect(lambda _: self._on_color_clicked())
        self.shapes.idClicked.connect(lambda _: self._check())
        give_mnemonics(self)

    def ask_new(self, lead: str, parent: str) -> None:
        """Ask for a new class, by default below `parent`."""
        self.setWindowTitle(tr("New class"))
        self.lead.setText(lead)
        self._fill(own_classes.suggestion("", parent, self._taxonomy, self._taken_keys))
        self.open()
        self.name.setFocus()

    def ask_change(self, known: CellClass) -> None:
        """Ask what a class should be called and look like from now on."""
        self._instead_of = known.id
        self.setWindowTitle(tr("Change {title}", title=tr(known.title)))
        self.lead.setText(tr("Its cells and examples go along with it."))
        self.ok.setText(tr("Change the class"))
        self._touched |= {self.key, self.mark}
        self._fill(replace(known, shape=self._taxonomy.shape(known.id)))
        self.open()
        self.name.setFocus()

    @property
    def value(self) -> CellClass:
        """The class as it stands in the form."""
        title = self.name.text().strip()
        known = self._taxonomy[self._instead_of] if self._instead_of else None
        class_id = known.id if known is not None and known.title == title else own_classes.id_of(title)
        color = self.colors.checkedButton()
        shape = self.shapes.checkedId()
        return CellClass(
            class_id,
            title,
            str(self.parent_box.currentData()),
            self.key.text().lower(),
            str(color.property("color")) if color is not None else own_classes.COLORS[0],
            self.mark.text().strip(),
            SHAPES[shape] if shape >= 0 else "",
        )

    def _fill(self, cell_class: CellClass) -> None:
        own = self._instead_of
        for c in self._taxonomy.by_lineage:
            if not own or not self._taxonomy.is_below(c.id, own):
                depth = len(self._taxonomy.path(c.id)) - 1
                self.parent_box.addItem(f"{'    ' * depth}{tr(c.title)}", c.id)
        self.parent_box.addItem(tr("Nothing: beside the leukocytes, out of the percentages"), "")
        self.parent_box.setCurrentIndex(self.parent_box.findData(cell_class.parent))
        for number, color in enumerate(dict.fromkeys([cell_class.color, *own_classes.COLORS])):
            button = _choice(self.colors, number)
            button.setProperty("color", color)
            button.setToolTip(color)
            button.setAccessibleName(tr("Colour {number}: {color}", number=number + 1, color=color))
            button.setChecked(color == cell_class.color)
            self._color_row.addWidget(button)
        for number, shape in enumerate(SHAPES):
            button = _choice(self.shapes, number)
            button.setToolTip(tr(shape))
            button.setAccessibleName(tr("Shape: {shape}", shape=tr(shape)))
            button.setChecked(shape == cell_class.shape)
            self._shape_row.addWidget(button)
        for row in (self._color_row, self._shape_row):
            row.addStretch(1)
        self.name.setText(cell_class.title)
        self.key.setText(cell_class.key)
        self.mark.setText(cell_class.mark if cell_class.mark != "?" else "")
        self._on_color_clicked()

    def _on_name_changed(self, title: str) -> None:
        """Offer what goes with the name, where the person has not chosen it."""
        if not self._instead_of and title.strip():
            offered = own_classes.suggestion(title, "", self._taxonomy, self._taken_keys)
            if self.key not in self._touched:
                self.key.setText(offered.key)
            if self.mark not in self._touched:
                self.mark.setText(offered.mark)
        self._check()

    def _touch(self, field: QWidget) -> None:
        self._touched.add(field)
        self._check()

    def _on_color_clicked(self) -> None:
        """Paint the choices in the chosen colour."""
        ratio = self.devicePixelRatioF()
        for button in self.colors.buttons():
            button.setIcon(_icon(Shape.SQUARE, QColor(str(button.property("color"))), ratio))
        color = QColor(self.value.color)
        for button in self.shapes.buttons():
            button.setIcon(_icon(Shape[SHAPES[self.shapes.id(button)].upper()], color, ratio))
        self._check()

    def _check(self) -> None:
        value = self.value
        amiss = ""
        if value.key in self._taken_keys:
            amiss = tr(
                "The key {key} is in use: {title}. Choose another key.",
                key=value.key.upper(),
                title=tr(self._taken_keys[value.key]),
            )
        elif value.title:
            try:
                own_classes.check(value, self._taxonomy, self._instead_of)
            except UserError as error:
                amiss = heard(f"{error.what} {error.hint}".strip())
        remarks = own_classes.remarks(value, self._taxonomy, self._instead_of) if value.title else ()
        self.clashes.setText(amiss or heard(" ".join(remarks)))
        tone = style.tone(self.palette(), style.Tone.BAD if amiss else style.Tone.DOUBT)
        self.clashes.setStyleSheet(f"color: {tone.name()}")
        self.ok.setEnabled(bool(value.title) and not amiss)

    def _on_ok(self) -> None:
        value = self.value
        self.accept()
        self.given.emit(value)

    def _lay_out(self, cancel: QPushButton) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        self._color_row, self._shape_row = QHBoxLayout(), QHBoxLayout()
        short = QHBoxLayout()
        short.addWidget(self.key)
        short.addSpacing(18)
        short.addWidget(QLabel(tr("Letters")))
        short.addSpacing(8)
        short.addWidget(self.mark)
        short.addStretch(1)
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("A kind of"), self.parent_box)
        form.addRow(tr("Key"), short)
        form.addRow(tr("Colour"), self._color_row)
        form.addRow(tr("Shape"), self._shape_row)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.ok)
        self.clashes.setMinimumHeight(2 * self.fontMetrics().height() + 4)
        self.clashes.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(self.lead)
        column.addLayout(form)
        column.addWidget(self.clashes)
        column.addLayout(foot)


def _choice(group: QButtonGroup, number: int) -> QToolButton:
    """A button of which one in the group is chosen."""
    button = QToolButton()
    button.setCheckable(True)
    group.addButton(button, number)
    return button


def _icon(shape: Shape, color: QColor, ratio: float) -> QIcon:
    pixmap = QPixmap(round(_SWATCH_PX * ratio), round(_SWATCH_PX * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(shape_path(shape, QRectF(2, 2, _SWATCH_PX - 4, _SWATCH_PX - 4)))
    painter.end()
    return QIcon(pixmap)
