"""The open case on the main thread, its changes as Qt signals. No SQL, no widget."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bloodview.core import paths
from bloodview.core.cells import Cell
from bloodview.core.errors import StorageError, UserError
from bloodview.review import storage
from bloodview.review.case import Case
from bloodview.review.commands import AddTiles, Changes, Command, RunStep
from bloodview.review.records import Signature, UnfinishedRun
from bloodview.ui.aside import aside
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import tr
from bloodview.ui.news import News
from bloodview.ui.undo_floor import UndoFloor

if TYPE_CHECKING:
    from bloodview.workflows.slide_steps import SlideResult

ENDING = ".bvcase"
_LARGEST_NUMBER = 1000
_LARGE_BYTES = 8 * 2**20
"""A case from which checking it would be seen: some 50 ms."""


class CaseBridge(QObject):
    """Holds the case; everything that changes it goes through here.

    Signals:
        opened: another case is open.
        closed: no case is open any more.
        changed: a Changes, also of undo and redo; tiles of an analysis are told of in a later turn of the event loop,
            so that storing and showing them is never one long stall.
        refused: the UserError of something that could not be done.
    """

    opened = Signal()
    closed = Signal()
    changed = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None, jobs: Jobs | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._case: Case | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._news = News(self.changed.emit, self)
        self.floor = UndoFloor()
        """How far back undo and redo reach."""

    @property
    def case(self) -> Case | None:
        """The open case; None if none is."""
        return self._case

    @property
    def is_open(self) -> bool:
        """Whether a case is open."""
        return self._case is not None

    @property
    def name(self) -> str:
        """What people call the case: its file name without the ending; "" if none is open."""
        return self._case.path.stem if self._case is not None else ""

    @property
    def saved_at(self) -> datetime | None:
        """When the last change reached the disk."""
        return self._case.saved_at if self._case is not None else None

    @property
    def signature(self) -> Signature | None:
        """Who signed the case, if anybody."""
        return self._case.signature if self._case is not None else None

    @property
    def state(self) -> str:
        """Why nothing can be changed, in a few words; "" if it can."""
        if self._case is None:
            return ""
        if self._case.signature:
            return tr("✓ signed by {name}", name=self._case.signature.name)
        return tr("read only") if self._case.is_read_only else ""

    def open(self, path: Path) -> bool:
        """Open a case file instead of the present one, which stays open if that fails."""
        return self._take(lambda: Case.open(path, or_read=True, is_known_whole=_is_whole(path, self._jobs)))

    def create(self, path: Path) -> bool:
        """Make a new case file and open it."""
        return self._take(lambda: _created(path))

    def close(self) -> None:
        """Close the case; everything is on the disk already."""
        if self._drop():
            self.closed.emit()

    def save_as(self, path: Path) -> bool:
        """Go on in a copy of the case under another name; the old file stays as it is."""
        if self._case is None:
            return False
        old = self._case.path
        if _is_same_file(old, path):
            return True
        self._drop()
        beside = path.with_name(f".{path.name}.part")
        try:
            shutil.copyfile(old, beside)
            os.replace(beside, path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            self.open(old)
            self.refused.emit(
                StorageError(
                    tr("The case could not be saved here: {reason}.", reason=error.strerror or error),
                    path=path,
                    hint=tr("Choose another folder; the case is still in its old place."),
                )
            )
            return False
        return self.open(path)

    def cells(self, cell_ids: Sequence[int]) -> Sequence[Cell]:
        """Of these cells those that there are; none of them if the case cannot be read."""
        if self._case is None:
            return ()
        try:
            return self._case.cells(ids=cell_ids)
        except UserError as error:
            self.refused.emit(error)
            return ()

    def apply(self, command: Command) -> Changes | None:
        """Change the case; None if it was refused."""
        return self._do(lambda case: case.apply(command))

    def undo(self) -> Changes | None:
        """Take the latest change back."""
        is_free = self._case is None or self.floor.lets_undo(self._case)
        return self._do(lambda case: case.undo()) if is_free else None

    def redo(self) -> Changes | None:
        """Make the change again that was taken back."""
        is_free = self._case is None or self.floor.lets_redo(self._case)
        return self._do(lambda case: case.redo()) if is_free else None

    def record(self, result: "SlideResult") -> Changes | None:
        """Put an analysed slide into the case; None if that was refused.

        Raises:
            UserError: it could not be written.
        """
        from bloodview.workflows import analysing  # pulls the analysis in, which must not delay the window

        return analysing.record(self._case, result) if self._case is not None else None

    def step(self, step: RunStep) -> Changes | None:
        """Put a step of an analysis into the case; None if none is open.

        Raises:
            UserError: it could not be written.
        """
        from bloodview.workflows import analysing  # as in `record`

        self._news.can_wait = isinstance(step, AddTiles)
        try:
            return analysing.record_step(self._case, step) if self._case is not None else None
        finally:
            self._news.can_wait = False

    def unfinished_runs(self) -> dict[str, UnfinishedRun]:
        """Analyses of the case that can go on where they stopped, by content hash."""
        return self._case.unfinished_runs() if self._case is not None else {}

    def chosen_planes(self) -> dict[str, int]:
        """Content hash -> the plane of a file of several that a person chose."""
        return self._case.chosen_planes() if self._case is not None else {}

    @property
    def undo_title(self) -> str:
        """What undo would take back; "" if nothing."""
        return (self._case.undo_title or "") if self._case is not None and self.floor.lets_undo(self._case) else ""

    @property
    def redo_title(self) -> str:
        """What redo would do again; "" if nothing."""
        return (self._case.redo_title or "") if self._case is not None and self.floor.lets_redo(self._case) else ""

    def _do(self, work: Callable[[Case], Changes]) -> Changes | None:
        if self._case is None:
            return None
        try:
            return work(self._case)
        except UserError as error:
            self.refused.emit(error)
            return None

    def _take(self, make: Callable[[], Case]) -> bool:
        try:
            case = make()
        except UserError as error:
            self.refused.emit(error)
            return False
        self._drop()
        self._case = case
        self._unsubscribe = case.subscribe(self._news.came)
        self.opened.emit()
        return True

    def _drop(self) -> bool:
        if self._case is None:
            return False
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._news.forget()
        self._case.close()
        self._case, self._unsubscribe = None, None
        self.floor.release()
        return True


def case_place(files: Sequence[Path]) -> tuple[Path, bool]:
    """Where pictures go that were opened without a case, and whether a case of them is there already.

    Among the user's cases, named after the folder that all the pictures share. A case that holds one of the pictures,
    or nothing yet, is gone on with, so that opening a folder once more finds the corrections made before.
    """
    try:
        shared = Path(os.path.commonpath([file.absolute().parent for file in files]))
    except ValueError:  # on several drives
        shared = files[0].parent
    name = re.sub(r"[^\w .()-]+", "_", shared.name).strip(" .") or "Untitled"
    folder = paths.user_data() / "cases"
    for number in range(1, _LARGEST_NUMBER):
        path = folder / f"{name}{'' if number == 1 else f' {number}'}{ENDING}"
        if not path.exists():
            return path, False
        if _can_take(path, frozenset(files)):
            return path, True
    raise StorageError(tr("There are too many cases of this name."), path=folder, hint=tr("Move some away."))


def is_case(path: Path) -> bool:
    """Whether a path is named like a case file."""
    return path.suffix.lower() == ENDING


def _is_whole(path: Path, jobs: Jobs | None) -> bool:
    """Have a large case checked while the window goes on; a small one is checked when it is opened."""
    if jobs is None or not path.is_file() or path.stat().st_size < _LARGE_BYTES:
        return False
    return aside(jobs, lambda: storage.is_whole(path))


def _can_take(path: Path, files: frozenset[Path]) -> bool:
    try:
        with Case.open(path) as case:
            slides = case.slides()
            return not slides or any(slide.path in files for slide in slides)
    except UserError:  # in use, damaged or newer: it stays as it is, and another name is taken
        return False


def _created(path: Path) -> Case:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            tr("No case can be made here: {reason}.", reason=error.strerror or error),
            path=path,
            hint=tr("Check the folder's permissions."),
        ) from error
    return Case.create(path)


def _is_same_file(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False
