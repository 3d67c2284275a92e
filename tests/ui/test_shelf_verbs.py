"""The dialog of the models in a whole window: shown, used, checked, exported, imported by a drop, removed."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bloodview.core import paths
from bloodview.core.settings import Settings
from bloodview.models import store
from bloodview.ui.dialogs.models import ModelsDialog
from tests.models import tiny
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def opened(r: Rig) -> ModelsDialog:
    r.desktop.actions["shelf.open"].trigger()
    dialog = r.desktop.shelf.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def shown(dialog: ModelsDialog) -> str:
    return " | ".join(label.text() for label in dialog.page.findChildren(QLabel))


@pytest.fixture
def own() -> Path:
    return tiny.classifier(paths.user_models())


def test_it_opens_on_the_classifier_in_use_with_what_is_known_of_it(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = opened(r)
        assert dialog.chosen == store.DEFAULTS["classify"]
        text = shown(dialog)
        for part in ("In use", "CC BY 4.0; boxes MIT", "5,974", "97.2 % (95.8 to 98.4)", "research use only", "690"):
            assert part in text
        assert not dialog.use.isEnabled()
        assert not dialog.remove.isEnabled()


def test_a_folder_dropped_among_the_models_appears_is_used_and_leads_back(qtbot: QtBot) -> None:
    with rig(qtbot, settings=Settings(device="cpu", classifier=store.DEFAULTS["classify"])) as r:
        dialog = opened(r)
        tiny.classifier(paths.user_models())
        dialog.looked.emit()
        dialog.choose("tiny-classify")
        dialog.use.click()
        assert store.chosen("classify") == "tiny-classify"
        assert r.desktop.preferences.now.classifier == ""
        assert "In use" in shown(dialog)
        dialog.back.click()
        assert store.chosen("classify") == store.DEFAULTS["classify"]
        assert "Not in use" in shown(dialog)


def test_what_cannot_be_used_says_why_and_cannot_be_used(qtbot: QtBot, own: Path) -> None:
    (own / "card.json").write_text('{"format": 99}')
    with rig(qtbot) as r:
        dialog = opened(r)
        dialog.choose(own.name)
        assert "was made by a newer BloodView. Update BloodView to use this model." in shown(dialog)
        assert not dialog.use.isEnabled()
        assert dialog.remove.isEnabled()


def test_files_are_checked_when_asked(qtbot: QtBot, own: Path) -> None:
    with rig(qtbot) as r:
        dialog = opened(r)
        dialog.choose(own.name)
        assert "not checked" in dialog.page.files.text()
        dialog.check.click()
        assert "nobody changed them" in dialog.page.files.text()
        content = bytearray((own / "weights.safetensors").read_bytes())
        content[-1] ^= 1
        (own / "weights.safetensors").write_bytes(content)
        dialog.check.click()
        assert "not those that the card describes" in dialog.page.files.text()
        assert "1 of 5" in dialog.said.text()
        assert not dialog.use.isEnabled()


def test_a_model_goes_out_as_a_file_is_removed_and_comes_back_by_a_drop(
    qtbot: QtBot, own: Path, tmp_path: Path
) -> None:
    file = tmp_path / "given.bvmodel"
    with rig(qtbot) as r:
        dialog = opened(r)
        dialog.choose(own.name)
        r.answers.out = (file, ".bvmodel")
        dialog.export.click()
        dialog.remove.click()
        assert r.answers.removing == [(own.name, ())]
        assert not own.exists()
        dialog.close()
        r.window.dropped.emit([file], False)
        assert dialog.isVisible()
        assert dialog.chosen == own.name
        assert "not used yet" in dialog.said.text()
        assert not r.errors


def test_a_file_that_is_no_model_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.bvmodel"
    bad.write_bytes(b"nothing")
    with rig(qtbot) as r:
        r.desktop.files.open([bad])
        (error,) = r.errors
        assert "is no model file" in str(error)


def test_a_case_read_with_another_model_says_so_and_can_be_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([pictures(tmp_path, 1)[0]])
        dialog = opened(r)
        said = dialog.case_note.text()
        assert "Cells named in this case by" in said
        assert f"in use now is {store.DEFAULTS['classify']}@" in said
        read: list[Path] = []
        r.desktop.queue.recorded.connect(lambda path, *_: read.append(path))
        dialog.again.click()
        assert [p.name for p in read] == ["field_1.png"]
