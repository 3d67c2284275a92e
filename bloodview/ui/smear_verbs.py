"""Red cells and platelets of the open case: gathered when their panel is in front, graded by a person."""

import time

from PySide6.QtCore import QObject, Signal

from bloodview.core.cells import Kind
from bloodview.core.grading import FINDINGS
from bloodview.review.commands import ChangeKind, Changes, Grade, NoteGrading
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.preferences import Preferences
from bloodview.ui.side_tabs import SMEAR, SideTabs
from bloodview.ui.smear_panel import SmearPanel

_MANY = 500
"""Changed cells that are not looked at one by one."""

_QUICK_S = 0.05
"""Gathering that takes longer waits until the analysis is done."""


class SmearVerbs(QObject):
    """Called by the actions and by the panel.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self,
        bridge: CaseBridge,
        index: CellIndex,
        panel: SmearPanel,
        side: SideTabs,
        preferences: Preferences,
    ) -> None:
        super().__init__(panel)
        self._bridge, self._index, self._panel, self._side, self._preferences = bridge, index, panel, side, preferences
        self._is_stale, self._took_s = True, 0.0
        self._shown: tuple[int, ...] = ()
        panel.graded.connect(self.on_panel_graded)
        panel.noted.connect(lambda text: bridge.apply(NoteGrading(text)))
        side.turned.connect(lambda _: self.refresh())
        bridge.opened.connect(self.on_case_opened)
        bridge.closed.connect(self.on_case_opened)
        bridge.changed.connect(self.on_case_changed)
        preferences.changed.connect(self.on_case_opened)

    def panel(self, checked: bool) -> None:
        """Red cells and platelets in the place of the differential."""
        self._side.show_page(SMEAR if checked else 0)

    def all_normal(self) -> None:
        """Grade whatever nobody has graded as not seen."""
        case = self._bridge.case
        if case is None:
            return
        given = case.grading().grades
        if left := tuple((f.id, 0) for f in FINDINGS if f.id not in given):
            self._bridge.apply(Grade(left))
        if self._side.page != SMEAR:
            self._side.show_page(SMEAR)

    def refresh(self) -> None:
        """Gather anew, if the panel is in front and shows what is not so any more."""
        if not self._is_stale or self._side.page != SMEAR:
            return
        case = self._bridge.case
        if case is None or not case.slides():
            self._panel.show_nothing()
            return
        from bloodview.workflows import smear  # pulls the analysis in, which must not delay the window

        begin = time.perf_counter()
        self._panel.show_smear(smear.smear(case, self._preferences.now))
        self._panel.set_locked(bool(self._bridge.state))
        self._took_s, self._is_stale, self._shown = time.perf_counter() - begin, False, self._numbers()

    def on_case_opened(self) -> None:
        """Another case, or none, or another factor."""
        self._is_stale, self._took_s = True, 0.0
        self.refresh()

    def on_case_changed(self, changes: Changes) -> None:
        """Follow what changes red cells, platelets and grades."""
        case = self._bridge.case
        if case is None:
            return
        self._panel.set_locked(bool(self._bridge.state))
        if ChangeKind.GRADES in changes.kinds:
            self._panel.show_grading(case.grading())
        if changes.kinds & {ChangeKind.CELLS_ADDED, ChangeKind.SLIDES}:
            self._is_stale = True
            if self._took_s < _QUICK_S:
                self.refresh()
        elif changes.kinds & {ChangeKind.LABELS, ChangeKind.STATUS, ChangeKind.BOXES} and self._concerns(changes):
            self._is_stale = True
            self.refresh()

    def on_panel_graded(self, finding: str, grade: int | None) -> None:
        """A person graded a finding."""
        if self._bridge.apply(Grade(((finding, grade),))) is None and (case := self._bridge.case) is not None:
            self._panel.show_grading(case.grading())

    def _concerns(self, changes: Changes) -> bool:
        """Whether red cells or platelets are among what changed."""
        if len(changes.cell_ids) > _MANY or self._numbers() != self._shown:
            return True
        return any(c.kind is not Kind.WBC for c in self._index.some(changes.cell_ids))

    def _numbers(self) -> tuple[int, ...]:
        counts = self._index.label_counts.by_label
        return tuple(counts.get(label, 0) for label in ("red_cell", "platelet"))
