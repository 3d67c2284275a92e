"""One model in full: what it is, what trained it, how well it does, how it came to be, what it is not made for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from bloodview.ui import style
from bloodview.ui.dialogs.buttons import sentence
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.layouts import put
from bloodview.ui.model_words import (
    data_row,
    figure_row,
    origin_rows,
    origin_title,
    recipe_in_words,
    size_in_words,
    task_title,
)
from bloodview.ui.style import Tone

if TYPE_CHECKING:
    from bloodview.models.card import ModelCard
    from bloodview.workflows.model_shelf import Entry


class ModelPage(QScrollArea):
    """Shows a model; empty if there is none."""

    _toned: list[tuple[QLabel, Tone]]

    def __init__(self) -> None:
        super().__init__()
        self._toned = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("What is known of the model"))
        self.state, self.files = sentence(), sentence()

    def show_model(self, entry: "Entry | None", checked: str | None) -> None:
        """Show it; `checked` is what is wrong with its files, "" if nothing is, None if they were not looked at."""
        whole = QWidget()
        self._column = QVBoxLayout(whole)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(10)
        self._toned = []
        if entry is not None:
            self._show(entry, checked)
        self._column.addStretch(1)
        at = self.verticalScrollBar().value()
        self.setWidget(whole)
        self.verticalScrollBar().setValue(at)
        self._tone()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours of good and bad."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_toned"):
            self._tone()
        super().changeEvent(event)

    def _show(self, entry: "Entry", checked: str | None) -> None:
        self._column.addWidget(_selectable(style.named(QLabel(entry.id), "heading")))
        card = entry.card
        if card is not None:
            self._column.addWidget(sentence(heard(card.title)))
        self.state = self._state(entry)
        self.files = self._files(entry, checked)
        for label in (self.state, self.files):
            self._column.addWidget(label)
        if card is not None:
            self._facts(card, entry)

    def _facts(self, card: "ModelCard", entry: "Entry") -> None:
        if card.limits:
            self._section(tr("Limits"))
            self._column.addWidget(sentence(heard(card.limits)))
        if card.data:
            self._section(tr("Trained on"))
            self._table((tr("Data"), tr("Licence"), tr("Pictures or cells")), [data_row(d) for d in card.data])
        if card.metrics:
            self._section(tr("Figures"))
            head = (tr("On pictures that did not train it"), tr("Value (95 %)"), tr("Number"))
            self._table(head, [figure_row(m) for m in card.metrics])
        self._section(tr("Where it comes from"))
        rows = []
        for origin in entry.lineage:
            rows += [("", origin_title(origin)), *origin_rows(origin)]
        if entry.made_from_it:
            rows.append((tr("Made from it"), ", ".join(entry.made_from_it)))
        rows.append((tr("Created"), card.created))
        if card.data:
            prints = ", ".join(f"{heard(d.name)} {d.fingerprint[:16]}" for d in card.data)
            rows.append((tr("Fingerprint of the data"), prints))
        if recipe := recipe_in_words(card):
            rows.append((tr("Recipe"), recipe))
        rows.append((tr("Network"), f"{card.architecture}, {card.image_px} px, {card.um_per_px:g} µm/px"))
        self._rows(rows)
        self._section(tr("Files"))
        self._rows([(tr("Folder"), str(entry.shelved.folder)), (tr("Weights"), _weights(card))])

    def _state(self, entry: "Entry") -> QLabel:
        if entry.shelved.problem:
            return self._toned_text(tr("It cannot be used: {why}", why=heard(entry.shelved.problem)), Tone.BAD)
        whose = tr("one of yours") if entry.shelved.is_own else tr("came with BloodView")
        what = task_title(entry.task)
        if entry.is_used:
            return self._toned_text(tr("In use: {what}; {whose}", what=what, whose=whose), Tone.GOOD)
        return sentence(tr("Not in use: {what}; {whose}", what=what, whose=whose))

    def _files(self, entry: "Entry", checked: str | None) -> QLabel:
        if checked:
            shown = "" if checked == entry.shelved.problem else heard(checked)
            return self._toned_text(shown or str(entry.shelved.folder), Tone.BAD)
        if checked is not None:
            return self._toned_text(tr("Card and weights belong together: nobody changed them."), Tone.GOOD)
        if entry.card is None:
            return sentence(str(entry.shelved.folder))
        return style.named(sentence(tr("The files were not checked in this window yet.")), "faint")

    def _toned_text(self, text: str, tone: Tone) -> QLabel:
        label = sentence(text)
        self._toned.append((label, tone))
        return label

    def _tone(self) -> None:
        for label, tone in self._toned:
            label.setStyleSheet(f"color: {style.tone(QApplication.palette(), tone).name()}")

    def _section(self, title: str) -> None:
        self._column.addSpacing(4)
        self._column.addWidget(style.named(QLabel(title), "heading"))

    def _table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column, text in enumerate(head):
            put(grid, style.named(QLabel(text), "faint"), 0, column)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                if column:
                    put(grid, QLabel(text), number, column)
                else:
                    grid.addWidget(sentence(text), number, column)
        self._column.addLayout(grid)

    def _rows(self, rows: Sequence[tuple[str, str]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (what, value) in enumerate(rows):
            grid.addWidget(style.named(QLabel(what), "faint"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_selectable(sentence(value)), number, 1)
        self._column.addLayout(grid)


def _weights(card: "ModelCard") -> str:
    return f"{size_in_words(card.weights_bytes)}, SHA-256 {card.weights_sha256[:16]}…"


def _selectable(label: QLabel) -> QLabel:
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
