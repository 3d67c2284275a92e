"""The two looks of the window: neutral greys, one accent, readable contrast. Pictures are never touched by them."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#rrggbb", from the ground up.

    Args:
        name: as in the settings.
        ground: behind panels.
        panel: panels and bars.
        raised: fields, buttons, rows under the pointer.
        line: borders.
        text: main text, at least 10:1 on `panel`.
        faint: second text, at least 4.5:1 on `panel`.
        accent: focus, selection, progress.
        on_accent: text on the accent.
    """

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    faint: str
    accent: str
    on_accent: str


_FONT_PT = 9.75
HEAD_PX = 38
"""Height of the row on top of a panel."""

DARK = Theme("dark", "#151515", "#1d1d1d", "#2a2a2a", "#383838", "#ededed", "#a3a3a3", "#6aa5e8", "#0d1720")
LIGHT = Theme("light", "#dedede", "#f4f4f4", "#ffffff", "#cbcbcb", "#1a1a1a", "#595959", "#1f66b5", "#ffffff")


class Tone(Enum):
    """Meanings that have a colour; (on dark, on light)."""

    GOOD = ("#74c98a", "#1c7c3a")
    DOUBT = ("#e8b64c", "#8a5a00")
    BAD = ("#f08a80", "#b3261e")


def theme_named(name: str) -> Theme:
    """The theme of a setting; dark for anything unknown."""
    return LIGHT if name == LIGHT.name else DARK


def tone(palette: QPalette, which: Tone) -> QColor:
    """The colour of a meaning, readable on the palette's window."""
    dark, light = which.value
    return QColor(dark if is_dark(palette) else light)


def small(font: QFont) -> QFont:
    """The font of second text."""
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * 0.92)
    return smaller


def is_dark(palette: QPalette) -> bool:
    """Whether the palette is that of the dark theme."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def faint(palette: QPalette) -> QColor:
    """The colour of second text."""
    return palette.color(QPalette.ColorRole.PlaceholderText)


def line(palette: QPalette) -> QColor:
    """The colour of borders."""
    return palette.color(QPalette.ColorRole.Mid)


def stretch(font: QFont) -> float:
    """By how much painted rows grow with the texts in them; 1 for the usual size and below."""
    return max(1.0, font.pointSizeF() / _FONT_PT)


def apply(app: QApplication, theme: Theme, text_percent: int = 100) -> None:
    """Dress the whole program."""
    style = QStyleFactory.create("Fusion")
    if style is not None and app.style().objectName().lower() != "fusion":
        app.setStyle(style)
    font = app.font()
    font.setPointSizeF(_FONT_PT * text_percent / 100)
    app.setFont(font)
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's colour roles; painted widgets take theirs from here."""
    p, role = QPalette(), QPalette.ColorRole
    pairs = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.ground,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.PlaceholderText: theme.faint,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Midlight: theme.raised,
        role.Light: theme.raised,
        role.Shadow: theme.ground,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Link: theme.accent,
    }
    for which, color in pairs.items():
        p.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        dim = QColor(theme.faint)
        dim.setAlpha(120)
        p.setColor(QPalette.ColorGroup.Disabled, which, dim)
    p.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.line))
    return p


def named(widget: W, name: str) -> W:
    """The widget with the name by which the style sheet finds it."""
    widget.setObjectName(name)
    return widget


def mono_focus() -> Qt.FocusPolicy:
    """Focus policy of buttons in bars: Tab reaches them, a click leaves the keys of the review with the views."""
    return Qt.FocusPolicy.TabFocus


def ring_if_focused(painter: QPainter, widget: QWidget) -> None:
    """Show on a painted widget that the keyboard is there."""
    if widget.hasFocus():
        painter.setPen(QPen(widget.palette().color(QPalette.ColorRole.Highlight), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 4, 4)


def stylesheet(theme: Theme) -> str:
    """The theme as a Qt style sheet."""
    t = theme
    a, b = QColor(t.faint), QColor(t.panel)
    dim = QColor((a.red() + b.red()) // 2, (a.green() + b.green()) // 2, (a.blue() + b.blue()) // 2)
    return f"""
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMainWindow, QDialog {{ background: {t.panel}; color: {t.text}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px 6px; }}
QMenuBar {{ background: {t.panel}; color: {t.text}; padding: 2px 6px; }}
QMenuBar::item {{ background: transparent; padding: 4px 9px; border-radius: 4px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {t.raised}; }}
QMenu {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.line}; padding: 5px 0; }}
QMenu::item {{ padding: 5px 28px 5px 26px; }}
QMenu::item:selected {{ background: {t.raised}; }}
QMenu::item:disabled {{ color: {dim.name()}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 5px 0; }}
QMenu::indicator {{ left: 7px; width: 13px; height: 13px; }}
QSplitter::handle {{ background: {t.ground}; }}
QSplitter::handle:hover {{ background: {t.accent}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 1px; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::handle:hover {{ background: {t.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QPushButton {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; border-radius: 5px;
  padding: 6px 14px; }}
QPushButton:hover {{ border-color: {t.faint}; }}
QPushButton:pressed {{ background: {t.line}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:disabled {{ color: {dim.name()}; }}
QPushButton#primary {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600; }}
QPushButton#primary:disabled {{ background: {t.raised}; color: {dim.name()}; border-color: {t.line}; }}
QPushButton#link {{ background: transparent; border: none; color: {t.text}; text-align: left; padding: 6px 8px; }}
QPushButton#link:hover, QPushButton#link:focus {{ background: {t.raised}; }}
QFrame#bubble {{ background: {t.raised}; border: 1px solid {t.accent}; border-radius: 8px; }}
QFrame#bubble QLabel {{ background: transparent; border: none; }}
QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {t.faint}; border-radius: 3px;
  background: {t.ground}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; }}
QCheckBox::indicator:disabled {{ border-color: {t.line}; }}
QToolButton {{ background: transparent; color: {t.text}; border: 1px solid transparent; border-radius: 5px;
  padding: 4px 7px; }}
QToolButton:hover {{ background: {t.raised}; }}
QToolButton:checked {{ background: {t.raised}; border-color: {t.line}; }}
QToolButton:disabled {{ color: {dim.name()}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QLineEdit, QComboBox {{ background: {t.ground}; color: {t.text}; border: 1px solid {t.line};
  border-radius: 5px; padding: 6px 8px; selection-background-color: {t.accent};
  selection-color: {t.on_accent}; }}
QSpinBox {{ min-height: 30px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit#lines:focus {{ border-color: {t.accent}; }}
QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.line}; }}
QToolButton:focus, QTableView:focus, QTreeView:focus {{ border: 1px solid {t.accent}; }}
QCheckBox:focus, QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
QCheckBox::indicator:focus {{ border-width: 2px; width: 11px; height: 11px; }}
QListView, QTreeView, QTableView, QPlainTextEdit, QTextBrowser {{ background: {t.panel}; color: {t.text};
  border: none; outline: none; }}
QTableView {{ gridline-color: transparent; alternate-background-color: {t.raised}; }}
QPlainTextEdit#lines {{ background: {t.ground}; border: 1px solid {t.line}; border-radius: 5px; padding: 4px 6px; }}
QListWidget#pages::item {{ padding: 7px 10px; border-radius: 5px; border-left: 3px solid transparent; }}
QListWidget#pages::item:selected {{ background: {t.raised}; color: {t.text}; border-left-color: {t.accent}; }}
QTreeView#keys::item {{ padding: 4px 2px; }}
QHeaderView::section {{ background: {t.panel}; color: {t.faint}; border: none; padding: 5px 8px; }}
QProgressBar {{ background: {t.raised}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
QFrame#bar, QFrame#identity, QFrame#foot {{ background: {t.panel}; }}
QFrame#identity {{ border-bottom: 1px solid {t.line}; }}
QFrame#bar {{ border-bottom: 1px solid {t.line}; }}
QFrame#foot {{ border-top: 1px solid {t.line}; }}
QFrame#prompt {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 8px; }}
QFrame#notice {{ background: {t.raised}; border-bottom: 1px solid {t.line};
  border-left: 3px solid {Tone.DOUBT.value[0] if t is DARK else Tone.DOUBT.value[1]}; }}
QLabel#faint {{ color: {t.faint}; }}
QLabel#heading {{ font-weight: 600; }}
QLabel#title {{ font-size: 17pt; font-weight: 600; }}
QLabel#research {{ color: {t.text}; border: 1px solid {t.line}; border-radius: 4px; padding: 2px 8px; }}
QFrame#drop {{ border: 2px dashed {t.line}; border-radius: 14px; background: {t.panel}; }}
QFrame#drop[hot="true"] {{ border-color: {t.accent}; background: {t.raised}; }}
QDialog#commands {{ border: 1px solid {t.faint}; }}
QFrame#onpicture {{ background: rgba(18, 21, 26, 205); border-radius: 6px; }}
QFrame#onpicture QLabel {{ color: white; padding: 3px 8px; }}
QFrame#onpicture QToolButton {{ color: white; border: none; padding: 3px 8px; }}
QFrame#onpicture QToolButton:hover {{ background: rgba(255, 255, 255, 40); }}
QWidget#ground {{ background: {t.ground}; }}
"""
