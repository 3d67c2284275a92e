"""How far back undo and redo may reach: no further than the beginning of a reading while somebody reads. No Qt."""

from bloodview.review.case import Case


class UndoFloor:
    """Who reads must not see, nor take back, what others did before."""

    def __init__(self) -> None:
        self._depth: int | None = None
        self._edits = 0

    def hold(self, case: Case) -> None:
        """Nothing that was done until now can be reached."""
        self._depth, self._edits = case.undo_depth, case.edit_count

    def release(self) -> None:
        """Everything can be reached again."""
        self._depth = None

    def lets_undo(self, case: Case) -> bool:
        """Whether the latest edit was done since."""
        return self._depth is None or case.undo_depth > self._depth

    def lets_redo(self, case: Case) -> bool:
        """Whether what redo would do again was taken back since."""
        return self._depth is None or case.edit_count != self._edits
