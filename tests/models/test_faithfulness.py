"""What blurring the places of a map does to the answer."""

import numpy as np
import pytest

from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.models.api import Opinions, Question, UInt8
from bloodview.models.faithfulness import Faithfulness, chance, curves, faithfulness, located, random_map

CLASSES = ("dark", "light", "other")
DARK = Question(("dark",))


class Spotter:
    """Sees "dark" as far as the spot at the upper left is dark."""

    model_id, device, classes, least_familiarity, window_um, input_px = "spotter", "cpu", CLASSES, 0.0, 22.0, 32

    def classify(self, crops: UInt8) -> Opinions:
        dark = 1 - crops[:, 4:12, 4:12].mean(axis=(1, 2, 3)) / 255
        p = np.stack([dark, 0.75 * (1 - dark), 0.25 * (1 - dark)], axis=1).astype(np.float32)
        return Opinions(
            p, np.zeros((len(crops), 1), np.float32), np.ones(len(crops), np.float32), np.ones(len(crops), bool)
        )


def crop() -> UInt8:
    made = np.full((32, 32, 3), 255, np.uint8)
    made[4:12, 4:12] = 0
    return made


def heat(at: slice) -> np.ndarray:
    made = np.zeros((32, 32), np.float32)
    made[at, at] = 1
    return made


def test_a_map_of_what_matters_beats_chance_and_one_of_what_does_not_falls_behind() -> None:
    good = faithfulness(crop(), heat(slice(4, 12)), DARK, Spotter(), CancelToken())
    bad = faithfulness(crop(), heat(slice(16, 32)), DARK, Spotter(), CancelToken())
    assert good.by_map < good.by_chance
    assert good.is_clear
    assert good.in_words.startswith("Faithful")
    assert bad.drop < good.drop
    assert bad.draws == good.draws == 3


def test_the_words_say_when_a_map_is_no_better_than_chance() -> None:
    assert Faithfulness(0.5, 0.4, 3).in_words.startswith("Not faithful")
    assert Faithfulness(0.5, 0.51, 3).in_words.startswith("Hardly faithful")
    assert Faithfulness(0.99, 0.98, 3).in_words.startswith("Not to be tested")


def test_insertion_is_high_where_deletion_is_low() -> None:
    rng = np.random.default_rng(0)
    maps = [heat(slice(4, 12)), heat(slice(16, 32))]
    (gone, back), (other_gone, other_back) = curves(crop(), maps, DARK, Spotter(), CancelToken(), 8, rng, inserts=True)
    assert gone < other_gone
    assert back > other_back
    assert curves(crop(), maps, DARK, Spotter(), CancelToken(), 8, rng, inserts=False)[0][1] == 0


def test_held_against_a_class_only_these_two_count() -> None:
    p = np.array([[0.2, 0.6, 0.2]], np.float32)
    assert chance(p, DARK, CLASSES)[0] == pytest.approx(0.2)
    assert chance(p, Question(("dark",), ("light",)), CLASSES)[0] == pytest.approx(0.25)
    assert chance(p, Question(("dark", "other")), CLASSES)[0] == pytest.approx(0.4)


def test_energy_and_maximum_inside_a_region() -> None:
    made = heat(slice(0, 8)) * 3 + heat(slice(24, 32)) - 1
    inside = np.zeros((32, 32), bool)
    inside[:8, :8] = True
    energy, pointing = located(made, inside)
    assert energy == pytest.approx(1.0)  # what is below 0 carries no energy
    assert pointing == 1.0
    assert located(-made, inside)[1] < 1


def test_a_random_map_is_smooth_and_the_seed_s_own() -> None:
    a, b = (random_map((64, 64), np.random.default_rng(s)) for s in (0, 0))
    assert np.array_equal(a, b)
    assert np.abs(np.diff(a, axis=0)).mean() < 0.1 * np.ptp(a)


def test_it_stops_when_it_is_asked_to() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        faithfulness(crop(), heat(slice(4, 12)), DARK, Spotter(), token)
