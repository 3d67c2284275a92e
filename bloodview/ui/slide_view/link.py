"""Two views that move together: what one is moved by, the other follows, in micrometres and as seen on the screen."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from bloodview.ui.slide_view.stage import Stage


class Link(QObject):
    """Locks two stages in the relation in which they stand when it is locked."""

    def __init__(self, first: Stage, second: Stage) -> None:
        super().__init__(second)
        self._first, self._second = first, second
        self._is_locked = self._is_following = False
        self._at = ((0.0, 0.0), (0.0, 0.0))
        self._zooms = 1.0
        self._pictures = (first.picture, second.picture)
        first.view_changed.connect(lambda: self._follow(first, second))
        second.view_changed.connect(lambda: self._follow(second, first))
        for stage in (first, second):
            stage.picture_changed.connect(self.take_hold)

    @property
    def is_locked(self) -> bool:
        """Whether they move together."""
        return self._is_locked

    def lock(self, locked: bool) -> None:
        """Move together from now on, as they stand now, or each alone."""
        self._is_locked = locked
        self.take_hold()

    def take_hold(self) -> None:
        """Take the way they stand now as the one to keep."""
        self._at = (self._first.visible_box_l0().center, self._second.visible_box_l0().center)
        self._zooms = self._second.zoom / self._first.zoom
        self._pictures = (self._first.picture, self._second.picture)

    def aside(self, act: Callable[[], None]) -> None:
        """Move one of them without the other following, and keep how they stand then."""
        self._is_following = True
        try:
            act()
        finally:
            self._is_following = False
        self.take_hold()

    def align(self) -> None:
        """Bring the second to where the first looks: the same part of the slide at the same magnification."""
        self.aside(lambda: _aligned(self._first, self._second))

    def _follow(self, leader: Stage, follower: Stage) -> None:
        if not self._is_locked or self._is_following or leader.picture is None or follower.picture is None:
            return
        if self._pictures != (self._first.picture, self._second.picture):  # another one is being put there
            self.take_hold()
            return
        own, other = (0, 1) if leader is self._first else (1, 0)
        (x, y), (x0, y0), (at_x, at_y) = leader.visible_box_l0().center, self._at[own], self._at[other]
        zooms = self._zooms if leader is self._first else 1 / self._zooms
        by = _px_per_px(leader, follower) or 1 / zooms
        dx, dy = _turned((x - x0) * by, (y - y0) * by, leader.turn.quarters - follower.turn.quarters)
        self._is_following = True
        try:
            follower.go_to(at_x + dx, at_y + dy, leader.zoom * zooms)
        finally:
            self._is_following = False


def _aligned(first: Stage, second: Stage) -> None:
    here, there = first.picture, second.picture
    if here is None or there is None:
        return
    x, y = first.visible_box_l0().center
    zoom = first.zoom / (_px_per_px(first, second) or 1.0)
    second.go_to(x * there.size.width / here.size.width, y * there.size.height / here.size.height, zoom)


def _px_per_px(one: Stage, other: Stage) -> float | None:
    """Level-0 pixels of the other as long as a pixel of the one; None where a scale is unknown."""
    if one.scale is None or other.scale is None:
        return None
    return one.scale.um_per_px / other.scale.um_per_px


def _turned(dx: float, dy: float, quarters: int) -> tuple[float, float]:
    """A way turned by quarters clockwise."""
    for _ in range(quarters % 4):
        dx, dy = -dy, dx
    return dx, dy
