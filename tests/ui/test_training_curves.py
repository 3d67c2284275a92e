"""The curves of a training: what stands at their sides before and after the first epoch."""

from collections.abc import Sequence
from unittest.mock import patch

from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from bloodview.ui.training_curves import TrainingCurves


def written(curves: TrainingCurves) -> Sequence[str]:
    texts: list[str] = []
    with patch.object(QPainter, "drawText", lambda _self, *words: texts.append(words[-1])):
        curves.grab()
    return texts


def test_nothing_is_read_off_before_the_first_epoch(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.clear("Overlap with yours", "with drawn cells")
    assert written(curves) == ["Loss", "held out", "Overlap with yours", "with drawn cells"]


def test_figures_at_the_side_differ_where_the_curves_hardly_do(qtbot: QtBot) -> None:
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.clear("Overlap with yours", "with drawn cells")
    curves.add({"epoch": 1, "of": 6, "loss": 0.229})
    assert "held out" not in written(curves), "its segmenter has no such loss"
    assert "Overlap with yours" in written(curves), "which comes with a later epoch"
    curves.add({"epoch": 3, "of": 6, "loss": 0.229, "held-out corrections": 0.935, "held-out old classes": 0.938})
    assert curves.accessibleDescription() == "Loss 0.23, Overlap with yours 0.94, with drawn cells 0.94"
    texts = written(curves)
    assert texts.count("epoch 6") == 2
    figures = [text for text in texts if text[0].isdigit()]
    assert figures == ["0.234", "0.229", "0.224", "94.3 %", "93.7 %", "93.0 %"]
    curves.add({"epoch": 4, "of": 6, "loss": 0.9})
    assert "0.97" in written(curves)
    curves.clear("Right on yours", "on those of before")
    assert "epoch 6" not in written(curves)
