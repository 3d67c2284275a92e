"""Compares the count with an analyser's: asks for its values, shows the difference while they are typed, keeps them."""

from PySide6.QtCore import Qt

from bloodview.core.differential import Differential, from_counts
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.reading import check_values
from bloodview.review.reading_commands import DropAnalyser, KeepAnalyser
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.dialogs.analyser import AnalyserDialog
from bloodview.ui.language import tr
from bloodview.ui.verbs import Verbs


class AnalyserVerbs(Verbs):
    """Called by the actions."""

    def values(self) -> None:
        """Ask for the values."""
        from bloodview.workflows import reading_twice  # pulls the report in, which must not delay the window

        case = self._bridge.case
        if case is None:
            return
        kept, taxonomy = case.beside.analyser(), case.taxonomy
        own = counted(self._index, taxonomy)

        def compare(typed: KeepAnalyser) -> dict[str, tuple[str, str, str, bool]]:
            if not typed.values:
                return {}
            if not own.n_leukocytes:
                raise UserError(tr("No leukocyte has been counted in this case yet."))
            check_values(typed, taxonomy)
            lines = reading_twice.compare_typed(own, typed, taxonomy)
            texts = reading_twice.compared_rows(lines)
            return {
                line.class_id: (row[1], row[2], row[3], line.differs) for line, row in zip(lines, texts, strict=True)
            }

        dialog = AnalyserDialog(self._window, classes_offered(taxonomy), kept, compare)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.import_asked.connect(lambda: self._import(dialog, taxonomy))
        dialog.removed.connect(lambda: self._on_removed(dialog))
        dialog.accepted.connect(lambda: self._on_accepted(dialog))
        dialog.open()

    def _import(self, dialog: AnalyserDialog, taxonomy: Taxonomy) -> None:
        from bloodview.workflows import comparing

        for path in self._asker.files(tr("Import an analyser's counts"), self._folder, "counts")[:1]:
            try:
                counts = comparing.counts_of(path, taxonomy)
            except UserError as error:
                dialog.say(str(error))
                return
            if not dialog.name.text().strip():
                dialog.name.setText(path.stem)
            dialog.show_values({class_id: float(n) for class_id, n in counts.items()}, is_percent=False)

    def _on_accepted(self, dialog: AnalyserDialog) -> None:
        if self._bridge.apply(dialog.command) is not None:
            self.told.emit(tr("The values are kept with the case and stand in its report."))

    def _on_removed(self, dialog: AnalyserDialog) -> None:
        dialog.reject()
        if self._bridge.apply(DropAnalyser()) is not None:
            self.told.emit(tr("The values of the analyser were taken away; undo brings them back."))


def counted(index: CellIndex, taxonomy: Taxonomy) -> Differential:
    """The differential of the open case, without asking the disk."""
    found = index.label_counts
    return from_counts(found.by_label, found.undecided, found.rejected, taxonomy, found.cut)


def classes_offered(taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """(id, title) of every class below leukocyte, each indented below the group it belongs to."""
    found = []
    for c in taxonomy.by_lineage:
        if c.id != "leukocyte" and taxonomy.is_below(c.id, "leukocyte"):
            depth = len(taxonomy.path(c.id)) - 2
            found.append((c.id, "    " * depth + tr(c.title)))
    return found
