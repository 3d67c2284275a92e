"""What the trainer logs becomes events."""

import logging
from pathlib import Path

import pytest

from bloodview.core.training_run import Event
from training.messages import told
from training.pictures import skipped


def test_records_become_events_and_skipped_pictures_are_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    events: list[Event] = []
    with told(events.append) as messages:
        logging.getLogger("training.crops").info("1 of 2")
        logging.getLogger("training.crops").debug("for nobody")
        for name in ("a.png", "a.png", "b.png"):
            skipped(Path(name), f"{name}: is no picture")
    assert [e.values["text"] for e in events] == [
        "1 of 2",
        "a.png: is no picture; skipped",
        "b.png: is no picture; skipped",
    ]
    assert {e.kind for e in events} == {"message"}
    assert messages.skipped_pictures == {"a.png", "b.png"}
    assert capsys.readouterr().err.splitlines() == ["a.png: is no picture; skipped", "b.png: is no picture; skipped"]
    log = logging.getLogger("training")
    assert (log.level, log.propagate, log.handlers) == (logging.NOTSET, True, [])
