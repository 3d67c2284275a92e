"""The dialog of the models: what is installed, taken into use, given away, taken in and removed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from bloodview.core.errors import UserError
from bloodview.core.settings import Settings
from bloodview.models import store
from bloodview.review.records import SlideRecord
from bloodview.ui.dialogs.models import ModelsDialog
from bloodview.ui.file_verbs import MODEL_ENDING
from bloodview.ui.language import tr
from bloodview.ui.model_verbs import SETTINGS
from bloodview.ui.model_words import read_with_in_words
from bloodview.ui.verbs import Means, Verbs, bring_up

if TYPE_CHECKING:
    from bloodview.models.card import ModelCard
    from bloodview.workflows.model_shelf import Entry


class ShelfVerbs(Verbs):
    """Called by the action of the Model menu and by drops of model files.

    Signals:
        used: what was taken into use, a Taken.
        back_wanted: the model before shall be used again.
        again_wanted: the pictures of the open case shall be read again.
    """

    used = Signal(object)
    back_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._checked: dict[str, str] = {}
        self._entries: Sequence[Entry] = ()
        self._is_busy = False
        self.dialog: ModelsDialog | None = None
        for happened in (means.bridge.opened, means.bridge.closed):
            happened.connect(self.refresh)

    def open(self) -> None:
        """Show what is installed."""
        dialog = self.dialog
        if dialog is None:
            dialog = self.dialog = ModelsDialog(self._window)
            dialog.looked.connect(self.refresh)
            dialog.use_wanted.connect(self._use)
            dialog.export_wanted.connect(self._export)
            dialog.remove_wanted.connect(self._remove)
            dialog.import_wanted.connect(self._on_import_wanted)
            dialog.folder_wanted.connect(self._on_folder_wanted)
            dialog.check_wanted.connect(self._check)
            dialog.back_wanted.connect(self.back_wanted)
            dialog.again_wanted.connect(self.again_wanted)
        self._look()
        bring_up(dialog)

    def refresh(self) -> None:
        """What is installed or in use may have changed."""
        if self.dialog is not None and self.dialog.isVisible() and not self._is_busy:
            self._look()

    def tell_of_case(self) -> None:
        """Say that the case just opened was read with other models than those in use."""
        case = self._bridge.case
        if case is not None and (said := other_models(case.slides(), self._preferences.now)):
            self.told.emit(tr("{said} The Model menu tells more.", said=said))

    def take_in(self, files: Sequence[Path]) -> None:
        """Install the models of such files, and show them."""
        from bloodview.workflows import model_shelf  # pulls the analysis in, which must not delay the window

        for file in files:
            self.told.emit(tr("Importing {name} …", name=file.name))
            self._jobs.reads(model_shelf.take_in, file, on_done=self._on_taken_in, on_error=self.refused.emit)

    def _look(self) -> None:
        from bloodview.workflows import model_shelf

        if self.dialog is None:
            return
        former = None
        try:
            self._entries = model_shelf.entries(named(self._preferences.now))
            former = store.former()
        except UserError as error:
            self.refused.emit(error)
        self.dialog.show_models(self._entries, self._checked, former.model if former is not None else "")
        case = self._bridge.case
        said = read_with_in_words(model_shelf.read_with(case.slides(), self._entries)) if case is not None else ""
        if said:
            said = tr("{said} Read the pictures again to change that; what you decided stays.", said=said)
        self.dialog.show_case(said, can_read=not self._bridge.state)

    def _use(self, model_id: str) -> None:
        from bloodview.workflows import model_shelf

        self._busy(tr("Trying {model} out …", model=model_id))
        self._jobs.compute(
            model_shelf.use,
            model_id,
            self._preferences.now.device,
            on_done=self._on_used,
            on_error=self._on_failed,
        )

    def _on_used(self, taken: store.Taken) -> None:
        self._is_busy = False
        self.used.emit(taken)
        self._free(tr("{model} is in use now.", model=taken.model))

    def _export(self, model_id: str) -> None:
        from bloodview.workflows import model_shelf

        place = Path(self._folder) / f"{model_id}{MODEL_ENDING}"
        answer = self._asker.new_file(tr("Export a model"), place, ((tr("Model of BloodView"), MODEL_ENDING),))
        if answer is None:
            return
        self._busy(tr("Exporting {model} …", model=model_id))
        self._jobs.reads(
            model_shelf.export,
            model_id,
            answer[0],
            on_done=lambda _card: self._free(tr("{model} is in {file}.", model=model_id, file=answer[0])),
            on_error=self._on_failed,
        )

    def _remove(self, model_id: str) -> None:
        from bloodview.workflows import model_shelf

        made = next((e.made_from_it for e in self._entries if e.id == model_id), ())
        if not self._asker.removing_model(model_id, made):
            return
        try:
            model_shelf.remove(model_id)
        except UserError as error:
            self.refused.emit(error)
        else:
            self._checked.pop(model_id, None)
            self._free(tr("{model} was removed.", model=model_id))

    def _check(self) -> None:
        from bloodview.workflows import model_shelf

        self._busy(tr("Comparing every file with its checksum …"))
        self._jobs.reads(
            model_shelf.check, [e.id for e in self._entries], on_done=self._on_checked, on_error=self._on_failed
        )

    def _on_checked(self, said: dict[str, str]) -> None:
        self._checked = said
        wrong = sum(bool(problem) for problem in said.values())
        whole = tr("All {count} models are whole.", count=len(said))
        self._free(tr("{count} of {of} models are not whole.", count=wrong, of=len(said)) if wrong else whole)

    def _on_import_wanted(self) -> None:
        self.take_in(self._asker.files(tr("Models to import"), self._folder, "models"))

    def _on_taken_in(self, card: "ModelCard") -> None:
        self.open()
        if self.dialog is not None:
            self.dialog.choose(card.id)
            self.dialog.say(tr("{model} is installed; it is not used yet.", model=card.id))

    def _on_folder_wanted(self) -> None:
        from bloodview.workflows import model_shelf

        try:
            folder = model_shelf.own_folder()
        except OSError as error:
            self.refused.emit(UserError(tr("The folder cannot be made: {why}.", why=error.strerror or error)))
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))) and self.dialog is not None:
            self.dialog.say(tr("Your models lie in {folder}", folder=folder))

    def _on_failed(self, error: Exception) -> None:
        self._free()
        self.refused.emit(error)

    def _busy(self, text: str) -> None:
        self._is_busy = True
        if self.dialog is not None:
            self.dialog.show_busy(text)

    def _free(self, said: str = "") -> None:
        self._is_busy = False
        if self.dialog is not None:
            self.dialog.show_busy("")
            self._look()
            self.dialog.say(said)


def other_models(slides: Sequence[SlideRecord], now: Settings) -> str:
    """Which models that are not in use these pictures were read with, in a sentence; "" if there is nothing to say."""
    from bloodview.workflows import model_shelf

    try:
        return read_with_in_words(model_shelf.read_with(slides, model_shelf.entries(named(now))))
    except UserError:
        return ""  # whoever opens the dialog of the models is told


def named(now: Settings) -> dict[str, str]:
    """Task -> the model that the settings name for it, or ""."""
    return {task: str(getattr(now, name)) for task, name in SETTINGS.items()}
