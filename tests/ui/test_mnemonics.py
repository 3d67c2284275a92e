"""Every menu has a letter of its own."""

from bloodview.ui.actions import MENUS
from bloodview.ui.mnemonics import with_mnemonics


def test_letters_are_told_apart_and_titles_without_one_get_a_digit() -> None:
    made = with_mnemonics(MENUS)
    letters = [title[title.index("&") + 1].lower() for title in made]
    assert len(set(letters)) == len(MENUS)
    assert [title.replace("&", "") for title in made] == list(MENUS)
    assert with_mnemonics(["Cell", "Class", "CL", "文件"]) == ["&Cell", "C&lass", "CL(&3)", "文件(&4)"]
