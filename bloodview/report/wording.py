"""How figures and moments read in a report, the same in every form of it."""

from datetime import datetime

from bloodview.core.differential import Interval


def percent(share: float) -> str:
    """A share as a number of hundredths, without the sign."""
    return f"{100 * share:.1f}"


def span(interval: Interval) -> str:
    """The limits of a share."""
    return f"{100 * interval.low:.1f} \u2013 {100 * interval.high:.1f}"


def ratio(interval: Interval) -> str:
    """The limits of a ratio."""
    return f"{interval.low:.1f} \u2013 {interval.high:.1f}"


def moment(at: datetime | None) -> str:
    """A moment to the minute."""
    return at.strftime("%Y-%m-%d %H:%M") if at else "\u2013"
