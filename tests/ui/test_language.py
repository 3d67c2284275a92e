"""Texts of the window in the language chosen."""

from bloodview.ui.language import tr


def test_without_a_translation_a_text_is_itself_and_its_values_are_put_in() -> None:
    assert tr("{count} cells of {kind}", count=3, kind="{odd}") == "3 cells of {odd}"
    assert tr("50 % of {what}") == "50 % of {what}"
