"""The report as one HTML file that needs no other, for the screen and for A4 paper."""

import base64
from functools import cache
from pathlib import Path

import jinja2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.unfamiliar import shown
from bloodview.report import wording
from bloodview.report.content import RESEARCH_USE, Report
from bloodview.report.jpeg import jpeg

_TEMPLATE = Path(__file__).with_name("report.html.jinja")


def render(report: Report) -> str:
    """The whole document; every text of the report is escaped, nothing is loaded from elsewhere."""
    return _template().render(report=report, d=report.differential, research_use=RESEARCH_USE)


def _inline(image: NDArray[np.uint8]) -> str:
    """A picture as an address that holds it."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg(image)).decode('ascii')}"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        percent=wording.percent,
        span=wording.span,
        moment=wording.moment,
        ratio=wording.ratio,
        familiarity=shown,
        picture=_inline,
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
