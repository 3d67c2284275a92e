"""The installed models by what they do: which is in use, what is known of each, and what can be done with it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.dialogs.buttons import row_of, sentence
from bloodview.ui.dialogs.model_page import ModelPage
from bloodview.ui.language import tr
from bloodview.ui.model_words import task_title

if TYPE_CHECKING:
    from bloodview.workflows.model_shelf import Entry

_WIDTH, _HEIGHT, _LIST_PX = 980, 640, 300
_ID = Qt.ItemDataRole.UserRole


class ModelsDialog(QDialog):
    """Stands beside the window; shows, decides nothing.

    Signals:
        looked: it came to the front: what is installed may have changed.
        use_wanted, export_wanted, remove_wanted: id of the model.
        import_wanted, folder_wanted, check_wanted, back_wanted, again_wanted: somebody pressed the button.
    """

    looked = Signal()
    use_wanted = Signal(str)
    export_wanted = Signal(str)
    remove_wanted = Signal(str)
    import_wanted = Signal()
    folder_wanted = Signal()
    check_wanted = Signal()
    back_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Models"))
        self.setObjectName("models")
        self.resize(_WIDTH, _HEIGHT)
        self._entries: list[Entry] = []
        self._checked: dict[str, str] = {}
        self._items: list[QTreeWidgetItem] = []
        self.list = QTreeWidget()
        self.list.setObjectName("models")
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setItemsExpandable(False)
        self.list.setIndentation(12)
        self.list.setAccessibleName(tr("Installed models"))
        self.list.currentItemChanged.connect(self._show_current)
        self.page = ModelPage()
        self.case_note, self.again = sentence(), QPushButton(tr("Read again"))
        self.said = style.named(sentence(), "faint")
        self.use = style.named(QPushButton(tr("Use it")), "primary")
        self.export, self.remove = QPushButton(tr("Export…")), QPushButton(tr("Remove…"))
        self.take_in, self.check = QPushButton(tr("Import…")), QPushButton(tr("Check the files"))
        self.folder, self.back = QPushButton(tr("Open the folder")), QPushButton(tr("Go back"))
        close = QPushButton(tr("Close"))
        self.folder.setToolTip(tr("Your own models: a folder that is put there appears here."))
        self.check.setToolTip(tr("Compare every file with the checksum in its card."))
        self._lay_out(close)
        close.clicked.connect(self.close)
        for button, wanted in (
            (self.use, self.use_wanted),
            (self.export, self.export_wanted),
            (self.remove, self.remove_wanted),
        ):
            button.clicked.connect(lambda _=False, wanted=wanted: wanted.emit(self.chosen))
        self.take_in.clicked.connect(self.import_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        self.check.clicked.connect(self.check_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.again.clicked.connect(self.again_wanted)

    @property
    def chosen(self) -> str:
        """Id of the model that is shown; "" if there is none."""
        item = self.list.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def choose(self, model_id: str) -> None:
        """Show this model."""
        for item in self._items:
            if item.data(0, _ID) == model_id:
                self.list.setCurrentItem(item)

    def show_models(self, entries: Sequence["Entry"], checked: Mapping[str, str], former: str) -> None:
        """What there is; `checked` is id -> what is wrong with its files, `former` what Go back leads to."""
        self.back.setEnabled(bool(former))
        self.back.setToolTip(tr("Use {model} again", model=former) if former else "")
        if (entries, checked) == (self._entries, self._checked):
            return  # a person who reads keeps the place
        chosen = self.chosen
        self._entries, self._checked = list(entries), dict(checked)
        self.list.blockSignals(True)
        self.list.clear()
        self._items = []
        group, task = None, None
        for entry in entries:
            if group is None or entry.task != task:
                task, group = entry.task, QTreeWidgetItem([task_title(entry.task)])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                font = self.font()
                font.setBold(True)
                group.setFont(0, font)
                self.list.addTopLevelItem(group)
            self._items.append(self._item(entry))
            group.addChild(self._items[-1])
        self.list.expandAll()
        self.list.blockSignals(False)
        known = [e.id for e in entries]
        used = next((e.id for e in entries if e.is_used and e.task == "classify"), "")
        self.choose(chosen if chosen in known else used or (known[0] if known else ""))
        self._show_current()

    def show_case(self, said: str, *, can_read: bool) -> None:
        """What the open case was read with; "" if by the models in use, or if none is open."""
        self.case_note.setText(said)
        self._case_row.setVisible(bool(said))
        self.again.setEnabled(can_read)

    def say(self, text: str) -> None:
        """A sentence at the foot."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def show_busy(self, text: str) -> None:
        """Something is being done with a model; "" = no longer."""
        for button in (self.use, self.export, self.remove, self.take_in, self.check, self.back):
            button.setEnabled(not text)
        self.say(text)
        if not text:
            self._show_current()

    def changeEvent(self, event: QEvent) -> None:
        """Whoever comes back from a file manager sees what was put there."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.looked.emit()
        super().changeEvent(event)

    def _item(self, entry: "Entry") -> QTreeWidgetItem:
        problem = entry.shelved.problem or self._checked.get(entry.id, "")
        sign = "⚠ " if problem else "✓ " if entry.is_used else "    "
        item = QTreeWidgetItem([f"{sign}{entry.id}"])
        item.setData(0, _ID, entry.id)
        item.setToolTip(0, problem or (tr("In use") if entry.is_used else entry.id))
        return item

    def _show_current(self) -> None:
        entry = next((e for e in self._entries if e.id == self.chosen), None)
        self.page.show_model(entry, self._checked.get(self.chosen) if entry is not None else None)
        self.use.setEnabled(entry is not None and entry.can_be_used and not self._checked.get(entry.id))
        self.export.setEnabled(entry is not None and not entry.shelved.problem)
        self.remove.setEnabled(entry is not None and entry.can_go)

    def _lay_out(self, close: QPushButton) -> None:
        self._case_row = style.named(QWidget(), "case")
        across = QHBoxLayout(self._case_row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(14)
        across.addWidget(self.case_note, 1)
        across.addWidget(self.again)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(18, 0, 0, 0)
        beside.setSpacing(12)
        beside.addWidget(self.page, 1)
        beside.addLayout(row_of(self.remove, self.export, self.use))
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(1)
        halves.addWidget(self.list)
        halves.addWidget(right)
        halves.setSizes([_LIST_PX, _WIDTH - _LIST_PX])
        halves.setStretchFactor(1, 1)
        foot = QHBoxLayout()
        for button in (self.take_in, self.folder, self.check, self.back):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.addLayout(row_of(close), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._case_row)
        column.addWidget(halves, 1)
        column.addWidget(self.said)
        column.addLayout(foot)
        self._case_row.hide()
        self.said.hide()
