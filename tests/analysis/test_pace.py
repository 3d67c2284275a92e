import pytest

from bloodview.analysis.pace import Pace, duration
from bloodview.analysis.survey import Ground, Turn
from bloodview.core.geometry import Box, Scale
from bloodview.slides.tiling import Tile


def turn(number: int, ground: Ground = Ground.MONOLAYER) -> Turn:
    box = Box(1000 * number, 0, 1000 * number + 1000, 1000)
    return Turn(number, Tile(number, 0, box, box), ground)


def test_the_share_is_of_the_area_and_glass_counts_as_nothing() -> None:
    turns = [turn(0), turn(1), turn(2, Ground.BLANK), turn(3, Ground.BLANK)]
    pace = Pace(turns, frozenset(), Scale(1.0, "file"))
    assert pace.after(turns[0]) == (0.5, "1.00 of 2.00 mm²")


def test_the_time_left_follows_from_what_was_done_this_time() -> None:
    now = [100.0]
    turns = [turn(n) for n in range(10)]
    pace = Pace(turns, frozenset(range(4)), Scale(1.0, "file"), lambda: now[0])
    now[0] += 60
    share, text = pace.after(turns[4])
    assert share == pytest.approx(0.5)
    assert text.endswith(", 5 min left")


def test_a_picture_of_one_tile_needs_no_text() -> None:
    assert Pace([turn(0)], frozenset(), Scale(1.0, "file")).after(turn(0)) == (1.0, "")


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (89, "89 s"), (600, "10 min"), (12000, "3 h 20 min")])
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said
