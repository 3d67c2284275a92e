"""Qt's application object: one a process, named and with its icon."""

from PySide6.QtWidgets import QApplication

from bloodview.ui import icons


def application() -> QApplication:
    """The one there is, or a new one."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["BloodView"])
    app.setApplicationName("BloodView")
    app.setApplicationDisplayName("BloodView")
    app.setDesktopFileName("bloodview")
    app.setWindowIcon(icons.app_icon())
    return app
