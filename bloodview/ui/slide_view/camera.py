"""Where the view looks: level-0 pixels to view pixels and back, zoom at a point, fit. Pure values."""

from dataclasses import dataclass, replace

from bloodview.core.geometry import Box, Size

MAX_ZOOM = 40.0
"""View pixels per level-0 pixel at most."""
_KEEP_PX = 48.0
"""View pixels of the picture that always stay in sight."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A view on a picture.

    Args:
        left_l0: level-0 x at the view's left border.
        top_l0: level-0 y at the view's upper border.
        zoom: view pixels per level-0 pixel, above 0.
    """

    left_l0: float = 0.0
    top_l0: float = 0.0
    zoom: float = 1.0

    def to_view(self, x_l0: float, y_l0: float) -> tuple[float, float]:
        """Level-0 position -> view position."""
        return (x_l0 - self.left_l0) * self.zoom, (y_l0 - self.top_l0) * self.zoom

    def to_l0(self, x_view: float, y_view: float) -> tuple[float, float]:
        """View position -> level-0 position."""
        return self.left_l0 + x_view / self.zoom, self.top_l0 + y_view / self.zoom

    def visible(self, width: float, height: float) -> Box:
        """What a view of this size (view pixels) shows, level-0 pixels."""
        return Box(
            self.left_l0,
            self.top_l0,
            self.left_l0 + max(width, 1) / self.zoom,
            self.top_l0 + max(height, 1) / self.zoom,
        )

    def zoomed(self, zoom: float, x_view: float, y_view: float) -> "Camera":
        """Another zoom that leaves the point under (x_view, y_view) where it is."""
        x_l0, y_l0 = self.to_l0(x_view, y_view)
        return Camera(x_l0 - x_view / zoom, y_l0 - y_view / zoom, zoom)

    def panned(self, dx_view: float, dy_view: float) -> "Camera":
        """The picture moved by view pixels."""
        return replace(self, left_l0=self.left_l0 - dx_view / self.zoom, top_l0=self.top_l0 - dy_view / self.zoom)

    def centered(self, x_l0: float, y_l0: float, width: float, height: float) -> "Camera":
        """The same zoom with a level-0 point in the middle of a view of this size."""
        return replace(self, left_l0=x_l0 - width / 2 / self.zoom, top_l0=y_l0 - height / 2 / self.zoom)

    def bounded(self, size: Size, width: float, height: float) -> "Camera":
        """Moved as little as needed so that some of the picture stays in sight."""
        keep_x, keep_y = min(_KEEP_PX, width / 2) / self.zoom, min(_KEEP_PX, height / 2) / self.zoom
        keep_x, keep_y = min(keep_x, size.width / 2), min(keep_y, size.height / 2)
        left = min(max(self.left_l0, keep_x - width / self.zoom), size.width - keep_x)
        top = min(max(self.top_l0, keep_y - height / self.zoom), size.height - keep_y)
        return replace(self, left_l0=left, top_l0=top)

    def filling(self, size: Size, width: float, height: float, margin_px: float = 0.0) -> "Camera":
        """Moved as little as needed so that no ground shows beside the picture where the picture could."""
        wide, high, margin = width / self.zoom, height / self.zoom, margin_px / self.zoom
        return replace(
            self,
            left_l0=_filling(self.left_l0, wide, size.width, margin),
            top_l0=_filling(self.top_l0, high, size.height, margin),
        )


def _filling(start: float, seen: float, length: float, margin: float) -> float:
    """Where a view of `seen` pixels begins on a picture of `length` pixels."""
    if seen >= length + 2 * margin:
        return (length - seen) / 2
    return min(max(start, -margin), length + margin - seen)


def fit_zoom(size: Size, width: float, height: float, margin_px: float = 0.0) -> float:
    """The zoom at which the whole picture just fits a view of this size."""
    room_x, room_y = max(width - 2 * margin_px, 8.0), max(height - 2 * margin_px, 8.0)
    return min(room_x / size.width, room_y / size.height)


def fitted(size: Size, width: float, height: float, margin_px: float = 0.0) -> Camera:
    """The whole picture in the middle of a view of this size."""
    camera = Camera(zoom=fit_zoom(size, width, height, margin_px))
    return camera.centered(size.width / 2, size.height / 2, width, height)
