"""Reading blindly, as second reader, or settling differences: what is hidden, what an answer does, what comes next."""

import random

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from bloodview.core.cells import Cell
from bloodview.core.person import system_user
from bloodview.core.reading_order import SEEDS
from bloodview.review.commands import Changes, Command
from bloodview.ui.analyser_verbs import counted
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.dialogs.agreement import AgreementDialog
from bloodview.ui.dialogs.start_reading import StartReading
from bloodview.ui.language import tr
from bloodview.ui.look_desk import LookDesk
from bloodview.ui.main_window import MainWindow
from bloodview.ui.panels import Panels
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.reading_session import Decision, ReadingSession, Task
from bloodview.ui.review_desk import ReviewDesk


class ReadingDesk(QObject):
    """Called by the actions of the Reading menu.

    Signals:
        told: a sentence for the status bar.
        began: the ReadingSession that begins; None when it has ended.
    """

    told = Signal(str)
    began = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        walk: LookDesk,
        panels: Panels,
        presenter: Presenter,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._bridge, self._index, self._desk, self._walk = window, bridge, index, desk, walk
        self._panels, self._presenter, self._preferences = panels, presenter, preferences
        self._veil = presenter.veil
        self.session: ReadingSession | None = None
        self._who_before = ""
        self._sort_before = ""
        self._chance = random.Random()  # only its seed counts, and that is kept with every answer
        bridge.opened.connect(self.on_case_left)
        bridge.closed.connect(self.on_case_left)
        bridge.changed.connect(self.on_case_changed)
        desk.current_changed.connect(lambda _: self._show_progress())

    # Called by the actions

    def blind(self) -> None:
        """Ask who reads, and begin a reading without the machine's word."""
        self._ask(is_second=False)

    def second(self) -> None:
        """Ask who the second reader is, and begin."""
        self._ask(is_second=True)

    def settle(self) -> None:
        """Go through what two readers call differently."""
        from bloodview.workflows import reading_twice  # pulls the report in, which must not delay the window

        case = self._bridge.case
        both = reading_twice.two_readers(case) if case is not None else None
        if case is None or both is None or not both.open:
            self.told.emit(tr("There is nothing that two readers call differently and have not settled."))
            return

        def title(answer: str) -> str:
            return reading_twice.title_of(answer, case.taxonomy)

        words = {d.cell_id: f"{both.first}: {title(d.first)} · {both.second}: {title(d.second)}" for d in both.open}
        who = tr("{first} and {second}", first=both.first, second=both.second)
        self.begin(ReadingSession(Task.SETTLE, who, tuple(words), False, 0, words))

    def finish(self) -> None:
        """End it, and tell how far the readers agree."""
        session = self.session
        if session is None:
            return
        self._end()
        if session.answers:
            self.agreement()
        self.told.emit(
            tr("{done} of {total} cells were answered.", done=len(session.answers), total=len(session.order))
        )

    def agreement(self) -> None:
        """Show how far readers agree."""
        from bloodview.workflows import reading_twice

        case = self._bridge.case
        if case is None:
            return
        parts = reading_twice.sections(case, self._index.check.estimate, counted(self._index, case.taxonomy))
        both = reading_twice.two_readers(case)

        def title(answer: str) -> str:
            return reading_twice.title_of(answer, case.taxonomy) if answer else ""

        differing = both.disagreements if both is not None else ()
        rows = [(d.cell_id, title(d.first), title(d.second), title(d.settled)) for d in differing]
        self._close_dialogs()
        dialog = AgreementDialog(self._window, parts, rows, len(both.open) if both is not None else 0)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.cell_asked.connect(self._show_cell)
        dialog.settle_asked.connect(self.settle)
        dialog.show()

    # A session

    def begin(self, session: ReadingSession) -> None:
        """Hide what is to be hidden, and show the first cell."""
        case = self._bridge.case
        if case is None or not session.order or self.session is not None:
            return
        self._close_dialogs()
        self.session = session
        self._who_before, self._sort_before = case.who, self._panels.gallery.sort
        case.who = session.who
        self._bridge.floor.hold(case)
        self._desk.instead, self._walk.instead = self._command_for, self._step
        is_second = session.task is Task.SECOND
        self._veil.hang(session.order, hides_machine=session.hides_machine, hides_readers=is_second)
        self.began.emit(session)
        self._panels.status.say("")  # the last sentence may tell a label
        self._desk.select(())
        places = {cell_id: place for place, cell_id in enumerate(session.order)}
        self._panels.gallery.set_sort("next", places)
        self._panels.gallery.set_grouping("none")
        self._show_all()
        self._step(+1)

    def on_case_changed(self, changes: Changes) -> None:
        """An answer, or one taken back, or whatever else: show it as far as it may be seen."""
        case, session = self._bridge.case, self.session
        if case is None or session is None:
            return
        session.take(case.beside.readings())
        self._veil.know(session.answers)
        seen = self._veil.over(self._index.some(sorted(changes.cell_ids)))
        self._panels.gallery.update_cells([c for c in seen if self._veil.shows(c)])
        self._panels.slide_view.update_cells([c for c in seen if c.slide_id == self._presenter.shown_slide_id])
        self._presenter.on_current_changed(self._desk.current)
        self._show_progress()

    def on_case_left(self) -> None:
        """Another case, or none: what was answered is kept."""
        if self.session is not None:
            self._end()

    def _ask(self, *, is_second: bool) -> None:
        from bloodview.workflows import reading_twice

        case = self._bridge.case
        if case is None or self.session is not None:
            return

        there = reading_twice.ToRead.of(case)

        def available(who: str) -> int:
            return there.number_second(who) if is_second else len(there.undecided)

        known = [r.who for r in case.beside.readings() if not r.is_consensus]
        name = "" if is_second else self._preferences.now.reviewer or system_user()
        dialog = StartReading(self._window, is_second=is_second, name=name, names=known, available=available)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._on_started(dialog, is_second=is_second))
        dialog.open()

    def _on_started(self, dialog: StartReading, *, is_second: bool) -> None:
        from bloodview.workflows import reading_twice

        case = self._bridge.case
        if case is None:
            return
        who, seed, most = dialog.reader, self._chance.randrange(SEEDS), dialog.number.value()
        there = reading_twice.ToRead.of(case)
        order = there.second(who, seed, most) if is_second else there.first(seed, most)
        task = Task.SECOND if is_second else Task.FIRST
        hides = not is_second or dialog.hides_machine.isChecked()
        self.begin(ReadingSession(task, who, tuple(order), hides, seed))

    def _end(self) -> None:
        self.session = None
        self._veil.take_down()
        self._bridge.floor.release()
        self._desk.instead = self._walk.instead = None
        if (case := self._bridge.case) is not None and self._who_before:
            case.who = self._who_before
        self._panels.gallery.set_grouping(self._preferences.now.gallery_group)
        self._panels.gallery.set_sort("doubt" if self._sort_before == "like" else self._sort_before)
        self._walk.on_order_wanted()
        self.began.emit(None)
        self._show_all()
        self._show_progress()

    def _command_for(self, decision: Decision) -> Command | None:
        """What is done instead of a decision."""
        if self.session is None:
            return decision
        seen = {cell.id: self._veil(cell) for cell in self._index.some(decision.cell_ids)}
        done = self.session.command(decision, seen)
        if isinstance(done, str):
            self.told.emit(done)
            return None
        return done

    def _step(self, step: int) -> None:
        """To the next cell that waits for an answer."""
        if self.session is None:
            return
        current = self._desk.current
        cell = self._index.get(self.session.next(current.id if current is not None else 0, step))
        if cell is None:
            self.told.emit(tr("All cells are answered. Finish the reading to see how far the readers agree."))
            return
        self._desk.select((cell.id,))
        self._desk.shown.emit(cell)

    # What is shown

    def _show_all(self) -> None:
        """Everything anew, as it may be seen now."""
        if (case := self._bridge.case) is not None:
            self._presenter.show_gallery()
            self._presenter.pictures.refresh_cells()
            self._presenter.on_current_changed(self._desk.current)
            self._presenter.show_counts()
            for slide in case.slides():
                self._panels.worklist.set_tally(slide.id, self._veil.tally(self._index, slide.id))

    def _show_progress(self) -> None:
        session, bar = self.session, self._panels.reading
        if session is None:
            bar.show_progress("")
            return
        current: Cell | None = self._desk.current
        bar.show_progress(session.progress, session.words.get(current.id, "") if current is not None else "")

    def _show_cell(self, cell_id: int) -> None:
        if (cell := self._index.get(cell_id)) is not None:
            self._desk.select((cell_id,))
            self._desk.shown.emit(cell)

    def _close_dialogs(self) -> None:
        """Nothing that tells labels may stay open."""
        for dialog in self._window.findChildren(QDialog):
            if dialog.isVisible() and not isinstance(dialog, StartReading):
                dialog.close()
