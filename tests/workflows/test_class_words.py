import pytest

from bloodview.models.standing import Judgement, Standing
from bloodview.review.records import Score
from bloodview.workflows import class_words

TITLES = {"segmented_neutrophil": "Segmented neutrophil", "own": "Own"}


def judged(right: int, n: int, alarms: int = 0, others: int = 500) -> Judgement:
    return Judgement("own", right, n, alarms, others, (("segmented_neutrophil", 3),))


def test_what_a_class_is_worth_comes_with_its_interval_and_its_neighbour() -> None:
    assert class_words.worth(judged(5, 5, 2), TITLES) == (
        "Each example judged by the others: 5 of 5 found again, 95 % interval 57 to 100 %. "
        "It took 2 of 500 known others for its own. Most like: segmented neutrophil."
    )


@pytest.mark.parametrize(
    ("judgement", "standing", "wanted"),
    [
        (judged(3, 5), Standing.DRAFT, "To be Usable it needs 6 more examples that the others find again."),
        (judged(5, 5), Standing.USABLE, "To be Trusted it needs 11 more examples that the others find again."),
        (judged(9, 9, 100), Standing.DRAFT, "fewer other cells taken for it"),
        (judged(9, 9, 0, 5), Standing.DRAFT, "more cells of other classes that you confirm or refuse"),
        (judged(40, 40), Standing.TRUSTED, "may stand"),
    ],
)
def test_the_advice_says_what_would_raise_a_class(judgement: Judgement, standing: Standing, wanted: str) -> None:
    assert judgement.standing is standing
    assert wanted in class_words.advice(judgement)


def test_a_class_that_was_never_judged_has_no_score() -> None:
    assert class_words.scored(Score()) == ""
    assert class_words.scored(Score(1, 1)).startswith("Of 1 cell that you judged since, it had been right on 1 ")


def test_an_example_is_doubted_in_words_without_ids() -> None:
    why = "is unlike 4 of the other examples of own; it is most like segmented_neutrophil."
    said = class_words.in_short(why, "own", TITLES)
    assert said == "is unlike 4 of the other examples; it is most like segmented neutrophil."
