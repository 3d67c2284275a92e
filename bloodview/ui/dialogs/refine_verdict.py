"""The verdict on a refined model: better, worse or cannot tell, class by class, what looks wrong, and the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QFont, QIcon, QImage, QPixmap, QTextLayout
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.refinement import BETTER, CANNOT_TELL, Answer, Judged, Verdict
from bloodview.ui import style
from bloodview.ui.dialogs.buttons import row_of, sentence
from bloodview.ui.dialogs.refine_words import WORDS, Words
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.layouts import put
from bloodview.ui.model_words import share_in_words
from bloodview.ui.style import Tone

ADOPT, KEEP, DISCARD = "adopt", "keep", "discard"
"""What a person decides."""
_THUMB = 56
_WIDE = 560
"""How wide the text beside a crop runs, so that the page needs no scrolling to the side, pixels."""


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A correction that looks wrong: its crop, what to say of it, and where it lies."""

    image: QImage
    text: str
    group: str
    cell_id: int


class VerdictPage(QWidget):
    """Shows a verdict.

    Signals:
        decided: "adopt", "keep" or "discard"; whether the case is to be read again.
        doubt_chosen: picture and id of a cell to look at.
    """

    decided = Signal(str, bool)
    doubt_chosen = Signal(str, int)
    _toned: list[tuple[QLabel, Tone]]

    def __init__(self) -> None:
        super().__init__()
        self._toned = []
        self.head, self._why = style.named(QLabel(), "title"), sentence()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.again = QCheckBox()
        self.adopt = QPushButton(tr("Adopt"))
        self.keep, self.discard = QPushButton(tr("Keep aside")), QPushButton(tr("Discard"))
        self.adopt.setToolTip(tr("Use the new model from now on; the Model menu leads back."))
        self.keep.setToolTip(tr("Keep the new model among yours without using it."))
        self.discard.setToolTip(tr("Forget the new model."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.head)
        column.addWidget(self._why)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.again)
        for button, what in ((self.discard, DISCARD), (self.keep, KEEP), (self.adopt, ADOPT)):
            button.clicked.connect(lambda _=False, what=what: self.decided.emit(what, self._reads_again))
        column.addLayout(row_of(self.discard, self.keep, self.adopt))

    @property
    def _reads_again(self) -> bool:
        return not self.again.isHidden() and self.again.isChecked()

    def show_verdict(
        self, verdict: Verdict, titles: Mapping[str, str], doubts: Sequence[DoubtLine], again: str
    ) -> None:
        """See `RefineDialog.show_verdict`."""
        words: dict[Answer, str] = {BETTER: tr("Better"), "worse": tr("Worse"), CANNOT_TELL: tr("Cannot tell yet")}
        tones: dict[Answer, Tone] = {BETTER: Tone.GOOD, "worse": Tone.BAD, CANNOT_TELL: Tone.DOUBT}
        self.head.setText(words[verdict.answer])
        self._toned = [(self.head, tones[verdict.answer])]
        said = WORDS[verdict.what]
        more = tr(said.more, count=verdict.label_more) if verdict.label_more else ""
        self._why.setText(f"{heard(verdict.why)} {more}".strip())
        self.again.setText(again)
        self.again.setVisible(bool(again))
        self.again.setChecked(False)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 4, 12, 4)
        column.setSpacing(12)
        self._add(column, tr(said.own), verdict.locked, titles, said)
        if verdict.reference is not None:
            self._add(column, tr(said.old), verdict.reference, titles, said)
        for note in verdict.notes:
            column.addWidget(style.named(sentence(heard(note)), "faint"))
        if doubts:
            column.addWidget(style.named(QLabel(tr("Corrections that look wrong; choose one to see it")), "heading"))
            for line in doubts:
                column.addWidget(self._doubt(line))
        column.addStretch(1)
        self._scroll.setWidget(whole)
        self._tone()
        self.adopt.setObjectName("primary" if verdict.answer == BETTER else "")
        self.adopt.style().unpolish(self.adopt)
        self.adopt.style().polish(self.adopt)
        # What took minutes is not lost to a key; of what is worse nothing would be.
        preferred = {BETTER: self.adopt, CANNOT_TELL: self.keep}.get(verdict.answer, self.discard)
        preferred.setDefault(True)
        preferred.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours of good and bad."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_toned"):
            self._tone()
        super().changeEvent(event)

    def _tone(self) -> None:
        for label, tone in self._toned:
            label.setStyleSheet(f"color: {style.tone(self.palette(), tone).name()}")

    def _add(self, column: QVBoxLayout, title: str, part: Judged, titles: Mapping[str, str], said: Words) -> None:
        column.addWidget(style.named(QLabel(title), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for at, text in enumerate((tr(said.row), tr("Cells"), tr("Before (95 %)"), tr("Now (95 %)"), "")):
            put(grid, style.named(QLabel(text), "faint"), 0, at)
        rows = [(titles.get(c.label, c.label), c.n, c.before, c.after) for c in part.classes]
        for row, (name, n, before, after) in enumerate(
            [*rows, (tr(said.mean), part.cells, part.before, part.after)], start=1
        ):
            # The mean as exactly as the sentence above says its gain.
            digits = said.decimals if row <= len(rows) else max(1, said.decimals)
            change = round(round(after.value * 100, digits) - round(before.value * 100, digits), digits)
            sign = QLabel(f"{change:+.{digits}f}" if change else "=")
            if change:
                self._toned.append((sign, Tone.GOOD if change > 0 else Tone.BAD))
            was, now = (QLabel(share_in_words(share, digits)) for share in (before, after))
            for at, label in enumerate((QLabel(name), QLabel(f"{n}"), was, now, sign)):
                if row > len(rows):
                    label.setObjectName("heading")
                put(grid, label, row, at)
        column.addLayout(grid)

    def _doubt(self, line: DoubtLine) -> QPushButton:
        button = style.named(QPushButton(), "link")
        button.setText(_in_lines(line.text, button.font()))
        button.setIcon(QIcon(QPixmap.fromImage(line.image)))
        button.setIconSize(QSize(_THUMB, _THUMB))
        button.clicked.connect(lambda: self.doubt_chosen.emit(line.group, line.cell_id))
        return button


def _in_lines(text: str, font: QFont) -> str:
    """The text of a button, which does not wrap by itself, broken into lines."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(_WIDE)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return "\n".join(lines)
