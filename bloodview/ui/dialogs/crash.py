"""An error that nobody expected: what is saved, what can be told of it, and whether to go on."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.language import tr

_WIDTH = 620


class CrashDialog(QDialog):
    """Says what is saved; the work goes on unless the person wants to quit.

    Signals:
        quit_asked: somebody wants to end the program.
    """

    quit_asked = Signal()

    def __init__(self, window: QWidget, saved: str, details: str, logs: Path) -> None:
        """`saved` says what is on the disk, `details` what happened, for whoever is to mend it."""
        super().__init__(window)
        self.setObjectName("crash")
        self.setWindowTitle("BloodView")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._logs, self._more = logs, 0
        title = style.named(QLabel(tr("BloodView met an error it did not expect.")), "title")
        title.setWordWrap(True)
        self.saved = QLabel(saved)
        self.saved.setWordWrap(True)
        self.saved.setTextFormat(Qt.TextFormat.PlainText)
        hint = tr("You can go on. If it happens again, quit and start anew, and send the details to whoever helps you.")
        self.hint = style.named(QLabel(hint), "faint")
        self.hint.setWordWrap(True)
        self.details = style.named(QPlainTextEdit(details), "lines")
        self.details.setReadOnly(True)
        self.details.setAccessibleName(tr("Details of the error"))
        self.details.setTabChangesFocus(True)
        self.details.setMinimumHeight(150)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.copy, self.folder = QPushButton(tr("&Copy the details")), QPushButton(tr("Open the &log folder"))
        self.leave = QPushButton(tr("&Quit"))
        self.go_on = style.named(QPushButton(tr("&Go on")), "primary")
        self.go_on.setDefault(True)
        self.copy.clicked.connect(self.on_copy_clicked)
        self.folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs))))
        self.leave.clicked.connect(self.on_leave_clicked)
        self.go_on.clicked.connect(self.accept)
        foot = QHBoxLayout()
        for button in (self.copy, self.folder):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.go_on)
        self.leave.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 16)
        column.setSpacing(12)
        for widget in (title, self.saved, self.hint):
            column.addWidget(widget)
        column.addWidget(self.details, 1)
        column.addLayout(foot)
        self.go_on.setFocus()

    def add_another(self, details: str) -> None:
        """One more error while this is open."""
        self._more += 1
        if self._more == 1:
            self.details.appendPlainText(f"\n{details}")
        self.hint.setText(tr("{count} more errors since. Quit and start anew.", count=self._more))

    def on_copy_clicked(self) -> None:
        """Put the details where they can be pasted from."""
        QApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText(tr("Copied"))

    def on_leave_clicked(self) -> None:
        """End the program once this is closed."""
        self.accept()
        self.quit_asked.emit()
