"""Every control has a name that a screen reader says; every dialog can be walked through and left with the keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bloodview.core.errors import UserError
from bloodview.core.settings import Settings
from bloodview.ui.dialogs.asking import DialogAsker
from bloodview.ui.dialogs.class_choice import ClassChoice
from bloodview.ui.dialogs.errors import show_error
from bloodview.ui.dialogs.export import ExportDialog
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
_CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)


def name_of(widget: QWidget) -> str:
    """What a screen reader says of a widget."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).replace("&", "").strip() if found is not None else ""


def controls(root: QWidget) -> list[QWidget]:
    """Whatever can be used below a widget, but for the parts that Qt makes for itself."""
    return [w for w in root.findChildren(QWidget) if not _is_of_qt(w) and _is_control(w)]


def _is_of_qt(widget: QWidget) -> bool:
    parent = widget.parent()
    is_inside = isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit | QAbstractItemView)
    return is_inside or parent.inherits("QComboBoxPrivateContainer") or widget.objectName().startswith("qt_")


def _is_control(widget: QWidget) -> bool:
    is_plain = type(widget) in (QWidget, QScrollArea)
    takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    return isinstance(widget, _CONTROLS) or (takes_focus and not is_plain)


def nameless(root: QWidget) -> list[str]:
    """Controls of which a screen reader could say nothing."""
    return [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in controls(root) if not name_of(w)]


def front(r: Rig) -> QDialog:
    """The dialog that is open."""
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible())


@pytest.fixture
def case(qtbot: QtBot, tmp_path: Path) -> Path:
    pictures(tmp_path / "a", 1)
    return tmp_path / "a"


def test_every_control_of_the_window_has_a_name(qtbot: QtBot, case: Path) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([case])
        r.desktop.desk.next_doubtful()
        assert len(controls(r.window)) > 20
        assert not (left := nameless(r.window)), "\n".join(left)


def crash(r: Rig) -> None:
    r.desktop.on_crash(ZeroDivisionError("x"))


def select_five(r: Rig) -> None:
    r.desktop.desk.select([c.id for c in r.desktop.index.of_slide(None)])
    r.desktop.actions["learn.new_class"].trigger()


def void(_box: object) -> None:
    """What an opener gives back is not needed."""


OPENERS: dict[str, Callable[[Rig], None]] = {
    "settings": lambda r: r.desktop.actions["settings.open"].trigger(),
    "commands": lambda r: r.desktop.actions["help.commands"].trigger(),
    "keys": lambda r: r.desktop.actions["help.keys"].trigger(),
    "problems": lambda r: r.desktop.actions["help.problems"].trigger(),
    "about": lambda r: r.desktop.actions["help.about"].trigger(),
    "journal": lambda r: r.desktop.actions["audit.journal"].trigger(),
    "sign": lambda r: r.desktop.actions["audit.sign"].trigger(),
    "adapt": lambda r: r.desktop.actions["models.adapt"].trigger(),
    "class from pictures": select_five,
    "crash": crash,
    "display": lambda r: r.desktop.actions["eye.adjust"].trigger(),
    "slide": lambda r: r.desktop.actions["info.show"].trigger(),
    "export": lambda r: ExportDialog(r.window).open(),
    "choice of a class": lambda r: ClassChoice(r.window, "Merge", "Into which?", [("a", "A")], "Merge").open(),
    "after a bad end": lambda r: DialogAsker(r.window).after_bad_end(Path("x.bvcase"), lambda: None),
    "error": lambda r: void(show_error(r.window, UserError("It is broken.", path="x", hint="Mend it."))),
}


@pytest.mark.parametrize("opener", OPENERS.values(), ids=OPENERS.keys())
def test_every_control_of_a_dialog_has_a_name_and_a_key_leaves_it(
    qtbot: QtBot, case: Path, opener: Callable[[Rig], None]
) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([case])
        opener(r)
        dialog = front(r)
        assert dialog.windowTitle()
        assert not (left := nameless(dialog)), "\n".join(left)
        buttons = dialog.findChildren(QPushButton)
        if buttons and dialog.isModal() and dialog.objectName() != "commands":
            assert [b for b in buttons if b.isDefault() or b.autoDefault()], "Enter does something"
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


def test_the_tab_key_leads_through_the_whole_window_and_back(qtbot: QtBot, case: Path) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([case])
        r.desktop.actions["view.both"].trigger()
        panels = r.desktop.panels
        panels.gallery.setFocus()
        seen: list[QWidget] = []
        for _ in range(80):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            now = QApplication.focusWidget()
            assert now is not None
            seen.append(now)
            if now is panels.gallery:
                break
        assert seen[-1] is panels.gallery
        assert {panels.slide_view, panels.worklist.view} <= set(seen)
        assert any(isinstance(w, QAbstractButton) and panels.tools.isAncestorOf(w) for w in seen)
        assert any(r.window.side.isAncestorOf(w) for w in seen)


def test_a_click_on_the_bars_leaves_the_keys_with_the_gallery(qtbot: QtBot, case: Path) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([case])
        r.desktop.panels.gallery.setFocus()
        button = next(b for b in r.desktop.panels.tools.findChildren(QAbstractButton) if b.isEnabled())
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() is r.desktop.panels.gallery


def test_the_gallery_says_which_cell_is_current(qtbot: QtBot, case: Path) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([case])
        gallery = r.desktop.panels.gallery
        gallery.setFocus()
        found = QAccessible.queryAccessibleInterface(gallery)
        said = []
        for _ in range(3):
            qtbot.keyClick(gallery, Qt.Key.Key_Right)
            said.append(found.focusChild().text(QAccessible.Text.Name))
        assert [text.rpartition("; ")[2].partition(" ")[0] for text in said] == ["1", "2", "3"]
        assert any(text.startswith("Lymphocyte, ") and "% sure" in text for text in said)


def test_no_letter_of_a_menu_is_the_key_of_an_action(qtbot: QtBot) -> None:
    with rig(qtbot, settings=Settings(keys=(("help.problems", ("Alt+F",)),))) as r:
        titles = [action.text() for action in r.window.menuBar().actions()]
        letters = {f"Alt+{title[title.index('&') + 1].upper()}" for title in titles}
        assert len(letters) == len(titles)
        assert "Alt+F" not in letters
        assert not letters & {key for spec, _ in r.desktop.actions.all() for key in spec.keys}
