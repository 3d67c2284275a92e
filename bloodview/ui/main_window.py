"""The window: lays the panels out and connects them. What happens is decided elsewhere."""

import base64
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from bloodview.ui import icons, style
from bloodview.ui.actions import LABEL_MENU, LEARN_MORE, MAGNIFICATION_MENU, MENUS, Actions
from bloodview.ui.language import tr
from bloodview.ui.mnemonics import with_mnemonics
from bloodview.ui.panels import Panels
from bloodview.ui.side_tabs import LEARN, SMEAR, WHY, SideTabs
from bloodview.ui.welcome import Welcome

_SMALLEST = QSize(900, 540)
_LEFT_PX, _RIGHT_PX = 228, 380
"""Width of the columns at the sides, at the usual size of texts."""
_LEAST_LEFT_PX = 175


class MainWindow(QMainWindow):
    """Frame around the panels.

    Signals:
        dropped: (paths, whether on the list of pictures).
        recent_chosen: a Path.
        closing: the window is about to close.
    """

    dropped = Signal(object, bool)
    recent_chosen = Signal(object)
    closing = Signal()

    def __init__(self, panels: Panels) -> None:
        super().__init__()
        self._panels = panels
        self.may_close: Callable[[], bool] = lambda: True
        self._menus: list[QMenu] = []
        self._recent_menu = QMenu(tr("Open recent"), self)
        self._label_menu = QMenu(tr(LABEL_MENU), self)
        self._welcome: Welcome | None = None
        self.side = SideTabs(panels.counts, panels.smear, panels.learn, panels.why)
        self._stack = QStackedWidget()
        self._middle = QStackedWidget()
        self._across, self._centre, self._right = QSplitter(), QSplitter(), QSplitter(Qt.Orientation.Vertical)
        self.setWindowTitle("BloodView")
        self.setMinimumSize(_SMALLEST)
        self.resize(self._first_size())
        self.setAcceptDrops(True)

    def _first_size(self) -> QSize:
        """Most of the screen, whose frame and bars need room too."""
        room = self.screen().availableSize()
        return QSize(
            min(1680, max(1280, round(0.85 * room.width()))), min(1050, round(0.92 * room.height()))
        ).boundedTo(QSize(room.width(), room.height() - 32))

    def furnish(self, actions: Actions) -> None:
        """Put everything in its place; once, when the actions are there."""
        self._fill_menus(actions)
        self._fill_tools(actions)
        first = ("files.open_pictures", "files.open_folder", "files.open_sample", "help.tour")
        welcome = Welcome(*(actions[name] for name in first))
        welcome.recent_chosen.connect(self.recent_chosen)
        self._welcome = welcome
        self._stack.addWidget(welcome)
        self._stack.addWidget(self._workspace())
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._panels.identity)
        column.addWidget(self._stack, 1)
        column.addWidget(self._panels.status)
        self.setCentralWidget(whole)
        self._keep_whole()
        self._actions = actions
        actions.classes_changed.connect(self.on_actions_classes_changed)
        actions.keys_changed.connect(self.on_actions_keys_changed)
        self._panels.gallery.menu_requested.connect(self.on_gallery_menu_requested)
        self._panels.learn.set_actions(
            actions["learn.new_class"],
            actions["learn.accept"],
            actions["learn.refuse"],
            [action for _, action in actions.in_menu("Class") if action.objectName() in LEARN_MORE],
        )
        self._panels.smear.set_actions(actions["smear.all_normal"])
        self._panels.status.set_actions(actions["files.report"], actions["audit.sign"])
        self._panels.notice.set_action(actions["models.adapt"])
        self._panels.unfinished.set_action(actions["window.try_again"], tr("Go on with the analysis"))
        self.refresh_icons()
        welcome.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Larger texts need a larger window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._across.count():
            self._keep_whole()

    def _keep_whole(self) -> None:
        """No smaller than that every panel can be reached."""
        self.setMinimumSize(_SMALLEST.expandedTo(QSize(self._across.minimumSizeHint().width(), 0)))

    def show_case(self, name: str) -> None:
        """Show the work on a case; "" = the first page."""
        self.setWindowTitle(tr("{name} – BloodView", name=name) if name else "BloodView")
        self._stack.setCurrentIndex(1 if name else 0)
        if name and self.isVisible() and not isinstance(self.focusWidget(), type(self._panels.gallery)):
            self._panels.gallery.setFocus()
        if not name and self._welcome is not None:
            self._welcome.setFocus()

    def show_compare(self, on: bool) -> None:
        """Two cells side by side in the place of gallery and slide."""
        self._middle.setCurrentIndex(int(on))
        (self._panels.compare if on else self._panels.gallery).setFocus()

    def set_recent(self, files: list[Path]) -> None:
        """Show what was open last."""
        self._recent_menu.clear()
        for path in files:
            action = self._recent_menu.addAction(path.stem if path.suffix == ".bvcase" else path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, chosen=path: self.recent_chosen.emit(chosen))
        self._recent_menu.setEnabled(bool(files))
        if self._welcome is not None:
            self._welcome.set_recent(files)

    def refresh_icons(self) -> None:
        """Tint the icons to the theme."""
        for spec, action in self._actions.all():
            if spec.icon:
                action.setIcon(icons.icon(spec.icon, self.palette()))
                action.setIconVisibleInMenu(False)
        if self._welcome is not None:
            self._welcome.refresh_icon()

    def restore(self, geometry: str) -> None:
        """Take the place of last time."""
        if geometry:
            self.restoreGeometry(QByteArray(base64.b64decode(geometry, validate=False)))

    def place(self) -> str:
        """Where the window stands, for the settings."""
        return base64.b64encode(self.saveGeometry().data()).decode("ascii")

    def on_actions_classes_changed(self) -> None:
        """Other classes: another menu."""
        self._label_menu.clear()
        for _, action in self._actions.in_menu(LABEL_MENU):
            self._label_menu.addAction(action)
        self.on_actions_keys_changed()

    def on_actions_keys_changed(self) -> None:
        """Other keys: the panels name them, the menus keep clear of them."""
        self._name_menus()
        names = [spec.id for spec, _ in self._actions.in_menu(LABEL_MENU)]
        self._panels.counts.set_keys({name.removeprefix("label."): self._actions.keys_of(name) for name in names})
        self.side.set_ways(self._actions.way_to)
        self._panels.cell.set_ways(self._actions.way_to)
        self._panels.learn.set_ways(self._actions.way_to)

    def _name_menus(self) -> None:
        """Letters for the menus, none of which is the key of an action."""
        keys = [key for spec, _ in self._actions.all() for key in spec.keys]
        used = "".join(key[-1] for key in keys if key.startswith("Alt+") and len(key) == len("Alt+x"))
        titles = with_mnemonics([tr(title) for title in MENUS], used, MENUS)
        for menu, title in zip(self._menus, titles, strict=True):
            menu.setTitle(title)

    def on_gallery_menu_requested(self, where: QPoint) -> None:
        """A menu on the chosen cells."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("desk.confirm", "desk.mark_undecided", "desk.exclude"):
            menu.addAction(self._actions[name])
        menu.addSeparator()
        menu.addMenu(self._label_menu)
        menu.addAction(self._actions["learn.new_class"])
        menu.popup(where)

    def on_side_turned(self, page: int) -> None:
        """Another page: its switch is on, and all need more room than the differential."""
        for name, own in (("window.learned", LEARN), ("why.panel", WHY), ("smear.panel", SMEAR)):
            self._actions.set_checked(name, page == own)
        height = sum(self._right.sizes())
        self._right.setSizes([height - 200, 200] if page else [round(0.6 * height), round(0.4 * height)])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may come."""
        if _paths(event):
            event.acceptProposedAction()
            if self._welcome is not None:
                self._welcome.set_hot(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say what a drop here would do."""
        if not _paths(event):
            return
        event.acceptProposedAction()
        if self._stack.currentIndex() == 1:
            joins = self._is_over_worklist(event.position().toPoint())
            other = tr("Drop: open as a case of its own. On the list of pictures: add to the open case")
            self._panels.status.say(tr("Drop: add to the open case") if joins else other)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        if self._welcome is not None:
            self._welcome.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open them, or add them when dropped on the list."""
        if self._welcome is not None:
            self._welcome.set_hot(False)
        if paths := _paths(event):
            event.acceptProposedAction()
            joins = self._stack.currentIndex() == 1 and self._is_over_worklist(event.position().toPoint())
            self.dropped.emit(paths, joins)

    def closeEvent(self, event: QCloseEvent) -> None:
        """All is saved; only who analyses slides beside the window is asked."""
        if not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        event.accept()

    def _is_over_worklist(self, pos: QPoint) -> bool:
        panel = self._panels.worklist
        return panel.rect().contains(panel.mapFrom(self, pos))

    def _workspace(self) -> QWidget:
        p = self._panels
        self._centre.addWidget(p.gallery)
        self._centre.addWidget(p.slide_view)
        self._centre.addWidget(p.beside)
        self._centre.setSizes([420, 420, 420])
        for i in (0, 1, 2):
            self._centre.setStretchFactor(i, 1)
        middle = style.named(QWidget(), "ground")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(p.tools)
        self._middle.addWidget(self._centre)
        self._middle.addWidget(p.compare)
        column.addWidget(self._middle, 1)
        self._right.addWidget(self.side)
        self._right.addWidget(p.cell)
        self._right.setSizes([424, 280])
        self.side.turned.connect(self.on_side_turned)
        self._right.setStretchFactor(0, 3)
        self._right.setStretchFactor(1, 2)
        for widget in (p.worklist, middle, self._right):
            self._across.addWidget(widget)
        p.worklist.setMinimumWidth(_LEAST_LEFT_PX)
        right_px = round(_RIGHT_PX * style.stretch(self.font()))
        for splitter in (self._across, self._centre, self._right):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        for i, stretch in enumerate((1, 6, 1)):
            self._across.setStretchFactor(i, stretch)
        self._across.setSizes([_LEFT_PX, 672, right_px])
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        # Over all columns: in the middle one alone two of them would leave the views no room.
        rows.addWidget(p.unfinished)
        rows.addWidget(p.reading)
        rows.addWidget(p.notice)
        rows.addWidget(self._across, 1)
        return whole

    def _fill_menus(self, actions: Actions) -> None:
        for title in MENUS:
            menu = self.menuBar().addMenu(tr(title))
            self._menus.append(menu)
            for spec, action in actions.in_menu(title):
                if spec.line_before:
                    menu.addSeparator()
                menu.addAction(action)
                if spec.id == "files.open_sample":
                    menu.addMenu(self._recent_menu)
                if spec.id == "desk.exclude":
                    menu.addMenu(self._label_menu)
                if spec.id == "slides.actual_size":
                    steps = menu.addMenu(tr(MAGNIFICATION_MENU))
                    steps.addActions([step for _, step in actions.in_menu(MAGNIFICATION_MENU)])

    def _fill_tools(self, actions: Actions) -> None:
        tools = self._panels.tools
        for name in ("view.gallery", "view.slide", "view.both"):
            tools.add(actions[name])
        tools.add_gap()
        tools.add_widget(style.named(QLabel(tr("Sort ")), "faint"))
        for order, title in (("doubt", tr("Doubt")), ("size", tr("Size")), ("time", tr("Time")), ("next", tr("Next"))):
            tools.add(actions[f"view.by_{order}"], title)
        tools.add_gap()
        tools.add(actions["view.this_picture"])
        tools.add_gap(wide=True)
        for name in ("view.boxes", "view.outlines", "view.labels"):
            tools.add(actions[name])
        tools.add_gap()
        for name in ("desk.undo", "desk.redo", "help.commands"):
            tools.add(actions[name])


def _paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
