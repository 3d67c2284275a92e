"""Starts the window: settings, language, look; then the event loop, and what is done when it ends or fails."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from bloodview.core import paths as places
from bloodview.core import settings as settings_store
from bloodview.core.settings import Settings
from bloodview.ui import icons, language, style
from bloodview.ui.analysis_queue import EngineLoader
from bloodview.ui.desktop import Desktop
from bloodview.ui.interrupts import closing_on_interrupt
from bloodview.ui.jobs import ThreadJobs
from bloodview.ui.preferences import as_delivered
from bloodview.ui.watching import watched


def run(
    paths: Sequence[Path] = (),
    *,
    demo: bool = False,
    safe_mode: bool = False,
    device: str | None = None,
    settings: Settings | None = None,
    engine_loader: EngineLoader | None = None,
    on_shown: Callable[[Desktop], None] | None = None,
) -> int:
    """Show the window until it is closed.

    Args:
        paths: pictures, slides, folders or a case to open.
        demo: open the bundled sample.
        safe_mode: settings are neither read nor written, models that were taken into use are left aside.
        device: "auto", "cpu", "cuda" or "mps" for this time; None = as in the settings.
        settings: instead of the user's, which are then neither read nor written.
        engine_loader: instead of `engine.load_engine`.
        on_shown: called once the window is on the screen.

    Returns:
        The exit status.
    """
    # opencv-python points this at its own Qt plugins when it is imported, and the program dies on X11.
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    # Qt parts what it paints among threads and waits for them: beside an analysis that has all cores that takes several
    # times as long as painting it at once.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    news: list[str] = []
    keeps = settings is None and not safe_mode
    chosen = settings_store.load(news.append) if keeps else settings or as_delivered()
    app = _application()
    hush = language.speak(app, chosen.language)
    style.apply(app, style.theme_named(chosen.theme), chosen.text_percent)
    jobs = ThreadJobs()
    desktop = Desktop(jobs, chosen, keeps_settings=keeps, engine_loader=engine_loader)
    if device is not None:
        desktop.queue.choose(replace(chosen, device=device))
    desktop.window.restore(chosen.window_geometry)
    former_hook = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        former_hook(kind, error, trace)
        desktop.on_crash(error)

    sys.excepthook = hook
    try:
        desktop.window.show()
        for sentence in news:
            desktop.panels.status.say(sentence)
        desktop.care.tell_keys()
        QTimer.singleShot(0, desktop, lambda: _begin(desktop, [places.sample()] if demo else paths, on_shown))
        folder = places.user_data() if settings is None else None
        offer = partial(desktop.files.offer_last, paths)
        with closing_on_interrupt(desktop.quit), watched(desktop.actions, desktop.crashes, folder, offer):
            status: int = app.exec()
    finally:
        desktop.close()
        sys.excepthook = former_hook
        hush()
    return status


def _begin(desktop: Desktop, given: Sequence[Path], on_shown: Callable[[Desktop], None] | None) -> None:
    if on_shown is not None:
        on_shown(desktop)
    if given:
        desktop.files.open(given)
    desktop.night.find()


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["BloodView"])
    app.setApplicationName("BloodView")
    app.setApplicationDisplayName("BloodView")
    app.setDesktopFileName("bloodview")
    app.setWindowIcon(icons.app_icon())
    return app
