"""Runs the window on very many cells or a large slide: crowd_child.py WHAT OUT CASE_OR_SLIDE [SECONDS]."""

import faulthandler
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.window_child import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bloodview.core.cancel import CancelToken
    from bloodview.ui.desktop import Desktop
    from bloodview.workflows.segmenting import Scene

PATIENCE_S = 300
_STEP_MS = 16
PATHS = 120
"""Frames of each way of moving."""
_CLICKS, _GIVEN_UP_S = 40, 60
_WINDOW_PX = (1920, 1080)


def own_mib() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's memory")


class Clock:
    """Seconds that went by, and those that this thread worked, of each turn."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.busy: list[float] = []

    def turn(self, work: Callable[[], object]) -> None:
        begin, worked = time.perf_counter(), time.thread_time()
        work()
        self.wall.append(time.perf_counter() - begin)
        self.busy.append(time.thread_time() - worked)

    @property
    def told(self) -> dict[str, list[float]]:
        return {"seconds": self.wall, "busy": self.busy}


class Turns(Clock):
    """How late each turn of the event loop came, and how long this thread worked in it."""

    def __init__(self) -> None:
        super().__init__()
        self._last, self._worked = time.perf_counter(), time.thread_time()

    def came(self) -> None:
        """Another turn has come."""
        now, worked = time.perf_counter(), time.thread_time()
        self.wall.append(now - self._last - _STEP_MS / 1000)
        self.busy.append(worked - self._worked)
        self._last, self._worked = now, worked


def opening(desktop: "Desktop", case: Path) -> Iterator[None]:
    """From the wish to open the case until gallery and counts show it; how long the window stood still meanwhile."""
    from PySide6.QtCore import Qt, QTimer

    desktop.window.resize(*_WINDOW_PX)
    settle(desktop)
    before, clock = own_mib(), Clock()
    yield
    begin, worked = time.perf_counter(), time.thread_time()
    turns, timer = Turns(), QTimer(desktop, interval=_STEP_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(turns.came)
    timer.start()
    desktop.files.open((case,))
    while desktop.presenter.loading.is_running or not desktop.panels.gallery.ordered_ids():
        yield
    settle(desktop)
    clock.wall.append(time.perf_counter() - begin)
    clock.busy.append(time.thread_time() - worked)
    for _ in range(60):  # what was put off comes now
        yield
    timer.stop()
    _write(clock.told | {"cells": len(desktop.index), "grown": own_mib() - before, "turns": turns.told})


def frames(desktop: "Desktop", case: Path) -> Iterator[None]:
    """Frames of the slide view: panned and zoomed far, at middle distance and near, turned too; hits; edits."""
    from PySide6.QtCore import QPointF

    desktop.window.resize(*_WINDOW_PX)
    before, begin = own_mib(), time.perf_counter()
    desktop.files.open((case,))
    while desktop.presenter.loading.is_running or not desktop.presenter.slide_is_shown:
        yield
    settle(desktop)
    opened = time.perf_counter() - begin
    desktop.view.slide()
    view = desktop.panels.slide_view
    while not view._tiles.is_sharp:
        yield
    answer: dict[str, Any] = {"opened": opened, "grown": own_mib() - before}
    width, height = view.width(), view.height()
    answer["view"] = [width, height]
    distances = (("far", 0.0), ("dots", 0.06), ("middle", 0.2), ("near", 0.8))
    for quarters, (name, zoom) in [(q, d) for q in (0, 1) for d in distances]:
        view.turn_to(quarters)
        view.fit()
        if zoom:
            view.zoom_to(zoom)
        settle(desktop)
        for _ in range(30):
            yield
        pan, zooms = Clock(), Clock()
        for number in range(PATHS):
            view.pan_by(-9 if number % 40 < 20 else 9, -7 if number % 24 < 12 else 7)
            pan.turn(view.repaint)
            yield
        for number in range(PATHS // 2):
            view.zoom_by(1.05 if number % 20 < 10 else 1 / 1.05, QPointF(width / 2, height / 2))
            zooms.turn(view.repaint)
            yield
        answer[f"{name}, turned" if quarters else name] = {"pan": pan.told, "zoom": zooms.told}
    view.turn_to(0)
    hits = Clock()
    for number in range(200):
        pos = QPointF((number * 37) % width, (number * 91) % height)
        hits.turn(lambda pos=pos: view.cell_at(pos))
    answer["hits"] = hits.told
    edits = Clock()
    waiting = desktop.panels.gallery.ordered_ids()[:20]
    for number, cell_id in enumerate(waiting):
        desktop.desk.select((cell_id,))
        settle(desktop)

        def edit(number: int = number) -> None:
            desktop.desk.relabel(("monocyte", "basophil")[number % 2])
            view.repaint()

        edits.turn(edit)
        yield
    answer["edits"] = edits.told
    answer["memory"] = own_mib()
    _write(answer)


def relabel(desktop: "Desktop", case: Path) -> Iterator[None]:
    """Two hundred selected cells get another class, until gallery and counts are painted."""
    desktop.files.open((case,))
    while desktop.presenter.loading.is_running or not desktop.panels.gallery.ordered_ids():
        yield
    settle(desktop)
    clock = Clock()
    for number in range(20):
        ids = desktop.panels.gallery.ordered_ids()[200 * number : 200 * (number + 1)]
        desktop.desk.select(ids)
        settle(desktop)
        yield

        def edit(number: int = number) -> None:
            desktop.desk.relabel(("monocyte", "basophil")[number % 2])
            _paint(desktop.panels.gallery.viewport(), desktop.panels.counts)

        clock.turn(edit)
        yield
    _write(clock.told | {"cells": len(desktop.index)})


def gallery(desktop: "Desktop", case: Path) -> Iterator[None]:
    """Frames of the gallery while it is scrolled, crops coming in meanwhile."""
    desktop.files.open((case,))
    while desktop.presenter.loading.is_running or not desktop.panels.gallery.ordered_ids():
        yield
    desktop.view.gallery()
    settle(desktop)
    bar, clock = desktop.panels.gallery.verticalScrollBar(), Clock()
    for number in range(4 * PATHS):
        bar.setValue(bar.value() + (60 if number % 160 < 120 else 900))
        clock.turn(desktop.panels.gallery.viewport().repaint)
        yield
    _write(clock.told | {"cells": len(desktop.index)})


def jumps(desktop: "Desktop", slide: Path) -> Iterator[None]:
    """From the wish to open a slide until something of it is painted; from a jump until the view is sharp."""
    from bloodview.ui.slide_view.camera import Camera

    desktop.queue.blockSignals(True)
    begin = time.perf_counter()
    view = desktop.panels.slide_view
    desktop.presenter.show_picture(slide)
    desktop.view.slide()
    while not desktop.presenter.slide_is_shown or view._tiles.overview is None:
        yield
    settle(desktop)
    first = time.perf_counter() - begin
    clock = Clock()
    for number in range(40):
        x, y = 20_000 + 1_450 * number, 70_000 - 1_130 * number
        start, worked = time.perf_counter(), time.thread_time()
        view._look(Camera(x, y, 1.0))
        while not view._tiles.is_sharp:
            yield
        view.repaint()
        clock.wall.append(time.perf_counter() - start)
        clock.busy.append(time.thread_time() - worked)
        for _ in range(4):
            yield
    _write({"first": first, "jumps": clock.told})


def panning(desktop: "Desktop", slide: Path) -> Iterator[None]:
    """Turns of the event loop while a slide is analysed and panned over; memory; how long stopping takes."""
    view, queue = desktop.panels.slide_view, desktop.queue
    desktop.files.open((slide,))
    while not len(desktop.index):
        yield
    view.fit()
    view.zoom_to(0.5)
    turns, memory = Turns(), [own_mib()]
    begin = time.perf_counter()
    number = 0
    while time.perf_counter() - begin < SECONDS and queue.is_busy:
        view.pan_by(-9 if number % 400 < 200 else 9, -7 if number % 240 < 120 else 7)
        number += 1
        yield
        turns.came()
        if time.perf_counter() - begin > len(memory):
            memory.append(own_mib())
    cells, was_busy = len(desktop.index), queue.is_busy
    begin = time.perf_counter()
    desktop.stop()
    free: list[float] = []
    # The next work of this lane begins when the analysis has let go of the models.
    desktop.jobs.compute(lambda *_: time.perf_counter(), on_done=free.append, on_error=lambda error: None)
    while not free:
        yield
    stopped = free[0] - begin
    _write(turns.told | {"memory": memory, "cells": cells, "stopped": stopped if was_busy else None})


def clicks(desktop: "Desktop", slide: Path) -> Iterator[None]:
    """From a click to the outline while the slide is analysed, and how long it waited for the models."""
    from bloodview.workflows.segmenting import Pointed

    view, bench = desktop.panels.slide_view, desktop.outlining.bench
    desktop.files.open((slide,))
    while not len(desktop.index):
        yield
    view.zoom_to(1.0)
    waits, answers, cells = [], list[float](), desktop.index.columns.boxes_l0.copy()
    for number in range(_CLICKS + 1):
        box = cells[(7 * number) % len(cells)]
        view.go_to(*((box[:2] + box[2:]) / 2).tolist())
        scene = bench.scene()
        pointed = Pointed(((*view.visible_box_l0().center, True),))
        bench.look()
        for _ in range(45 + 7 * number % 40):  # a person looks, then clicks
            yield
        asked, known = time.perf_counter(), len(answers)

        def work(
            cancel: "CancelToken",
            progress: Callable[[float, str], None],
            scene: "Callable[[], Scene] | None" = scene,
            pointed: Pointed = pointed,
            asked: float = asked,
        ) -> object:
            waits.append(time.perf_counter() - asked)
            assert scene is not None
            return bench.models.answer(scene(), pointed, None, cancel, progress)

        bench.ask(work, lambda _, asked=asked: answers.append(time.perf_counter() - asked))
        while len(answers) == known and desktop.queue.is_busy and time.perf_counter() - asked < _GIVEN_UP_S:
            yield
        if len(answers) == known:
            break
    # The first one loads the model.
    _write({"seconds": answers[1:], "waits": waits[1:], "cells": len(desktop.index)})


def _paint(*widgets: "QWidget") -> None:
    for widget in widgets:
        widget.repaint()


def _write(answer: dict[str, Any]) -> None:
    OUT.write_text(json.dumps(answer))


def drive(steps: Iterator[None], desktop: "Desktop") -> None:
    """Take a step each time the events are done, close the window after the last."""
    from PySide6.QtCore import QTimer

    def go_on() -> None:
        if next(steps, "end") == "end":
            desktop.window.close()
        else:
            QTimer.singleShot(_STEP_MS, desktop, go_on)

    QTimer.singleShot(0, desktop, go_on)


MEASURES = {
    "opening": opening,
    "frames": frames,
    "relabel": relabel,
    "gallery": gallery,
    "jumps": jumps,
    "panning": panning,
    "clicks": clicks,
}

if __name__ == "__main__":
    WHAT, OUT, GIVEN = MEASURES[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3])
    SECONDS = float(sys.argv[4]) if sys.argv[4:] else 60.0
    # A window that never gets there, or an error in a slot, must not wait for a person.
    faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
    from bloodview import __main__ as program
    from bloodview.ui import app

    plain_run = app.run
    app.run = lambda given, **more: plain_run(given, on_shown=lambda d: drive(WHAT(d, GIVEN), d), **more)
    sys.argv = ["bloodview"]
    sys.exit(program.main())
