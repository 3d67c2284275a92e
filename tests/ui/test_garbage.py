"""The collector of cycles runs in parts, on the main thread alone."""

import gc
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from pytestqt.qtbot import QtBot

from bloodview.ui import garbage
from bloodview.ui.garbage import Collector

pytestmark = pytest.mark.usefixtures("qapp")


class Ring:
    """Refers to itself: counting references alone never frees it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    del qtbot
    made = Collector()
    made.start()
    yield made
    made.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_python_collects_nothing_by_itself_and_cycles_go_at_a_beat(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not gc.isenabled()
    monkeypatch.setattr(garbage, "_MANY_YOUNG", 0)
    gone = _rings(gc.collect)
    assert gone == 0, "the fixture of this test counts as it should"
    Ring()
    before = _alive()
    collector.on_timer_timeout()
    assert _alive() == before - 1


def test_what_was_loaded_with_modules_is_looked_at_no_more(collector: Collector) -> None:
    collector.on_timer_timeout()
    frozen = gc.get_freeze_count()
    names = [f"made_up_{n}" for n in range(40)]
    try:
        sys.modules.update({name: ModuleType(name) for name in names})
        collector.on_timer_timeout()
        assert gc.get_freeze_count() > frozen
    finally:
        for name in names:
            del sys.modules[name]


def _alive() -> int:
    return sum(isinstance(o, Ring) for o in gc.get_objects())


def _rings(collect: object) -> int:
    assert callable(collect)
    collect()
    return _alive()
