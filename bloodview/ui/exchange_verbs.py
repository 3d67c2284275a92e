"""Annotations out of the open case and into it, in the formats of other programs: two lines of the File menu."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from bloodview.core.cells import Cell
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.records import SlideRecord
from bloodview.ui.dialogs.export import FORMATS
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.verbs import Verbs

if TYPE_CHECKING:
    from bloodview.workflows.importing import CaseView, Reading


class ExchangeVerbs(Verbs):
    """Called by the actions.

    Signals:
        problem: (path, reason) of a file that could not be used, or not wholly.
    """

    problem = Signal(object, str)

    def export(self) -> None:
        """Ask for a format and a place, and write the labels."""
        case = self._bridge.case
        if case is None or (choice := self._asker.export_choice()) is None:
            return
        fmt, keep_names = choice
        kind = next(f for f in FORMATS if f.id == fmt)
        place = Path(self._folder) / f"{self._bridge.name}{kind.ending or f'-{fmt}'}"
        answer = self._asker.new_file(tr("Export annotations"), place, ((tr(kind.title), kind.ending),))
        if answer is None:
            return
        out = answer[0]
        self.told.emit(tr("Exporting to {out} …", out=out))
        labels = _Labels(case.path, case.slides(), case.cells(), case.taxonomy)
        self._jobs.reads(
            _export,
            labels,
            fmt,
            out,
            keep_names,
            on_done=lambda failures: self._on_exported(out, failures),
            on_error=self.refused.emit,
        )

    def import_annotations(self) -> None:
        """Ask for files of annotations, and bring them into the case as one edit."""
        case = self._bridge.case
        if case is None:
            return
        given = self._asker.files(tr("Import annotations"), self._folder, "annotations")
        if not given:
            return
        from bloodview.workflows.importing import CaseView  # pulls the analysis in, which must not delay the window

        view = CaseView.of(case)
        self.told.emit(tr("Reading annotations …"))
        self._jobs.reads(
            _read,
            view,
            tuple(given),
            on_done=lambda reading: self._on_read(case.path, given[0], reading),
            on_error=self.refused.emit,
        )

    def _on_exported(self, out: Path, failures: list[tuple[str, str]]) -> None:
        for path, reason in failures:
            self.problem.emit(Path(path or out), reason)
        left = tr("; {count} pictures could not be read", count=len(failures)) if failures else ""
        self.told.emit(tr("Exported: {out}{left}", out=out, left=left))

    def _on_read(self, case_path: Path, given: Path, reading: "Reading") -> None:
        case = self._bridge.case
        if case is None or case.path != case_path:
            return  # another case is open by now
        for path, sentence in reading.problems:
            self.problem.emit(Path(path), sentence)
        if reading.command is not None and self._bridge.apply(reading.command) is None:
            return
        left = tr("; what was left out stands in the list of problems") if reading.problems else ""
        self.told.emit(tr("Imported from {summary}{left}", summary=heard(reading.summary), left=left))


class _Labels:
    """What an export reads of a case, as values: the case itself stays on the main thread."""

    def __init__(self, path: Path, slides: list[SlideRecord], cells: list[Cell], taxonomy: Taxonomy) -> None:
        self.path, self.taxonomy = path, taxonomy
        self._slides, self._cells = slides, cells

    def slides(self) -> list[SlideRecord]:
        return self._slides

    def cells(self) -> list[Cell]:
        return self._cells


def _export(labels: _Labels, fmt: str, out: Path, keep_names: bool) -> list[tuple[str, str]]:
    """Write labels, runs on a worker; path and reason of each picture that failed."""
    from bloodview.workflows import exporting

    outcome = exporting.export(labels, fmt, out, keep_names=keep_names)
    return [(failure.path, failure.reason) for failure in outcome.failures]


def _read(view: "CaseView", given: Sequence[Path]) -> "Reading":
    """Read annotations; runs on a worker."""
    from bloodview.workflows import importing

    return importing.read_annotations(view, given)
