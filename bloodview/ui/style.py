"""The two looks of the window: neutral greys, one accent, readable contrast. Pictures are never touched by them."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QSpinBox, QStyleFactory, QWidget

from bloodview.core import paths

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#rrggbb", from the ground up.

    Args:
        name: as in the settings.
        ground: behind panels.
        panel: panels and bars.
        raised: fields, buttons, rows under the pointer.
        line: what parts panels from each other.
        edge: what a control is known by: borders of fields, what is switched on; at least 3:1 on all grounds.
        field: inside of fields.
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
    edge: str
    field: str
    text: str
    faint: str
    accent: str
    on_accent: str


_FONT_PT = 9.75
HEAD_PX = 38
"""Height of the row on top of a panel."""

DARK = Theme(
    name="dark",
    ground="#151515",
    panel="#1d1d1d",
    raised="#2a2a2a",
    line="#383838",
    edge="#787878",
    field="#151515",
    text="#ededed",
    faint="#a3a3a3",
    accent="#6aa5e8",
    on_accent="#0d1720",
)
LIGHT = Theme(
    name="light",
    ground="#dedede",
    panel="#f4f4f4",
    raised="#ffffff",
    line="#cbcbcb",
    edge="#7a7a7a",
    field="#ffffff",
    text="#1a1a1a",
    faint="#595959",
    accent="#1f66b5",
    on_accent="#ffffff",
)


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


def roomy(field: QSpinBox) -> QSpinBox:
    """The field with its number off the border, which no style sheet can do."""
    field.lineEdit().setTextMargins(6, 0, 0, 0)
    return field


def mono_focus() -> Qt.FocusPolicy:
    """Focus policy of buttons in bars: Tab reaches them, a click leaves the keys of the review with the views."""
    return Qt.FocusPolicy.TabFocus


def ring_if_focused(painter: QPainter, widget: QWidget) -> None:
    """Show on a painted widget that the keyboard is there."""
    if widget.hasFocus():
        painter.setPen(QPen(widget.palette().color(QPalette.ColorRole.Highlight), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), 4, 4)


def _drawing(name: str, theme: Theme) -> str:
    """A drawing of resources/icons for the style sheet, which cannot tint: each is there for both themes."""
    return f'url("{(paths.resources() / "icons" / f"{name}_{theme.name}.svg").as_posix()}")'


def stylesheet(theme: Theme) -> str:
    """The theme as a Qt style sheet."""
    t = theme
    a, b = QColor(t.faint), QColor(t.panel)
    dim = QColor((a.red() + b.red()) // 2, (a.green() + b.green()) // 2, (a.blue() + b.blue()) // 2)
    down, up, tick = (_drawing(name, theme) for name in ("down", "up", "tick"))
    return f"""
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMainWindow, QDialog {{ background: {t.panel}; color: {t.text}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px 6px; }}
QMenuBar {{ background: {t.panel}; color: {t.text}; padding: 2px 6px; }}
QMenuBar::item {{ background: transparent; padding: 3px 8px; border: 1px solid transparent; border-radius: 4px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {t.raised}; border-color: {t.edge}; }}
QMenu {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.line}; padding: 5px 0; }}
QMenu::item {{ padding: 5px 28px 5px 26px; }}
QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
QMenu::item:disabled {{ color: {dim.name()}; }}
QMenu::item:disabled:selected {{ background: {t.raised}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 5px 0; }}
QMenu::indicator {{ left: 7px; width: 13px; height: 13px; }}
QSplitter::handle {{ background: {t.ground}; }}
QSplitter::handle:hover {{ background: {t.accent}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.edge}; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 1px; }}
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
QPushButton#primary:focus {{ border-color: {t.text}; }}
QPushButton#primary:disabled {{ background: {t.raised}; color: {dim.name()}; border-color: {t.line}; }}
QPushButton#link {{ background: transparent; border-color: transparent; color: {t.text}; text-align: left;
  padding: 5px 7px; }}
QPushButton#link:hover, QPushButton#link:focus {{ background: {t.raised}; }}
QPushButton#link:focus {{ border-color: {t.accent}; }}
QFrame#bubble {{ background: {t.raised}; border: 1px solid {t.accent}; border-radius: 8px; }}
QFrame#bubble QLabel {{ background: transparent; border: none; }}
QCheckBox, QRadioButton, QSlider {{ border: 1px solid transparent; border-radius: 4px; padding: 1px 2px; }}
QCheckBox:focus, QRadioButton:focus, QSlider:focus {{ border-color: {t.accent}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 13px; height: 13px; border: 1px solid {t.edge};
  border-radius: 3px; background: {t.field}; }}
QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent}; image: {tick}; }}
QRadioButton::indicator {{ border-radius: 7px; }}
QRadioButton::indicator:checked {{ width: 5px; height: 5px; border: 5px solid {t.accent};
  background: {t.on_accent}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {t.line}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {t.line}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {t.accent}; }}
QSlider::handle:horizontal {{ width: 10px; margin: -5px 0; border: 2px solid {t.accent}; border-radius: 7px;
  background: {t.field}; }}
QSlider::sub-page:disabled, QSlider::handle:disabled {{ border-color: {t.line}; background: {t.line}; }}
QToolButton {{ background: transparent; color: {t.text}; border: 1px solid transparent; border-radius: 5px;
  padding: 4px 7px; }}
QToolButton:hover {{ background: {t.raised}; }}
QToolButton:checked {{ background: {t.raised}; border-color: {t.edge}; }}
QToolButton:disabled {{ color: {dim.name()}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QLineEdit, QComboBox, QSpinBox {{ background: {t.field}; color: {t.text}; border: 1px solid {t.edge};
  border-radius: 5px; padding: 6px 8px; selection-background-color: {t.accent};
  selection-color: {t.on_accent}; }}
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ color: {dim.name()}; border-color: {t.line}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QPlainTextEdit#lines:focus {{ border-color: {t.accent}; }}
QComboBox {{ padding-right: 24px; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: {down}; width: 12px; height: 12px; }}
QComboBox::down-arrow:disabled, QSpinBox::up-arrow:off, QSpinBox::down-arrow:off {{ image: none; }}
QSpinBox {{ padding: 2px 0 2px 7px; min-height: 26px; }}
QSpinBox::up-button, QSpinBox::down-button {{ subcontrol-origin: padding; border: none; width: 20px; height: 13px; }}
QSpinBox::up-button {{ subcontrol-position: top right; margin-top: 3px; }}
QSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 3px; }}
QSpinBox::up-arrow {{ image: {up}; width: 10px; height: 10px; }}
QSpinBox::down-arrow {{ image: {down}; width: 10px; height: 10px; }}
QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.line}; }}
QListView, QTreeView, QTableView, QPlainTextEdit, QTextBrowser {{ background: {t.panel}; color: {t.text};
  border: 1px solid transparent; outline: none; }}
QToolButton:focus, QListView:focus, QTableView:focus, QTreeView:focus, QTextBrowser:focus,
QPlainTextEdit:focus {{ border-color: {t.accent}; }}
QComboBox QListView, QComboBox QListView:focus {{ border-color: {t.edge}; }}
QListView#tiles, QListView#tiles:focus {{ background: {t.ground}; border: none; }}
QTableView {{ gridline-color: transparent; alternate-background-color: {t.raised}; }}
QPlainTextEdit#lines {{ background: {t.field}; border-color: {t.edge}; border-radius: 5px; padding: 4px 6px; }}
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
QFrame#graderow {{ border: 1px solid transparent; border-radius: 5px; }}
QFrame#graderow[focused="true"] {{ border-color: {t.accent}; background: {t.raised}; }}
QFrame#graderow QToolButton {{ padding: 1px 0; border-color: {t.line}; }}
QFrame#graderow QToolButton:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
QFrame#drop {{ border: 2px dashed {t.line}; border-radius: 14px; background: {t.panel}; }}
QFrame#drop[hot="true"] {{ border-color: {t.accent}; background: {t.raised}; }}
QDialog#commands {{ border: 1px solid {t.faint}; }}
QFrame#onpicture {{ background: rgba(18, 21, 26, 205); border-radius: 6px; }}
QFrame#onpicture QLabel {{ color: white; padding: 3px 8px; }}
QFrame#onpicture QToolButton {{ color: white; border: none; padding: 3px 8px; }}
QFrame#onpicture QToolButton:hover {{ background: rgba(255, 255, 255, 40); }}
QWidget#ground {{ background: {t.ground}; }}
"""
