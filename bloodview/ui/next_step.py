"""What a person does next with the open case, in a sentence: look at what waits for a look, then sign."""

from collections.abc import Callable

from bloodview.ui.actions import Need
from bloodview.ui.language import tr


def next_step(have: Need, waiting: int, way_to: Callable[[str], str]) -> str:
    """The sentence; "" where nothing is to be done, or something is under way.

    Args:
        have: what is there.
        waiting: cells that wait for a look.
        way_to: action id -> its key, or its place in the menus.
    """
    if Need.CELLS not in have or Need.UNSIGNED not in have or Need.BUSY in have:
        return ""
    if waiting == 1:
        return tr("1 cell waits for a look: press {key}.", key=way_to("desk.next_doubtful"))
    if waiting:
        key = way_to("desk.next_doubtful")
        return tr("{number:,} cells wait for a look: press {key} for the most doubtful.", number=waiting, key=key)
    return tr("No cell waits for a look. To sign press {key}.", key=way_to("audit.sign"))
