"""Runs the window in a process of its own, writes what it measured: window_child.py START shown|relabel OUT [CASE]."""

import faulthandler
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bloodview.ui.desktop import Desktop

REPEATS = 30
PATIENCE_S = 120


def write_shown(desktop: "Desktop") -> None:
    """Note when the window was painted and whether torch was there by then."""
    settle(desktop)
    answer = {"seconds": time.time() - START, "torch": "torch" in sys.modules}
    OUT.write_text(json.dumps(answer))
    desktop.window.close()


def write_relabel(desktop: "Desktop") -> None:
    """Wait for the case, then relabel one cell after the other, each until gallery and counts are painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    class Painted(QObject):
        """Collects the widgets that were painted."""

        def __init__(self) -> None:
            super().__init__(desktop)
            self.seen: set[QObject] = set()

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.seen.add(watched)
            return False

    begin = time.perf_counter()

    def go_on_when_open() -> None:
        if not desktop.panels.gallery.ordered_ids():
            QTimer.singleShot(5, desktop, go_on_when_open)
            return
        settle(desktop)
        opened = time.perf_counter() - begin
        painted = Painted()
        gallery = desktop.panels.gallery.viewport()
        counts = {w for w in desktop.panels.counts.findChildren(QWidget) if w.isVisible()}
        for widget in (gallery, *counts):
            widget.installEventFilter(painted)
        seconds, busy = [], []
        for number, cell_id in enumerate(desktop.panels.gallery.ordered_ids()[:REPEATS]):
            desktop.desk.select((cell_id,))
            settle(desktop)
            painted.seen.clear()
            start, worked = time.perf_counter(), time.thread_time()
            desktop.desk.relabel(("monocyte", "basophil")[number % 2])
            while gallery not in painted.seen or not counts & painted.seen:
                QApplication.processEvents()
            seconds.append(time.perf_counter() - start)
            busy.append(time.thread_time() - worked)
        OUT.write_text(json.dumps({"seconds": seconds, "busy": busy, "opened": opened, "cells": len(desktop.index)}))
        desktop.window.close()

    QTimer.singleShot(0, desktop, go_on_when_open)


def settle(desktop: "Desktop") -> None:
    """Let everything be painted that is due."""
    from PySide6.QtWidgets import QApplication

    desktop.window.repaint()
    for _ in range(5):
        QApplication.processEvents()


if __name__ == "__main__":
    START, OUT = float(sys.argv[1]), Path(sys.argv[3])
    # A window that never gets there, or an error in a slot, must not wait for a person.
    faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
    from bloodview import __main__ as program
    from bloodview.ui import app

    plain_run = app.run
    measure = {"shown": write_shown, "relabel": write_relabel}[sys.argv[2]]
    app.run = lambda given, **more: plain_run(given, on_shown=measure, **more)
    sys.argv = ["bloodview", *(["open", *sys.argv[4:]] if sys.argv[4:] else [])]
    sys.exit(program.main())
