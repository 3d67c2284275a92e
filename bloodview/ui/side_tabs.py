"""The upper right of the window: the differential, red cells, the classes that learn, or the reasons; one at a time."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from bloodview.ui import style
from bloodview.ui.counts_panel import CountsPanel
from bloodview.ui.heads import Head
from bloodview.ui.language import tr
from bloodview.ui.learn_panel import LearnPanel
from bloodview.ui.smear_panel import SmearPanel
from bloodview.ui.why_panel import WhyPanel

LEARN, WHY, SMEAR = 1, 2, 3
"""Numbers of the pages beside the differential, which is 0."""
_WAYS = {SMEAR: "smear.panel", LEARN: "window.learned", WHY: "why.panel"}
"""Which action turns to a page, and back."""


class SideTabs(QWidget):
    """A row of titles over as many panels.

    Signals:
        turned: which of them is in front.
    """

    turned = Signal(int)

    def __init__(
        self,
        counts: CountsPanel,
        smear: SmearPanel,
        learn: LearnPanel,
        why: WhyPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._stack = QStackedWidget()
        self.titles = QButtonGroup(self)
        head = Head()
        row = QHBoxLayout(head)
        row.setContentsMargins(8, 0, 14, 0)
        pages = (
            (0, tr("Differential"), counts),
            (SMEAR, tr("Red cells"), smear),
            (LEARN, tr("Learned"), learn),
            (WHY, tr("Why"), why),
        )
        for number, title, _ in pages:
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setFocusPolicy(style.mono_focus())
            self.titles.addButton(button, number)
            row.addWidget(button)
        for _, _, panel in sorted(pages, key=lambda page: page[0]):
            self._stack.addWidget(panel)
        row.addStretch(1)
        self.titles.idClicked.connect(self.show_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)

    def set_ways(self, way_to: Callable[[str], str]) -> None:
        """Name the key of each page: action id -> its key."""
        for number, action_id in _WAYS.items():
            button = self.titles.button(number)
            button.setToolTip(f"{button.text()} ({way_to(action_id)})")

    def keep_to_first(self, kept: bool) -> None:
        """Whether only the differential can be seen, because the others would tell labels."""
        if kept:
            self.show_page(0)
        for number in (SMEAR, LEARN, WHY):
            self.titles.button(number).setEnabled(not kept)

    @property
    def page(self) -> int:
        """Which of them is in front."""
        return self._stack.currentIndex()

    def show_page(self, number: int) -> None:
        """0 = the differential, else LEARN, WHY or SMEAR."""
        self._stack.setCurrentIndex(number)
        self.turned.emit(number)
        self.titles.button(number).setChecked(True)
