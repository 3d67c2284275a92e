"""What the panel of the reasons shows and offers."""

from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui import style
from bloodview.ui.why_panel import EVERYTHING_ELSE, HEAT_PX, HeatPicture, Neighbour, WhyPanel


def panel(qtbot: QtBot) -> WhyPanel:
    made = WhyPanel()
    qtbot.addWidget(made)
    made.set_taxonomy(DEFAULT_TAXONOMY)
    made.resize(380, 420)
    return made


def plain(color: str) -> QImage:
    made = QImage(8, 8, QImage.Format.Format_RGBA8888)
    made.fill(QColor(color))
    return made


def test_it_offers_the_own_class_first_and_everything_else_against_it(qtbot: QtBot) -> None:
    why = panel(qtbot)
    why.offer(("layercam", "lime"), ("lymphocyte", "monocyte"), "monocyte")
    assert why.chosen == ("layercam", "monocyte", "")
    assert [why.label.itemText(i) for i in range(why.label.count())] == ["Monocyte", "Lymphocyte"]
    assert why.instead_of.itemText(0) == EVERYTHING_ELSE
    assert why.instead_of.findData("monocyte") < 0
    why.choose_method("lime")
    why.instead_of.setCurrentIndex(1)
    why.offer(("layercam", "lime"), ("lymphocyte", "monocyte"), "lymphocyte")
    assert why.chosen == ("lime", "lymphocyte", "")


def test_the_slider_covers_the_cell_with_the_map(qtbot: QtBot) -> None:
    why = panel(qtbot)
    heard: list[float] = []
    why.opacity_changed.connect(heard.append)
    why.show_reply(plain("#0000ff"), plain("#ffff00"), "", "")
    why.opacity.setValue(100)
    assert heard == [1.0]
    assert colour(why.picture) == "#ffff00"
    why.opacity.setValue(0)
    assert colour(why.picture) == "#0000ff"


def colour(picture: HeatPicture) -> str:
    return picture.grab().toImage().pixelColor(HEAT_PX // 2, HEAT_PX // 2).name()


def test_nothing_is_left_of_the_former_cell(qtbot: QtBot) -> None:
    why = panel(qtbot)
    why.show_reply(plain("#0000ff"), plain("#ffff00"), "Monocyte 90%", "")
    why.show_trust("Faithful", style.Tone.GOOD)
    why.show_neighbours([Neighbour(3, "monocyte", 0.9, "decided by a person", "a.png", True)], "Most like it")
    why.show_nothing("Choose one cell.")
    assert (why.picture.crop, why.picture.heat, why.neighbours.rows) == (None, None, ())
    assert why.trust.text() == why.chances.text() == why.near_title.text() == ""
    assert why.note.text() == "Choose one cell."


def test_a_neighbour_is_described_in_words(qtbot: QtBot) -> None:
    why = panel(qtbot)
    why.show_neighbours([Neighbour(3, "monocyte", 0.912, "decided by a person", "a.png", True)], "Most like it")
    assert why.neighbours.accessibleDescription() == "Monocyte, decided by a person; similarity 0.91; a.png"
    why.neighbours.show_image(3, plain("#00ff00"))
    why.neighbours.show_image(99, plain("#00ff00"))
    assert set(why.neighbours.images) == {3}
    why.neighbours.resize(340, 100)
    assert why.neighbours.grab().toImage().pixelColor(30, 30).name() == "#00ff00"
