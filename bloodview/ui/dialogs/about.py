"""What this program is, which version, and what it must not be used for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

import bloodview
from bloodview.core import paths
from bloodview.ui import icons
from bloodview.ui.dialogs.buttons import close_button
from bloodview.ui.language import tr

_TEXT = """
<p style='font-size:15pt; font-weight:600'>BloodView {version}</p>
<p>{purpose}</p>
<p><b>{limit}</b> {limit_more}</p>
<p>{places}</p>
"""


class About(QDialog):
    """The dialog."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("About BloodView"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mark = QLabel()
        mark.setPixmap(icons.app_icon().pixmap(64, 64))
        text = QLabel(
            _TEXT.format(
                version=bloodview.__version__,
                purpose=tr(
                    "Review of blood smears: every cell found, outlined, named and counted, with an honest interval."
                ),
                limit=tr("For research use only."),
                limit_more=tr("It assists a qualified person; it decides nothing and is no medical device."),
                places=tr("Cases: {cases}<br>Log: {log}", cases=paths.user_data() / "cases", log=paths.logs()),
            )
        )
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setMinimumWidth(440)
        buttons = close_button(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(mark)
        column.addWidget(text)
        column.addSpacing(8)
        column.addWidget(buttons)
