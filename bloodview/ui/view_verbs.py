"""What changes the look of the window and nothing in the case: layout, overlays, order, scope, theme."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from bloodview.ui import style
from bloodview.ui.language import tr
from bloodview.ui.panels import Panels
from bloodview.ui.preferences import Preferences


class ViewVerbs(QObject):
    """Called by the actions of the View menu.

    Signals:
        scope_changed: other cells belong into the gallery.
        dressed: the theme changed.
        advance_changed: whether to go on after a decision.
        order_wanted: the gallery asks for the order of the queue.
    """

    scope_changed = Signal()
    dressed = Signal()
    advance_changed = Signal(bool)
    order_wanted = Signal()

    def __init__(self, panels: Panels, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._panels, self._preferences = panels, preferences
        self._overlays_shown = True
        self.this_picture_only = False
        self.red_cells_shown = False

    def apply_settings(self) -> None:
        """Bring the views to what is chosen."""
        now = self._preferences.now
        self._show_overlays()
        self.advance_changed.emit(now.advance_after_decision)

    def sort(self) -> None:
        """Bring the gallery into the chosen order."""
        order = self._preferences.now.gallery_sort
        self._panels.gallery.set_sort(order)
        if order == "next":
            self.order_wanted.emit()

    def size_tiles(self) -> None:
        """Make the tiles as large as chosen."""
        self._panels.gallery.set_tile_size(self._preferences.now.gallery_tile_px)

    def gallery(self, _checked: bool = True) -> None:
        """The gallery alone."""
        self._panels.gallery.show()
        self._panels.slide_view.hide()
        self._panels.gallery.setFocus()

    def slide(self, _checked: bool = True) -> None:
        """The slide alone."""
        self._panels.slide_view.show()
        self._panels.gallery.hide()
        self._panels.slide_view.setFocus()

    def both(self, _checked: bool = True) -> None:
        """Gallery and slide side by side."""
        self._panels.gallery.show()
        self._panels.slide_view.show()

    def overlays(self, checked: bool) -> None:
        """Everything that lies over the picture."""
        self._overlays_shown = checked
        self._show_overlays()

    def boxes(self, checked: bool) -> None:
        """Boxes around the cells."""
        self._preferences.change(show_boxes=checked)

    def outlines(self, checked: bool) -> None:
        """Outlines of cell and nucleus."""
        self._preferences.change(show_outlines=checked)

    def labels(self, checked: bool) -> None:
        """Marks of the classes."""
        self._preferences.change(show_labels=checked)

    def by_doubt(self, _checked: bool = True) -> None:
        """Most doubtful first."""
        self._sort("doubt")

    def by_size(self, _checked: bool = True) -> None:
        """Largest first."""
        self._sort("size")

    def by_time(self, _checked: bool = True) -> None:
        """As they were found."""
        self._sort("time")

    def by_next(self, _checked: bool = True) -> None:
        """As they are worth a look."""
        self._sort("next")

    def this_picture(self, checked: bool) -> None:
        """Only cells of the shown picture in the gallery."""
        self.this_picture_only = checked
        self.scope_changed.emit()

    def red_cells(self, checked: bool) -> None:
        """Red cells in the gallery too."""
        self.red_cells_shown = checked
        self.scope_changed.emit()

    def light(self, checked: bool) -> None:
        """The light theme instead of the dark one."""
        self._preferences.change(theme="light" if checked else "dark")

    def dress(self) -> None:
        """Put the chosen theme and size of texts on."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            now = self._preferences.now
            style.apply(app, style.theme_named(now.theme), now.text_percent)
        self.dressed.emit()

    def advance(self, checked: bool) -> None:
        """Go on to the next doubtful cell after a decision."""
        self._preferences.change(advance_after_decision=checked)

    def _sort(self, order: str) -> None:
        self._preferences.change(gallery_sort=order)
        self.sort()  # also where the setting stays: the gallery may lie in an order that is none, by likeness

    def _show_overlays(self) -> None:
        now, on = self._preferences.now, self._overlays_shown
        for view in (self._panels.slide_view, self._panels.beside.view):
            view.set_overlays(on and now.show_boxes, on and now.show_outlines, on and now.show_labels)


class SlideVerbs(QObject):
    """Called by the actions that act on the slide view and the list of pictures."""

    def __init__(self, panels: Panels, parent: QObject) -> None:
        super().__init__(parent)
        self._panels = panels

    def fit(self) -> None:
        """Show the whole picture."""
        self._panels.slide_view.fit()

    def actual_size(self) -> None:
        """One picture pixel on one screen pixel."""
        self._panels.slide_view.zoom_to(1.0)

    def next_picture(self) -> None:
        """The picture below in the list."""
        self._panels.worklist.step(+1)

    def previous_picture(self) -> None:
        """The picture above in the list."""
        self._panels.worklist.step(-1)

    def add_cell(self, checked: bool) -> None:
        """Draw the box of a cell that the machine missed."""
        self._panels.slide_view.set_tool("add" if checked else "select")
        if checked:
            self._panels.status.say(tr("Drag a box around the cell that was missed, then press its key. Esc ends."))
