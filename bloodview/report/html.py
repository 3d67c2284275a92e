"""The report as one HTML file that needs no other, for the screen and for A4 paper."""

from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2

from bloodview.core.differential import Interval
from bloodview.core.unfamiliar import shown
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
    environment.filters.update(percent=_percent, span=_span, moment=_moment, ratio=_ratio, familiarity=shown)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _span(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} \u2013 {100 * interval.high:.1f}"


def _ratio(interval: Interval) -> str:
    return f"{interval.low:.1f} \u2013 {interval.high:.1f}"


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else "\u2013"
