"""When a picture is unlike the training pictures, and how that is said."""

from bloodview.core import unfamiliar
from bloodview.core.unfamiliar import NOTHING_STRANGE, Strangeness, strangeness


def test_a_picture_is_as_familiar_as_the_middle_one_of_its_cells() -> None:
    assert unfamiliar.picture_familiarity([0.9, 0.0, 0.3]) == 0.3
    assert unfamiliar.picture_familiarity([]) is None


def test_one_strange_cell_does_not_make_a_picture_strange() -> None:
    found = strangeness([[0.5, 0.001, 0.4], [0.001, 0.0], []])
    assert found == Strangeness(cells=3, of_cells=5, pictures=1, of_pictures=2)


def test_nothing_is_said_where_no_picture_is_strange() -> None:
    assert NOTHING_STRANGE.sentence == ""
    assert strangeness([[0.5, 0.001, 0.4]]).sentence == ""


def test_what_is_said_counts_and_tells_what_to_do() -> None:
    said = Strangeness(cells=4, of_cells=9, pictures=2, of_pictures=3).sentence
    assert "2 of 3 pictures" in said
    assert "4 of 9 cells" in said
    assert "Adapt to this laboratory" in said
    assert "1 of 1 picture is" in Strangeness(1, 1, 1, 1).sentence


def test_a_notice_shows_the_number_without_pretending_to_more_than_it_holds() -> None:
    assert "(familiarity 0.02)" in unfamiliar.notice(0.0151)
    assert "(familiarity below 0.01)" in unfamiliar.notice(0.0004)
