"""Asks a person for files and folders; tests put answers in its place."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from bloodview.ui.dialogs.export import ExportDialog
from bloodview.ui.language import later, tr


class Asker(Protocol):
    """Answers with paths; nothing if the person gave up."""

    def files(self, title: str, folder: str, kind: str = "pictures") -> list[Path]:
        """Several files that exist; `kind` is "pictures", "annotations", "counts" or "models"."""

    def export_choice(self) -> tuple[str, bool] | None:
        """The format of an export, and whether it keeps the names of pictures."""

    def folder(self, title: str, folder: str) -> Path | None:
        """A folder that exists."""

    def new_file(self, title: str, suggestion: Path, kinds: Sequence[tuple[str, str]]) -> tuple[Path, str] | None:
        """A file or folder to write, and the ending of the chosen kind; `kinds` are (name, ending; "" = folder)."""

    def after_bad_end(self, last: Path | None, go_on: Callable[[], None]) -> None:
        """Say that the window before did not end in order; `go_on` opens its case, if there is one."""

    def leaving_overnight(self) -> str:
        """What becomes of the slides that are analysed overnight when the window closes: "alone", "stop", "" = stay."""

    def removing_model(self, model: str, made_from_it: Sequence[str]) -> bool:
        """Whether a model shall really go; others may have been made from it."""


_PICTURES = later(
    "Pictures, slides and cases (*.png *.jpg *.jpeg *.bmp *.webp *.tif *.tiff *.svs *.ndpi *.mrxs "
    "*.scn *.vms *.bif *.dcm *.bvcase)"
)
_ANNOTATIONS = later("COCO, YOLO, VOC, GeoJSON, labelme and CSV (*.json *.geojson *.xml *.txt *.csv *.tsv)")


_COUNTS = later("Tables of counts (*.csv)")
_MODELS = later("Models of BloodView (*.bvmodel)")


class DialogAsker:
    """Asks with the system's file dialogs."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def files(self, title: str, folder: str, kind: str = "pictures") -> list[Path]:
        """Several files that exist."""
        wanted = {"annotations": _ANNOTATIONS, "counts": _COUNTS, "models": _MODELS}.get(kind, _PICTURES)
        kinds = f"{tr(wanted)};;{tr('All files (*)')}"
        names, _ = QFileDialog.getOpenFileNames(self._window, title, folder, kinds)
        return [Path(name) for name in names]

    def export_choice(self) -> tuple[str, bool] | None:
        """The format of an export, and whether it keeps the names of pictures."""
        dialog = ExportDialog(self._window)
        choice = dialog.choice if dialog.exec() == ExportDialog.DialogCode.Accepted else None
        dialog.deleteLater()
        return choice

    def folder(self, title: str, folder: str) -> Path | None:
        """A folder that exists."""
        name = QFileDialog.getExistingDirectory(self._window, title, folder)
        return Path(name) if name else None

    def new_file(self, title: str, suggestion: Path, kinds: Sequence[tuple[str, str]]) -> tuple[Path, str] | None:
        """A file or folder to write, and the ending of the chosen kind."""
        filters = {f"{what} (*{ending})" if ending else f"{what} (*)": ending for what, ending in kinds}
        name, chosen = QFileDialog.getSaveFileName(self._window, title, str(suggestion), ";;".join(filters))
        if not name:
            return None
        path, ending = Path(name), filters.get(chosen, kinds[0][1])
        known = {e for _, e in kinds if e}
        if path.suffix.lower() in known:
            return path, path.suffix.lower()
        return (path.with_name(path.name + ending) if ending else path), ending

    def after_bad_end(self, last: Path | None, go_on: Callable[[], None]) -> None:
        """Say that the window before did not end in order; `go_on` opens its case, if there is one."""
        box = QMessageBox(self._window)
        box.setObjectName("bad-end")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle("BloodView")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("BloodView did not end in order last time."))
        box.setInformativeText(tr("Every edit that was shown as saved is on the disk; nothing has to be repaired."))
        leave = box.addButton(tr("&Not now") if last is not None else tr("&Close"), QMessageBox.ButtonRole.RejectRole)
        if last is not None:
            taken = box.addButton(tr("&Go on with {case}", case=last.stem), QMessageBox.ButtonRole.AcceptRole)
            taken.clicked.connect(lambda: go_on())
            box.setDefaultButton(taken)
        else:
            box.setDefaultButton(leave)
        box.setEscapeButton(leave)
        box.open()

    def leaving_overnight(self) -> str:
        """What becomes of the slides that are analysed overnight when the window closes."""
        box = QMessageBox(self._window)
        box.setObjectName("leaving-overnight")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("BloodView")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("Slides are still being analysed."))
        box.setInformativeText(tr("They can go on without this window. What is done already is kept either way."))
        going = box.addButton(tr("&Let it go on"), QMessageBox.ButtonRole.AcceptRole)
        ending = box.addButton(tr("&Stop it"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(tr("&Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(going)
        box.setEscapeButton(stay)
        box.exec()
        chosen = box.clickedButton()
        box.deleteLater()
        if chosen is going:
            return "alone"
        return "stop" if chosen is ending else ""

    def removing_model(self, model: str, made_from_it: Sequence[str]) -> bool:
        """Whether a model shall really go."""
        box = QMessageBox(self._window)
        box.setObjectName("removing-model")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("BloodView")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("Remove {model} from the disk?", model=model))
        said = tr("Cases that were read with it keep their labels. An exported file brings it back.")
        if made_from_it:
            names = ", ".join(made_from_it)
            said += "\n" + tr("{names} were made from it and could not be refined or adapted again.", names=names)
        box.setInformativeText(said)
        going = box.addButton(tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(tr("&Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        is_going = box.clickedButton() is going
        box.deleteLater()
        return is_going
