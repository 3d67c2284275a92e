"""The panel of the classes that learn: how far each has come, what contradicts, and what it suggests."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.layouts import empty
from bloodview.ui.learn_rows import ClassRow, ContradictionRow, said
from bloodview.ui.scrolling import scrolled
from bloodview.ui.suggestion_view import SuggestionView

if TYPE_CHECKING:
    from bloodview.workflows.class_learning import Progressed, Suggestion

MARGIN_PX = 14
MOST_ROWS = 3
"""Examples that do not fit, shown at once."""
EMPTY = later(
    "BloodView can learn a class that it does not know. Select at least five cells of it in the "
    "gallery, by Ctrl+click or by dragging a band around them, and press {key}. Pictures of one cell "
    "each, or a class that somebody shared, serve as well: see the Class menu."
)
LEARNING = later("Learning from the examples …")


class LearnPanel(QWidget):
    """Shows one class in full and the others by name.

    Signals:
        class_chosen: id of a class.
        cell_chosen: id of a cell to look at.
        drop_asked: number of an example from outside that shall go.
    """

    class_chosen = Signal(str)
    cell_chosen = Signal(int)
    drop_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ClassMarks | None = None
        self._way_to: Callable[[str], str] = str
        self.empty = style.named(said(), "faint")
        self.new = QPushButton(tr("New class"))
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.number, self.scored = said(), style.named(said(), "faint")
        self.advice = said()
        self.amiss_head = style.named(QLabel(""), "heading")
        self.amiss = QVBoxLayout()
        self.amiss.setSpacing(2)
        self.suggestions = SuggestionView()
        self.suggestions.cell_chosen.connect(self.cell_chosen)
        self.more = QToolButton()
        self.more.setText(tr("This class …"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(style.mono_focus())
        self._detail = QWidget()
        self._lay_out()
        self.show_classes((), "")

    def set_actions(self, new: QAction, accept: QAction, refuse: QAction, more: Sequence[QAction]) -> None:
        """What the buttons do."""
        _bind(self.new, new)
        self.suggestions.set_actions(accept, refuse)
        menu = QMenu(self.more)
        menu.addActions(list(more))
        self.more.setMenu(menu)

    def set_ways(self, way_to: Callable[[str], str]) -> None:
        """Tell how a person does something: action id -> its key, or its place in the menus."""
        self._way_to = way_to
        self._say_empty(is_learning=False)
        self.new.setText(tr("New class ({key})", key=way_to("learn.new_class")))
        self.suggestions.set_ways(way_to)

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Take the looks of the classes."""
        self._marks = ClassMarks(taxonomy)
        self.suggestions.set_marks(self._marks)

    def show_classes(self, classes: Sequence["Progressed"], chosen: str, *, is_learning: bool = False) -> None:
        """Show how far the classes have come, and the chosen one in full."""
        self._say_empty(is_learning=is_learning)
        empty(self.rows)
        for progressed in classes:
            if self._marks is not None:
                row = ClassRow(progressed, self._marks, progressed.class_id == chosen)
                row.chosen.connect(self.class_chosen)
                self.rows.addWidget(row)
        shown = next((c for c in classes if c.class_id == chosen), None)
        self.empty.setVisible(not classes)
        self.more.setVisible(shown is not None)
        self._detail.setVisible(shown is not None)
        if shown is not None:
            self._show(shown)

    def show_suggestions(self, suggestions: Sequence["Suggestion"], class_id: str) -> None:
        """Show the cells that a class may be found in, best first."""
        self.suggestions.show_suggestions(suggestions, class_id)

    def set_crop(self, cell_id: int, image: QImage) -> None:
        """A cell's picture is there."""
        self.suggestions.set_crop(cell_id, image)

    def _say_empty(self, *, is_learning: bool) -> None:
        self.empty.setText(tr(LEARNING) if is_learning else tr(EMPTY, key=self._way_to("learn.new_class")))

    def _show(self, shown: "Progressed") -> None:
        self.number.setText(f"{_number(shown)} {heard(shown.worth)}".strip())
        self.advice.setText(heard(shown.advice))
        self.advice.setVisible(bool(shown.advice))
        self.scored.setText(heard(shown.scored))
        self.scored.setVisible(bool(shown.scored))
        empty(self.amiss)
        for contradiction in shown.contradictions[:MOST_ROWS]:
            row = ContradictionRow(contradiction)
            row.cell_chosen.connect(self.cell_chosen)
            row.drop_asked.connect(self.drop_asked)
            self.amiss.addWidget(row)
        number = len(shown.contradictions)
        more = tr(", the first {number}:", number=MOST_ROWS) if MOST_ROWS < number <= shown.number / 2 else ":"
        several = tr("{number} examples do not fit the others", number=number)
        words = tr("1 example does not fit the others") if number == 1 else several
        if 2 * number > shown.number:
            words = tr("These examples fit the others least")
        self.amiss_head.setText(f"{words}{more}")
        self.amiss_head.setVisible(bool(number))
        self.suggestions.setVisible(bool(shown.standing))

    def _lay_out(self) -> None:
        detail = QVBoxLayout(self._detail)
        detail.setContentsMargins(MARGIN_PX, 6, MARGIN_PX, 6)
        detail.setSpacing(6)
        detail.addWidget(self.number)
        detail.addWidget(self.amiss_head)
        detail.addLayout(self.amiss)
        for widget in (self.suggestions, self.advice, self.scored):
            detail.addWidget(widget)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        column.addLayout(self.rows)
        self.empty.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 8)
        column.addWidget(self.empty)
        column.addWidget(self._detail)
        column.addStretch(1)
        scroll = scrolled(inner)
        foot = style.named(QFrame(), "foot")
        across = QHBoxLayout(foot)
        across.setContentsMargins(MARGIN_PX, 6, MARGIN_PX, 6)
        across.addWidget(self.new)
        across.addStretch(1)
        across.addWidget(self.more)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(foot)


def _number(shown: "Progressed") -> str:
    """How many examples there are, and which do not count."""
    several = tr("{number} different examples", number=shown.number)
    words = tr("1 different example") if shown.number == 1 else several
    if shown.outside:
        words += tr(", {number} of them from outside this case", number=shown.outside)
    parts = [f"{words}."]
    if shown.copies:
        parts.append(tr("{number} more show the same picture as another one and do not count.", number=shown.copies))
    if shown.strangers:
        parts.append(tr("{number} from another model cannot be compared and do not count.", number=shown.strangers))
    return " ".join(parts)


def _bind(button: QPushButton, action: QAction) -> None:
    """Let a button do what an action does."""
    button.setToolTip(action.text())
    button.setFocusPolicy(style.mono_focus())
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
