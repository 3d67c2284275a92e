"""A folder of slides overnight from the File menu: what is analysed, by a process of its own, and what came of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from bloodview.core import programs
from bloodview.core.errors import UserError
from bloodview.core.overnight import Wish
from bloodview.core.settings import Settings
from bloodview.ui.dialogs.night import NightDialog
from bloodview.ui.language import tr
from bloodview.ui.night_process import NightProcess
from bloodview.ui.verbs import Means, Verbs, bring_up

_STOPPED = 130
_TABLE = "results.csv"


class NightVerbs(Verbs):
    """Called by the action of the File menu.

    Signals:
        case_wanted: the case of a slide that shall be opened, a Path.
    """

    case_wanted = Signal(object)

    def __init__(self, means: Means, chosen: Callable[[], Settings], process: NightProcess | None = None) -> None:
        super().__init__(means)
        self._chosen = chosen
        self.process = process or NightProcess()
        self.process.setParent(self)
        self.process.heard.connect(self._on_heard)
        self.process.ended.connect(self._on_ended)
        self._given: list[Path] = []
        self._cases: Path | None = None
        self._done = self._of = self._failed = 0
        self._is_whole = self._is_stopped = False
        self.dialog: NightDialog | None = None

    def open(self) -> None:
        """Show what would be analysed, or how far it is."""
        bring_up(self._made())

    def find(self) -> None:
        """Take up slides that an earlier window left to be analysed: how far they are, or what came of them."""
        if (night := self.process.find()) is None:
            return
        self._given, self._cases = list(night.wish.given), night.wish.cases
        dialog = self._made()
        dialog.workers.setValue(night.wish.workers)
        self._begin(self._cases)
        self.process.look()
        if self.process.is_running:
            self.told.emit(tr("Slides are being analysed overnight: {folder}", folder=self._cases))
        else:
            bring_up(dialog)

    def _made(self) -> NightDialog:
        if self.dialog is None:
            dialog = NightDialog(self._window)
            dialog.folder_asked.connect(self._on_folder_asked)
            dialog.slides_asked.connect(self._on_slides_asked)
            dialog.cases_asked.connect(self._on_cases_asked)
            dialog.started.connect(self._on_started)
            dialog.stop_asked.connect(self._on_stop_asked)
            dialog.new_asked.connect(self._on_new_asked)
            dialog.case_wanted.connect(self.case_wanted)
            dialog.place_wanted.connect(self._on_place_wanted)
            self.dialog = dialog
            self._show_choice()
        return self.dialog

    def may_leave(self) -> bool:
        """Whether the window may close: while slides are analysed the person says what becomes of them."""
        if not self.process.is_running:
            return True
        answer = self._asker.leaving_overnight()
        if answer == "stop":
            self.process.stop()
        return bool(answer)

    def close(self) -> None:
        """Hear it no longer; it goes on alone, or ends if it was asked to stop."""
        self.process.close()

    def _show_choice(self) -> None:
        if self.dialog is not None:
            self.dialog.show_choice(self._given, self._cases)

    def _on_folder_asked(self) -> None:
        if (folder := self._asker.folder(tr("Folder of slides"), self._folder)) is not None:
            self._take([folder], folder.parent / f"{folder.name}-cases")

    def _on_slides_asked(self) -> None:
        if given := self._asker.files(tr("Slides to analyse overnight"), self._folder):
            self._take(given, given[0].parent / "cases")

    def _on_cases_asked(self) -> None:
        if (folder := self._asker.folder(tr("Folder for the cases"), self._folder)) is not None:
            self._cases = folder
            self._show_choice()

    def _take(self, given: list[Path], cases: Path) -> None:
        self._given, self._cases = given, cases
        self._show_choice()

    def _on_new_asked(self) -> None:
        """What ended is forgotten; another one that nobody knows the end of is shown, if there is one."""
        self.process.forget()
        self._show_choice()
        self.find()

    def _on_started(self) -> None:
        if self.dialog is None or self._cases is None or not self._given:
            return
        workers = self.dialog.workers.value()
        try:
            self.process.start(self._command(self._cases, workers), Wish(tuple(self._given), self._cases, workers))
        except UserError as error:
            self.refused.emit(error)
            return
        self._begin(self._cases)

    def _begin(self, cases: Path) -> None:
        self._done = self._of = self._failed = 0
        self._is_whole = self._is_stopped = False
        if self.dialog is not None:
            self.dialog.begin(cases)

    def _command(self, cases: Path, workers: int) -> list[str]:
        """What the window itself would analyse with now is what they are analysed with."""
        now = self._chosen()
        given = [str(path.absolute()) for path in self._given]
        options = ["--out", str(cases.absolute()), "--table", str(cases.absolute() / _TABLE), "--progress", "lines"]
        options += ["--workers", str(workers), "--device", now.device]
        models = {"--model": now.classifier, "--detector": now.detector, "--segmenter": now.segmenter}
        options += [word for name, model in models.items() if model for word in (name, model)]
        options += ["--batch-size", str(now.batch_size)] if now.batch_size else []
        return [*programs.command("bloodview", programs.APP), "batch", *options, "--", *given]

    def _on_stop_asked(self) -> None:
        self.process.stop()
        if self.dialog is not None:
            self.dialog.show_stopping()

    def _on_heard(self, said: Mapping[str, object]) -> None:
        dialog, event = self.dialog, said.get("event")
        if dialog is None:
            return
        self._is_whole |= event == "finished"
        self._is_stopped |= event == "stopped"
        if event == "slide":
            case, problem = str(said["case"]), str(said["problem"])
            self._done, self._of = int(str(said["done"])), int(str(said["of"]))
            self._failed += bool(problem)
            dialog.add_slide(Path(str(said["slide"])), Path(case) if case else None, problem)
            dialog.show_progress(self._done, self._of, self._failed)

    def _on_ended(self, status: int, text: str) -> None:
        if self.dialog is None:
            return
        if (night := self.process.night) is not None:
            night.mark_told()
        if self._is_whole:
            ended = tr("All slides are through: {done} of {of}", done=self._done - self._failed, of=self._of)
            failed = tr(", {failed} with a problem", failed=self._failed) if self._failed else ""
            self.dialog.show_state(running=False, whole=not self._failed, said=f"{ended}{failed}")
            self.told.emit(tr("The slides of the night are analysed: {folder}", folder=self._cases))
            return
        self.dialog.show_state(running=False, said=tr("It was stopped; what is done is kept, and it goes on there."))
        if not self._is_stopped and status != _STOPPED:
            why = text.removeprefix("bloodview: ") or tr("It ended without a word.")
            self.refused.emit(UserError(tr("The analysis overnight ended: {why}", why=why)))

    def _on_place_wanted(self, is_table: bool) -> None:
        if self._cases is None:
            return
        place = self._cases / _TABLE if is_table else self._cases
        if not place.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            self.refused.emit(UserError(tr("cannot be shown by this system."), path=place))
