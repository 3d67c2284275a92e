"""Many slides overnight: which ones, where their cases go, how far it is, what failed, and what came of each."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.dialogs.buttons import sentence
from bloodview.ui.dialogs.long_work import LongWorkDialog
from bloodview.ui.heard import heard
from bloodview.ui.language import tr

_WIDTH, _HEIGHT = 720, 520
_CASE = Qt.ItemDataRole.UserRole
_MOST_WORKERS = 64


class NightDialog(LongWorkDialog):
    """Shows, decides nothing.

    Signals:
        folder_asked, slides_asked, cases_asked: the person wants to choose them.
        started: the analysis shall begin, or go on.
        stop_asked: it shall stop.
        new_asked: other slides shall be chosen.
        case_wanted: the case of a slide shall be opened.
        place_wanted: the table or the folder of the cases shall be shown.
    """

    folder_asked = Signal()
    slides_asked = Signal()
    cases_asked = Signal()
    started = Signal()
    stop_asked = Signal()
    new_asked = Signal()
    case_wanted = Signal(object)
    place_wanted = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, tr("Analyse a folder overnight"), "night", _WIDTH, _HEIGHT)
        self.folder, self.slides = QPushButton(tr("Choose a folder…")), QPushButton(tr("Choose slides…"))
        self.cases, self.workers = QPushButton(tr("Choose…")), style.roomy(QSpinBox())
        self.workers.setRange(0, _MOST_WORKERS)
        self.workers.setSpecialValueText(tr("as the machine allows"))
        self.workers.setAccessibleName(tr("Slides at once"))
        self.start = style.named(QPushButton(tr("Start")), "primary")
        self.stop, self.go_on = QPushButton(tr("Stop")), style.named(QPushButton(tr("Go on")), "primary")
        self.new = QPushButton(tr("Other slides…"))
        self.open_case, self.open_table = QPushButton(tr("Open the case")), QPushButton(tr("Open the table"))
        self.open_folder = QPushButton(tr("Open the folder"))
        self._what, self._where, self._note = sentence(), sentence(), style.named(sentence(), "faint")
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Slides that were analysed"))
        lead = sentence(
            tr(
                "Every slide becomes a case of its own, and a table tells what was found in each. Slides that are "
                "done already are not analysed again, so it can be stopped and gone on with."
            )
        )
        self._choose = self.add_choice_page((lead, self._choices()), self.start)
        at_foot = (self.new, self.open_folder, self.open_table, self.open_case, self.stop, self.go_on)
        self._run = self.add_run_page((self.bar, self.doing, self.list, self._note), at_foot, grows=self.list)
        self.folder.clicked.connect(self.folder_asked)
        self.slides.clicked.connect(self.slides_asked)
        self.cases.clicked.connect(self.cases_asked)
        self.start.clicked.connect(self.started)
        self.go_on.clicked.connect(self.started)
        self.stop.clicked.connect(self.stop_asked)
        self.new.clicked.connect(self.new_asked)
        self.open_case.clicked.connect(lambda: self._want(self.list.currentItem()))
        self.open_table.clicked.connect(lambda: self.place_wanted.emit(True))
        self.open_folder.clicked.connect(lambda: self.place_wanted.emit(False))
        self.list.itemActivated.connect(self._want)
        self.list.currentItemChanged.connect(self._on_current)

    def show_choice(self, given: Sequence[Path], cases: Path | None) -> None:
        """What is chosen so far."""
        if not given:
            what = tr("nothing yet")
        elif len(given) == 1:
            what = str(given[0])
        else:
            what = tr("{count} files of {folder}", count=len(given), folder=given[0].parent)
        self._what.setText(what)
        self._where.setText(str(cases) if cases is not None else tr("nothing yet"))
        self.start.setEnabled(bool(given) and cases is not None)
        self.turn_to(self._choose)

    def begin(self, cases: Path) -> None:
        """An analysis starts: no slide is known yet."""
        self.list.clear()
        self.show_progress(0, 0, 0)
        self._note.setText(tr("The cases are put into {folder}.", folder=cases))
        self.show_state(running=True)
        self.turn_to(self._run)

    def add_slide(self, slide: Path, case: Path | None, problem: str) -> None:
        """A slide was analysed, or was not; those with a problem stand first."""
        said = f"{slide.name}: {heard(problem)}" if problem else tr("{name}: analysed", name=slide.name)
        item = QListWidgetItem(f"⚠ {said}" if problem else f"✓ {said}")
        item.setToolTip(str(slide))
        item.setData(_CASE, case)
        if problem:
            self.list.insertItem(0, item)
        else:
            self.list.addItem(item)

    def show_progress(self, done: int, of: int, failed: int) -> None:
        """How many slides are through."""
        if not of:
            text = tr("The workers load the models …")
        elif failed:
            text = tr("{done} of {of} slides, {failed} with a problem", done=done, of=of, failed=failed)
        else:
            text = tr("{done} of {of} slides", done=done, of=of)
        self.show_done(done, of, text)

    def show_state(self, *, running: bool, whole: bool = False, said: str = "") -> None:
        """Which buttons make sense, and a sentence instead of the numbers."""
        self.stop.setVisible(running)
        self.stop.setEnabled(running)
        self.go_on.setVisible(not running and not whole)
        for button in (self.new, self.open_table, self.open_folder):
            button.setVisible(not running)
        if said:
            self.doing.setText(said)
        self._on_current()

    def show_stopping(self) -> None:
        """It was asked to stop and ends its slides."""
        self.stop.setEnabled(False)
        self.doing.setText(tr("Stopping …"))

    def _on_current(self) -> None:
        item = self.list.currentItem()
        self.open_case.setEnabled(item is not None and item.data(_CASE) is not None)

    def _want(self, item: QListWidgetItem | None) -> None:
        if item is not None and (case := item.data(_CASE)) is not None:
            self.case_wanted.emit(case)

    def _choices(self) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(14)
        rows.setColumnStretch(1, 1)
        for row, (title, shown, buttons) in enumerate(
            (
                (tr("Slides"), self._what, (self.folder, self.slides)),
                (tr("Folder for the cases"), self._where, (self.cases,)),
                (tr("Slides at once"), self.workers, ()),
            )
        ):
            rows.addWidget(QLabel(title), row, 0)
            rows.addWidget(shown, row, 1)
            across = QHBoxLayout()
            across.setSpacing(10)
            for button in buttons:
                across.addWidget(button)
            across.addStretch(1)
            rows.addLayout(across, row, 2)
        return rows
