"""Both themes are readable, and neutral around the picture."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QTableView,
    QTextBrowser,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bloodview.ui.style import DARK, LIGHT, Theme, Tone, named, palette, roomy, stylesheet, theme_named, tone

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def luminance(name: str) -> float:
    color = QColor(name)
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: str, b: str) -> float:
    """As WCAG 2 defines it, 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_text_is_readable(theme: Theme) -> None:
    for ground in (theme.panel, theme.ground, theme.raised):
        assert contrast(theme.text, ground) >= 10
        assert contrast(theme.faint, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    for which in Tone:
        assert contrast(tone(palette(theme), which).name(), theme.panel) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_controls_and_the_ring_around_the_one_in_use_can_be_told_from_what_is_behind(theme: Theme) -> None:
    for ground in (theme.panel, theme.ground, theme.raised, theme.field):
        assert contrast(theme.edge, ground) >= 3
        assert contrast(theme.accent, ground) >= 3
    assert contrast(theme.text, theme.accent) >= 1.5, "around a button in the accent's colour"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_every_kind_of_control_shows_that_the_keyboard_is_there(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    checked, one_of_two = QCheckBox("Shown"), QRadioButton("One")
    for button in (checked, one_of_two):
        button.setChecked(True)
    controls = [
        QPushButton("Do"),
        named(QPushButton("Sign"), "primary"),
        named(QPushButton("More"), "link"),
        QToolButton(),
        QComboBox(),
        roomy(QSpinBox()),
        QSlider(Qt.Orientation.Horizontal),
        checked,
        QCheckBox("Hidden"),
        one_of_two,
        QListView(),
        QTableView(),
        QTreeView(),
        QTextBrowser(),
        named(QPlainTextEdit(), "lines"),
    ]
    for control in controls:
        column.addWidget(control)
    window.setPalette(palette(theme))
    window.setStyleSheet(stylesheet(theme))
    window.resize(400, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    accents = {QColor(theme.accent).rgb(), QColor(theme.text).rgb()}
    for control in controls:
        around = []
        for reason in (Qt.FocusReason.TabFocusReason, None):
            control.setFocus(reason) if reason is not None else control.clearFocus()
            qtbot.wait(1)
            image = control.grab().toImage()
            edge = [image.pixel(x, 0) for x in range(6, image.width() - 6)]
            around.append(sum(pixel in accents for pixel in edge) / len(edge))
        assert around[0] > 0.8, f"{type(control).__name__} {control.objectName()}"
        assert around[1] < around[0] or control.objectName() == "primary"


def test_the_drawings_of_the_style_sheet_are_there() -> None:
    for theme in (DARK, LIGHT):
        drawings = re.findall(r'url\("([^"]+)"\)', stylesheet(theme))
        assert len(set(drawings)) == 3
        assert all(QSvgRenderer(name).isValid() for name in drawings)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
def test_what_surrounds_the_picture_has_no_hue(theme: Theme) -> None:
    for name in (theme.ground, theme.panel, theme.raised, theme.line):
        assert QColor(name).saturation() == 0


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert theme_named("light") is LIGHT
    assert theme_named("no such") is DARK
