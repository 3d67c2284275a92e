"""The part of an ensemble is found by its id, and by its seed where that is asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.models.card import CARD_NAME, ModelCard
from tests.models import tiny
from training import start


def test_a_part_is_a_model_of_the_folder_or_of_one_above_trained_with_the_seed(tmp_path: Path) -> None:
    place = tiny.classifier(tmp_path / "models")
    card = ModelCard.read(place)
    below = tmp_path / "a" / "b"
    assert start.part(card.id, below) == place
    assert start.part(f"{card.id}@0", below) == place, "the seed is 0 where the card names none"
    (place / CARD_NAME).write_text(replace(card, recipe={"seed": 3}).to_json(), encoding="utf-8")
    assert start.part(f"{card.id}@3", below) == place
    with pytest.raises(UserError, match="not trained with seed 1"):
        start.part(f"{card.id}@1", below)
    with pytest.raises(UserError, match="holds no model 'other'"):
        start.part("other@3", below)
