"""What is known of a slide, and the choice of its plane, in the window."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from bloodview.slides.planes import planes_of
from bloodview.ui.dialogs.slide_info import SlideFacts, SlideInfo, may_carry_a_name
from bloodview.ui.heard import heard
from bloodview.ui.info_desk import colours_in, format_in
from bloodview.ui.label_pictures import TurnedPicture
from bloodview.ui.language import CHINESE, speak
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT = Qt.KeyboardModifier.AltModifier


def opened_stack(r: Rig, folder: Path) -> Rig:
    """A focus stack of three grey planes, of which the second has the detail."""
    planes = np.stack([np.full((300, 400), 60 * z, np.uint8) for z in range(1, 4)])
    planes[1, ::2, ::2] = 0
    (folder / "a").mkdir(exist_ok=True)
    tifffile.imwrite(folder / "a" / "stack.ome.tif", planes, metadata={"axes": "ZYX"})
    r.desktop.files.open([folder / "a"])
    return r


def shown_plane(r: Rig) -> int:
    return planes_of(r.desktop.presenter.pictures.slide).shown


def dialog() -> SlideInfo:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, SlideInfo) and w.isVisible())


def test_the_dialog_says_size_scale_colours_and_content(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.press(Qt.Key.Key_I, ALT)
        said = " ".join(label.text() for label in dialog().findChildren(QLabel))
        for words in ("field_1.png", "640 × 480 pixels", "0.1 µm a pixel, which is 100×", "assumed sRGB", "sha256:"):
            assert words in said
        assert not dialog().plane.isVisible()


def test_a_label_is_hidden_until_somebody_asks_for_it(qtbot: QtBot) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 200, 200))
    window = QWidget()
    qtbot.addWidget(window)
    facts = SlideFacts((), {"label": image, "macro": image, "thumbnail": image}, {"aperio.User": "x"})
    shown = SlideInfo(window, "a.svs", facts)
    qtbot.addWidget(shown)
    shown.show()
    names = {w.accessibleName(): w for w in shown.findChildren(TurnedPicture)}
    assert {name for name, widget in names.items() if widget.isVisible()} == {"thumbnail"}
    shown.show_label.click()
    assert all(widget.isVisible() for widget in names.values())
    names["label"].click()
    assert (names["label"].image.width(), names["label"].image.height()) == (30, 40)


def test_keys_go_through_the_planes_and_the_view_stays_where_it_looks(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened_stack(r, tmp_path).desktop.panels.slide_view
        assert shown_plane(r) == 1
        assert r.desktop.viewer.eye.bar.plane.text() == "Plane 2 of 3"
        view.zoom_to(3.0)
        view.go_to(120, 90)
        before = view.visible_box_l0()
        r.press(Qt.Key.Key_PageDown, ALT)
        assert shown_plane(r) == 2
        assert r.desktop.viewer.eye.bar.plane.text() == "Plane 3 of 3"
        assert view.visible_box_l0() == before
        r.press(Qt.Key.Key_PageDown, ALT)
        assert "last plane" in r.desktop.panels.status.message.whole
        r.press(Qt.Key.Key_PageUp, ALT)
        r.press(Qt.Key.Key_PageUp, ALT)
        assert shown_plane(r) == 0


def test_a_chosen_plane_is_kept_in_the_case_and_can_be_given_back(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened_stack(r, tmp_path)
        r.press(Qt.Key.Key_I, ALT)
        assert dialog().plane.itemText(0).endswith("plane 2, the sharpest")
        dialog().plane_chosen.emit(2)
        case = r.desktop.bridge.case
        assert case is not None
        path = case.path
        assert case.slides()[0].plane == 2
    with rig(qtbot) as r:
        r.desktop.files.open([path])
        assert shown_plane(r) == 2
        r.desktop.viewer.info.choose_plane(-1)
        assert shown_plane(r) == 1
        assert r.desktop.bridge.chosen_planes() == {}


def test_a_plain_picture_says_that_it_has_one_plane(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.press(Qt.Key.Key_PageUp, ALT)
        assert not r.desktop.viewer.eye.bar.plane.isVisible()
        assert "one plane only" in r.desktop.panels.status.message.whole


@pytest.mark.parametrize(
    ("names", "label"),
    [(["label", "macro"], ["label", "macro"]), (["Macro", "thumbnail"], ["Macro"]), (["thumbnail"], []), ([], [])],
)
def test_label_and_macro_may_carry_a_name(names: list[str], label: list[str]) -> None:
    assert may_carry_a_name(dict.fromkeys(names, QImage())) == label


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("PNG picture, 3 x 4 px, assumed sRGB", "assumed sRGB"),
        ("aperio slide, 1 x 1 px, 2 levels, colour profile Scan applied, pyramid built", "colour profile Scan applied"),
        ("a slide", "unknown"),
    ],
)
def test_the_colours_are_told_as_the_slide_tells_them(description: str, said: str) -> None:
    assert colours_in(description) == said


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("PNG picture, 3 x 4 px, assumed sRGB", "PNG 图片"),
        ("aperio slide, 1 x 1 px, 2 levels, sRGB by its profile", "aperio 玻片"),
        ("x", "x"),
    ],
)
def test_the_format_is_told_in_the_language_of_the_window(qapp: QApplication, description: str, said: str) -> None:
    assert format_in(description) == description.partition(",")[0]
    hush = speak(qapp, CHINESE)
    try:
        assert format_in(description) == said
    finally:
        hush()


def test_pictures_beside_the_smear_and_what_is_wrong_with_them_are_named_in_chinese(qtbot: QtBot) -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB888)
    hush = speak(QApplication.instance(), CHINESE)
    try:
        window = QWidget()
        qtbot.addWidget(window)
        dialog = SlideInfo(window, "a.svs", SlideFacts((), {"thumbnail": image, "overview": image}))
        texts = {label.text() for label in dialog.findChildren(QLabel)}
        assert {"缩略图", "overview"} <= texts
        assert heard("The macro picture is too large to show (12,000 x 9,000 pixels).").startswith("macro 图片太大")
        assert heard("assumed sRGB") == "按 sRGB 假定"
    finally:
        hush()
