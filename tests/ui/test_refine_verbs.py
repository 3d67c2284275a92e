"""Refining in a whole window: what would train, the training beside the review, the verdict, adopting, going back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QScrollBar
from pytestqt.qtbot import QtBot

from bloodview.core import fieldset, outlineset, paths, refinement
from bloodview.core.cells import Kind
from bloodview.core.refinement import (
    DETECTOR,
    RUN,
    SEGMENTER,
    ClassChange,
    Contradiction,
    Judged,
    RefineFile,
    Share,
    Verdict,
)
from bloodview.core.settings import Settings
from bloodview.core.training_run import Event
from bloodview.models import store
from bloodview.review.commands import OutlineCell
from bloodview.ui.desktop import Desktop
from bloodview.ui.dialogs.refine import RefineDialog
from bloodview.ui.dialogs.refine_verdict import DoubtLine, VerdictPage
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.trainer_process import TrainerProcess
from bloodview.workflows import refining_detector, refining_segmenter
from tests.models import tiny
from tests.training import refinable
from tests.ui.window_support import FixedAnswers, Rig, analyse, load_engine, pictures

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

EPOCH = {"epoch": 3, "of": 10, "loss": 0.5, "held-out loss": 0.6, "held-out corrections": 0.8}


class FakeTrainer(TrainerProcess):
    """Tells what a test has it tell."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Sequence[str]] = []
        self.wishes: list[str] = []
        self.running = False
        self.place = Path()

    @property
    def is_running(self) -> bool:
        return self.running

    def start(self, command: Sequence[str], folder: Path) -> None:
        self.commands.append(command)
        self.place, self.running = folder, True

    def wish(self, what: refinement.Wish) -> None:
        self.wishes.append(what)

    def say(self, kind: str, **values: float | int | str) -> None:
        self.heard.emit(Event(kind, values))

    def end(self, status: int = 0, text: str = "") -> None:
        self.running = False
        self.ended.emit(status, text)


class RefineRig(Rig):
    """A window with a trainer that a test speaks for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.answers, self.errors = qtbot, FixedAnswers(), []
        self.trainer = FakeTrainer()
        self.desktop = Desktop(
            InlineJobs(),
            Settings(),
            engine_loader=load_engine,
            analyse=analyse,
            asker=self.answers,
            trainer=self.trainer,
        )
        self.desktop.refine.refused.connect(self.errors.append)
        self.window = self.desktop.window
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model is the one in use."""
    monkeypatch.setitem(store.DEFAULTS, "classify", "tiny-classify")
    return tiny.classifier(paths.user_models())


@pytest.fixture
def r(qtbot: QtBot, tmp_path: Path) -> Iterator[RefineRig]:
    made = RefineRig(qtbot)
    pictures(tmp_path / "a", 6)
    made.desktop.files.open([tmp_path / "a"])
    yield made
    made.close()


def teach(r: Rig) -> None:
    for label in ("lymphocyte", "segmented_neutrophil"):
        r.desktop.desk.select(tuple(c.id for c in r.desktop.index.of_slide(None) if c.label == label))
        r.desktop.desk.confirm()


def opened(r: Rig) -> RefineDialog:
    r.desktop.actions["refine.open"].trigger()
    dialog = r.desktop.refine.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def said(dialog: RefineDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))


def verdict(folder: Path, answer: str = "better") -> Verdict:
    """A model and a verdict, as the trainer leaves them."""
    run = RefineFile.read(folder / RUN)
    tiny.classifier(folder / refinement.MODELS, run.model_id)
    classes = (ClassChange("lymphocyte", 6, Share(0.5, 0.2, 0.8), Share(0.9, 0.6, 1.0)),)
    judged = Judged(6, 6, "picture", Share(0.5, 0.2, 0.8), Share(0.9, 0.6, 1.0), Share(0.4, 0.1, 0.6), classes)
    manifest = next((folder / "set" / "crops").rglob("*.png")).relative_to(folder / "set").as_posix()
    doubts = (Contradiction(manifest, "", "elsewhere", 1, "lymphocyte", "the other cells say monocyte (90%)."),)
    why = "On 6 of your cells that did not train it is better: +40.0 points (+10.0 to +60.0)."
    made = Verdict(
        f"models/{run.model_id}", run.model_id, "tiny-classify@0", answer, 120 if answer == "cannot tell" else 0, why,
        judged, judged, {"lymphocyte": 6}, ("A note.",), doubts, 1.0,
    )  # fmt: skip
    made.write(folder)
    return made


def start(r: RefineRig) -> RefineDialog:
    teach(r)
    dialog = opened(r)
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    return dialog


def test_it_says_what_would_train_and_what_is_missing(r: RefineRig) -> None:
    dialog = opened(r)
    assert not dialog.start.isEnabled()
    assert "0 cells can train; needed are 10" in said(dialog)
    teach(r)
    r.desktop.actions["refine.open"].trigger()
    assert "Lymphocyte | 6 | 4 more would be better" in said(dialog)
    assert dialog.start.isEnabled()
    (path, box), *_ = dialog.boxes
    assert path == r.desktop.bridge.case.path
    box.click()
    assert not dialog.start.isEnabled()


def test_the_last_stage_is_offered_where_the_model_keeps_maps_for_it(r: RefineRig, base: Path) -> None:
    teach(r)
    dialog = opened(r)
    assert dialog.kind == "head"
    assert not dialog.stage.isEnabled()
    assert "keeps no maps of its reference cells" in said(dialog)
    labels = tuple(refinable.COLORS) * 2
    crops = refinable.crops(labels)
    tiny.with_replay(tiny.with_references(base, crops, labels), crops)
    r.desktop.actions["refine.open"].trigger()
    assert "keeps no maps" not in said(dialog)
    dialog.stage.click()
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    (made,) = (paths.user_data() / "refinements").iterdir()
    assert RefineFile.read(made / RUN).kind == "lora"


def test_without_the_trainers_libraries_it_says_what_to_install(r: RefineRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refinement, "_NEEDED", ("nothing_of_this_name",))
    teach(r)
    dialog = opened(r)
    assert not dialog.start.isEnabled()
    assert "pip install" in said(dialog)


def test_it_trains_beside_the_review_waits_stops_and_goes_on(r: RefineRig) -> None:
    dialog = start(r)
    assert r.trainer.commands[0][-5:-3] == [str(r.trainer.place / RUN), "--out"]
    assert (r.trainer.place / "set" / "manifest.json").is_file()
    r.trainer.say("started", model="refined")
    r.trainer.say("step", text="looking", done=2, of=10)
    assert "2 of 10" in said(dialog)
    r.trainer.say("epoch", **EPOCH)
    assert dialog.curves.points["held-out loss"] == [(3.0, 0.6)]
    assert not dialog.isModal()
    first = r.first("monocyte")
    r.desktop.desk.select((first,))
    r.desktop.desk.relabel("lymphocyte")
    assert r.label(first) == "lymphocyte"
    QTest.mouseClick(dialog.pause, Qt.MouseButton.LeftButton)
    r.trainer.say("paused")
    assert dialog.go_on.isVisibleTo(dialog)
    QTest.mouseClick(dialog.go_on, Qt.MouseButton.LeftButton)
    r.trainer.say("going")
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert r.trainer.wishes == ["pause", "go", "stop"]
    r.trainer.end(refinement.STOPPED)
    dialog.close()
    dialog = opened(r)
    QTest.mouseClick(dialog.go_on, Qt.MouseButton.LeftButton)
    assert r.trainer.commands[0] == r.trainer.commands[1]


def test_what_it_does_stands_beside_how_far_it_is_and_enter_loses_nothing(r: RefineRig) -> None:
    dialog = start(r)
    r.trainer.say("epoch", **EPOCH)
    assert "Names of cells (classifier)" in said(dialog)
    assert dialog.focusWidget() is dialog.pause
    assert dialog.pause.isDefault()
    QTest.keyClick(dialog.pause, Qt.Key.Key_Space)
    assert "Pausing at the next step. Epoch 3 of 10" in said(dialog)
    r.trainer.say("paused")
    assert "Paused. Epoch 3 of 10" in said(dialog)
    assert dialog.focusWidget() is dialog.go_on
    assert dialog.go_on.isDefault()
    QTest.keyClick(dialog.go_on, Qt.Key.Key_Space)
    r.trainer.say("going")
    assert "| Epoch 3 of 10" in said(dialog)
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert "Stopping at the next step. Epoch 3 of 10" in said(dialog)
    assert not dialog.pause.isEnabled(), "a pause would take the place of the stop"
    r.trainer.end(refinement.STOPPED)
    dialog.close()
    dialog = opened(r)
    assert "It was stopped; it goes on where it was." in said(dialog)
    assert dialog.focusWidget() is dialog.go_on
    assert dialog.bar.value() == 0
    QTest.mouseClick(dialog.go_on, Qt.MouseButton.LeftButton)
    assert "The trainer starts" in said(dialog)
    verdict(r.trainer.place, "cannot tell")
    r.trainer.end()
    assert dialog.focusWidget() is dialog.verdict.keep


def test_one_that_was_stopped_in_another_session_says_what_it_refines(r: RefineRig) -> None:
    folder = paths.user_data() / "refinements" / "20261128-120000"
    folder.mkdir(parents=True)
    RefineFile("set", "parent", "current", "refined", "title", what=SEGMENTER).write(folder)
    dialog = opened(r)
    assert "Outlines of white cells (segmenter)" in said(dialog)
    assert dialog.go_on.isVisibleTo(dialog)


def test_reading_the_pictures_can_be_stopped_and_the_dialog_closed_meanwhile(r: RefineRig) -> None:
    r.desktop.refine._jobs.held = True
    dialog = start(r)
    r.desktop.refine._read_so_far.emit(0.5, "")
    assert "Reading the pictures" in said(dialog)
    assert dialog.bar.value() == 50
    dialog.close()
    dialog = opened(r)
    assert not dialog.go_on.isVisibleTo(dialog), "nothing was stopped"
    assert not dialog.pause.isEnabled()
    QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    assert dialog.start.isVisibleTo(dialog)
    while r.desktop.refine._jobs.run_next():
        pass
    assert not r.trainer.commands
    assert not list((paths.user_data() / "refinements").glob("*"))
    assert not r.errors


def test_a_verdict_is_shown_adopted_and_taken_back(r: RefineRig) -> None:
    dialog = start(r)
    verdict(r.trainer.place)
    r.trainer.end()
    assert dialog.verdict.head.text() == "Better"
    text = said(dialog)
    assert "Lymphocyte | 6 | 50 % (20 to 80) | 90 % (60 to 100) | +40" in text
    assert "50.0 % (20.0 to 80.0) | 90.0 % (60.0 to 100.0) | +40.0" in text, "the mean as exactly as its gain above"
    assert "A note." in text
    told: list[str] = []
    r.desktop.refine.told.connect(told.append)
    doubt = next(b for b in dialog.findChildren(QPushButton) if "say monocyte" in b.text())
    QTest.mouseClick(doubt, Qt.MouseButton.LeftButton)
    assert "another case" in told[-1]
    before = {c.id: c.prediction for c in r.desktop.index.of_slide(None)}
    analysed: list[Path] = []
    r.desktop.queue.recorded.connect(lambda path, *_: analysed.append(path))
    QTest.mouseClick(dialog.verdict.adopt, Qt.MouseButton.LeftButton)
    assert store.chosen("classify") == "tiny-classify-refined"
    assert not dialog.isVisible()
    assert not r.trainer.place.exists(), "the training set is cleared away"
    assert not analysed
    assert {c.id: c.prediction for c in r.desktop.index.of_slide(None)} == before, "a case keeps its model"
    r.desktop.actions["models.go_back"].trigger()
    assert store.chosen("classify") == "tiny-classify"


@pytest.mark.parametrize(
    "why", ["the other cells say eosinophil (93%), hardly it " * 4, "其他细胞表明是嗜酸性粒细胞，" * 12]
)
def test_long_words_on_a_doubt_push_no_figure_out_of_sight(qtbot: QtBot, why: str) -> None:
    page = VerdictPage()
    qtbot.addWidget(page)
    page.resize(720, 600)
    share = Share(0.5, 0.2, 0.8)
    judged = Judged(6, 6, "picture", share, share, share, (ClassChange("lymphocyte", 6, share, share),))
    made = Verdict("m", "m", "b@0", "cannot tell", 0, "", judged, judged, {}, (), (), 1.0)
    page.show_verdict(made, {}, [DoubtLine(QImage(), why, "group", 1)], "")
    page.show()
    (bar,) = (b for b in page.findChildren(QScrollBar) if b.orientation() is Qt.Orientation.Horizontal)
    assert bar.maximum() == 0
    (doubt,) = (b for b in page.findChildren(QPushButton) if "\n" in b.text())
    assert doubt.text().replace("\n", "").replace(" ", "") == why.replace(" ", "")


def test_a_model_can_be_kept_aside_or_discarded(r: RefineRig) -> None:
    dialog = start(r)
    verdict(r.trainer.place, "cannot tell")
    r.trainer.end()
    assert dialog.verdict.head.text() == "Cannot tell yet"
    assert "Label about 120 more cells" in said(dialog)
    QTest.mouseClick(dialog.verdict.keep, Qt.MouseButton.LeftButton)
    assert store.former() is None
    assert (paths.user_models() / "tiny-classify-refined").is_dir()
    dialog = opened(r)
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    verdict(r.trainer.place)
    r.trainer.end()
    QTest.mouseClick(dialog.verdict.discard, Qt.MouseButton.LeftButton)
    assert not r.trainer.place.exists()
    assert [f.name for f in sorted(paths.user_models().iterdir())] == ["tiny-classify", "tiny-classify-refined"]


def test_what_the_trainer_refuses_is_said_and_the_choice_is_there_again(r: RefineRig) -> None:
    dialog = start(r)
    r.trainer.say("failed", text="4 cells can train; needed are 10 at least.")
    r.trainer.end(2)
    assert "needed are 10" in str(r.errors[-1])
    assert dialog.start.isVisibleTo(dialog)
    assert not r.trainer.place.exists()


def test_a_trainer_that_dies_can_be_gone_on_with(r: RefineRig) -> None:
    dialog = start(r)
    r.trainer.end(2, "Killed")
    assert "Killed" in str(r.errors[-1])
    assert dialog.go_on.isVisibleTo(dialog)
    assert dialog.drop.isVisibleTo(dialog)
    QTest.mouseClick(dialog.drop, Qt.MouseButton.LeftButton)
    assert not r.trainer.place.exists()


def test_a_detector_is_refined_by_the_pictures_that_a_person_worked_on(
    r: RefineRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(store.DEFAULTS, "detect", "tiny-detect")
    monkeypatch.setattr(refining_detector, "_DRAWN", 1)
    monkeypatch.setattr(refining_detector, "_DRAWN_JUDGES", 1)
    tiny.detector(paths.user_models())
    dialog = opened(r)
    declared = dialog.what.kinds[Kind.WBC]
    assert not declared.isVisibleTo(dialog), "of names nothing is declared"
    dialog.what.choices[DETECTOR].click()
    assert declared.isVisibleTo(dialog)
    assert "0 pictures with 0 boxes can train" in said(dialog)
    assert not dialog.start.isEnabled()
    dialog.close()
    r.desktop.desk.select(tuple(c.id for c in r.desktop.index.of_slide(None)))
    r.desktop.desk.confirm()
    dialog = opened(r)
    assert "6 pictures or fields worked on" in dialog.boxes[0][1].text()
    assert "Pictures or fields | 6" in said(dialog)
    assert "This takes some minutes." in said(dialog)
    assert dialog.start.isEnabled()
    declared.click()
    assert not dialog.start.isEnabled()
    assert "Say which kinds of cells are marked throughout" in said(dialog)
    declared.click()
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    run = RefineFile.read(r.trainer.place / RUN)
    assert (run.what, run.model_id) == (DETECTOR, "tiny-detect-refined")
    assert len(fieldset.verify(r.trainer.place / "set").fields) == 8
    r.desktop.preferences.change(detector="tiny-detect", classifier="tiny-classify")
    place = tiny.detector(r.trainer.place / refinement.MODELS).rename(r.trainer.place / "models" / run.model_id)
    card = (place / "card.json").read_text(encoding="utf-8").replace('"tiny-detect"', f'"{run.model_id}"', 1)
    (place / "card.json").write_text(card, encoding="utf-8")
    kinds = (ClassChange("wbc", 12, Share(0.5, 0.2, 0.8), Share(0.9, 0.6, 1.0)),)
    judged = Judged(12, 2, "picture", Share(0.5, 0.2, 0.8), Share(0.9, 0.6, 1.0), Share(0.4, 0.1, 0.6), kinds)
    why = "On 2 of your pictures that did not train: +40.0 points (-10.0 to +60.0); that may be chance."
    Verdict(
        f"models/{run.model_id}", run.model_id, "tiny-detect@0", "cannot tell", 20, why, judged, judged, {"wbc": 30},
        (), (), 1.0, DETECTOR,
    ).write(r.trainer.place)  # fmt: skip
    r.trainer.end()
    text = said(dialog)
    assert "White cells | 12 | 50 % (20 to 80) | 90 % (60 to 100) | +40" in text
    assert "Go through about 20 more pictures to tell." in text
    assert "average precision of the boxes" in text
    QTest.mouseClick(dialog.verdict.adopt, Qt.MouseButton.LeftButton)
    assert store.chosen("detect") == "tiny-detect-refined"
    now = r.desktop.preferences.now
    assert (now.detector, now.classifier) == ("", "tiny-classify"), "the setting of its task gives way, no other"
    r.desktop.actions["models.go_back"].trigger()
    assert store.chosen("detect") == "tiny-detect"


def test_a_segmenter_is_refined_by_the_cells_that_a_person_outlined(
    r: RefineRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(store.DEFAULTS, "segment", "tiny-segment")
    monkeypatch.setattr(refining_segmenter, "_DRAWN", 1)
    monkeypatch.setattr(refining_segmenter, "_DRAWN_JUDGES", 1)
    tiny.segmenter(paths.user_models())
    dialog = opened(r)
    dialog.what.choices[SEGMENTER].click()
    assert not dialog.what.kinds[Kind.WBC].isVisibleTo(dialog), "of outlines nothing is declared"
    assert "tiny-segment learns from the outlines of white cells that you drew" in said(dialog)
    assert "0 outlined cells can train; needed are 10 at least." in said(dialog)
    assert not dialog.start.isEnabled()
    dialog.close()
    leukocytes = [c for c in r.desktop.index.of_slide(None, red_cells=False) if c.kind is Kind.WBC]
    for cell in leukocytes[:12]:
        box = cell.box_l0
        corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1 + 2), (box.x0, box.y1 + 2))
        r.desktop.bridge.apply(OutlineCell(cell.id, corners))
    dialog = opened(r)
    assert "12 white cells outlined by a person" in dialog.boxes[0][1].text()
    assert "This takes some minutes." in said(dialog)
    assert "Outlines of cells | 12 | | Outlines of nuclei | 0" in said(dialog).replace(" |  |", " | |")
    QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    run = RefineFile.read(r.trainer.place / RUN)
    assert (run.what, run.model_id) == (SEGMENTER, "tiny-segment-refined")
    manifest = outlineset.verify(r.trainer.place / "set")
    assert sum(c.role == "case" for c in manifest.cells) == 12
    r.trainer.say("epoch", **EPOCH)
    assert "Overlap with yours 0.80" in dialog.curves.accessibleDescription()
    parts = (ClassChange("cell", 12, Share(0.9, 0.85, 0.95), Share(0.946, 0.92, 0.97)),)
    judged = Judged(12, 6, "picture", Share(0.9, 0.85, 0.95), Share(0.946, 0.92, 0.97), Share(0.046, 0.01, 0.06), parts)
    why = "On 12 of your cells that did not train: +4.6 points (-1.0 to +6.0); that may be chance."
    doubt = Contradiction(manifest.cells[0].file, "", "elsewhere", 1, "cell", "is outlined twice: as cell 3 too.")
    Verdict(
        f"models/{run.model_id}", run.model_id, "tiny-segment@0", "cannot tell", 20, why, judged, judged, {"cell": 30},
        ("7 cells do not judge: they trained a model this one comes of.",), (doubt,), 1.0, SEGMENTER,
    ).write(r.trainer.place)  # fmt: skip
    r.trainer.end()
    text = said(dialog)
    assert "Cell | 12 | 90.0 % (85.0 to 95.0) | 94.6 % (92.0 to 97.0) | +4.6" in text
    assert "Outline about 20 more cells to tell." in text
    assert "overlap with your outlines (Dice)" in text
    assert "7 cells do not judge: they trained" in text
    assert any(b.text() == "Cell: is outlined twice: as cell 3 too." for b in dialog.findChildren(QPushButton))
