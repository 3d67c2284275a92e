"""Opening, adding, saving under another name, reporting: what the File menu and a drop do."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bloodview.core import paths
from bloodview.core.errors import UserError
from bloodview.ui.analysis_queue import AnalysisQueue
from bloodview.ui.case_bridge import ENDING, case_place, is_case
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.presenter import Presenter
from bloodview.ui.verbs import Means, Verbs

if TYPE_CHECKING:
    from bloodview.slides.slide import Found

MODEL_ENDING = ".bvmodel"

_REPORTS = (
    (later("Report on A4 pages"), ".pdf"),
    (later("Report for the screen"), ".html"),
    (later("Table"), ".csv"),
    (later("Workbook"), ".xlsx"),
    (later("Values with their origin"), ".json"),
    (later("HL7 result for a laboratory system"), ".hl7"),
)


class FileVerbs(Verbs):
    """Called by the actions of the File menu and by drops.

    Signals:
        problem: (path, reason) of a given file that cannot be used.
        finding: whether the given folders are being looked through.
        models_given: paths of model files among those that were given.
    """

    problem = Signal(object, str)
    finding = Signal(bool)
    models_given = Signal(object)

    def __init__(self, means: Means, queue: AnalysisQueue, presenter: Presenter) -> None:
        super().__init__(means)
        self._queue, self._presenter = queue, presenter

    def open_pictures(self) -> None:
        """Ask for files."""
        self._open_asked(self._asker.files(tr("Open pictures, a slide or a case"), self._folder))

    def open_folder(self) -> None:
        """Ask for a folder."""
        folder = self._asker.folder(tr("Open a folder of pictures"), self._folder)
        self._open_asked([folder] if folder is not None else [])

    def add_pictures(self) -> None:
        """Ask for files that join the open case."""
        if files := self._asker.files(tr("Add pictures to this case"), self._folder):
            self.add(files)

    def open_sample(self) -> None:
        """Open the smear that comes with the program."""
        self.open((paths.sample(),))

    def open(self, given: Sequence[Path]) -> None:
        """Open a case, or pictures in a case of their own; models among them are installed."""
        given = self._without_models(given)
        if cases := [p for p in given if is_case(p)]:
            self.open_case(cases[0])
            if len(given) > 1:
                self.told.emit(tr("Opened {name}; one case is opened at a time.", name=cases[0].name))
        elif given:
            self._find(given, joins=False)

    def add(self, given: Sequence[Path]) -> None:
        """Pictures join the open case; without one, or with a case among them, they are opened."""
        given = self._without_models(given)
        if not self._bridge.is_open or any(is_case(p) for p in given):
            self.open(given)
        elif given:
            self._find(given, joins=True)

    def open_case(self, path: Path) -> bool:
        """Open a case file; the present one stays if that fails."""
        self._queue.forget()
        if not self._bridge.open(path):
            if not path.exists():
                self._forget_recent(path)
            return False
        self._remember(path)
        case = self._bridge.case
        if case is not None and (case.is_read_only or case.storage_note):
            self.told.emit(heard(case.storage_note) or tr("This case can only be read: nothing will be saved."))
        return True

    def read_again(self) -> None:
        """Read all pictures of the case with the models in use; decisions stay."""
        if (case := self._bridge.case) is not None:
            self._queue.add([slide.path for slide in case.slides()])

    def save_as(self) -> None:
        """Go on in a copy of the case under another name."""
        if self._bridge.case is None:
            return
        answer = self._asker.new_file(tr("Save case as"), self._bridge.case.path, ((tr("BloodView case"), ENDING),))
        if answer is not None and self._bridge.save_as(answer[0]):
            self._remember(answer[0])
            self.told.emit(tr("The case is now {path}", path=answer[0]))

    def close_case(self) -> None:
        """Close the case; everything is saved already."""
        self._queue.forget()
        self._bridge.close()

    def report(self) -> None:
        """Write the report."""
        case = self._bridge.case
        if case is None:
            return
        place = Path(self._folder) / f"{self._bridge.name}.pdf"
        answer = self._asker.new_file(tr("Write report"), place, tuple((tr(kind), ending) for kind, ending in _REPORTS))
        if answer is None:
            return
        from bloodview.workflows import reporting  # pulls the analysis in, which must not delay the window

        out = answer[0]
        try:
            reporting.check_report_place(out)
            draft = reporting.prepare(case, reporting.letterhead(self._preferences.now), self._preferences.now)
        except UserError as error:
            self.refused.emit(error)
            return
        self.told.emit(tr("Writing {out} …", out=out))
        self._jobs.reads(
            reporting.write_draft,
            draft,
            out,
            on_done=lambda _: self.told.emit(tr("Report written: {out}", out=out)),
            on_error=self.refused.emit,
        )

    def offer_last(self, given: Sequence[Path]) -> None:
        """Say that the window before did not end in order, and offer its case unless something else is asked for."""
        recent = (Path(name) for name in self._preferences.now.recent_files)
        last = next((path for path in recent if is_case(path) and path.is_file()), None) if not given else None
        self._asker.after_bad_end(last, lambda: self.open((last,)) if last is not None else None)

    def _find(self, given: Sequence[Path], *, joins: bool) -> None:
        self.finding.emit(True)
        self._jobs.reads(
            _find_pictures,
            tuple(given),
            on_done=lambda found: self._on_found(found, joins=joins),
            on_error=self._on_not_found,
        )

    def _on_not_found(self, error: Exception) -> None:
        self.finding.emit(False)
        self.refused.emit(error)

    def _on_found(self, found: "Found", *, joins: bool) -> None:
        self.finding.emit(False)
        if not joins and not self._open_own_case(found.files):
            return
        for error in found.problems:
            self.problem.emit(Path(str(error.path)), f"{error.what} {error.hint}".strip())
        known = self._presenter.known_paths()
        new = [f for f in found.files if f not in known]
        is_sample = all(f.is_relative_to(paths.sample()) for f in found.files)  # its lists of cells are no news
        self._tell_found(len(found.files) - len(new), 0 if is_sample else found.passed_over)
        if self._presenter.shown_path is None:
            self._presenter.show_picture(found.files[0])
        self._queue.add(new)

    def _open_own_case(self, files: Sequence[Path]) -> bool:
        self._queue.forget()
        try:
            self._bridge.close()
            path, exists = case_place(files)
        except UserError as error:
            self.refused.emit(error)
            return False
        opened = self._bridge.open(path) if exists else self._bridge.create(path)
        if opened:
            self._remember(path)
        return opened

    def _tell_found(self, known: int, passed_over: int) -> None:
        parts = []
        if known:
            several = tr("{number:,} pictures are in this case already", number=known)
            parts.append(tr("1 picture is in this case already") if known == 1 else several)
        if passed_over:
            several = tr("{number:,} files were passed over: no pictures", number=passed_over)
            parts.append(tr("1 file was passed over: no pictures") if passed_over == 1 else several)
        if parts:
            self.told.emit("; ".join(parts))

    def _without_models(self, given: Sequence[Path]) -> list[Path]:
        whole = [Path(os.path.abspath(p)) for p in given]
        if models := [p for p in whole if p.suffix == MODEL_ENDING]:
            self.models_given.emit(models)
        return [p for p in whole if p not in models]

    def _open_asked(self, given: Sequence[Path]) -> None:
        if given:
            first = given[0]
            self._preferences.change(last_folder=str(first if first.is_dir() else first.parent))
            self.open(given)

    def _remember(self, path: Path) -> None:
        self._preferences.put(self._preferences.now.with_recent(path))

    def _forget_recent(self, path: Path) -> None:
        kept = tuple(p for p in self._preferences.now.recent_files if p != str(path))
        self._preferences.change(recent_files=kept)


def _find_pictures(given: tuple[Path, ...]) -> "Found":
    """Runs on a worker."""
    from bloodview.slides.slide import find_pictures

    return find_pictures(given)
