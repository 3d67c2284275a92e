"""The letters of a PDF: a font that comes with ReportLab, and one for Chinese, Japanese and Korean of the reader's."""

import re
from functools import cache
from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

PLAIN, BOLD = "Vera", "VeraBd"
_EAST = "STSong-Light"
_EASTERN = re.compile("([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+)")


@cache
def register() -> frozenset[int]:
    """Make the fonts known, once a process; the signs that the plain one has letters for."""
    folder = Path(reportlab.__file__).parent / "fonts"
    made = {name: TTFont(name, str(folder / f"{name}.ttf")) for name in (PLAIN, BOLD)}
    for font in made.values():
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFont(UnicodeCIDFont(_EAST))
    return frozenset(made[PLAIN].face.charToGlyph)


def marked(escaped: str) -> str:
    """Text of a paragraph, already escaped, with what its font has no letters for set in another one, or as a box."""
    return _EASTERN.sub(rf'<font name="{_EAST}">\1</font>', _known(escaped))


def draw(canvas: Canvas, x: float, y: float, text: str, *, bold: bool = False, size: float = 8) -> None:
    """Draw a line of text from x to the right."""
    for part in _EASTERN.split(_known(text)):
        font = _EAST if _EASTERN.match(part) else BOLD if bold else PLAIN
        canvas.setFont(font, size)
        canvas.drawString(x, y, part)
        x += pdfmetrics.stringWidth(part, font, size)


def draw_right(canvas: Canvas, x: float, y: float, text: str, *, size: float = 8) -> None:
    """Draw a line of text that ends at x."""
    parts = _EASTERN.split(_known(text))
    width = sum(pdfmetrics.stringWidth(p, _EAST if _EASTERN.match(p) else PLAIN, size) for p in parts)
    draw(canvas, x - width, y, text, size=size)


def _known(text: str) -> str:
    """The text with a box for each sign that none of the fonts has; signs that are no text go."""
    known = register()
    return "".join(
        c if c in "\n" or ord(c) in known or _EASTERN.match(c) else "\u25a1" if c.isprintable() else " " for c in text
    )
