"""Signing, amending and the journal: lines of the File menu that say who answers for what."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QInputDialog

from bloodview.core.errors import UserError
from bloodview.core.person import present
from bloodview.review.commands import Amend
from bloodview.ui.dialogs.journal import JournalDialog
from bloodview.ui.dialogs.sign import SignDialog
from bloodview.ui.heard import heard
from bloodview.ui.label_pictures import fetch
from bloodview.ui.language import tr
from bloodview.ui.verbs import Means, Verbs

_SHOWN = 20_000
"""Entries that the dialog holds; an export has all."""

_NAMES_SHOWN = 6

_LOOKED_AT = 40
"""Slides whose files are asked for a picture of their label."""


class AuditVerbs(Verbs):
    """Called by the actions.

    Signals:
        look_wanted: the doubtful cells are to be seen instead of signing.
    """

    look_wanted = Signal()

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._journal: JournalDialog | None = None
        means.bridge.opened.connect(self.on_case_opened)
        means.bridge.closed.connect(self._shut)
        means.bridge.changed.connect(lambda _: self._refresh())

    def on_case_opened(self) -> None:
        """The journal of another case."""
        self._shut()

    def sign(self) -> None:
        """Ask for what a signature needs, and sign."""
        case = self._bridge.case
        if case is None:
            return
        from bloodview.workflows import auditing  # pulls the analysis in, which must not delay the window

        slides = case.slides()
        names = [slide.name for slide in slides]
        more = tr(" and {number} more", number=len(names) - _NAMES_SHOWN) if len(names) > _NAMES_SHOWN else ""
        pictures = tr("Pictures: {names}{more}", names=", ".join(names[:_NAMES_SHOWN]), more=more)
        now = self._preferences.now
        name = present(now.reviewer, now.persons).shown
        dialog = SignDialog(self._window, self._bridge.name, pictures, name, auditing.checks(case))
        dialog.offer_names([p.shown for p in now.persons])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._on_sign_accepted(dialog))
        dialog.look_asked.connect(self.look_wanted)
        labels = fetch(self._jobs, [s.path for s in slides[:_LOOKED_AT]], dialog.labels.show_pictures)
        dialog.finished.connect(lambda _: labels.cancel())
        dialog.open()

    def amend(self) -> None:
        """Ask for a reason, and open a signed case again."""
        signed = self._bridge.signature
        if signed is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setObjectName("amend")
        dialog.setWindowTitle(tr("Amend a signed case"))
        dialog.setLabelText(
            tr("{name} signed on {at:%Y-%m-%d %H:%M}. Why is it amended?", name=signed.name, at=signed.at)
        )
        dialog.setOkButtonText(tr("Amend"))
        dialog.setMinimumWidth(460)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self._on_reason_given)
        dialog.open()

    def journal(self) -> None:
        """Show the journal; it follows what is done while it is open."""
        if self._bridge.case is None:
            return
        if self._journal is None:
            self._journal = JournalDialog(self._window, self._bridge.name)
            self._journal.searched.connect(lambda _: self._refresh())
            self._journal.verify_asked.connect(self.on_verify_asked)
            self._journal.export_asked.connect(self.on_export_asked)
        self._refresh()
        self._journal.show()
        self._journal.raise_()
        self._journal.search.setFocus()

    def on_verify_asked(self) -> None:
        """Follow the chain."""
        case, dialog = self._bridge.case, self._journal
        if case is None or dialog is None:
            return
        from bloodview.workflows import auditing

        try:
            dialog.say(heard(" ".join(auditing.sentences(case.verify_journal()))))
        except UserError as error:
            dialog.say(str(error))

    def on_export_asked(self) -> None:
        """Write what is found as a table."""
        case, dialog = self._bridge.case, self._journal
        if case is None or dialog is None:
            return
        from bloodview.workflows import auditing

        place = Path(self._folder) / f"{self._bridge.name} journal.csv"
        answer = self._asker.new_file(tr("Export the journal"), place, ((tr("Table"), ".csv"),))
        if answer is None:
            return
        try:
            auditing.write_journal(case, answer[0], dialog.search.text())
        except UserError as error:
            self.refused.emit(error)
        else:
            dialog.say(tr("Exported: {path}", path=answer[0]))

    def _on_sign_accepted(self, dialog: SignDialog) -> None:
        case = self._bridge.case
        if case is None:
            return
        from bloodview.workflows import auditing

        name = dialog.name.text().strip()
        try:
            auditing.sign(case, name, dialog.identifiers, dialog.given_reasons)
        except UserError as error:
            self.refused.emit(error)
            return
        # Whoever signs works here now; the role under the signature is no part of the name.
        now = self._preferences.now
        known = (present(now.reviewer, now.persons), *now.persons)
        self._preferences.change(reviewer=next((p.name for p in known if p.shown == name), name))
        self.told.emit(tr("Signed by {name}. The case is locked; the report is no draft any more.", name=name))

    def _on_reason_given(self, reason: str) -> None:
        if self._bridge.apply(Amend(reason)) is not None:
            self.told.emit(tr("The case is open again; the signature before is kept."))

    def _refresh(self) -> None:
        case, dialog = self._bridge.case, self._journal
        if case is not None and dialog is not None:
            dialog.show_entries(case.journal(_SHOWN, dialog.search.text()))

    def _shut(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal.deleteLater()
            self._journal = None
