"""How far the analysis of a slide is, by area, and how long the rest will take."""

import time
from collections.abc import Callable, Sequence

from bloodview.analysis.survey import Ground, Turn
from bloodview.core.geometry import Scale

_TOLD_AFTER_S = 5.0
"""Before that a guess would jump about."""


class Pace:
    """Counts area, not tiles; glass that is not analysed counts as nothing.

    Args:
        turns: of the whole slide.
        done: numbers of those that had their turn before.
        scale: the slide's.
        clock: seconds, from anywhere.
    """

    def __init__(
        self, turns: Sequence[Turn], done: frozenset[int], scale: Scale, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._mm2_per_px2 = (scale.um_per_px / 1000) ** 2
        self._several = len(turns) > 1
        self._whole = sum(self._area(t) for t in turns)
        self._before = self._done = sum(self._area(t) for t in turns if t.number in done)
        self._clock, self._begin = clock, clock()

    def after(self, turn: Turn) -> tuple[float, str]:
        """Share done, 0 to 1, and a text for a person, once a tile is done."""
        self._done += self._area(turn)
        if not self._several or not self._whole:
            return 1.0, ""
        share = min(1.0, self._done / self._whole)
        text = f"{self._done:.2f} of {self._whole:.2f} mm²"
        seconds = self._clock() - self._begin
        if seconds >= _TOLD_AFTER_S and self._done > self._before:
            left = seconds * (self._whole - self._done) / (self._done - self._before)
            text += f", {duration(left)} left"
        return share, text

    def _area(self, turn: Turn) -> float:
        core = turn.tile.core_l0
        return 0.0 if turn.ground is Ground.BLANK else core.width * core.height * self._mm2_per_px2


def duration(seconds: float) -> str:
    """As people say it: "40 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
