"""Both themes are readable, and neutral around the picture."""

import pytest
from PySide6.QtGui import QColor

from bloodview.ui.style import DARK, LIGHT, Theme, Tone, palette, theme_named, tone


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
def test_what_surrounds_the_picture_has_no_hue(theme: Theme) -> None:
    for name in (theme.ground, theme.panel, theme.raised, theme.line):
        assert QColor(name).saturation() == 0


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert theme_named("light") is LIGHT
    assert theme_named("no such") is DARK
