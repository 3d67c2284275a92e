"""Every action of the window as a table, made into QActions; the keys rest while a text field has the focus."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Flag, auto

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.ui.key_map import Keys, Lost, resolve
from bloodview.ui.language import later, tr


class Need(Flag):
    """What must be there for an action to make sense."""

    NOTHING = 0
    CASE = auto()
    CELLS = auto()
    TARGET = auto()
    SLIDE = auto()
    UNDO = auto()
    REDO = auto()
    BUSY = auto()
    LEFT = auto()
    FORMER = auto()
    TAUGHT = auto()
    SUGGESTED = auto()
    UNSIGNED = auto()
    SIGNED = auto()


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """A line of the table.

    Args:
        id: stable name.
        title: what it does, for people; English, translated where it is shown.
        menu: the menu it stands in.
        keys: as Qt writes them; the first one is shown.
        callback: "object.method" as in the callbacks given; "" = the id.
        needs: when it is enabled.
        group: of several in a group one is chosen; "on/off" = checkable on its own; "" = not checkable.
        icon: of resources/icons.
        line_before: whether a line stands above it in the menu.
    """

    id: str
    title: str
    menu: str
    keys: tuple[str, ...] = ()
    callback: str = ""
    needs: Need = Need.NOTHING
    group: str = ""
    icon: str = ""
    line_before: bool = False


MENUS = ("File", "Edit", "Cell", "Reading", "Class", "Model", "View", "Slide", "Help")
"""In their order; "Label as" hangs in Cell, "Magnification" in View."""
LABEL_MENU = later("Label as")
MAGNIFICATION_MENU = later("Magnification")
SWITCH = "on/off"
_REPEATED = ("desk.undo", "desk.redo", "desk.next_doubtful", "desk.previous_doubtful", "walk.next", "walk.previous") + (
    "fields.next",
    "fields.previous",
)
"""What is done again while the key is held."""
LEARN_MORE = ("learn.more_pictures", "learn.change", "learn.merge", "learn.remove", "share.keep", "share.share")
"""What the panel of the classes that learn offers for the one it shows."""

_A = ActionSpec
ACTIONS: tuple[ActionSpec, ...] = (
    _A("files.open_pictures", "Open pictures, a slide or a case…", "File", ("Ctrl+O",), icon="picture"),
    _A("files.open_folder", "Open a folder…", "File", ("Ctrl+Shift+O",), icon="open"),
    _A("files.open_sample", "Open the sample", "File", icon="sample"),
    _A("files.add_pictures", "Add pictures to this case…", "File", ("Ctrl+Shift+A",), needs=Need.CASE),
    _A("files.save_as", "Save case as…", "File", ("Ctrl+Shift+S",), needs=Need.CASE, icon="case", line_before=True),
    _A(
        "files.import",
        "Import annotations…",
        "File",
        ("Ctrl+I",),
        callback="exchange.import_annotations",
        needs=Need.CASE,
    ),
    _A(
        "files.export",
        "Export annotations…",
        "File",
        ("Ctrl+E",),
        callback="exchange.export",
        needs=Need.CELLS,
        icon="export",
    ),
    _A("why.export", "Export explanations…", "File", ("Ctrl+Shift+E",), needs=Need.CELLS),
    _A("files.report", "Write report…", "File", ("Ctrl+R",), needs=Need.CELLS, icon="report"),
    _A(
        "audit.sign",
        "Sign…",
        "File",
        ("Ctrl+Shift+G",),
        needs=Need.CELLS | Need.UNSIGNED,
        icon="check",
        line_before=True,
    ),
    _A("audit.amend", "Amend…", "File", needs=Need.SIGNED),
    _A("audit.journal", "Journal…", "File", ("Ctrl+J",), needs=Need.CASE),
    _A("night.open", "Analyse a folder overnight…", "File", ("Ctrl+Shift+J",), line_before=True),
    _A("files.close_case", "Close case", "File", ("Ctrl+W",), needs=Need.CASE, line_before=True),
    _A("window.quit", "Quit", "File", ("Ctrl+Q",)),
    _A("desk.undo", "Undo", "Edit", ("Ctrl+Z",), needs=Need.UNDO, icon="undo"),
    _A("desk.redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), needs=Need.REDO, icon="redo"),
    _A("window.stop", "Stop the analysis", "Edit", ("Ctrl+.",), needs=Need.BUSY, icon="close", line_before=True),
    _A("window.pause", "Pause the analysis, or go on", "Edit", ("Ctrl+P",), needs=Need.BUSY),
    _A("window.try_again", "Analyse what was stopped or failed", "Edit", ("F5",), needs=Need.LEFT),
    _A("window.analyse_again", "Analyse this picture again", "Edit", ("Shift+F5",), needs=Need.SLIDE),
    _A("settings.open", "Settings…", "Edit", ("Ctrl+,",), line_before=True),
    _A("desk.confirm", "Confirm the label", "Cell", ("Enter", "Return"), needs=Need.TARGET, icon="check"),
    _A("desk.mark_undecided", "Undecided, or not any more", "Cell", ("U",), needs=Need.TARGET),
    _A("desk.exclude", "Exclude, or bring back", "Cell", ("X", "Delete"), needs=Need.TARGET),
    _A("desk.next_doubtful", "Next doubtful cell", "Cell", ("]",), needs=Need.CELLS, line_before=True),
    _A("desk.previous_doubtful", "Previous doubtful cell", "Cell", ("[",), needs=Need.CELLS),
    _A("walk.next", "Next cell to look at", "Cell", ("Q",), needs=Need.CELLS),
    _A("walk.previous", "Previous cell to look at", "Cell", ("Shift+Q",), needs=Need.CELLS),
    _A(
        "smear.all_normal",
        "Red cells all normal: the rest not seen",
        "Cell",
        ("Ctrl+Alt+N",),
        needs=Need.CELLS | Need.UNSIGNED,
        line_before=True,
    ),
    _A("compare.toggle", "Compare", "Cell", ("C",), needs=Need.CELLS, group=SWITCH, line_before=True),
    _A("compare.references", "Reference cells beside the cell", "Cell", ("R",), needs=Need.CELLS),
    _A("slides.add_cell", "Draw a missed cell", "Cell", ("D",), needs=Need.SLIDE, group=SWITCH, line_before=True),
    _A("outline.tool", "Outline a cell at a click", "Cell", ("S",), needs=Need.SLIDE, group=SWITCH),
    _A("outline.brush", "Paint the outline with a brush", "Cell", ("Shift+B",), needs=Need.SLIDE, group=SWITCH),
    _A("outline.nucleus", "Outline nuclei, or cells again", "Cell", ("Shift+N",), needs=Need.SLIDE, group=SWITCH),
    _A("outline.keep", "Keep the outline (Enter in the tool)", "Cell", ("Ctrl+Return",), needs=Need.SLIDE),
    _A("outline.drop", "Drop the outline (Esc in the tool)", "Cell", needs=Need.SLIDE),
    _A("outline.split", "Split a cell along a line", "Cell", ("Shift+K",), needs=Need.SLIDE, group=SWITCH),
    _A("surgery.merge", "Merge the selected cells", "Cell", ("Shift+M",), needs=Need.CELLS | Need.SLIDE),
    _A("view.advance", "Go on to the next doubtful cell after a decision", "Cell", group=SWITCH),
    _A("reading.blind", "Read blindly…", "Reading", ("Ctrl+B",), needs=Need.CELLS | Need.UNSIGNED),
    _A("reading.second", "Read as second reader…", "Reading", ("Ctrl+Shift+B",), needs=Need.CELLS | Need.UNSIGNED),
    _A("reading.settle", "Settle disagreements", "Reading", ("Ctrl+Shift+D",), needs=Need.CELLS | Need.UNSIGNED),
    _A("reading.finish", "Finish the reading", "Reading", ("Ctrl+Shift+F",), needs=Need.CASE),
    _A("reading.agreement", "Agreement…", "Reading", ("Ctrl+Shift+U",), needs=Need.CASE, line_before=True),
    _A(
        "analyser.values",
        "Values of an analyser…",
        "Reading",
        ("Ctrl+Shift+N",),
        needs=Need.CELLS | Need.UNSIGNED,
    ),
    _A("learn.new_class", "New class from the selected cells…", "Class", ("N",), needs=Need.CELLS),
    _A("learn.new_class_from_pictures", "New class from pictures of one cell each…", "Class", needs=Need.CASE),
    _A("share.take_in", "Take in a class that was kept or shared…", "Class", needs=Need.CASE),
    _A("window.learned", "Learned classes beside the gallery", "Class", ("Ctrl+K",), needs=Need.CASE, group=SWITCH),
    _A("learn.accept", "Accept the suggested cell", "Class", (".",), needs=Need.SUGGESTED, line_before=True),
    _A("learn.refuse", "Refuse the suggested cell", "Class", (",",), needs=Need.SUGGESTED),
    _A("learn.more_pictures", "More examples from pictures…", "Class", needs=Need.TAUGHT, line_before=True),
    _A("learn.change", "Rename, move or recolour the class…", "Class", needs=Need.TAUGHT),
    _A("learn.merge", "Merge the class into another…", "Class", needs=Need.TAUGHT),
    _A("learn.remove", "Remove the class…", "Class", needs=Need.TAUGHT),
    _A("share.keep", "Keep the class for other cases", "Class", needs=Need.TAUGHT, line_before=True),
    _A("share.share", "Share the class as a file…", "Class", needs=Need.TAUGHT),
    _A("models.adapt", "Adapt to this laboratory…", "Model", needs=Need.CELLS),
    _A("refine.open", "Refine the model by corrections…", "Model", ("Ctrl+M",)),
    _A("shelf.open", "Models…", "Model", ("Ctrl+Shift+M",), line_before=True),
    _A("models.go_back", "Go back to the model before", "Model", needs=Need.FORMER),
    _A("view.gallery", "Gallery", "View", ("G",), group="layout", icon="gallery"),
    _A("view.slide", "Slide", "View", ("Shift+S",), group="layout", icon="slide"),
    _A("view.both", "Gallery and slide", "View", ("B",), group="layout", icon="both"),
    _A("view.overlays", "Overlays", "View", ("H",), group=SWITCH, line_before=True),
    _A("view.boxes", "Boxes", "View", ("F2",), group=SWITCH, icon="boxes"),
    _A("view.outlines", "Outlines", "View", ("F3",), group=SWITCH, icon="outlines"),
    _A("view.labels", "Labels", "View", ("F4",), group=SWITCH, icon="labels"),
    _A(
        "filter.doubtful",
        "Only cells to look at on the slide",
        "View",
        ("Shift+F2",),
        needs=Need.CELLS,
        group=SWITCH,
        line_before=True,
    ),
    _A(
        "filter.classes",
        "Only classes of the selected cells on the slide",
        "View",
        ("Shift+F3",),
        needs=Need.CELLS,
        group=SWITCH,
    ),
    _A("why.panel", "Why this label", "View", ("E",), needs=Need.CELLS, group=SWITCH, line_before=True),
    _A("why.on_slide", "Map of the reasons on the slide", "View", ("Shift+E",), needs=Need.CELLS, group=SWITCH),
    _A("smear.panel", "Red cells and platelets", "View", ("Ctrl+Alt+B",), needs=Need.CASE, group=SWITCH),
    _A("slides.fit", "Whole picture", "View", ("Ctrl+0",), needs=Need.SLIDE, line_before=True),
    _A("slides.actual_size", "One to one", "View", ("Ctrl+9",), needs=Need.SLIDE),
    _A("eye.x5", "Magnify 5×", MAGNIFICATION_MENU, ("Alt+1",), needs=Need.SLIDE),
    _A("eye.x10", "Magnify 10×", MAGNIFICATION_MENU, ("Alt+2",), needs=Need.SLIDE),
    _A("eye.x20", "Magnify 20×", MAGNIFICATION_MENU, ("Alt+3",), needs=Need.SLIDE),
    _A("eye.x40", "Magnify 40×", MAGNIFICATION_MENU, ("Alt+4",), needs=Need.SLIDE),
    _A("eye.x63", "Magnify 63×", MAGNIFICATION_MENU, ("Alt+5",), needs=Need.SLIDE),
    _A("eye.x100", "Magnify 100×", MAGNIFICATION_MENU, ("Alt+6",), needs=Need.SLIDE),
    _A("slides.previous_picture", "Previous picture", "View", ("Ctrl+PgUp",), needs=Need.CASE),
    _A("slides.next_picture", "Next picture", "View", ("Ctrl+PgDown",), needs=Need.CASE),
    _A("view.by_doubt", "Sort by doubt", "View", ("Ctrl+1",), group="sort", line_before=True),
    _A("view.by_size", "Sort by size", "View", ("Ctrl+2",), group="sort"),
    _A("view.by_time", "Sort by time", "View", ("Ctrl+3",), group="sort"),
    _A("view.by_next", "Sort by what to look at next", "View", ("Ctrl+4",), group="sort"),
    _A("order.by_unfamiliar", "Sort by unfamiliarity", "View", ("Ctrl+5",), group="sort"),
    _A("order.by_like", "Sort by likeness to the selected cell", "View", ("Ctrl+6",), needs=Need.CELLS, group="sort"),
    _A("order.group_class", "Group by class", "View", ("F6",), group="grouping", line_before=True),
    _A("order.group_lineage", "Group by lineage", "View", ("F7",), group="grouping"),
    _A("order.group_slide", "Group by picture", "View", ("F8",), group="grouping"),
    _A("order.group_none", "All cells in one group", "View", ("F9",), group="grouping"),
    _A(
        "view.this_picture",
        "Gallery of this picture only",
        "View",
        ("Ctrl+G",),
        group=SWITCH,
        icon="picture",
        line_before=True,
    ),
    _A("view.red_cells", "Red cells in the gallery", "View", ("Ctrl+Shift+R",), group=SWITCH),
    _A("count.target_100", "Count target 100", "View", group="target", line_before=True),
    _A("count.target_200", "Count target 200", "View", group="target"),
    _A("count.target_400", "Count target 400", "View", group="target"),
    _A("count.within_10", "Count until ±10 %", "View", group="within", line_before=True),
    _A("count.within_5", "Count until ±5 %", "View", group="within"),
    _A("count.within_3", "Count until ±3 %", "View", group="within"),
    _A("count.within_2", "Count until ±2 %", "View", group="within"),
    _A("view.light", "Light theme", "View", ("Ctrl+T",), group=SWITCH, line_before=True),
    _A("fields.next", "Next field", "Slide", ("Alt+Right",), needs=Need.SLIDE),
    _A("fields.previous", "Previous field", "Slide", ("Alt+Left",), needs=Need.SLIDE),
    _A("fields.next_unvisited", "Next field not yet visited", "Slide", ("Alt+Down",), needs=Need.SLIDE),
    _A("eye.overview", "Overview map", "Slide", ("Alt+M",), group=SWITCH, line_before=True),
    _A("eye.turn_right", "Turn clockwise", "Slide", ("Alt+R",), needs=Need.SLIDE, line_before=True),
    _A("eye.turn_left", "Turn against the clock", "Slide", ("Alt+Shift+R",), needs=Need.SLIDE),
    _A("eye.upright", "Turn upright", "Slide", ("Alt+U",), needs=Need.SLIDE),
    _A("eye.adjust", "Brightness, contrast and gamma…", "Slide", ("Alt+B",), needs=Need.SLIDE),
    _A("eye.as_it_is", "Show the picture as it is", "Slide", ("Alt+0",), needs=Need.SLIDE),
    _A("info.show", "About this slide…", "Slide", ("Alt+I",), needs=Need.SLIDE, line_before=True),
    _A("info.next_plane", "Next plane", "Slide", ("Alt+PgDown",), needs=Need.SLIDE),
    _A("info.previous_plane", "Previous plane", "Slide", ("Alt+PgUp",), needs=Need.SLIDE),
    _A("beside.open", "Second view beside", "Slide", ("Alt+S",), needs=Need.SLIDE, group=SWITCH, line_before=True),
    _A("beside.lock", "Move both views together", "Slide", ("Alt+L",), needs=Need.SLIDE, group=SWITCH),
    _A("help.guide", "User guide…", "Help", ("F1",)),
    _A("help.tour", "Tour of the window", "Help"),
    _A("help.commands", "Command list…", "Help", ("Ctrl+L",), icon="search"),
    _A("help.keys", "All keys…", "Help", ("Shift+F1",)),
    _A("help.problems", "Files that could not be used…", "Help", icon="warning"),
    _A("language.of_the_system", "Language: as the system", "Help", group="language", line_before=True),
    _A("language.english", "Language: English", "Help", group="language"),
    _A("language.chinese", "Language: 简体中文", "Help", group="language"),
    _A("help.about", "About BloodView…", "Help", line_before=True),
)


EDITABLE_KEYS: frozenset[str] = frozenset(
    (*(spec.id for spec in ACTIONS), *(f"label.{c.id}" for c in DEFAULT_TAXONOMY.classes))
)
"""Actions whose keys the settings may change; the key of a class that a case added is kept in the case."""


class Actions(QObject):
    """The QActions of the table and of the classes, enabled by what is there.

    Signals:
        classes_changed: the class actions were made anew.
        keys_changed: actions have other keys.
    """

    classes_changed = Signal()
    keys_changed = Signal()

    def __init__(self, window: QWidget, callbacks: Mapping[str, QObject]) -> None:
        super().__init__(window)
        self._window, self._callbacks = window, callbacks
        self._specs: dict[str, ActionSpec] = {}
        self._made: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._have = Need.NOTHING
        self._keys_rest = False
        self._resting: frozenset[str] = frozenset()
        self._own_keys: dict[str, Keys] = {}
        self._changed_keys: dict[str, Keys] = {}
        self.latest = ""
        """Id of the action that was triggered last."""
        self.lost_keys: tuple[Lost, ...] = ()
        """Keys that could not be given: those of the settings that are none, those of classes that clash."""
        for spec in ACTIONS:
            self._make(spec, self._callback(spec.callback or spec.id))
        self._enable()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self.on_app_focus_changed)

    def __getitem__(self, action_id: str) -> QAction:
        return self._made[action_id]

    def all(self) -> list[tuple[ActionSpec, QAction]]:
        """The table as it stands, class actions too."""
        return [(spec, self._made[spec.id]) for spec in self._specs.values()]

    def in_menu(self, menu: str) -> list[tuple[ActionSpec, QAction]]:
        """The lines of a menu."""
        return [(spec, action) for spec, action in self.all() if spec.menu == menu]

    def set_classes(self, taxonomy: Taxonomy | None, relabel: Callable[[str], None]) -> None:
        """Make an action for each class, with the class's own key; none for None."""
        for spec in [s for s in self._specs.values() if s.menu == LABEL_MENU]:
            action = self._made.pop(spec.id)
            del self._specs[spec.id], self._own_keys[spec.id]
            self._window.removeAction(action)
            action.deleteLater()
        taken = {key for spec in ACTIONS for key in spec.keys}  # a case of before may give one of them to a class
        for cls in taxonomy.by_lineage if taxonomy is not None else ():
            keys = (cls.key.upper(),) if cls.key and cls.key.upper() not in taken else ()
            spec = _A(f"label.{cls.id}", cls.title, LABEL_MENU, keys, needs=Need.TARGET)
            self._make(spec, lambda _=False, class_id=cls.id: relabel(class_id))
        self._give_keys()
        self._enable()
        self.classes_changed.emit()

    def set_keys(self, changed: Mapping[str, Keys]) -> None:
        """Give actions the keys that a person chose; the others have those of the table."""
        self._changed_keys = dict(changed)
        self._give_keys()
        self.keys_changed.emit()

    @property
    def own_keys(self) -> dict[str, Keys]:
        """Action id -> keys of the table, those of the classes too."""
        return dict(self._own_keys)

    def taken_keys(self) -> dict[str, str]:
        """Single keys in small letters -> what they do, but for those that a class of the case has by itself."""
        return {
            k.lower(): s.title
            for s in self._specs.values()
            for k in s.keys
            if len(k) == 1 and (s.menu != LABEL_MENU or s.id in self._changed_keys)
        }

    def provide(self, have: Need) -> None:
        """Enable what can be done with what is there."""
        if have != self._have:
            self._have = have
            self._enable()

    def rest(self, names: Iterable[str]) -> None:
        """Have these do nothing, whatever is there; "why." stands for all that begin so. Those of before work again."""
        starts = tuple(names)
        self._resting = frozenset(spec.id for spec in ACTIONS if spec.id.startswith(starts))
        self._enable()

    def set_checked(self, action_id: str, checked: bool) -> None:
        """Show a switch as it stands, without acting."""
        action = self._made[action_id]
        blocked = action.blockSignals(True)
        action.setChecked(checked)
        action.blockSignals(blocked)
        action.changed.emit()

    def keys_of(self, action_id: str) -> str:
        """The first key for people, also while the keys rest; "" for none."""
        return shown_key(self._specs[action_id])

    def way_to(self, action_id: str) -> str:
        """How a person does it: the first key, or where it stands in the menus if it has none."""
        spec = self._specs[action_id]
        return shown_key(spec) or f"{tr(spec.menu)} → {tr(spec.title).rstrip('…')}"

    def on_app_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Let the keys rest while somebody types."""
        rest = takes_text(now)
        if rest == self._keys_rest:
            return
        self._keys_rest = rest
        for spec, action in self.all():
            action.setShortcuts([] if rest else [QKeySequence(k) for k in spec.keys])

    def _give_keys(self) -> None:
        """Put the keys into the lines and, unless they rest, into the actions."""
        keys, lost = resolve(self._own_keys, self._changed_keys)
        self.lost_keys = tuple(lost)
        for action_id, given in keys.items():
            if self._specs[action_id].keys != given:
                self._specs[action_id] = replace(self._specs[action_id], keys=given)
                if not self._keys_rest:
                    self._made[action_id].setShortcuts([QKeySequence(k) for k in given])

    def _make(self, spec: ActionSpec, callback: Callable[..., None]) -> None:
        action = QAction(tr(spec.title), self._window)
        action.setObjectName(spec.id)
        action.setAutoRepeat(spec.id in _REPEATED)
        action.triggered.connect(lambda: setattr(self, "latest", spec.id))
        if not self._keys_rest:
            action.setShortcuts([QKeySequence(k) for k in spec.keys])
        if spec.group:
            action.setCheckable(True)
            if spec.group != SWITCH:
                self._groups.setdefault(spec.group, QActionGroup(self._window)).addAction(action)
            action.triggered.connect(lambda checked=False: callback(checked))
        else:
            action.triggered.connect(lambda _checked=False: callback())
        self._window.addAction(action)
        self._specs[spec.id], self._made[spec.id] = spec, action
        self._own_keys[spec.id] = spec.keys

    def _callback(self, name: str) -> Callable[..., None]:
        owner, method = name.split(".")
        found: Callable[..., None] = getattr(self._callbacks[owner], method)
        return found

    def _enable(self) -> None:
        for spec, action in self.all():
            action.setEnabled((spec.needs & self._have) == spec.needs and spec.id not in self._resting)


def shown_key(spec: ActionSpec) -> str:
    """The first key of a line as people read it."""
    told = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if spec.keys else ""
    return told.replace("Return", "Enter")  # as it is printed on keyboards, and as it is called everywhere else


def takes_text(widget: QWidget | None) -> bool:
    """Whether what is typed belongs to this widget."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QAbstractSpinBox)
