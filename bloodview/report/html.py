"""The report as one HTML file that needs no other, for the screen and for A4 paper."""

from functools import cache
from pathlib import Path

import jinja2

from bloodview.core.unfamiliar import shown
from bloodview.report import wording
from bloodview.report.content import RESEARCH_USE, Report

_TEMPLATE = Path(__file__).with_name("report.html.jinja")


def render(report: Report) -> str:
    """The whole document; every text of the report is escaped, nothing is loaded from elsewhere."""
    return _template().render(report=report, d=report.differential, research_use=RESEARCH_USE)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        percent=wording.percent, span=wording.span, moment=wording.moment, ratio=wording.ratio, familiarity=shown
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
